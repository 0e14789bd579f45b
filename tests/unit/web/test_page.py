"""The page on a phone: what it shows, who may use it, and that looking changes nothing."""

import base64
import hashlib
import json
import re
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from chalice.test import HTTPResponse

from chalicelib.cases.commands import ACTION_CODES
from chalicelib.services import page_link, tokens
from chalicelib.services.errors import BusyError
from chalicelib.services.page_link import DEVICE_KEPT_MS
from chalicelib.terms import DAY, MINUTE, Role
from chalicelib.web.words import LANGUAGES, locale
from tests.support.world import PIN, World
from tests.unit.web.desk import FORM, Desk
from tools.export import export
from tools.verify_log import verify


def text(response: HTTPResponse) -> str:
    """The page's HTML."""
    assert response.headers["Content-Type"].startswith("text/html")
    return str(response.body.decode())


def send(desk: Desk, link: str, cookie: str = "", **form: str) -> HTTPResponse:
    """Post a form as a browser does."""
    body = urlencode(form).encode()
    return desk.post(link, body, None, content_type=FORM, cookie=cookie)


def cookie_of(response: HTTPResponse) -> str:
    """What a browser would send back."""
    return str(response.headers["Set-Cookie"]).split(";")[0]


def link_of(desk: Desk, role: str) -> str:
    """The path of the newest link that this person was sent by SMS."""
    number = desk.world.people[role].phone
    sent = next(m for m in reversed(desk.world.channels.messages) if m.number == number)
    return sent.text[sent.text.index("/p/") :].strip()


def is_locked(response: HTTPResponse) -> bool:
    """Whether the page says that guessing is over."""
    title = locale("zh-CN")["problems"]["link_locked"]["title"]
    return response.status_code == 403 and title in text(response)


def refusals(world: World) -> list[dict[str, Any]]:
    """Every entry on the chains of anonymous refusals."""
    chains = (f"refusals#anonymous#{shard}" for shard in range(16))
    return [json.loads(e) for chain in chains for e in world.ledger.entries(chain, 0, 500)]


def test_it_opens_with_tier_code_minutes_and_why(desk: Desk, world: World) -> None:
    """The words that matched are there, and no other word of the complaint."""
    case = desk.complain(text="救命,他锁了车门,我的电话是13800138000", brand="shunxing")
    world.clock.advance(7 * MINUTE)
    html = text(desk.get(desk.link(), None))

    code = desk.get(f"/v1/cases/{case}").json_body["code"]
    assert all(
        shown in html for shown in ("S0", code, "已 7 分钟", "<mark>救命</mark>", "shunxing")
    )
    assert "我来负责" in html
    assert "13800138000" not in html


def test_looking_changes_nothing(desk: Desk, world: World) -> None:
    """Mail and chat software fetches links: the case's chain is as long as before."""
    case = desk.complain()
    before = world.ledger.entries(f"case#{case}", 0, 500)
    for _ in range(3):
        desk.get(desk.link(), None)

    assert world.ledger.entries(f"case#{case}", 0, 500) == before


def test_owning_by_pin_enrols_the_phone(desk: Desk, world: World) -> None:
    """The right PIN owns the case; the cookie then spares the PIN, and acting ends the ladder."""
    case = desk.complain()
    link = desk.link()
    owned = send(desk, link, do="acknowledge", pin=PIN)
    html = text(owned)

    assert owned.status_code == 200
    assert "已记录：由您负责。" in html
    assert 'name="pin"' not in html
    assert 'name="action"' in html
    assert "18:10 前没有保护措施，警钟将继续响。" in html
    acted = send(
        desk,
        link,
        cookie_of(owned),
        do="hand_over",
        authority="police",
        evidence="Sgt Wang told",
        reference="110-42",
    )
    assert "已记录移交和回执编号。" in text(acted)
    assert desk.get(f"/v1/cases/{case}").json_body["status"] == "acting"
    world.meet_duties(case)
    world.fast_forward(60)
    assert [s for s in world.sent if s.minute > 0 and s.minute < 30] == []


def test_the_cookie_is_out_of_reach(desk: Desk, world: World) -> None:
    """HttpOnly, SameSite=Strict, and Secure unless the links themselves are plain http."""
    desk.complain()
    set_cookie = send(desk, desk.link(), do="acknowledge", pin=PIN).headers["Set-Cookie"]

    assert {"HttpOnly", "SameSite=Strict", "Secure", "Path=/"} <= set(set_cookie.split("; "))
    world.parts = replace(world.parts, link_base="http://127.0.0.1:1")
    plain = Desk(world, desk.client)
    from chalicelib import wiring  # noqa: PLC0415  # only to swap the parts under the same world

    wiring.use("api", world.parts)
    again = send(plain, desk.link(), do="acknowledge", pin=PIN)
    assert "Secure" not in again.headers["Set-Cookie"].split("; ")


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"do": "acknowledge"}, "pin_needed"),
        ({"do": "acknowledge", "pin": "000000"}, "pin_wrong"),
        ({"do": "act", "pin": "000000", "action": "site_visited", "evidence": "x"}, "pin_wrong"),
        ({"do": "act", "pin": PIN, "action": "smile", "evidence": "x"}, "unknown_action"),
        ({"do": "act", "pin": PIN, "action": "site_visited"}, "evidence_missing"),
        ({"do": "dance", "pin": PIN}, "unknown_action"),
        ({}, "unknown_action"),
    ],
)
def test_a_refusal_is_explained_on_the_page(desk: Desk, form: dict[str, str], code: str) -> None:
    """The page says what was wrong, and nothing has changed."""
    case = desk.complain()
    response = send(desk, desk.link(), **form)

    assert response.status_code in {403, 422}
    assert locale("zh-CN")["problems"][code]["title"] in text(response)
    assert "Set-Cookie" not in response.headers
    assert desk.get(f"/v1/cases/{case}").json_body["status"] == "paged"


def test_what_was_typed_is_not_lost_to_a_wrong_pin(desk: Desk) -> None:
    """Action and evidence stand in the form again, and no markup in them comes alive."""
    desk.complain()
    evidence = "</textarea><script>alert(1)</script>"
    html = text(
        send(desk, desk.link(), do="act", pin="1", action="site_visited", evidence=evidence)
    )

    assert '<option value="site_visited" selected>' in html
    assert "&lt;script&gt;" in html
    assert "<script" not in html


def test_words_of_a_complaint_cannot_become_markup(desk: Desk, world: World) -> None:
    """What a stranger wrote is shown as text."""
    world.complain("<b>救命</b>", brand="A & B")
    world.settle()
    html = text(desk.get(desk.link(), None))

    assert "A &amp; B" in html
    assert "<b>救命" not in html


def test_a_forwarded_link_is_locked_after_five_guesses(desk: Desk, world: World) -> None:
    """Five wrong PINs lock the link, even for the right one; each attempt is recorded."""
    case = desk.complain()
    link = desk.link()
    for _ in range(5):
        send(desk, link, do="acknowledge", pin="000000")
    world.clock.advance(DAY)
    locked = send(desk, link, do="acknowledge", pin=PIN)

    assert is_locked(locked)
    assert len(refusals(world)) == 6
    assert desk.get(f"/v1/cases/{case}").json_body["status"] == "paged"


def test_a_thief_s_attempt_is_not_told_as_the_person_s_act(desk: Desk, world: World) -> None:
    """Whoever holds a link and no PIN is anonymous; for whom the page was is a field."""
    case = desk.complain()
    link, owner = link_of(desk, "owner"), world.people["owner"].id
    send(desk, link, do="acknowledge")
    send(desk, link, do="act", pin="000000", action="site_visited", evidence="x")

    assert world.ledger.head(f"refusals#{owner}").seq == 0
    assert [(entry["actor"]["t"], entry["actor"]["id"]) for entry in refusals(world)] == [
        ("anonymous", "anonymous")
    ] * 2
    told = [event for entry in refusals(world) for event in entry["events"]]
    assert sorted((e["act"], e["code"], e["case"], e["person"]) for e in told) == [
        ("page_acknowledge", "pin_needed", case, owner),
        ("page_act", "pin_wrong", case, owner),
    ]


def test_a_link_fills_the_log_with_twenty_refusals_and_then_only_counts(
    desk: Desk, world: World
) -> None:
    """Posting on and on costs the log nothing more; how often it was is on the link."""
    desk.complain()
    link = desk.link()
    for _ in range(25):
        assert send(desk, link, do="acknowledge").status_code == 403

    assert len(refusals(world)) == 20
    kept = world.registry.link(tokens.token_hash(link.removeprefix("/p/")))
    assert kept
    assert (kept.refusals, kept.wrong_pins) == (25, 0)


def test_guesses_sent_at_once_are_counted_before_they_are_compared(
    desk: Desk, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many guesses are in the air together, five are compared and no more."""
    desk.complain()
    link = desk.link()
    compared: list[str] = []

    def slow(pin: str, _salt: str, _pepper: bytes) -> str:
        compared.append(pin)
        if len(compared) < 30:
            send(desk, link, do="acknowledge", pin="000000")
        return ""

    monkeypatch.setattr(page_link, "pin_hash", slow)
    send(desk, link, do="acknowledge", pin="000000")
    assert len(compared) == 5
    assert len(refusals(world)) == 6


def test_a_person_s_pin_is_guessed_at_five_times_over_all_links(desk: Desk, world: World) -> None:
    """A new link is no new chance: a quarter of an hour's lock, then twice that, and so on."""
    links = [link_of(desk, "owner") for _ in range(8) if desk.complain()]
    for minutes in (15, 30, 60):
        for link in links[:5]:
            assert send(desk, link, do="acknowledge", pin="000000").status_code == 403
        assert is_locked(send(desk, links[5], do="acknowledge", pin=PIN))
        world.clock.advance(minutes * MINUTE - 1)
        assert is_locked(send(desk, links[5], do="acknowledge", pin=PIN))
        world.clock.advance(1)
        links = links[1:] + links[:1]
    links = [link_of(desk, "owner") for _ in range(6) if desk.complain()]
    assert send(desk, links[0], do="acknowledge", pin=PIN).status_code == 200
    for link in links[1:6]:
        send(desk, link, do="acknowledge", pin="000000")
    world.clock.advance(15 * MINUTE)
    assert send(desk, links[0], do="acknowledge", pin=PIN).status_code == 200
    world.ignore_pages()


def test_the_right_pin_ends_the_row_of_wrong_ones(desk: Desk, world: World) -> None:
    """Four slips and a right one, again and again on one link, lock nobody out."""
    desk.complain()
    link = link_of(desk, "owner")
    for _ in range(3):
        for _ in range(4):
            assert not is_locked(send(desk, link_of(desk, "owner"), do="acknowledge", pin="1"))
            desk.complain()
        assert send(desk, link, do="acknowledge", pin=PIN).status_code == 200
    world.ignore_pages()


def test_who_is_locked_out_is_paged_and_owns_by_phone_or_credential(
    desk: Desk, world: World
) -> None:
    """The lock is on guessing: an enrolled device and the api go on working."""
    desk.complain()
    cookie = cookie_of(send(desk, link_of(desk, "owner"), do="acknowledge", pin=PIN))
    for _ in range(5):
        desk.complain()
        send(desk, link_of(desk, "owner"), do="acknowledge", pin="000000")
    before = len(world.channels.sent)
    first, second = desk.complain(), desk.complain()
    owner = world.people["owner"]
    assert [m.number for m in world.channels.messages[-4:]].count(owner.phone) == 2
    assert len(world.channels.sent) == before + 8
    assert is_locked(send(desk, link_of(desk, "owner"), do="acknowledge", pin=PIN))
    assert send(desk, link_of(desk, "owner"), cookie, do="acknowledge").status_code == 200
    assert desk.post(f"/v1/cases/{first}/acknowledge", {}, Role.OWNER).status_code == 200
    assert desk.get(f"/v1/cases/{second}").json_body["status"] == "acknowledged"
    world.ignore_pages()


def test_a_changed_pin_revokes_every_device(desk: Desk, world: World) -> None:
    """The cookie of a stolen phone ends with the PIN that enrolled it."""
    desk.complain()
    link, owner = link_of(desk, "owner"), world.people["owner"]
    cookie = cookie_of(send(desk, link, do="acknowledge", pin=PIN))
    assert send(desk, link, cookie, do="acknowledge").status_code == 200
    world.registry.put_person(replace(owner, pin_hash="ab" * 32))
    assert send(desk, link, cookie, do="acknowledge").status_code == 403


def test_a_pin_s_hash_needs_the_key_too() -> None:
    """A stolen table alone does not let anybody try all PINs."""
    one, other = (page_link.pin_hash(PIN, "per_1", key * 32) for key in (b"a", b"b"))
    assert one != other
    assert one != page_link.pin_hash(PIN, "per_2", b"a" * 32)
    with pytest.raises(ValueError, match="pepper"):
        page_link.pin_hash(PIN, "per_1", b"")


def test_who_left_the_roster_still_owns_by_an_older_link(desk: Desk, world: World) -> None:
    """They were paged and they are known; help is not turned away because the shift ended."""
    desk.complain()
    link = link_of(desk, "owner")
    world.registry.put_roster({"duty_director": [world.people["duty_director"].id]})
    assert send(desk, link, do="acknowledge", pin=PIN).status_code == 200


def test_the_fallback_s_page_has_no_form(desk: Desk, world: World, tmp_path: Path) -> None:
    """It shows the case, says in both languages who can own it, and the log still holds."""
    world.registry.put_roster({})
    case = desk.complain()
    link = desk.link()
    for language in LANGUAGES:
        html = text(desk.get(f"{link}?lang={language}", None))
        assert escape(str(locale(language)["page"]["own_named"])) in html
        assert "<mark>救命</mark>" in html
        assert "<form" not in html
        assert locale(language)["page"]["told_locked"] not in html
    refused = send(desk, link, do="acknowledge", pin=PIN)
    assert refused.status_code == 403
    assert [entry["events"][0]["person"] for entry in refusals(world)] == ["fallback"]
    assert desk.get(f"/v1/cases/{case}").json_body["status"] == "paged"
    export(world.ledger, tmp_path, world.clock, world.start)
    assert verify(tmp_path).findings == []


def test_another_person_s_cookie_does_not_count(desk: Desk, world: World) -> None:
    """A device is enrolled for one person, until a time, and by us."""
    desk.complain()
    link = desk.link()
    other = world.people["duty_director"]
    now = world.clock.now()
    mine = world.people["owner"]
    for cookie in (
        page_link.device_cookie(world.parts, other, now + DAY),
        page_link.device_cookie(world.parts, mine, now - 1),
        page_link.device_cookie(world.parts, mine, now + DAY)[:-1] + "0",
        f"{mine.id}.{now + DEVICE_KEPT_MS}.",
    ):
        sent = send(desk, link, f"a=b; tocsin_device={cookie}; c=d", do="acknowledge")
        assert sent.status_code == 403


def test_states_are_told_apart(desk: Desk, world: World) -> None:
    """Nobody, somebody else, lapsed, acted: each page says who, and when."""
    case = desk.complain()
    link = desk.link()
    assert "还没有人认领这个案件。" in text(desk.get(link, None))
    world.acknowledge(case, "duty_director")
    html = text(desk.get(link, None))
    assert "Person 3 于 18:00 认领。" in html
    assert "我也来负责" in html
    world.fast_forward(11)
    assert "没有按时采取行动" in text(desk.get(link, None))
    world.act(case, "duty_director")
    html = text(desk.get(link, None))
    assert "Person 3 于 18:11 采取行动：已报警或通知主管部门。" in html
    assert 'value="acknowledge"' not in html
    world.ignore_pages()


def test_both_languages(desk: Desk) -> None:
    """The person's own by default; the switch is a plain link."""
    desk.complain()
    chinese, english = text(desk.get(desk.link(), None)), text(desk.get(f"{desk.link()}?lang=en"))

    assert '<html lang="zh-CN">' in chinese
    assert 'href="?lang=en"' in chinese
    assert '<html lang="en">' in english
    assert "I own it" in english
    assert "Somebody cries for help" in english


@pytest.mark.parametrize("link", ["/p/AAAAAAAAAAAAAAAAAAAAAA", "/p/x", "/p/%E6%95%91", "/p/a.b"])
def test_a_link_that_leads_nowhere(desk: Desk, link: str) -> None:
    """404 as a page in the reader's language, for GET and POST alike."""
    for response in (
        desk.get(link, None, accept_language="zh"),
        desk.post(link, b"do=acknowledge", None, content_type=FORM, accept_language="zh"),
    ):
        assert response.status_code == 404
        assert "这个链接无效" in text(response)


def test_an_expired_link(desk: Desk, world: World) -> None:
    """It says so, and sends the reader to the newest page."""
    desk.complain()
    link = desk.link()
    world.clock.advance(15 * DAY)

    response = desk.get(f"{link}?lang=en", None)
    assert response.status_code == 404
    assert "This link has expired" in text(response)
    world.ignore_pages()


def test_a_fault_is_a_page_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever holds the phone at night gets words and not JSON."""
    desk.complain()

    def busy(*_: object) -> None:
        raise BusyError("x")

    monkeypatch.setattr(page_link, "view", busy)
    response = desk.get(desk.link(), None, accept_language="zh")
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    assert "请求过于密集" in text(response)


def test_no_script_and_only_our_style(desk: Desk) -> None:
    """The policy names the hash of the very style in the page, and forms go nowhere else."""
    desk.complain()
    response = desk.get(desk.link(), None)
    policy = response.headers["Content-Security-Policy"]
    style = re.search(r"<style>(.*?)</style>", text(response), re.DOTALL)

    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "form-action 'self'" in policy
    assert "script" not in text(response)
    assert ' style="' not in text(response)


def test_every_field_has_a_label(desk: Desk) -> None:
    """Every visible field's id is named by a label, and ids are unique."""
    desk.complain()
    html = text(desk.get(desk.link(), None))
    ids = re.findall(r'\bid="([^"]+)"', html)
    fields = re.findall(r'<(?:input|select|textarea) id="([^"]+)"', html)

    assert len(ids) == len(set(ids))
    assert set(fields) <= set(re.findall(r'<label for="([^"]+)"', html))
    assert len(fields) == 6


def test_locales_have_words_for_every_code() -> None:
    """Tiers, duties and actions are named in both languages."""
    for language in LANGUAGES:
        page = locale(language)["page"]
        assert page["tiers"].keys() == {"S0", "S1", "S2", "S3", "S4"}
        assert page["clocks"].keys() >= {"K3", "K4", "K9", "K10"}
        assert page["actions"].keys() == set(ACTION_CODES)


def test_the_page_works_without_the_vault(
    desk: Desk, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When words cannot be opened the reasons' titles still stand."""
    desk.complain()

    def closed(*_: object) -> None:
        raise RuntimeError("closed")

    monkeypatch.setattr(world.vault, "open", closed)
    html = text(desk.get(desk.link(), None))
    assert "有人呼救" in html
    assert "<mark>" not in html


def test_only_the_person_s_own_name_is_on_the_chain(desk: Desk, world: World) -> None:
    """The acknowledgement's actor is the person whom the page was for."""
    case = desk.complain()
    send(desk, desk.link(), do="acknowledge", pin=PIN)
    entries = [json.loads(e) for e in world.ledger.entries(f"case#{case}", 0, 500)]
    actor = next(e["actor"] for e in entries if e["type"] == "acknowledge")

    assert actor["t"] == "person"
    assert actor["id"] in {person.id for person in world.people.values()}
    assert actor["role"] in {Role.OWNER.value, Role.SAFETY_SPECIALIST.value}
