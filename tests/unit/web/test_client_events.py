"""What the client's own systems tell over HTTP: who is believed, and what comes of it."""

import json
from dataclasses import replace
from typing import Any

import pytest
from chalice.test import HTTPResponse

from chalicelib import wiring
from chalicelib.audit.canonical import decode
from chalicelib.cases.commands import FROZEN, Acknowledge, By
from chalicelib.cases.lane_commands import RequestData
from chalicelib.cases.model import Case
from chalicelib.services import acting, client_facts
from chalicelib.services.engine import apply, from_http
from chalicelib.services.webhooks import sign
from chalicelib.terms import MINUTE, Role
from tests.support.world import World
from tests.unit.web.desk import Desk

SECRET = b"s" * 32
PATH = "/v1/client-systems/events"


@pytest.fixture
def world(world: World) -> World:
    """The client has given its systems' secret."""
    world.parts = replace(world.parts, client_secrets=(SECRET,))
    wiring.use("api", world.parts)
    return world


def tell(desk: Desk, told: object, identity: str = "evt_1", **more: Any) -> HTTPResponse:
    """An event as the client's system would send it, but for ``at``, ``secret`` and ``sent``."""
    raw = told if isinstance(told, bytes) else json.dumps(told).encode()
    at = more.pop("at", desk.world.clock.now())
    headers = sign(more.pop("secret", SECRET), identity, at, raw).headers()
    body = more.pop("sent", raw)
    return desk.post(PATH, body, None, **{k.replace("-", "_"): v for k, v in headers.items()})


def case_of(world: World, case: str) -> Case:
    """The case as it stands."""
    loaded = world.ledger.load(case)
    assert loaded is not None
    assert loaded.case is not None
    return loaded.case


def newest(world: World, case: str) -> dict[str, Any]:
    """The newest entry of a case."""
    entry: dict[str, Any] = decode(world.ledger.entries(f"case#{case}", 0, 500)[-1])
    return entry


def refusals(world: World) -> list[str]:
    """Codes of what nobody in particular was refused."""
    chains = [chain for chain in world.ledger.chains if chain.startswith("refusals#anonymous#")]
    lines = [line for chain in chains for line in world.ledger.entries(chain, 0, 100)]
    return [decode(line)["events"][0]["code"] for line in lines]


def test_a_fact_is_kept_on_its_case_and_its_words_in_the_vault(desk: Desk, world: World) -> None:
    """The entry names the system and the kind; what it says is sealed."""
    case = desk.complain()
    told = {
        "type": "subject.frozen",
        "case": case,
        "source": "fleet",
        "data": {"driver": "Zhang San 13800138000"},
    }
    response = tell(desk, told)
    assert (response.status_code, response.json_body["case"]) == (200, case)
    entry = newest(world, case)
    assert (entry["actor"]["id"], entry["actor"]["role"]) == ("client_systems", "client_app")
    [event] = [e for e in entry["events"] if e["e"] == "message.added.v1"]
    assert (event["kind"], event["speaker"]) == ("evidence", "client")
    assert "Zhang" not in json.dumps(entry)
    words = world.vault.open([event["sid"]], "per_x", "test")[event["sid"]]
    assert words["fact"]["source"] == "client_systems:fleet"
    assert words["fact"]["data"] == told["data"]


def test_an_event_that_comes_again_is_answered_again_and_done_once(
    desk: Desk, world: World
) -> None:
    """The same id and body with a new time: a retry of the sender's."""
    case = desk.complain()
    told = {"type": "subject.frozen", "case": case, "data": {}}
    first = tell(desk, told)
    before = len(world.ledger.entries(f"case#{case}", 0, 500))
    world.clock.advance(MINUTE)
    again = tell(desk, told)
    assert again.json_body == first.json_body
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(world.ledger.entries(f"case#{case}", 0, 500)) == before
    other = tell(desk, told | {"data": {"x": "y"}})
    assert (other.status_code, other.json_body["code"]) == (422, "event_id_reused")


def test_two_deliveries_at_once_are_one(
    desk: Desk, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever comes second finds the first answer when its own transaction is refused."""
    case = desk.complain()
    told = {"type": "subject.frozen", "case": case, "data": {}}
    first = tell(desk, told)
    real, looks = world.ledger.once, iter([None])
    monkeypatch.setattr(world.ledger, "once", lambda key: next(looks, real(key)))
    again = tell(desk, told)
    assert again.json_body == first.json_body


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"secret": b"x" * 32}, "signature_wrong"),
        ({"sent": b'{"type": "subject.unfrozen"}'}, "signature_wrong"),
        ({"at": 0}, "signature_stale"),
    ],
)
def test_who_cannot_sign_is_not_the_client(
    desk: Desk, world: World, more: dict[str, Any], code: str
) -> None:
    """401 with an entry that names nobody; the case does not move."""
    case = desk.complain()
    before = case_of(world, case)
    response = tell(desk, {"type": "subject.frozen", "case": case}, **more)
    assert (response.status_code, response.json_body["code"]) == (401, code)
    assert refusals(world)[-1] == code
    assert case_of(world, case) == before


@pytest.mark.usefixtures("world")
def test_no_credential_stands_for_a_signature(desk: Desk) -> None:
    """Not even the client's own app's: this route is not for people."""
    case = desk.complain()
    for role in (Role.CLIENT_APP, Role.OWNER, Role.VENDOR_AGENT, None):
        body = {"type": "subject.frozen", "case": case}
        response = desk.post(PATH, body, role)
        assert (response.status_code, response.json_body["code"]) == (401, "signature_missing")


def test_without_a_secret_there_is_no_such_route(desk: Desk, world: World) -> None:
    """404, whatever is sent."""
    wiring.use("api", replace(world.parts, client_secrets=()))
    assert tell(desk, {"type": "subject.frozen", "case": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "event_unreadable"),
        (b"frozen", "event_unreadable"),
        (b"[1]", "event_unreadable"),
        (b'{"type": "subject.frozen"}', "event_unreadable"),
        (b'{"type": "subject.frozen", "case": 7}', "event_unreadable"),
        (b'{"type": "subject.frozen", "case": "x", "data": NaN}', "event_unreadable"),
        (b'{"type": "subject.frozen", "case": "x", "data": "\\ud800"}', "event_unreadable"),
        (b"[" * 100_000, "event_unreadable"),
        (b'{"type": "subject.frozen", "case": "' + b"x" * 270_000 + b'"}', "event_unreadable"),
        (b'{"type": "case.closed", "case": "x"}', "event_unknown"),
        (b'{"type": "look_up", "case": "x"}', "event_unknown"),
        (b'{"type": ["subject.frozen"], "case": "x"}', "event_unknown"),
    ],
)
def test_an_event_that_says_nothing_we_know_is_refused(
    desk: Desk, world: World, body: bytes, code: str
) -> None:
    """422 with an entry, though it was signed; our own questions sent back are none either."""
    response = tell(desk, body)
    assert (response.status_code, response.json_body["code"]) == (422, code)
    assert refusals(world) == [code]


@pytest.mark.parametrize("case", ["x", "cas_00000000000000000000000000", "a\0b", "救命"])
def test_a_case_that_is_not_there_answers_404(desk: Desk, world: World, case: str) -> None:
    """And the refusal is an entry."""
    response = tell(desk, {"type": "subject.frozen", "case": case})
    assert (response.status_code, response.json_body["code"]) == (404, "case_unknown")
    assert refusals(world) == ["case_unknown"]
    logged = b"".join(line for c in world.ledger.chains for line in world.ledger.entries(c, 0, 9))
    assert "救命".encode() not in logged


def test_words_about_an_order_may_raise_a_case(desk: Desk, world: World) -> None:
    """The client's own systems know of danger, too; nothing they say lowers it."""
    case = desk.post("/v1/complaints", {"text": "退款还没到"}).json_body["case"]
    low = case_of(world, case).tier
    tell(desk, {"type": "order.facts", "case": case, "data": {"trip_active": True}}, "evt_0")
    assert case_of(world, case).tier is low
    note = {"note": "救命,他锁了车门", "trip_active": True}
    response = tell(desk, {"type": "order.facts", "case": case, "data": note})
    assert response.json_body["tier"] == "S0"
    quiet = {"note": "all is well", "trip_active": False}
    tell(desk, {"type": "order.facts", "case": case, "data": quiet}, "evt_2")
    assert case_of(world, case).tier.value == "S0"


def test_data_that_was_delivered_answers_the_request_for_it(desk: Desk, world: World) -> None:
    """The department that was asked has answered; one that was not asked has only said so."""
    case = desk.complain()
    owner = world.client()
    apply(world.parts, from_http(owner), case, RequestData(by=owner.by, department="trips"))
    told = {"type": "data.delivered", "case": case, "data": {"department": "maps"}}
    assert tell(desk, told, "evt_0").status_code == 200
    assert case_of(world, case).data["trips"].answered == 0
    told["data"] = {"department": "trips", "pack": "PK-9"}
    assert tell(desk, told).status_code == 200
    stands = case_of(world, case)
    assert stands.data["trips"].answered
    assert "data.trips" not in stands.clocks
    assert newest(world, case)["actor"]["id"] == "client_systems"


def test_a_subject_let_go_behind_a_case_s_back_calls_for_a_decision(
    desk: Desk, world: World
) -> None:
    """The case has it frozen and the system says that it is not: whoever is on call is paged."""
    case = desk.complain()
    acting.act(world.parts, world.client(), case, FROZEN, {"reference": "FRZ-1"})
    world.settle()
    world.fast_forward(4)
    pages = len(world.sent)
    told = {"type": "subject.unfrozen", "case": case, "data": {"by": "night shift"}}
    assert tell(desk, told).status_code == 200
    world.settle()
    world.collect()
    lines = world.ledger.entries(f"case#{case}", 0, 500)
    assert [b'"freeze.asked.v1"' in line for line in lines].count(True) == 1
    assert len(world.sent) > pages


def test_what_a_case_cannot_take_is_refused_and_not_remembered(
    desk: Desk, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the case has moved on meanwhile: 409 with an entry, and a retry is looked at anew."""
    case = desk.complain()
    told = {"type": "subject.frozen", "case": case, "data": {}}
    with monkeypatch.context() as patched:
        late = Acknowledge(by=By("client_systems", Role.CLIENT_APP, "client"))
        patched.setattr(client_facts, "_command", lambda *_: late)
        response = tell(desk, told)
    assert (response.status_code, response.json_body["code"]) == (409, "role_may_not")
    assert refusals(world) == ["role_may_not"]
    assert tell(desk, told).status_code == 200


def test_a_vault_or_a_store_that_fails_is_a_fault_and_not_a_yes(desk: Desk, world: World) -> None:
    """The sender is told to try again, and then it is done once."""
    case = desk.complain()
    told = {"type": "subject.frozen", "case": case, "data": {}}
    world.ledger.fail_next(*["conflict"] * 400)
    response = tell(desk, told)
    assert (response.status_code, response.json_body["code"]) == (503, "busy")
    world.ledger._next.clear()
    assert tell(desk, told).status_code == 200
