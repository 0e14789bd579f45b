"""Stories of vendors' heartbeats: one goes dark, one hides calls, and no vendor hides another."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chalice.test import Client, HTTPResponse

from app import app
from chalicelib import wiring
from chalicelib.audit.canonical import decode
from chalicelib.cases.model import Case
from chalicelib.services import acting, beating, vendor_watch
from chalicelib.services import alarms as raising
from chalicelib.services.caller import Caller
from chalicelib.services.complaint import Answer
from chalicelib.services.errors import RefusedError
from chalicelib.services.pulse import Beat, quarter_of
from chalicelib.terms import DAY, MINUTE, Role, Tier, iso
from tests.support.world import World, story
from tools.export import export
from tools.verify_log import verify

ZERO = {"offered": 0, "answered": 0, "chats": 0, "cases": 0, "agents_on": 3}


def beat(world: World, org: str = "acme", seq: int | None = None, **counts: int) -> Answer:
    """A vendor's heartbeat of the five minutes that just ended."""
    window = world.clock.now() - 5 * MINUTE
    return beating.take(
        world.parts, world.vendor(org=org), Beat(seq=seq, window=window, counts=ZERO | counts)
    )


def beats(world: World, number: int, org: str = "acme", first: int = 1) -> None:
    """So many of them, one every five minutes, the first one now."""
    for seq in range(first, first + number):
        beat(world, org, seq)
        world.fast_forward(5)


def alarms(world: World) -> list[Case]:
    """The cases that the machine opened for its alarms, in the order of their opening."""
    found = []
    for name in world.ledger.cases:
        loaded = world.ledger.load(name)
        assert loaded is not None
        assert loaded.case is not None
        if any(policy.startswith("alarm.") for policy in loaded.case.policies):
            found.append(loaded.case)
    return found


def shut(world: World, case: str) -> None:
    """The owner acts: the vendor's queue goes to somebody else."""
    acting.act(world.parts, world.client(), case, "service_shut", {"done": "queue moved over"})


def events(world: World, org: str = "acme") -> list[dict[str, Any]]:
    """What stands on a vendor's chain."""
    lines = world.ledger.entries(f"heartbeats#{org}", 0, 500)
    return [event for line in lines for event in decode(line)["events"]]


def names(world: World, org: str = "acme") -> list[str]:
    """The names of those events."""
    return [event["e"] for event in events(world, org)]


def test_a_vendor_that_misses_two_beats_at_three_at_night_pages_l1_once() -> None:
    """One S1 case by the machine, one page on each channel; the ladder does the rest."""
    with story() as world:
        world.clock.set(world.start + 9 * 60 * MINUTE)  # 03:00 in China
        world.start = world._next_sweep = world.clock.now()
        beats(world, 3)
        assert alarms(world) == []
        world.fast_forward(5)
        assert alarms(world) == []
        world.fast_forward(1)
        world.expect_both("owner", at=21)
        [case] = alarms(world)
        assert (case.tier, case.policies) == (Tier.S1, ("alarm.vendor_dark",))
        assert case.vendor == ""
        world.fast_forward(3)
        assert len(alarms(world)) == 1
        assert names(world).count("vendor.dark.v1") == 1
        assert world.ledger.load(case.id).case.seq == case.seq  # type: ignore[union-attr]


def test_nobody_owns_it_and_the_ladder_goes_on() -> None:
    """A vendor gone dark is a case like any other: the second on call, then the director."""
    with story() as world:
        beats(world, 1)
        world.fast_forward(6)
        world.expect_both("owner", at=11)
        world.fast_forward(20)
        world.expect_both("owner_second", at=21)
        world.expect_both("duty_director", at=31)
        world.ignore_pages()
        assert len(alarms(world)) == 1


def test_a_vendor_that_comes_back_and_goes_dark_again_joins_its_case_and_rings_again() -> None:
    """The return is noted and rings nobody; the second darkness pages whoever had owned it."""
    with story() as world:
        beats(world, 1)
        world.fast_forward(6)
        world.expect_both("owner", at=11)
        [case] = alarms(world)
        world.acknowledge(case.id)
        shut(world, case.id)
        before = len(world.ledger.entries(f"case#{case.id}", 0, 500))
        beat(world, seq=2)
        after = world.ledger.entries(f"case#{case.id}", 0, 500)
        assert len(after) == before + 1
        assert decode(after[-1])["events"][0]["direction"] == "internal"
        back = next(event for event in events(world) if event.get("dark_since"))
        assert back["dark_since"] == world.start
        world.fast_forward(10)
        assert world.unexpected == []
        world.fast_forward(1)
        world.expect_both("owner", at=22)
        assert [one.id for one in alarms(world)] == [case.id]
        assert names(world).count("vendor.dark.v1") == 2


def test_numbers_that_never_came_are_noted() -> None:
    """A gap in the sequence is named to the vendor and in the log; the beat counts all the same."""
    with story() as world:
        beat(world, seq=1)
        world.fast_forward(5)
        answer = beat(world, seq=4)
        assert answer.body["missed"] == 2
        assert {"field": "seq", "code": "numbers_missing"} in answer.body["problems"]
        assert events(world)[-1]["missed"] == 2
        world.fast_forward(5)
        assert beat(world, seq=2).body["problems"][0]["code"] == "not_the_next"


def test_a_retry_of_a_beat_changes_nothing() -> None:
    """The same number within its interval is the same beat."""
    with story() as world:
        first, again = beat(world, seq=1), beat(world, seq=1)
        assert len(events(world)) == 1
        assert (first.replayed, again.replayed) == (False, True)
        assert again.body["received_at"] == first.body["received_at"]


def test_a_vendor_cannot_beat_for_another() -> None:
    """Whose beat it is comes from the credential, whatever its body says."""
    with story() as world:
        beat(world, "other", 1)
        for seq in range(1, 4):
            beat(world, "acme", seq)
            world.fast_forward(5)
        world.fast_forward(0)
        world.expect_both("owner", at=11)
        [case] = alarms(world)
        opened = decode(world.ledger.entries(f"case#{case.id}", 0, 1)[0])["events"][0]
        assert opened["judged"]["facts"]["vendor"] == "other"
        assert {event["vendor"] for event in events(world)} == {"acme"}
        world.ignore_pages()


@pytest.mark.parametrize("role", [Role.OWNER, Role.AUDITOR, Role.CLIENT_APP, Role.ADMIN])
def test_only_vendors_beat(role: Role) -> None:
    """Anybody else is refused, and the refusal is an entry of theirs."""
    with story() as world:
        caller = Caller(kind="credential", id=world.client().id, role=role, org="acme")
        with pytest.raises(RefusedError):
            beating.take(world.parts, caller, Beat(seq=1))
        assert world.ledger.chains == (f"refusals#{caller.id}",)


def test_a_broken_item_rings_and_hides_no_other_vendor() -> None:
    """A vendor whose item cannot be read counts as dark; the others are looked at all the same."""
    with story() as world:
        for org in ("acme", "other", "third"):
            beat(world, org, 1)
        world.heartbeats.corrupt("acme")
        world.fast_forward(1)
        world.expect_both("owner", at=1)
        assert len(alarms(world)) == 1
        world.ignore_pages()
        world.fast_forward(10)
        world.expect_both("owner", at=11)
        world.ignore_pages()
        assert len(alarms(world)) == 3
        beat(world, "acme", 2)
        assert world.heartbeats.load("acme").vitals.seq == 2  # type: ignore[union-attr]


def test_one_look_that_fails_hides_no_other_vendor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes wrong with one vendor, the next one's alarm is raised."""
    with story() as world:
        for org in ("acme", "other"):
            beat(world, org, 1)
        world.fast_forward(10)
        real = raising.raise_alarm

        def fail(parts: Any, cause: Any, alarm: Any, told: str = "") -> str:
            if alarm.facts["vendor"] == "acme":
                raise RuntimeError("broken")
            return real(parts, cause, alarm, told)

        monkeypatch.setattr(vendor_watch, "raise_alarm", fail)
        world.clock.advance(MINUTE)
        checked = vendor_watch.check(world.parts)
        assert (checked.dark, checked.failed) == (2, 1)
        assert len(alarms(world)) == 1
        world.settle()
        world.ignore_pages()


def test_a_registry_that_is_silent_stops_no_sweep() -> None:
    """The check says that it failed, and asks again a minute later."""
    with story() as world:
        beat(world, seq=1)
        world.heartbeats.silent = True
        world.fast_forward(12)
        assert vendor_watch.check(world.parts).failed == 1
        assert alarms(world) == []
        world.heartbeats.silent = False
        world.fast_forward(1)
        world.expect_both("owner", at=13)


def test_a_store_that_does_not_answer_opens_one_case() -> None:
    """An opening whose answer was lost is found again, and not opened twice."""
    with story() as world:
        beat(world, seq=1)
        world.fast_forward(10)
        world.ledger.fail_next("after")
        world.fast_forward(2)
        assert len(alarms(world)) == 1
        world.ignore_pages()


def test_the_end_of_a_contract_is_an_entry_and_no_darkness() -> None:
    """Nobody is rung for a vendor that was ended; when it beats again it is watched again."""
    with story() as world:
        beat(world, seq=7)
        assert beating.end(world.parts, "acme")
        assert not beating.end(world.parts, "acme")
        assert not beating.end(world.parts, "nobody")
        world.fast_forward(60)
        assert alarms(world) == []
        assert names(world)[-1] == "heartbeat.ended.v1"
        beat(world, seq=1)
        assert events(world)[-1]["ended_before"]
        world.fast_forward(11)
        assert len(alarms(world)) == 1
        world.ignore_pages()


def test_an_alarm_that_was_closed_over_a_dark_vendor_is_raised_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Closing the case brings no vendor back: the next look opens another, linked to it."""
    with story() as world:
        beat(world, seq=1)
        world.fast_forward(11)
        [first] = alarms(world)
        real = raising._is_open
        monkeypatch.setattr(
            raising, "_is_open", lambda loaded: loaded.beside.case != first.id and real(loaded)
        )
        world.fast_forward(3)
        _, second = alarms(world)
        assert second.linked == (first.id,)
        world.ignore_pages()


def test_the_log_of_it_all_is_one_that_an_auditor_can_check(tmp_path: Path) -> None:
    """Every entry that beats, darkness, a return, a quiet hour and an end bring about."""
    with story() as world:
        beats(world, 2)
        world.fast_forward(10)
        [case] = alarms(world)
        world.acknowledge(case.id)
        beat(world, seq=9)
        world.fast_forward(15)
        beat(world, "外包二", 1)
        beating.end(world.parts, "外包二")
        world.fast_forward(60)
        world.ignore_pages()
        export(world.ledger, tmp_path, world.clock, world.start - DAY)
        report = verify(tmp_path, as_of=world.clock.now())
        assert report.exit_code == 0, report.findings
        assert "heartbeats#acme" in (tmp_path / "heads.jsonl").read_text()


@pytest.fixture
def http() -> Iterator[tuple[World, Client]]:
    """The api over HTTP on a world in memory."""
    world = World()
    wiring.use("api", world.parts)
    with Client(app) as client:
        yield world, client
    wiring.use("api", None)


def _post(world: World, client: Client, path: str, body: bytes) -> HTTPResponse:
    token = world.credential(world.vendor(), "s" * 43)
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    return client.http.post(path, headers=headers, body=body)


def _calls(world: World, client: Client, number: int) -> None:
    for _ in range(number):
        body = b'{"text": "Where is my refund, please check."}'
        assert _post(world, client, "/v1/complaints", body).status_code == 201


def _quarter(http: tuple[World, Client], answered: int, logged: int) -> World:
    """A quarter of an hour in which a vendor answered and logged so many calls."""
    world, client = http
    _calls(world, client, logged)
    world.fast_forward(15)
    window = iso(world.start)
    body = f'{{"seq": 1, "window_start": "{window}", "offered": 99, "answered": {answered}}}'
    assert _post(world, client, "/v1/heartbeats", body.encode()).status_code == 200
    world.fast_forward(9)
    assert alarms(world) == []
    world.ignore_pages()
    world.fast_forward(1)
    return world


def test_the_page_says_which_vendor_and_the_vendor_sees_nothing_of_it(
    http: tuple[World, Client],
) -> None:
    """The phone shows why in words; the case is no case of the vendor's."""
    world, client = http
    beat(world, seq=1)
    world.fast_forward(11)
    [case] = alarms(world)
    text = world.channels.messages[-1].text
    page = client.http.get(text[text.index("/p/") :].strip() + "?lang=en").body.decode()
    assert "No heartbeat from a vendor" in page
    assert "acme" in page
    token = world.credential(world.vendor(), "s" * 43)
    vendor = {"authorization": f"Bearer {token}"}
    assert client.http.get(f"/v1/cases/{case.id}", headers=vendor).status_code == 404
    token = world.credential(world.client(), "s" * 43)
    owner = {"authorization": f"Bearer {token}"}
    said = client.http.get(f"/v1/cases/{case.id}/messages", headers=owner)
    assert [row["speaker"] for row in said.json_body["messages"]] == ["bot"]


def test_what_a_vendor_logs_is_counted_once(http: tuple[World, Client]) -> None:
    """Complaints and transcripts; no retry, no note, and nothing that goes out."""
    world, client = http
    headers = {
        "authorization": f"Bearer {world.credential(world.vendor(), 's' * 43)}",
        "idempotency-key": "call-1",
    }
    for _ in range(2):
        answer = client.http.post("/v1/complaints", headers=headers, body=b"where is my refund")
    case = answer.json_body["case"]
    for message in (
        '{"text": "x", "kind": "note"}',
        '{"text": "x", "kind": "transcript"}',
        '{"text": "x", "kind": "transcript", "direction": "outbound"}',
    ):
        path = f"/v1/cases/{case}/messages"
        assert _post(world, client, path, message.encode()).status_code == 201
    assert world.heartbeats.counted("acme", quarter_of(world.clock.now())) == 2


def test_a_count_that_fails_costs_no_complaint(http: tuple[World, Client]) -> None:
    """The complaint is in; the vendor merely looks worse than it is."""
    world, client = http
    world.heartbeats.silent = True
    _calls(world, client, 1)
    world.heartbeats.silent = False
    assert world.heartbeats.counted("acme", quarter_of(world.clock.now())) == 0


@pytest.mark.parametrize(("answered", "logged"), [(5, 4), (60, 58)])
def test_calls_that_are_in_no_log_page_l1(
    http: tuple[World, Client], answered: int, logged: int
) -> None:
    """T16: more than 2 % of a quarter's contacts missing is a stall, with a page to L1."""
    world = _quarter(http, answered, logged)
    [case] = alarms(world)
    assert (case.tier, case.policies) == (Tier.S2, ("alarm.undercount",))
    short = events(world)[-1]
    assert short["e"] == "contacts.undercounted.v1"
    assert (short["tactic"], short["telephony"], short["logged"]) == ("T16", answered, logged)
    assert (short["short"], short["case"]) == (answered - logged, case.id)
    world.expect_both("owner", at=25)


def test_counts_that_agree_ring_nobody(http: tuple[World, Client]) -> None:
    """They are compared once, and that is an entry too."""
    world = _quarter(http, 4, 4)
    assert alarms(world) == []
    assert names(world)[-1] == "contacts.compared.v1"
    world.ignore_pages()


def test_a_second_undercount_joins_the_open_case_without_ringing(
    http: tuple[World, Client],
) -> None:
    """Its figures stand on the case and on the vendor's chain; nobody is paged for them again."""
    world = _quarter(http, 5, 4)
    [case] = alarms(world)
    world.settle()
    world.acknowledge(case.id)
    shut(world, case.id)
    world.ignore_pages()
    client = http[1]
    window = iso(world.start + 15 * MINUTE)
    body = f'{{"seq": 2, "window_start": "{window}", "answered": 9}}'.encode()
    _post(world, client, "/v1/heartbeats", body)
    world.fast_forward(8)
    beat(world, seq=3)
    world.fast_forward(8)
    assert [one.id for one in alarms(world)] == [case.id]
    assert names(world).count("contacts.undercounted.v1") == 2
    assert world.unexpected == []


def test_a_first_undercount_on_an_open_case_tells_who_is_on_call(
    http: tuple[World, Client],
) -> None:
    """A vendor that went dark and came back short: the stall stands on its case, and pages L1."""
    world, client = http
    beat(world, seq=1)
    world.fast_forward(12)
    [case] = alarms(world)
    world.acknowledge(case.id)
    shut(world, case.id)
    world.ignore_pages()
    window = iso(world.start)
    body = f'{{"seq": 2, "window_start": "{window}", "answered": 9}}'.encode()
    _post(world, client, "/v1/heartbeats", body)
    world.fast_forward(5)
    beat(world, seq=3)
    world.fast_forward(8)
    assert [one.id for one in alarms(world)] == [case.id]
    world.expect_both("owner", at=25)
    lines = world.ledger.entries(f"case#{case.id}", 0, 500)
    stalls = [e for line in lines for e in decode(line)["events"] if e["e"] == "stall.seen.v1"]
    assert [(stall["tactic"], stall["who"]) for stall in stalls] == [("T16", "acme")]
    assert world.unexpected == []


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        (b"", {"missing"}),
        (b"alive", {"missing", "not_json", "unknown_fields"}),
        (b'{"seq": "7", "answered": "12", "window_start": 1}', {"absurd_time"}),
        (b'{"seq": -1, "answered": true, "chats": [1], "agents_on": 1.5}', {"wrong_type"}),
        (b'{"seq": 1, "vendor": "other"}', {"unknown_fields"}),
        (b'{"seq": 1, "window_start": "yesterday"}', {"unreadable_time"}),
        (b'{"seq": 1, "window_start": {"a": 1}}', {"unreadable_time"}),
        (b"\xff\xfe\x00", {"missing"}),
    ],
)
def test_a_beat_with_bad_fields_counts_as_one(
    http: tuple[World, Client], body: bytes, codes: set[str]
) -> None:
    """What cannot be read is named; the vendor is alive all the same."""
    world, client = http
    response = _post(world, client, "/v1/heartbeats", body)
    assert response.status_code == 200
    assert codes <= {problem["code"] for problem in response.json_body["problems"]}
    kept = world.heartbeats.load("acme")
    assert kept is not None
    assert kept.vitals is not None
    assert kept.vitals.at == world.clock.now()


def test_the_list_is_for_the_client_and_the_auditor(http: tuple[World, Client]) -> None:
    """By name, in parts; a vendor is refused."""
    world, client = http
    for org in ("acme", "other", "外包三"):
        beat(world, org, 1)
    world.heartbeats.corrupt("other")
    token = world.credential(world.client(), "s" * 43)
    headers = {"authorization": f"Bearer {token}"}
    seen: list[dict[str, Any]] = []
    cursor = ""
    while True:
        found = client.http.get(f"/v1/heartbeats?limit=1&cursor={cursor}", headers=headers)
        seen += found.json_body["vendors"]
        cursor = found.json_body["next"]
        if not cursor:
            break
    assert [row["vendor"] for row in seen] == ["acme", "other", "外包三"]
    assert [row["dark"] for row in seen] == [False, True, False]
    bad = client.http.get("/v1/heartbeats?cursor=!", headers=headers)
    assert (bad.status_code, bad.json_body["code"]) == (422, "bad_cursor")
    vendor = {"authorization": f"Bearer {world.credential(world.vendor(), 's' * 43)}"}
    assert client.http.get("/v1/heartbeats", headers=vendor).status_code == 403
