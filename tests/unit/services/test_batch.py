"""Several cases in one transaction, and each alone where that fails."""

import pytest

from chalicelib.audit.canonical import decode
from chalicelib.audit.entry import Cause
from chalicelib.cases.commands import PageSent, Tick
from chalicelib.services.batch import Outcome, Step, apply_all
from chalicelib.services.engine import Applied, UnknownCaseError, UnreadableError, from_machine
from chalicelib.services.errors import BusyError
from chalicelib.services.ports import Commit, Loaded
from chalicelib.terms import MINUTE, SECOND, Tier
from tests.support.world import DANGER_ZH, World

ORIGIN = from_machine(Cause("sweep", "t"))


def due(world: World, count: int) -> list[str]:
    """So many S0 cases whose second rung is due, with nothing on any queue."""
    cases = [str(world.complain(DANGER_ZH).body["case"]) for _ in range(count)]
    world.settle()
    world.queues.wake_ups.clear()
    world.clock.advance(3 * MINUTE + SECOND)
    return cases


def ticks(cases: list[str]) -> list[Step]:
    """A Tick for each."""
    return [Step(ORIGIN, case, Tick()) for case in cases]


def written(outcomes: list[Outcome]) -> list[bool]:
    """Which of them left an entry."""
    return [isinstance(found, Applied) and bool(found.receipt) for found in outcomes]


def transactions(world: World) -> list[list[str]]:
    """From now on: the cases of each transaction."""
    found: list[list[str]] = []
    commit, commit_all = world.ledger.commit, world.ledger.commit_all

    def one(given: Commit) -> None:
        found.append([given.case.id])
        commit(given)

    def several(given: list[Commit]) -> None:
        found.append([one.case.id for one in given])
        commit_all(given)

    world.ledger.commit = one  # type: ignore[method-assign,assignment]
    world.ledger.commit_all = several  # type: ignore[method-assign,assignment]
    return found


def test_ten_cases_share_a_transaction_and_their_pages_are_asked_for() -> None:
    """Twenty-three cases are three transactions, each case with its own entry."""
    world = World()
    cases = due(world, 23)
    told = transactions(world)
    assert written(apply_all(world.parts, ticks(cases))) == [True] * 23
    assert [len(some) for some in told] == [10, 10, 3]
    asked = {message.body["case"] for message in world.queues.pages}
    assert asked == set(cases)
    assert {message.body["case"] for message in world.queues.wake_ups} == set(cases)
    newest = [decode(world.ledger.entries(f"case#{case}", 0, 99)[-1]) for case in cases]
    assert all(entry["type"] == "tick" for entry in newest)


def test_the_gravest_go_first() -> None:
    """S0 is written before S4, whatever the order in which they were asked for."""
    world = World()
    calm = [str(world.complain("Where is my refund?").body["case"]) for _ in range(10)]
    world.clock.advance(10 * 24 * 60 * MINUTE)
    [grave] = due(world, 1)
    told = transactions(world)
    apply_all(world.parts, ticks([*calm, grave]))
    assert told[0][0] == grave
    found = world.ledger.load_quietly(grave)
    assert found is not None
    assert found.beside.tier is Tier.S0


def test_after_a_lost_race_each_is_tried_alone() -> None:
    """One conflict in the shared transaction costs nobody their rung."""
    world = World()
    cases = due(world, 4)
    told = transactions(world)
    world.ledger.fail_next("conflict:case")
    assert written(apply_all(world.parts, ticks(cases))) == [True] * 4
    assert [len(some) for some in told] == [4, 1, 1, 1, 1]


def test_a_transaction_that_was_stored_but_not_confirmed_counts() -> None:
    """Its first entry is found, so all of it was written, and its pages are asked for once."""
    world = World()
    cases = due(world, 3)
    told = transactions(world)
    world.ledger.fail_next("after")
    assert written(apply_all(world.parts, ticks(cases))) == [True] * 3
    assert len(told) == 1
    pages = [(message.body["case"], message.body["page"]) for message in world.queues.pages]
    assert len(pages) == len(set(pages)) > 3


def test_a_transaction_that_was_not_stored_is_tried_alone() -> None:
    """The store did not answer, and nothing is there."""
    world = World()
    cases = due(world, 3)
    world.ledger.fail_next("before")
    assert written(apply_all(world.parts, ticks(cases))) == [True] * 3


def test_one_that_cannot_be_read_or_is_not_there_keeps_nobody_back() -> None:
    """Each step's error is its own."""
    world = World()
    good, bad = due(world, 2)
    world.ledger.corrupt(bad)
    first, second, third = apply_all(world.parts, ticks([bad, "cas_none", good]))
    assert isinstance(first, UnreadableError)
    assert isinstance(second, UnknownCaseError)
    assert written([third]) == [True]


def test_a_case_that_never_wins_is_busy_and_the_others_are_rung() -> None:
    """A case under fire is told apart from those that merely shared its transaction."""
    world = World()
    cases = due(world, 3)
    commit, commit_all = world.ledger.commit, world.ledger.commit_all

    def one(given: Commit) -> None:
        world.ledger.fail_next(*["conflict:case"] * (given.case.id == cases[1]))
        commit(given)

    def several(given: list[Commit]) -> None:
        world.ledger.fail_next("conflict:case")
        commit_all(given)

    world.ledger.commit = one  # type: ignore[method-assign,assignment]
    world.ledger.commit_all = several  # type: ignore[method-assign,assignment]
    first, second, third = apply_all(world.parts, ticks(cases))
    assert written([first, third]) == [True, True]
    assert isinstance(second, BusyError)


def test_two_steps_on_one_case_are_two_entries_in_their_order() -> None:
    """No transaction holds one case twice, so the second waits for the first."""
    world = World()
    case = str(world.complain(DANGER_ZH).body["case"])
    other = str(world.complain(DANGER_ZH).body["case"])
    told = transactions(world)
    steps = [
        Step(ORIGIN, one, PageSent(page=page, carrier="c"))
        for one in (case, other)
        for page in ("1.0", "1.1")
    ]
    known = world.ledger.load_all([case, other])
    assert written(apply_all(world.parts, steps, known)) == [True] * 4
    assert [sorted(some) for some in told] == [sorted([case, other])] * 2


@pytest.mark.parametrize("fault", ["conflict:case", "before"])
def test_what_stands_behind_a_failed_step_is_tried_after_it(fault: str) -> None:
    """The second step is not decided on a case that the first has not reached."""
    world = World()
    case = str(world.complain(DANGER_ZH).body["case"])
    other = str(world.complain(DANGER_ZH).body["case"])
    steps = [
        Step(ORIGIN, one, PageSent(page=page, carrier="c"))
        for page in ("1.0", "1.1")
        for one in (case, other)
    ]
    world.ledger.fail_next(fault)
    assert written(apply_all(world.parts, steps)) == [True] * 4


def test_when_they_cannot_be_loaded_together_each_is_loaded_alone() -> None:
    """One request that fails says nothing about the cases."""
    world = World()
    cases = due(world, 3)

    def fails(_: object) -> tuple[Loaded, ...]:
        raise ZeroDivisionError

    world.ledger.load_all = fails  # type: ignore[method-assign,assignment]
    assert written(apply_all(world.parts, ticks(cases))) == [True] * 3


def test_one_that_cannot_be_written_takes_no_other_with_it() -> None:
    """A fault that nobody thought of is a fault of one case, once the others are apart from it."""
    world = World()
    cases = due(world, 3)
    commit = world.ledger.commit

    def one(given: Commit) -> None:
        if given.case.id == cases[0]:
            raise ZeroDivisionError
        commit(given)

    def several(_: list[Commit]) -> None:
        raise ZeroDivisionError

    world.ledger.commit = one  # type: ignore[method-assign,assignment]
    world.ledger.commit_all = several  # type: ignore[method-assign,assignment]
    first, *others = apply_all(world.parts, ticks(cases))
    assert isinstance(first, ZeroDivisionError)
    assert written(others) == [True, True]


def test_a_store_that_cannot_even_be_asked_leaves_them_to_be_tried_alone() -> None:
    """Not confirmed, and the log not readable: nothing is taken for written."""
    world = World()
    cases = due(world, 2)
    entries = world.ledger.entries

    def away(*_: object) -> tuple[bytes, ...]:
        world.ledger.entries = entries  # type: ignore[method-assign]
        world.ledger._raise("before")
        return ()

    world.ledger.entries = away  # type: ignore[method-assign,assignment]
    world.ledger.fail_next("before")
    assert written(apply_all(world.parts, ticks(cases))) == [True, True]
