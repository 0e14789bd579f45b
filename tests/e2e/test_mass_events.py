"""Stories of many complaints with one cause, and of one complaint split into many."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from chalicelib.audit.canonical import decode
from chalicelib.cases import end_events as ev
from chalicelib.cases.events import STALL_SEEN
from chalicelib.cases.model import Case
from chalicelib.services.deliver import deliver
from chalicelib.services.engine import chain_of
from chalicelib.terms import DAY, MINUTE, Tier
from tests.support.courses import DYING, GROPED, INJURED, caller_on, close, merge, stored
from tests.support.turns import Turns
from tests.support.world import ORDINARY, World, story

PRODUCT: dict[str, Any] = {"subject_kind": "product", "subject_id": "LOTION-1"}
BATCH: dict[str, Any] = {"attributes": {"batch": "LOT-7"}}


def several(world: World, count: int, text: str = ORDINARY, **fields: Any) -> list[str]:
    """So many strangers complain, a minute between each and the next."""
    cases = []
    for _ in range(count):
        cases.append(str(world.complain(text, **fields).body["case"]))
        world.clock.advance(MINUTE)
        world.settle()
    return cases


def parents(world: World) -> list[Case]:
    """The cases that the machine opened for mass events, the oldest first."""
    found = (stored(world, case) for case in world.ledger.cases)
    return [case for case in found if "alarm.mass_event" in case.policies]


def events(world: World, case: str, kind: str) -> list[Any]:
    """The case's events of this kind."""
    lines = world.ledger.entries(chain_of(case), 0, 999)
    return [event for line in lines for event in decode(line)["events"] if event["e"] == kind]


def test_five_complaints_on_one_subject_within_a_quarter_hour_open_one_parent() -> None:
    """It names its children, pages as S2, and each child names it and keeps its own tier."""
    with story() as world:
        children = several(world, 5, **PRODUCT)
        [parent] = parents(world)
        assert (parent.tier, parent.suspect) == (Tier.S2, True)
        assert set(parent.linked) == set(children)
        assert all(stored(world, child).parent == parent.id for child in children)
        assert all(stored(world, child).tier is Tier.S4 for child in children)
        assert all(stored(world, child).clocks for child in children)
        world.expect_both("owner")


def test_four_complaints_are_no_event_and_neither_are_five_in_an_hour() -> None:
    """Only the window counts."""
    with story() as world:
        several(world, 4, **PRODUCT)
        world.clock.advance(15 * MINUTE)
        several(world, 4, **PRODUCT)
        assert parents(world) == []


def test_one_who_calls_five_times_is_no_mass_event() -> None:
    """Contacts that join a case are counted on that case."""
    with story() as world:
        for _ in range(6):
            world.complain(ORDINARY, order="TRIP-1", **PRODUCT)
            world.clock.advance(MINUTE)
        assert parents(world) == []
        world.settle()
        world.ignore_pages()


def test_what_comes_while_the_event_is_open_is_its_child_at_its_own_tier() -> None:
    """Somebody who does not breathe in the middle of a flood rings as S0, at once."""
    with story() as world:
        several(world, 5, **PRODUCT)
        [parent] = parents(world)
        world.ignore_pages()
        dying = world.complain(DYING, **PRODUCT).body
        assert dying["tier"] == "S0"
        assert stored(world, dying["case"]).parent == parent.id
        world.settle()
        world.expect_both("owner", "safety_specialist")
        assert len(parents(world)) == 1


def test_of_five_hundred_in_ten_minutes_the_one_who_does_not_breathe_rings_alone() -> None:
    """The owner hears of the event once; who does not breathe rings as if there were no flood."""
    with story() as world:
        for number in range(500):
            dying = number == 333
            answer = world.complain(DYING if dying else ORDINARY, order=f"TRIP-{number}", **PRODUCT)
            if dying:
                victim = stored(world, answer.body["case"])
            world.clock.advance(MINUTE // 50)
            world.settle()
        [parent] = parents(world)
        assert (victim.tier, victim.parent, victim.fired) == (Tier.S0, parent.id, 1)
        world.expect_both("owner")
        world.expect_both("owner", "safety_specialist")
        assert victim.clocks.keys() >= {"K3", "K4", "K7", "rung.1"}
        calm = [stored(world, case) for case in world.ledger.cases]
        assert sum(case.tier is Tier.S4 for case in calm) >= 333
        world.ignore_pages()


def test_closing_the_parent_closes_no_child_and_a_new_flood_is_a_new_event() -> None:
    """The old children are not counted again; the new parent names the old one."""
    with story() as world:
        children = several(world, 5, **PRODUCT)
        [first] = parents(world)
        merge(world, first.id, into=world.complain(GROPED).body["case"])
        assert all(stored(world, child).is_open for child in children)
        fresh = several(world, 5, **PRODUCT)
        [old, new] = parents(world)
        assert old.id == first.id
        assert set(new.linked) == {first.id, *fresh}
        world.ignore_pages()


def test_three_grave_cases_of_one_batch_in_a_month_are_an_event() -> None:
    """Other products do not count, and the parent is as grave as a serious case."""
    with story(sweeping=False) as world:
        cases = []
        for subject in ("A-1", "A-2", "A-3"):
            cases.append(world.complain(INJURED, subject_id=subject, **BATCH).body["case"])
            world.complain(INJURED, subject_id=f"X{subject}", attributes={"batch": subject})
            world.clock.advance(5 * DAY)
            world.queues.wake_ups.clear()
            world.settle()
        [parent] = parents(world)
        assert parent.tier is Tier.S1
        assert set(parent.linked) == set(cases)
        world.queues.wake_ups.clear()
        world.settle()
        world.ignore_pages()


def test_one_hazard_at_one_site_is_a_cause() -> None:
    """Nobody named a product: five injuries at one site in a quarter of an hour."""
    with story() as world:
        several(world, 4, INJURED, site="mall-a")
        several(world, 1, INJURED, site="mall-b")
        assert parents(world) == []
        several(world, 1, INJURED, site="mall-a")
        [parent] = parents(world)
        assert parent.tier is Tier.S1
        world.ignore_pages()


def test_cases_with_two_causes_in_common_have_one_parent() -> None:
    """The surest cause gathers them, and the other one finds nobody left."""
    with story() as world:
        several(world, 6, INJURED, site="mall-a", **PRODUCT, **BATCH)
        assert len(parents(world)) == 1
        world.ignore_pages()


def test_the_same_message_twice_makes_nothing_twice() -> None:
    """The queue may hand out again what follows from an opening."""
    with story() as world:
        send = world.queues.follow

        def twice(*given: Any) -> None:
            send(*given)
            send(*given)

        world.queues.follow = twice  # type: ignore[method-assign,assignment]
        children = several(world, 5, **PRODUCT)
        assert len(parents(world)) == 1
        assert all(len(events(world, child, ev.LINKED)) <= 2 for child in children)
        world.ignore_pages()


@pytest.mark.parametrize("seed", range(10))
def test_two_pagers_at_once_open_one_parent(seed: int) -> None:
    """Whoever loses the race for the event's head finds the other's case, and no child is lost."""
    with story() as world:
        children = several(world, 4, **PRODUCT)
        children += [str(world.complain(ORDINARY, **PRODUCT).body["case"]) for _ in range(2)]
        asked = [body for body in world.queues.take_pages() if "follow" in body]
        assert len(asked) == 2
        turns = Turns(world.ledger, seed)
        parts = replace(world.parts, ledger=turns)
        turns.together(*(partial(deliver, parts, dict(body), 1, "message") for body in asked))
        [parent] = parents(world)
        assert all(stored(world, child).parent == parent.id for child in children)
        assert all(len(events(world, child, ev.LINKED)) <= 3 for child in children)
        world.settle()
        world.ignore_pages()


def test_a_message_that_was_lost_is_made_good_by_the_next_complaint() -> None:
    """The count is in the head, written with each case, so nothing that was counted is lost."""
    with story() as world:
        children = several(world, 4, **PRODUCT)
        children += [str(world.complain(ORDINARY, **PRODUCT).body["case"])]
        world.queues.pages.clear()
        world.settle()
        assert parents(world) == []
        children += several(world, 1, **PRODUCT)
        [parent] = parents(world)
        assert all(stored(world, child).parent == parent.id for child in children)
        world.ignore_pages()


def test_a_queue_that_fails_keeps_no_complaint_out(caplog: pytest.LogCaptureFixture) -> None:
    """The case is stored and rings; that nothing could be asked for is in the log."""
    with story() as world:
        several(world, 4, **PRODUCT)

        def broken(*_: object) -> None:
            raise ConnectionError

        world.queues.follow = broken  # type: ignore[method-assign,assignment]
        assert world.complain(ORDINARY, **PRODUCT).status == 201
        assert "not queued" in caplog.text


# -- split tickets (T13) -------------------------------------------------------------------


def test_one_reporters_tickets_from_one_vendor_are_seen_as_split() -> None:
    """Different orders, one telephone: linked, proposed to merge, and who is on call is told."""
    with story() as world:
        caller = caller_on("+44 7700 900123")
        first = world.complain(INJURED, order="TRIP-1", reporter=caller).body["case"]
        world.settle()
        world.clock.advance(5 * MINUTE)
        world.ignore_pages()
        second = world.complain(INJURED, order="TRIP-2", reporter=caller).body["case"]
        world.settle()
        assert stored(world, first).linked == (second,)
        assert stored(world, second).linked == (first,)
        [proposed] = events(world, second, ev.MERGE_PROPOSED)
        assert (proposed["other"], proposed["why"]) == (first, "split")
        [stall] = events(world, second, STALL_SEEN)
        assert (stall["tactic"], stall["who"]) == ("T13", "acme")
        kinds = {
            event["kind"] for case in (first, second) for event in events(world, case, ev.LINKED)
        }
        assert kinds == {"split"}
        assert stored(world, first).is_open
        assert stored(world, second).is_open
        world.ignore_pages()


def test_who_is_on_call_hears_of_a_split_that_would_not_ring_by_itself() -> None:
    """A stalled case pages nobody today, and its being one of two tickets does."""
    with story() as world:
        world.complain(GROPED, subject_id="D1")
        world.settle()
        world.ignore_pages()
        caller = caller_on("+44 7700 900123")
        world.complain(ORDINARY, order="TRIP-1", reporter=caller)
        world.complain(ORDINARY, order="TRIP-2", reporter=caller, subject_id="D1")
        told = [body for body in world.queues.take_pages() if "follow" in body]
        [second] = {str(body["case"]) for body in told}
        assert stored(world, second).tier is Tier.S3
        deliver(world.parts, dict(told[0]), 1, "message")
        world.settle()
        world.expect_both("owner")
        [stall] = events(world, second, STALL_SEEN)
        assert stall["tactic"] == "T13"


@pytest.mark.parametrize("change", ["vendor", "day", "closed", "phone"])
def test_what_is_no_split(change: str) -> None:
    """Another vendor, another day, a ticket that is over, another telephone."""
    with story(sweeping=False) as world:
        caller = caller_on("+44 7700 900123")
        first = world.complain(ORDINARY, order="TRIP-1", reporter=caller).body["case"]
        if change == "day":
            world.clock.advance(25 * 60 * MINUTE)
        if change == "closed":
            close(world, first)
        if change == "phone":
            caller = caller_on("+44 7700 900456")
        by = world.vendor(org="other") if change == "vendor" else world.vendor()
        second = world.complain(ORDINARY, order="TRIP-2", reporter=caller, by=by).body["case"]
        world.settle()
        assert stored(world, second).linked == ()
        assert events(world, second, STALL_SEEN) == []
        world.ignore_pages()


def test_a_split_that_was_told_is_not_told_again() -> None:
    """However often the queue hands out its message."""
    with story() as world:
        send = world.queues.follow

        def twice(*given: Any) -> None:
            send(*given)
            send(*given)

        world.queues.follow = twice  # type: ignore[method-assign,assignment]
        caller = caller_on("+44 7700 900123")
        world.complain(ORDINARY, reporter=caller)
        second = world.complain(ORDINARY, reporter=caller).body["case"]
        world.settle()
        assert len(events(world, second, STALL_SEEN)) == 1
        assert len(events(world, second, ev.MERGE_PROPOSED)) == 1
        world.ignore_pages()
