"""The simulation's judge: each broken promise is seen, and an honest world is clean."""

from dataclasses import replace

import pytest

from chalicelib.cases import eyes
from chalicelib.cases.model import Case
from chalicelib.services.complaint import Answer
from chalicelib.services.errors import RefusedError
from chalicelib.terms import HOUR, MINUTE, Tier
from tests.simulation import judge as judging
from tests.simulation.bounds import silent_until
from tests.simulation.judge import Judge
from tests.support.acts import give, stored
from tests.support.world import World

# Also told: what was let through changed the case.
LET_THROUGH = [
    "P2: a vendor was let through",
    "P2: a vendor's refused act changed the case",
    "P2: a vendor's refused act changed the case",
]


@pytest.fixture
def world() -> World:
    """One S0 case, an hour old, that nobody has answered."""
    made = World()
    made.complain()
    made.fast_forward(60)
    return made


@pytest.fixture
def judge(world: World) -> Judge:
    """Who has not looked at it yet."""
    return Judge(world)


def only(world: World) -> str:
    """The case."""
    return world.ledger.cases[0]


def test_an_honest_hour_is_clean(world: World, judge: Judge) -> None:
    """Nobody acts, and every promise is kept."""
    assert judge.after_step(calm=True) == []
    assert judge.at_the_end() == []
    assert judge.events["page.requested.v1"] > 20
    assert stored(world, only(world)).is_open


def test_silence_is_seen(world: World, judge: Judge) -> None:
    """Neither sweep nor wake-up runs, and the next page does not come."""
    judge.after_step(calm=True)
    world.sweeping, world.losing_wake_ups = False, True
    world.fast_forward(30)
    found = judge.after_step(calm=True)
    assert any("is overdue" in what for what in found)
    assert any("is silent" in what for what in found)


def test_silence_that_is_over_is_seen_in_the_entries(world: World, judge: Judge) -> None:
    """A page that came an hour late is late for ever."""
    world.sweeping, world.losing_wake_ups = False, True
    world.fast_forward(60)
    world.sweeping, world.losing_wake_ups = True, False
    world.fast_forward(10)
    assert any("was silent" in what for what in judge.after_step(calm=True))
    assert any("lapsed" in what and what.startswith("P8") for what in judge.at_the_end())


def test_one_person_who_is_taken_for_two_is_seen(
    world: World, judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the entry, and again by the auditor's check."""
    monkeypatch.setattr(eyes, "_unfit", lambda *_: "")
    lower = {"what": "lower", "reason": "misread", "to": "S3", "evidence": "seen"}
    number = give(world, only(world), "owner", "propose", **lower).body["proposal"]
    give(world, only(world), "owner", "approve", proposal=number)
    assert any("one person lowered" in what for what in judge.after_step(calm=False))
    assert any("one person both proposed" in what for what in judge.at_the_end())


def test_a_vendor_that_is_let_through_is_seen(world: World, judge: Judge) -> None:
    """And one whose refused act leaves a trace on the case."""

    def refused() -> Answer:
        world.say(only(world), world.vendor(), text="please wait")
        raise RefusedError(403, "role_may_not")

    judge.must_be_refused(only(world), lambda: world.acknowledge(only(world)), notes=False)
    judge.must_be_refused(only(world), refused, notes=False)
    judge.must_be_refused(only(world), refused, notes=True)
    assert judge.found == LET_THROUGH


@pytest.mark.parametrize("body", [{"x": "https://t/r/a"}, {"reach": "vlt_1"}, {"x": ["+861"]}])
def test_the_reporters_own_in_a_vendors_answer_is_seen(
    world: World, judge: Judge, body: dict[str, object]
) -> None:
    """The link, the address, or the name of either; the client's people may see them."""
    judge.shown(world.client(), Answer(200, body), ["+861"])
    assert judge.found == []
    judge.shown(world.vendor(), Answer(200, body), ["+861"])
    assert judge.found == ["P2: a vendor was shown what is the reporter's own"]


def test_a_receipt_without_an_entry_is_seen(judge: Judge) -> None:
    """What was answered with 201 is there, or somebody lied."""
    judge.accepted(Answer(201, {"receipt": "0" * 64}))
    assert judge.at_the_end() == ["P5: 1 receipts have no entry"]


def test_a_case_that_grows_too_large_is_seen(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixteen kilobytes, as it is stored."""
    monkeypatch.setattr(judging, "ITEM_BYTES", 100)
    assert any("bytes" in what for what in judge.after_step(calm=False))


def test_a_minute_that_nobody_waited_is_seen(world: World, judge: Judge) -> None:
    """The parties' minutes sum to the age."""
    case = stored(world, only(world))
    judge._waiting(case)
    assert judge.found == []
    judge._waiting(replace(case, first={**case.first, "received": case.opened - MINUTE}))
    assert judge.found != []


def test_a_case_without_its_clock_is_seen(world: World, judge: Judge) -> None:
    """Open without one, closed with one, or absent from the index."""
    judge.after_step(calm=False)
    case, loaded = stored(world, only(world)), world.ledger.load_quietly(only(world))
    assert loaded
    judge._item(case.id, loaded, replace(case, clocks={}), indexed=False)
    assert judge.found == [
        f"P1: {case.id} is not in the due index, or still there",
        f"P1: {case.id} is open without a clock, or closed with one",
    ]


@pytest.mark.parametrize(("tier", "minutes"), [(Tier.S0, 10), (Tier.S1, 60), (Tier.S2, 24 * 60)])
def test_the_bounds_are_the_tables(world: World, tier: Tier, minutes: int) -> None:
    """Unanswered, a case is silent no longer than its widest rung."""
    case: Case = replace(stored(world, only(world)), tier=tier)
    assert silent_until(case, 0, world.parts.calendar) == minutes * MINUTE


def test_an_acknowledgement_is_silent_until_k4(world: World) -> None:
    """And no longer."""
    fresh = str(world.complain(order="B").body["case"])
    world.acknowledge(fresh)
    now = world.clock.now()
    case = stored(world, fresh)
    assert silent_until(case, now, world.parts.calendar) == case.clocks["K4"]
    assert case.clocks["K4"] <= now + HOUR
