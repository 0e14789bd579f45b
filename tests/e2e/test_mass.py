"""Stories of very many cases at once: more is due than can be done, and nobody is forgotten."""

import re
from collections import Counter
from typing import Any

import pytest

from chalicelib.aws.items import slot_of
from chalicelib.services import slots
from chalicelib.services.ring import ring_all, sweep
from chalicelib.services.work import Message
from chalicelib.terms import DAY, MINUTE, SECOND, Tier
from tests.support.world import DANGER_ZH, ORDINARY, World, story

MASS = 500
CODE = re.compile(r"[2-9C-Y]{3}-[2-9C-Y]{3}")


def many(world: World, count: int, text: str = DANGER_ZH) -> list[str]:
    """So many cases, opened in the same moment."""
    return [str(world.complain(text).body["case"]) for _ in range(count)]


def codes(world: World, cases: list[str]) -> set[str]:
    """What a page calls them."""
    return {world.ledger.load_quietly(case).beside.code for case in cases}  # type: ignore[union-attr]


def news(world: World) -> Counter[tuple[str, str, str]]:
    """Every page that no line of the story has seen yet: code, person, channel."""
    found: Counter[tuple[str, str, str]] = Counter()
    seen = set(map(id, world._expected))
    for sent in world.sent:
        if id(sent) not in seen:
            code = CODE.search(sent.text)
            found[code[0] if code else "", sent.person, sent.channel] += 1
    world.ignore_pages()
    return found


def each_once(cases: set[str], *people: str) -> Counter[tuple[str, str, str]]:
    """One text and one mail to each of these people for each of these cases."""
    channels = ("sms", "email")
    return Counter((code, one, channel) for code in cases for one in people for channel in channels)


def rung_of(world: World, case: str) -> int:
    """How many rungs have rung."""
    found = world.ledger.load_quietly(case)
    assert found is not None
    return found.beside.rung


@pytest.mark.parametrize("helped", [True, False], ids=["wake-ups", "sweep alone"])
def test_all_that_is_due_in_one_second_is_paged_once_each(*, helped: bool) -> None:
    """Hundreds of S0 cases of one second: nobody is paged twice for a rung, and no rung is lost."""
    with story() as world:
        world.losing_wake_ups = not helped
        called = codes(world, many(world, MASS))
        world.settle()
        assert news(world) == each_once(called, "owner", "safety_specialist")
        world.fast_forward(3)
        found = news(world)
        second = each_once(called, "owner_second")
        assert {key: found[key] for key in second} == dict(second)
        again = {key: n for key, n in found.items() if key not in second}
        assert {person for _, person, _ in again} == {"owner", "safety_specialist"}
        assert set(again.values()) == {1}


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sweep that loads three cases of a slot at a time."""
    monkeypatch.setattr(slots, "BATCH", 3)
    monkeypatch.setattr(slots, "LOADED", 3)


def tier_of(world: World, case: str) -> Tier:
    """As stored."""
    found = world.ledger.load_quietly(case)
    assert found is not None
    return found.beside.tier


def overdue(world: World, count: int) -> list[str]:
    """S0 cases whose second rung is due, with nothing on any queue."""
    cases = many(world, count)
    world.settle()
    world.ignore_pages()
    world.queues.wake_ups.clear()
    world.clock.advance(3 * MINUTE + SECOND)
    return cases


@pytest.mark.usefixtures("small")
def test_the_gravest_is_rung_first_however_many_stand_before_it() -> None:
    """Ordinary cases stand longer in every slot; there is time for one batch, and S0 has it."""
    with story(sweeping=False) as world:
        calm = many(world, 200, ORDINARY)
        world.queues.wake_ups.clear()
        world.clock.advance(30 * DAY)
        grave = str(world.complain(DANGER_ZH).body["case"])
        world.settle()
        world.queues.wake_ups.clear()
        world.clock.advance(3 * MINUTE + SECOND)
        assert {tier_of(world, case) for case in calm} == {Tier.S4}
        commit, spent = world.ledger.commit_all, []

        def slow(given: list[object]) -> None:
            spent.append(given)
            world.clock.advance(SECOND)
            commit(given)  # type: ignore[arg-type]

        world.ledger.commit_all = slow  # type: ignore[method-assign,assignment]
        swept = sweep(world.parts, until=world.clock.now() + 1)
        assert len(spent) == 1
        assert rung_of(world, grave) == 2
        assert swept.left
        world.settle()
        world.ignore_pages()


@pytest.mark.usefixtures("small")
def test_a_slot_that_was_handed_on_is_rung_to_its_end_by_others() -> None:
    """The sweep had no time at all: whoever takes the slots rings every case once."""
    with story(sweeping=False) as world:
        cases = overdue(world, 60)
        swept = sweep(world.parts, until=world.clock.now())
        assert (swept.rung, swept.left) == (0, True)
        handed_on = [message.body["slot"] for message in world.queues.wake_ups]
        assert sorted(handed_on) == list(range(16))
        world.settle()
        assert {rung_of(world, case) for case in cases} == {2}
        found = news(world)
        assert {n for (_, person, _), n in found.items() if person == "owner_second"} == {1}


@pytest.mark.usefixtures("small")
def test_a_helper_without_time_hands_its_slot_on_again_and_not_for_ever() -> None:
    """After so many hops it is left to the next sweep, which begins it anew."""
    with story(sweeping=False) as world:
        [case] = overdue(world, 1)
        slot, now = slot_of(case), world.clock.now()
        late = Message("m", {"slot": slot, "after": None, "hop": 7})
        assert ring_all(world.parts, [late], now) == {}
        [again] = world.queues.wake_ups
        assert again.body == {"slot": slot, "after": None, "hop": 8}
        world.queues.wake_ups.clear()
        last = Message("m", {"slot": slot, "after": None, "hop": slots.HOPS})
        assert ring_all(world.parts, [last], now) == {}
        assert list(world.queues.wake_ups) == []
        assert rung_of(world, case) == 1
        assert sweep(world.parts).rung == 1
        world.settle()
        world.ignore_pages()


def test_a_message_that_makes_no_sense_goes_back_alone() -> None:
    """Strange slots and strange wake-ups are told, and the good one is rung."""
    with story(sweeping=False) as world:
        [case] = overdue(world, 1)
        due = world.ledger.load_quietly(case).beside.due  # type: ignore[union-attr]
        strange: list[dict[str, Any]] = [
            {},
            {"slot": "x", "after": None, "hop": 0},
            {"slot": 3},
            {"case": case, "due": None},
        ]
        messages = [Message(f"m{n}", body) for n, body in enumerate(strange)]
        good = Message("good", {"case": case, "due": due})
        failed = ring_all(world.parts, [*messages, good])
        assert set(failed) == {"m0", "m1", "m2", "m3"}
        assert rung_of(world, case) == 2
        world.settle()
        world.ignore_pages()


def test_a_queue_that_takes_no_slot_is_a_failure_of_the_sweep() -> None:
    """It is counted, and the next sweep begins with what was left."""
    with story(sweeping=False) as world:
        cases = overdue(world, 5)

        def away(_: object) -> None:
            raise ConnectionError

        world.queues.hand_on = away  # type: ignore[method-assign,assignment]
        swept = sweep(world.parts, until=world.clock.now())
        assert (swept.rung, swept.failed, swept.left) == (0, 16, True)
        assert sweep(world.parts).rung == len(cases)
        world.settle()
        world.ignore_pages()


def test_wake_ups_of_one_batch_ring_each_at_its_time() -> None:
    """The second is not rung with the first, half a second before it is due."""
    with story(sweeping=False) as world:
        first = many(world, 1)
        world.clock.advance(500)
        second = many(world, 1)
        world.settle()
        world.ignore_pages()
        world.clock.advance(3 * MINUTE - SECOND)
        bodies = [
            {"case": case, "due": world.ledger.load_quietly(case).beside.due}  # type: ignore[union-attr]
            for case in (*second, *first)
        ]
        messages = [Message(f"m{n}", body) for n, body in enumerate(bodies)]
        assert ring_all(world.parts, messages) == {}
        assert world.clock.now() == bodies[0]["due"]
        assert [rung_of(world, case) for case in (*first, *second)] == [2, 2]
        world.settle()
        world.ignore_pages()
