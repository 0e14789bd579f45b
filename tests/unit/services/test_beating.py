"""Heartbeats and alarms when the store, another writer or another release is in the way."""

import pytest

from chalicelib.audit import canonical
from chalicelib.audit.entry import Cause
from chalicelib.aws.heartbeats import heartbeat_item, read_kept, to_body
from chalicelib.services import alarms, beating
from chalicelib.services.alarms import Alarm, raise_alarm
from chalicelib.services.caller import Caller
from chalicelib.services.errors import BusyError, RefusedError
from chalicelib.services.heartbeats import Vitals
from chalicelib.services.pulse import Beat
from chalicelib.services.vendor_watch import PAGE, check
from chalicelib.terms import MINUTE, Role, Tier
from tests.support.world import World

CAUSE = Cause("sweep", "sweep")
ALARM = Alarm(policy="alarm.x", about="x", since=1, tier=Tier.S1, facts={"n": 1})


@pytest.fixture
def world() -> World:
    """One client, and vendors that have not beaten yet."""
    return World()


def beat(world: World, seq: int, org: str = "acme") -> None:
    """A vendor's heartbeat."""
    beating.take(world.parts, world.vendor(org=org), Beat(seq=seq))


def seq_of(world: World) -> int | None:
    """The number that is kept."""
    kept = world.heartbeats.load("acme")
    assert kept is not None
    assert kept.vitals is not None
    return kept.vitals.seq


@pytest.mark.parametrize(
    "faults", [("conflict:head",), ("before",), ("after",), ("before", "after", "conflict:head")]
)
def test_a_beat_is_kept_once_whatever_the_store_says(world: World, faults: tuple[str, ...]) -> None:
    """A lost race, a lost request or a lost answer: one entry in the end."""
    beat(world, 1)
    world.ledger.fail_next(*faults)
    beat(world, 2)
    assert seq_of(world) == 2
    assert len(world.ledger.entries("heartbeats#acme", 0, 10)) == 2


def test_a_beat_that_could_not_be_kept_is_not_answered(world: World) -> None:
    """The vendor tries again, since nothing was written."""
    world.ledger.fail_next(*["conflict:head"] * beating.TRIES)
    with pytest.raises(BusyError):
        beat(world, 1)
    assert world.heartbeats.load("acme") is None


def test_a_vendor_s_credential_without_a_vendor_beats_for_nobody(world: World) -> None:
    """There is nobody whose pulse it could be; the refusal is an entry."""
    caller = Caller(kind="credential", id=world.vendor().id, role=Role.VENDOR_AGENT)
    with pytest.raises(RefusedError) as refused:
        beating.take(world.parts, caller, Beat(seq=1))
    assert refused.value.status == 403
    beating.count_contact(world.parts, caller)
    assert world.heartbeats.vendors("", 10) == ()
    assert world.ledger.chains == (f"refusals#{caller.id}",)


def test_a_return_that_cannot_be_told_costs_no_beat(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The vendor is alive, whatever is the matter with its alarm's case."""
    beat(world, 1)
    world.clock.advance(11 * MINUTE)
    check(world.parts)

    def fail(*_: object) -> None:
        raise BusyError("x")

    monkeypatch.setattr(alarms, "note", fail)
    beat(world, 2)
    assert seq_of(world) == 2


def test_a_beat_that_comes_while_the_alarm_is_raised_is_not_called_dark(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The alarm stands, for somebody was silent; the vitals say that the vendor is back."""
    beat(world, 1)
    world.clock.advance(11 * MINUTE)
    real = raise_alarm

    def meanwhile(*given: object) -> str:
        case = real(*given)  # type: ignore[arg-type]
        beat(world, 2)
        return case

    monkeypatch.setattr("chalicelib.services.vendor_watch.raise_alarm", meanwhile)
    check(world.parts)
    kept = world.heartbeats.load("acme")
    assert kept is not None
    assert kept.vitals is not None
    assert (kept.vitals.seq, kept.vitals.dark_since, kept.vitals.case) == (2, 0, "")


def test_an_alarm_survives_lost_races_and_lost_answers(world: World) -> None:
    """One case, however the store answers; told again it changes nothing."""
    world.ledger.fail_next("conflict:link", "before", "after")
    case = raise_alarm(world.parts, CAUSE, ALARM)
    again = raise_alarm(world.parts, CAUSE, ALARM)
    assert again == case
    assert world.ledger.cases == (case,)
    assert len(world.ledger.entries(f"case#{case}", 0, 10)) == 1


def test_an_alarm_that_cannot_be_written_is_a_fault(world: World) -> None:
    """Nobody is told that it was raised."""
    world.ledger.fail_next(*["conflict:link"] * alarms.RACES)
    with pytest.raises(BusyError):
        raise_alarm(world.parts, CAUSE, ALARM)
    assert world.ledger.cases == ()


def test_an_alarm_whose_case_cannot_be_read_opens_no_other(world: World) -> None:
    """The fallback bell rings that one until somebody looks; a second would be a storm."""
    case = raise_alarm(world.parts, CAUSE, ALARM)
    world.ledger.corrupt(case)
    later = Alarm(policy="alarm.x", about="x", since=2, tier=Tier.S1, facts={})
    assert raise_alarm(world.parts, CAUSE, later) == case
    assert world.ledger.cases == (case,)


def test_more_vendors_than_one_page_are_all_looked_at(world: World) -> None:
    """None is left out at the end of a page."""
    for number in range(PAGE + 2):
        beat(world, 1, f"vendor-{number:03d}")
    world.clock.advance(11 * MINUTE)
    assert check(world.parts).dark == PAGE + 2
    assert len(world.ledger.cases) == PAGE + 2


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"not json",
        canonical.encode(to_body(Vitals(vendor="acme", at=1)) | {"schema": 2}),
        canonical.encode(to_body(Vitals(vendor="other", at=1))),
        canonical.encode(to_body(Vitals(vendor="acme", at=1)) | {"windows": [7]}),
    ],
)
def test_an_item_of_another_form_is_one_that_cannot_be_read(world: World, body: bytes) -> None:
    """Another release's, another vendor's, or nothing at all; its chain's head still stands."""
    beat(world, 1)
    head = world.ledger.head("heartbeats#acme")
    kept = read_kept(heartbeat_item(Vitals(vendor="acme", at=1), head) | {"body": body})
    assert (kept.vendor, kept.vitals, kept.head) == ("acme", None, head)
