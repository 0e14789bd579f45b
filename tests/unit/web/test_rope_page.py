"""The page behind a reporter's own link, over HTTP; and that no vendor's answer knows of it."""

import json
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

import pytest
from chalice.test import HTTPResponse

from chalicelib.cases.commands import ACTION_CODES
from chalicelib.cases.model import Case
from chalicelib.services.rope_link import PRESSES_A_MINUTE, Press, press
from chalicelib.terms import Role, Tier
from chalicelib.web.words import LANGUAGES, locale
from tests.support.world import ROSTER, World
from tests.unit.web.desk import FORM, Desk
from tools.export import export
from tools.verify_log import verify

PHONE = "+8613912345678"
BODY = {"text": "The refund for my order has not arrived.", "reporter": {"phone": PHONE}}
NAMES = {"name": "Wang Wei", "phone": PHONE, "relation": "friend"}


def rope(desk: Desk, **fields: object) -> str:
    """The path of the link that a reporter is sent after complaining by themselves."""
    assert desk.post("/v1/public/complaints", BODY | fields, None).status_code == 201
    return newest(desk)


def newest(desk: Desk) -> str:
    """The path of the newest reporter's link."""
    desk.world.settle()
    found = [m.text for m in desk.world.channels.messages if "/r/" in m.text]
    return found[-1][found[-1].index("/r/") :].strip()


def send(desk: Desk, link: str, lang: str = "en", **form: str) -> HTTPResponse:
    """Post a form as a browser does."""
    return desk.post(f"{link}?lang={lang}", urlencode(form).encode(), None, content_type=FORM)


def text(response: HTTPResponse) -> str:
    """The page's HTML."""
    assert response.headers["Content-Type"].startswith("text/html")
    return str(response.body.decode())


def only(world: World) -> Case:
    """The one case there is."""
    [name] = {chain for chain in world.ledger.chains if chain.startswith("case#")}
    loaded = world.ledger.load(name.removeprefix("case#"))
    assert loaded is not None
    assert loaded.case is not None
    return loaded.case


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_speaks_plainly_in_either_language(desk: Desk, language: str) -> None:
    """Status, five buttons, the emergency numbers and the way to the other language."""
    link = rope(desk)
    page = text(desk.get(f"{link}?lang={language}", None))
    words = locale(language)["rope"]
    for name in ("where", "danger", "not_called", "solved", "withdraw", "send", "danger_line"):
        assert escape(words[name], quote=False) in page.replace("&#39;", "'")
    for do in ("danger", "not_called", "solved", "withdraw", "say"):
        assert f'name="do" value="{do}"' in page
    for number in ("110", "119", "120"):
        assert f'href="tel:{number}"' in page
    assert "<script" not in page
    assert f'<html lang="{language}">' in page


def test_the_page_speaks_as_the_message_did(desk: Desk) -> None:
    """Without a choice, the language of the complaint; the browser's comes last."""
    chinese = text(desk.get(rope(desk, text="退款还没有到账"), None, accept_language="en"))
    english = text(desk.get(rope(desk), None, accept_language="zh-CN"))
    assert '<html lang="zh-CN">' in chinese
    assert '<html lang="en">' in english


def test_looking_writes_nothing(desk: Desk, world: World) -> None:
    """A preview that follows every link of the page changes no case and no log."""
    link = rope(desk)
    before, entries = only(world), len(world.ledger.chains)
    for path in (link, f"{link}?lang=en", f"{link}?do=withdraw&confirm=yes", f"{link}?do=solved"):
        assert desk.get(path, None).status_code == 200
    assert (only(world), len(world.ledger.chains)) == (before, entries)


def test_danger_pages_at_once_and_says_so(desk: Desk, world: World) -> None:
    """One press; the answer says what happens, and the people on duty are paged."""
    link = rope(desk)
    sent = len(world.channels.sent)
    page = text(send(desk, link, do="danger"))
    assert locale("en")["rope"]["done"]["danger"] in page
    assert only(world).tier is Tier.S0
    world.settle()
    assert len(world.channels.sent) == sent + 4


@pytest.mark.parametrize("do", ["solved", "withdraw"])
def test_an_end_is_asked_once_more(desk: Desk, world: World, do: str) -> None:
    """The first press shows what it would do and writes nothing; the second does it."""
    link = rope(desk)
    before = only(world)
    page = text(send(desk, link, do=do, text="谢谢 <b>you</b>"))
    assert locale("en")["rope"][f"confirm_{do}_own"] in page
    assert 'name="confirm" value="yes"' in page
    assert 'value="谢谢 &lt;b&gt;you&lt;/b&gt;"' in page
    assert only(world) == before
    page = text(send(desk, link, do=do, confirm="yes", text="谢谢"))
    assert locale("en")["rope"]["done"][do] in page
    assert only(world).closed


def test_a_grave_case_promises_no_end(desk: Desk, world: World) -> None:
    """Withdrawing says that a person looks all the same, and the case stays open."""
    link = rope(desk, danger_now=True)
    page = text(send(desk, link, do="withdraw"))
    assert locale("en")["rope"]["confirm_withdraw_grave"] in page
    assert "we close it" not in page
    send(desk, link, do="withdraw", confirm="yes")
    assert only(world).is_open


def test_a_number_that_a_vendor_gave_is_promised_no_end(desk: Desk, world: World) -> None:
    """Their word is kept, and nobody says that it closes anything."""
    assert desk.post("/v1/complaints", BODY).status_code == 201
    link = newest(desk)
    for do in ("solved", "withdraw"):
        page = text(send(desk, link, do=do))
        assert locale("en")["rope"][f"confirm_{do}_kept"] in page
        assert "we close it" not in page
        send(desk, link, do=do, confirm="yes")
    assert only(world).is_open
    assert only(world).counts["said_withdraw"] == 1


def test_the_status_tells_roles_and_times_and_nobody(desk: Desk, world: World) -> None:
    """Who was told, who owns it and what was done; no name, no id, no word, no subject."""
    link = rope(desk, danger_now=True, text="My driver drv-77 locked me in", reporter=NAMES)
    case = only(world).id
    world.acknowledge(case)
    world.act(case)
    page = text(desk.get(f"{link}?lang=en", None))
    words = locale("en")["rope"]
    assert words["roles"]["owner"] in page
    assert words["actions"]["authority_informed"] in page
    assert words["next"].split("{")[0] in page
    for person in world.people.values():
        assert person.name not in page
        assert person.id not in page
    for hidden in ("drv-77", "locked", "Wang Wei", PHONE, "110-42", case, "S0"):
        assert hidden not in page


def test_every_role_and_action_has_words(desk: Desk) -> None:
    """In both languages, and a role that is new has some too."""
    assert desk.world.people
    for language in LANGUAGES:
        words = locale(language)["rope"]
        assert {*ROSTER, "other"} <= words["roles"].keys()
        assert {*ACTION_CODES, "other"} <= words["actions"].keys()


@pytest.mark.parametrize("path", ["/r/short", "/r/" + "A" * 22, "/r/" + "A" * 70])
def test_a_link_that_leads_nowhere_is_a_page(desk: Desk, path: str) -> None:
    """In words for a person, with what to do in danger; looking and pressing alike."""
    for response in (desk.get(path, None), send(desk, path, do="danger")):
        assert response.status_code == 404
        assert "This link leads nowhere" in text(response)
        assert "emergency" in text(response)


@pytest.mark.parametrize("form", [{}, {"do": "close"}, {"do": "say", "text": " "}])
def test_a_press_without_a_meaning_keeps_what_was_typed(desk: Desk, form: dict[str, str]) -> None:
    """The page stays, says what to do, and nothing is lost."""
    link = rope(desk)
    response = send(desk, link, **form)
    assert response.status_code == 422
    assert locale("en")["problems"]["rope_unclear"]["title"] in text(response)


def test_too_many_presses_keep_what_was_typed(desk: Desk) -> None:
    """It says that the words were not written down, and gives them back."""
    link = rope(desk)
    for _ in range(PRESSES_A_MINUTE):
        assert send(desk, link, do="say", text="hello").status_code == 200
    response = send(desk, link, do="say", text="and one more thing")
    assert response.status_code == 429
    assert "and one more thing" in text(response)
    assert send(desk, link, do="danger").status_code == 200


class _Forms(HTMLParser):
    """Everything a browser without scripts could send."""

    def __init__(self) -> None:
        super().__init__()
        self.methods: list[str] = []
        self.labels: set[str] = set()
        self.fields: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Forms, labels and fields."""
        found = dict(attrs)
        if tag == "form":
            self.methods.append(str(found["method"]))
        if tag == "label":
            self.labels.add(str(found["for"]))
        if tag == "textarea":
            self.fields.add(str(found["id"]))


def test_the_page_works_without_scripts_and_may_not_be_framed(desk: Desk) -> None:
    """Plain forms with labels, under a policy that lets no script in."""
    response = desk.get(rope(desk), None)
    forms = _Forms()
    forms.feed(text(response))
    assert forms.methods == ["post"]
    assert forms.fields <= forms.labels
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == "no-store"


VENDOR = (Role.VENDOR_AGENT, Role.VENDOR_SUPERVISOR)


def test_no_vendors_answer_holds_a_link_a_token_or_a_rope(desk: Desk, world: World) -> None:
    """Complaint, contact, replay, case, board, messages and audit: not a word of it."""
    body = BODY | {"order": "A-1", "danger_now": True}
    answers = [desk.post("/v1/complaints", body, role, idempotency_key="k") for role in VENDOR]
    case = answers[0].json_body["case"]
    link = newest(desk)
    token = link.removeprefix("/r/")
    press(world.parts, token, Press(do="say", text="they never called", request="r"))
    world.settle()
    for role in VENDOR:
        answers += [
            desk.post("/v1/complaints", body, role, idempotency_key="k"),
            desk.post(f"/v1/cases/{case}/messages", {"text": "x", "reporter": NAMES}, role),
            desk.get(f"/v1/cases/{case}", role),
            desk.get("/v1/cases", role),
            desk.get(f"/v1/cases/{case}/messages", role),
            desk.get(f"/v1/audit/cases/{case}", role),
            desk.get("/v1/audit", role),
        ]
    assert [answer.status_code for answer in answers].count(200) >= 6
    for answer in answers:
        said = answer.body.decode()
        assert token not in said
        assert "/r/" not in said
        assert "rope" not in said.lower()
        assert "reporter." not in said
    assert token not in json.dumps([answer.json_body for answer in answers])


def test_the_client_is_told_how_many_there_are_and_never_the_link(desk: Desk) -> None:
    """Whoever reads the case for the client sees a count; nobody sees the token again."""
    case = desk.complain(reporter=NAMES)
    token = newest(desk).removeprefix("/r/")
    for role in (Role.OWNER, Role.AUDITOR):
        seen = desk.get(f"/v1/cases/{case}", role)
        assert len(seen.json_body["reporters"]) == 1
        log = desk.get(f"/v1/audit/cases/{case}", role).body.decode()
        assert token not in seen.body.decode() + log
        assert PHONE not in log


def test_an_outsider_finds_nothing_wrong_with_a_log_of_ropes(
    desk: Desk, world: World, tmp_path: Path
) -> None:
    """Links, openings, presses, refusals, an end and a new beginning: the verifier knows them."""
    link = rope(desk, order="A-2")
    vendors = {**BODY, "order": "A-3"}
    assert desk.post("/v1/complaints", vendors).status_code == 201
    given = newest(desk)
    for path in (link, given):
        for do in ("say", "not_called", "withdraw", "solved", "not_called", "danger", ""):
            send(desk, path, do=do, confirm="yes", text="x")
            world.settle()
    export(world.ledger, tmp_path, world.clock, world.start)
    assert verify(tmp_path).findings == []
