"""Changes over HTTP: who may, what is read, what is shown, and the page at a new number."""

from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from chalice.test import HTTPResponse

from chalicelib.services.change_model import ChangeKind
from chalicelib.services.change_rules import ROSTER_ROLES
from chalicelib.terms import DAY, Role
from chalicelib.web.words import LANGUAGES, locale
from tests.support.world import World
from tests.unit.web.desk import FORM, Desk
from tests.unit.web.test_routes import is_problem

NEW_PHONE = "+447700900901"
SECOND = Role.SAFETY_SPECIALIST
CLIENT = {Role.OWNER, Role.DUTY_DIRECTOR, Role.SAFETY_SPECIALIST}


def number(world: World, **more: Any) -> dict[str, Any]:
    """Another telephone for the duty director."""
    person = world.people["duty_director"].id
    return {"kind": "number", "person": person, "phone": NEW_PHONE} | more


def propose(desk: Desk, body: Any, role: Role = Role.OWNER) -> str:
    """The id of a proposal that was taken; the worker has told whom it must."""
    response = desk.post("/v1/changes", body, role)
    assert response.status_code == 201, response.body
    desk.world.settle()
    return str(response.json_body["change"])


def approved(desk: Desk, body: Any) -> tuple[str, list[str]]:
    """A change that waits for acceptance, and the paths of its links in the order of sending."""
    change = propose(desk, body)
    assert desk.post(f"/v1/changes/{change}/approve", b"", SECOND).status_code == 200
    desk.world.settle()
    texts = [m.text for m in desk.world.channels.sent if "/a/" in m.text]
    return change, [text[text.index("/a/") :][:25] for text in texts]


def answer(desk: Desk, path: str, do: str, query: str = "") -> HTTPResponse:
    """A button of the page."""
    response = desk.post(path + query, urlencode({"do": do}).encode(), None, content_type=FORM)
    desk.world.settle()
    return response


def page(response: HTTPResponse) -> str:
    """The page's text as it is read."""
    assert response.headers["Content-Type"].startswith("text/html")
    return unescape(response.body.decode())


def test_a_change_goes_its_way_over_http(desk: Desk, world: World) -> None:
    """Proposed, approved, accepted by the button at the new number, applied; each step shown."""
    change = propose(desk, number(world))
    shown = desk.get(f"/v1/changes/{change}").json_body
    assert (shown["stage"], shown["waits_for"]) == ("proposed", "second_person")
    assert shown["value"] == {"phone": "…0901"}
    assert shown["told_at"]
    response = desk.post(f"/v1/changes/{change}/approve", b"", SECOND)
    assert response.json_body["waits_for"] == "acceptance"
    assert len(response.json_body["receipt"]) == 64
    world.settle()
    text = world.channels.messages[-1].text
    answer(desk, text[text.index("/a/") :], "accept")
    shown = desk.get(f"/v1/changes/{change}").json_body
    assert (shown["stage"], shown["fields"]) == ("applied", ["phone"])
    assert shown["must_accept"][0]["accepted_at"]
    assert "value" not in shown
    assert NEW_PHONE not in str(desk.get("/v1/changes").json_body)
    assert world.registry.person(world.people["duty_director"].id).phone == NEW_PHONE  # type: ignore[union-attr]


def test_the_list_has_the_newest_first_in_parts(desk: Desk, world: World) -> None:
    """With the cursor of the next part; a strange cursor or limit is refused and recorded."""
    first = propose(desk, number(world))
    world.clock.advance(1_000)
    second = propose(desk, {"kind": "org", "org": "subsidiary"})
    part = desk.get("/v1/changes?limit=1").json_body
    assert [row["change"] for row in part["changes"]] == [second]
    rest = desk.get(f"/v1/changes?limit=1&cursor={part['next']}").json_body
    assert ([row["change"] for row in rest["changes"]], rest["next"]) == ([first], "")
    assert is_problem(desk.get("/v1/changes?cursor=strange"), 422, "bad_cursor")
    assert is_problem(desk.get("/v1/changes?limit=few"), 422, "bad_limit")


def test_expiry_is_seen_without_any_worker(desk: Desk, world: World) -> None:
    """By the clock alone: nothing needs to run for a proposal to be over."""
    change = propose(desk, number(world))
    world.clock.advance(DAY)
    shown = desk.get(f"/v1/changes/{change}").json_body
    assert (shown["stage"], shown["waits_for"]) == ("expired", "")
    refused = desk.post(f"/v1/changes/{change}/approve", b"", SECOND)
    assert is_problem(refused, 409, "change_expired")


@pytest.mark.parametrize("role", list(Role))
def test_each_role_gets_what_the_matrix_grants(desk: Desk, world: World, role: Role) -> None:
    """Proposing, approving and reading; every 403 is one entry."""
    if role not in desk.tokens:
        return
    change = propose(desk, number(world), Role.DUTY_DIRECTOR)
    reads = desk.get(f"/v1/changes/{change}", role), desk.get("/v1/changes", role)
    may_read = role in CLIENT | {Role.ADMIN, Role.AUDITOR}
    assert [r.status_code for r in reads] == [200 if may_read else 403] * 2
    proposed = desk.post("/v1/changes", {"kind": "org", "org": "x"}, role)
    assert proposed.status_code == (201 if role in CLIENT else 403)
    before = len(desk.refusals(role))
    said = desk.post(f"/v1/changes/{change}/approve", b"", role)
    others = CLIENT - {Role.DUTY_DIRECTOR}
    assert said.status_code == (200 if role in others else 403)
    assert len(desk.refusals(role)) == before + (role not in others)


def test_a_proposal_is_rejected_or_withdrawn_over_http(desk: Desk, world: World) -> None:
    """By any of the client's people, or by the administrator who made it; twice is too often."""
    change = propose(desk, number(world))
    path = f"/v1/changes/{change}/reject"
    assert is_problem(desk.post(path, b"", Role.VENDOR_AGENT), 403, "role_may_not")
    assert is_problem(desk.post(path, b"", Role.ADMIN), 403, "person_needed")
    assert desk.post(path, b"", SECOND).json_body["stage"] == "rejected"
    assert is_problem(desk.post(path, b"", SECOND), 409, "change_over")


def test_names_are_shown_to_the_client_s_own_people_only(desk: Desk) -> None:
    """An auditor sees role and employer; nobody sees a whole number."""
    body = {"kind": "new_person", "name": "李敏", "role": "owner", "phone": NEW_PHONE}
    change = propose(desk, body | {"email": "li@client.example"})
    own = desk.get(f"/v1/changes/{change}").json_body["value"]
    assert (own["name"], own["phone"], own["email"]) == ("李敏", "…0901", "l…@c….example")
    other = desk.get(f"/v1/changes/{change}", Role.AUDITOR).json_body["value"]
    assert {"name", "phone", "email"} & other.keys() == set()
    assert (other["role"], other["employer"]) == ("owner", "client")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "change_unreadable"),
        (b"not json", "change_unreadable"),
        (b"[]", "change_unreadable"),
        (b'{"kind": "number", "phone": NaN}', "change_unreadable"),
        (b'{"kind": "org", "org": "' + b"x" * 20_001 + b'"}', "change_unreadable"),
        ({"kind": "number", "phone": 7}, "change_unreadable"),
        ({"kind": "number", "person": ["x"]}, "change_unreadable"),
        ({"kind": "person", "channels": "sms"}, "change_unreadable"),
        ({"kind": "person", "channels": [1]}, "change_unreadable"),
        ({"kind": "roster", "duty": ["owner"]}, "change_unreadable"),
        ({"kind": "roster", "duty": {"owner": "per_x"}}, "change_unreadable"),
        ({"kind": "number", "duty": {"phone": []}}, "change_unreadable"),
        ({}, "unknown_change_kind"),
        ({"kind": "coup"}, "unknown_change_kind"),
        ({"kind": ["roster"]}, "unknown_change_kind"),
        ({"kind": "org", "org": "x", "pin_hash": "ab"}, "unknown_field"),
        ({"kind": "pin", "phone": NEW_PHONE}, "unknown_field"),
        ({"kind": "roster", "duty": {"owner": []}, "name": "x"}, "roster_role_unknown"),
        ({"kind": "roster"}, "nothing_to_change"),
        ({"kind": "number", "person": "per_' OR 1=1"}, "person_unknown"),
        ({"kind": "pin", "person": "fallback"}, "person_unknown"),
        ({"kind": "org", "org": "A B"}, "bad_org"),
        ({"kind": "new_person", "role": "owner", "phone": NEW_PHONE}, "bad_name"),
        ({"kind": "new_person", "name": "x", "phone": NEW_PHONE}, "bad_role"),
        ({"kind": "new_person", "name": "x", "role": "machine"}, "bad_role"),
        ({"kind": "new_person", "name": "x", "role": "owner"}, "not_reachable"),
        ({"kind": "new_person", "name": "x\u202e", "role": "owner"}, "bad_name"),
    ],
)
def test_what_cannot_be_read_is_refused_once_and_quoted_never(
    desk: Desk, world: World, body: Any, code: str
) -> None:
    """422 with its own sentence and one entry; nothing is stored and nothing is sent."""
    response = desk.post("/v1/changes", body, Role.OWNER)
    assert is_problem(response, 422, code)
    assert [event["code"] for event in desk.refusals(Role.OWNER)] == [code]
    world.settle()
    assert (world.channels.sent, desk.get("/v1/changes").json_body["changes"]) == ([], [])
    for language in LANGUAGES:
        assert code in locale(language)["problems"]


def test_a_path_that_is_no_id_is_no_change(desk: Desk) -> None:
    """What a stranger writes there is not recorded."""
    for path in ("/v1/changes/13800138000", "/v1/changes/chg_00000000000000000000000000"):
        assert is_problem(desk.get(path), 404, "change_unknown")
        assert is_problem(desk.post(f"{path}/approve", b"", SECOND), 404, "change_unknown")
        assert is_problem(desk.post(f"{path}/reject", b"", SECOND), 404, "change_unknown")
    assert "13800138000" not in str(desk.refusals(Role.OWNER) + desk.refusals(SECOND))


def test_the_page_asks_in_the_person_s_language_and_can_switch(desk: Desk, world: World) -> None:
    """Two buttons, one masked number, no script, and nothing of it can be framed or cached."""
    _, [path] = approved(desk, number(world))
    first = desk.get(path, None)
    for language, response in (("zh-CN", first), ("en", desk.get(f"{path}?lang=en", None))):
        html, words = page(response), locale(language)["accept"]
        assert response.status_code == 200
        for said in (words["titles"]["number"], words["accept"], words["decline"], "…0901"):
            assert said in html
        assert NEW_PHONE not in html
        assert "<script" not in html
    assert first.headers["X-Frame-Options"] == "DENY"
    assert first.headers["Cache-Control"] == "no-store"
    assert "form-action 'self'" in first.headers["Content-Security-Policy"]


def test_looking_and_a_strange_button_change_nothing(desk: Desk, world: World) -> None:
    """Only the two answers are answers."""
    change, [path] = approved(desk, number(world))
    before = world.changes.change(change)
    desk.get(path, None)
    assert answer(desk, path, "").status_code == 422
    assert answer(desk, path, "approve").status_code == 422
    assert world.changes.change(change) == before


def test_declining_at_the_number_ends_it(desk: Desk, world: World) -> None:
    """And pressing the other button afterwards says that it is over."""
    change, [path] = approved(desk, number(world))
    assert locale("en")["accept"]["states"]["over"] in page(
        answer(desk, path, "decline", "?lang=en")
    )
    late = answer(desk, path, "accept", "?lang=en")
    assert late.status_code == 409
    assert locale("en")["problems"]["change_over"]["title"] in page(late)
    assert desk.get(f"/v1/changes/{change}").json_body["stage"] == "rejected"


@pytest.mark.parametrize("token", ["x", "A" * 22, "A" * 23, "é" * 22])
def test_a_link_that_leads_nowhere_says_so(desk: Desk, token: str) -> None:
    """As a page, in words."""
    for response in (desk.get(f"/a/{token}", None), answer(desk, f"/a/{token}", "accept")):
        assert response.status_code == 404


def test_a_new_pin_is_shown_once_to_whoever_accepted(desk: Desk) -> None:
    """On the answer to the last acceptance, and on no page after it."""
    body = {"kind": "new_person", "name": "Li Min", "role": "owner", "phone": NEW_PHONE}
    _, [path] = approved(desk, body | {"language": "en"})
    title = locale("en")["accept"]["pin"]
    assert title in page(answer(desk, path, "accept"))
    assert title not in page(answer(desk, path, "accept"))
    assert title not in page(desk.get(path, None))
    assert locale("en")["accept"]["states"]["applied"] in page(desk.get(path, None))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_and_every_role_has_its_words(language: str) -> None:
    """A page with a key in place of a sentence would be accepted by nobody."""
    words = locale(language)["accept"]
    kinds = {kind.value for kind in ChangeKind}
    assert set(words["titles"]) == set(words["means"]) == kinds
    assert set(words["roles"]) == set(ROSTER_ROLES)
    assert set(words["states"]) == {"asked", "accepted", "applied", "over"}
