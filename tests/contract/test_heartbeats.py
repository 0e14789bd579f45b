"""The heartbeats' contract, in memory and on the emulator."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.audit.chain import Head
from chalicelib.aws.dynamo import marshal
from chalicelib.aws.heartbeats import DynamoHeartbeats
from chalicelib.aws.ledger import DynamoLedger
from chalicelib.services.heartbeats import Heartbeats, Vitals, chain_of
from chalicelib.services.ports import ClockSkewError, ConflictError, Ledger, UncertainError
from chalicelib.terms import MINUTE
from tests.contract.building import an_entry
from tests.contract.conftest import BOTH, OffsetClock
from tests.support.emulator import Emulator, Meddler
from tests.support.fake_heartbeats import FakeHeartbeats
from tests.support.fake_ledger import FakeLedger

QUARTER = 1_795_255_200_000
VITALS = Vitals(
    vendor="acme",
    at=QUARTER,
    seq=7,
    missed=2,
    newest={"offered": 9, "answered": 8},
    windows={QUARTER: 8, QUARTER + 5 * MINUTE: 3},
    compared=QUARTER - 1,
    dark_since=5,
    case="cas_1",
    ended=6,
)


@dataclass
class Pulse:
    """The port with the handles that its contract needs, whichever it is."""

    beats: Heartbeats
    ledger: Ledger
    clock: OffsetClock
    corrupt: Callable[[str], None]
    lose_answer: Callable[[], None]

    def save(self, vitals: Vitals, before: Head | None = None, eid: str = "ent_1") -> Head:
        """Keep them, with an entry after ``before`` (the chain's head); the new head."""
        chain = chain_of(vitals.vendor)
        head = self.ledger.head(chain) if before is None else before
        entry = an_entry(chain, head, eid, self.clock.now())
        self.beats.save(vitals, entry, head)
        return entry.head


@pytest.fixture(params=BOTH)
def pulse(request: pytest.FixtureRequest) -> Pulse:
    """Nobody has beaten yet."""
    clock = OffsetClock()
    if request.param == "fake":
        ledger = FakeLedger(clock)
        beats = FakeHeartbeats(ledger)
        return Pulse(beats, ledger, clock, beats.corrupt, lambda: ledger.fail_next("after"))
    return _real(request.getfixturevalue("emulator"), clock)


def _real(emulator: Emulator, clock: OffsetClock) -> Pulse:
    tables = emulator.make_tables()
    client = Meddler(emulator.clients.dynamodb)

    def corrupt(vendor: str) -> None:
        key = marshal({"pk": "heartbeats", "sk": vendor})
        item = client.get_item(TableName=tables.registry, Key=key)["Item"]
        client.put_item(TableName=tables.registry, Item=item | marshal({"body": b"{}"}))

    def lose(_operation: str, call: Callable[[], Any]) -> Any:
        call()
        raise ReadTimeoutError(endpoint_url="http://127.0.0.1")

    return Pulse(
        DynamoHeartbeats(client, tables, clock),
        DynamoLedger(client, tables, clock),
        clock,
        corrupt,
        lambda: setattr(client, "meddle", lose),
    )


def test_vitals_come_back_as_kept(pulse: Pulse) -> None:
    """With the head of the chain that they were written with; None for a vendor that never beat."""
    head = pulse.save(VITALS)
    kept = pulse.beats.load("acme")
    assert kept is not None
    assert (kept.vendor, kept.vitals, kept.head) == ("acme", VITALS, head)
    assert pulse.beats.load("other") is None
    bare = Vitals(vendor="other", at=1)
    pulse.save(bare)
    assert pulse.beats.load("other").vitals == bare  # type: ignore[union-attr]


def test_the_entry_is_written_with_the_item(pulse: Pulse) -> None:
    """It stands on the vendor's own chain, and the chain's head moves with it."""
    head = pulse.save(VITALS)
    assert pulse.ledger.head("heartbeats#acme") == head
    [line] = pulse.ledger.entries("heartbeats#acme", 0, 10)
    assert b'"noted.v1"' in line


def test_of_two_writers_one_has_lost_the_race(pulse: Pulse) -> None:
    """Who follows an older entry writes neither the item nor an entry."""
    first = pulse.save(VITALS)
    second = pulse.save(replace(VITALS, seq=8), first, "ent_2")
    with pytest.raises(ConflictError):
        pulse.save(replace(VITALS, seq=9), first, "ent_3")
    with pytest.raises(ConflictError):
        pulse.save(replace(VITALS, seq=9), Head.genesis(), "ent_4")
    kept = pulse.beats.load("acme")
    assert kept is not None
    assert kept.vitals is not None
    assert (kept.vitals.seq, kept.head) == (8, second)
    assert len(pulse.ledger.entries("heartbeats#acme", 0, 10)) == 2


def test_a_lost_answer_is_found_by_its_head(pulse: Pulse) -> None:
    """It may have been written; the item's head says so."""
    head = pulse.save(VITALS)
    pulse.lose_answer()
    with pytest.raises(UncertainError):
        pulse.save(replace(VITALS, seq=8), head, "ent_2")
    kept = pulse.beats.load("acme")
    assert kept is not None
    assert kept.vitals is not None
    assert kept.vitals.seq == 8
    assert kept.head == pulse.ledger.head("heartbeats#acme") != head


def test_an_item_that_cannot_be_read_is_listed_and_can_be_replaced(pulse: Pulse) -> None:
    """It hides no other vendor, and its chain goes on."""
    for vendor in ("acme", "other"):
        pulse.save(replace(VITALS, vendor=vendor))
    pulse.corrupt("acme")
    assert [(kept.vendor, kept.vitals is None) for kept in pulse.beats.vendors("", 10)] == [
        ("acme", True),
        ("other", False),
    ]
    assert pulse.beats.load("acme").vitals is None  # type: ignore[union-attr]
    pulse.save(VITALS, eid="ent_2")
    assert pulse.beats.load("acme").vitals == VITALS  # type: ignore[union-attr]


def test_vendors_are_listed_by_name_in_parts(pulse: Pulse) -> None:
    """Each once, whatever the limit; a name may hold any character."""
    names = ["acme", "b b", "other", "外包三"]
    for vendor in reversed(names):
        pulse.save(replace(VITALS, vendor=vendor))
    seen: list[str] = []
    while found := pulse.beats.vendors(seen[-1] if seen else "", 3):
        seen += [kept.vendor for kept in found]
    assert seen == names
    assert pulse.beats.vendors("外包三", 3) == ()


def test_contacts_are_counted_by_vendor_and_quarter(pulse: Pulse) -> None:
    """Nobody else's, and no other quarter's."""
    for _ in range(3):
        pulse.beats.count("acme", QUARTER)
    pulse.beats.count("other", QUARTER)
    pulse.beats.count("acme", QUARTER + 15 * MINUTE)
    assert pulse.beats.counted("acme", QUARTER) == 3
    assert pulse.beats.counted("acme", QUARTER - 15 * MINUTE) == 0


@pytest.mark.emulator
@pytest.mark.parametrize("pulse", ["emulator"], indirect=True)
def test_a_worker_whose_clock_is_off_keeps_nothing(pulse: Pulse) -> None:
    """A beat at the wrong time would make a vendor dark, or hide that it is."""
    pulse.clock.offset += MINUTE
    with pytest.raises(ClockSkewError):
        pulse.save(VITALS, Head.genesis())
    assert pulse.beats.load("acme") is None
