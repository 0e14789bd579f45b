"""The fleet's judge barks: one promise after the other is broken on purpose, and each is seen."""

import builtins
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

import pytest

from chalicelib.audit.chain import Head
from chalicelib.audit.entry import seal as sealing
from chalicelib.aws import items
from chalicelib.aws.agreement import Agreement
from chalicelib.cases import bell, lapses, roles, speaking
from chalicelib.cases import decide as deciding
from chalicelib.cases import events as ev
from chalicelib.cases.body import to_body
from chalicelib.cases.commands import MACHINE, AddMessage, PageSent
from chalicelib.cases.decide import Decision
from chalicelib.cases.draft import Draft
from chalicelib.cases.roles import Act
from chalicelib.services import batch, deliver, engine, intake, slots, stored_form
from chalicelib.terms import HOUR, Role
from tests.simulation.fleet import store as fleet_store
from tests.simulation.fleet import world as fleet_world
from tests.simulation.fleet.queues import FleetQueues
from tests.simulation.fleet.report import Size, run

# Seeds that are tried before the judge is called dumb.
TRIED = range(50, 100)
# Where what is rare was seen last: looked at before the others, and nothing more than a hint.
SEEN = {"clocks_that_are_set": 90}
SMALL = Size(8, 0.4)

type Patch = pytest.MonkeyPatch


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """What is sabotaged complains, and would fill the report."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def nobody_rings(patch: Patch) -> None:
    """No wake-up is sent, and no sweep comes."""
    patch.setattr(FleetQueues, "wake", lambda *_given: None)
    patch.setattr(fleet_world, "sweep", lambda *_given: None)


def half_the_sweep(patch: Patch) -> None:
    """The sweep forgets the upper slots, and no wake-up is sent."""
    patch.setattr(FleetQueues, "wake", lambda *_given: None)
    patch.setattr(slots, "SLOTS", 8)


def rungs_page_nobody(patch: Patch) -> None:
    """A rung is fired, and its pages are forgotten."""
    patch.setattr(bell, "page_roles", lambda *_given: True)


def the_top_has_an_end(patch: Patch) -> None:
    """The last rung does not ring again."""
    patch.setitem(lapses._LAPSES, "top", lambda _draft, _name: None)


def rungs_are_skipped(patch: Patch) -> None:
    """Neither the second rung nor anything after it."""
    fire = bell.fire_rung

    def skipping(draft: Draft, rung: int, why: str) -> None:
        if rung == 0:
            fire(draft, rung, why)

    patch.setattr(lapses, "fire_rung", skipping)
    patch.setitem(lapses._LAPSES, "repeat", lambda _draft, _name: None)


def repeats_without_a_label(patch: Patch) -> None:
    """A page goes out again as if it were the first."""
    patch.setattr(deliver._Job, "is_repeat", False)


def pages_that_are_not_sent(patch: Patch) -> None:
    """What no carrier took counts as sent."""

    def idle(_parts: Any, page: str, *_given: Any) -> PageSent:
        return PageSent(page=page, carrier="none")

    patch.setattr(deliver, "give_to_carrier", idle)


def pages_that_failed_and_no_more(patch: Patch) -> None:
    """A failed page brings nothing forward."""

    def ends(draft: Draft, page: str, error: str) -> None:
        draft.emit(ev.page_failed(page, error))
        draft.cancel([f"send.{page}"], MACHINE, "failed")

    patch.setattr(deciding, "failed", ends)
    patch.setattr(bell, "failed", ends)


def pages_without_a_lease(patch: Patch) -> None:
    """A page is asked for, and nothing looks after it."""
    set_clocks = Draft.set_clocks

    def forgetting(draft: Draft, clocks: Any) -> None:
        set_clocks(draft, {n: due for n, due in clocks.items() if not n.startswith("send.")})

    patch.setattr(Draft, "set_clocks", forgetting)


def a_clock_is_forgotten(patch: Patch) -> None:
    """K10 goes without an event."""
    finish = deciding._finish

    def forgetful(*given: Any) -> Decision:
        decision = finish(*given)
        clocks = {name: due for name, due in decision.case.clocks.items() if name != "K10"}
        return replace(decision, case=replace(decision.case, clocks=clocks))

    patch.setattr(deciding, "_finish", forgetful)


def a_broken_chain(patch: Patch) -> None:
    """Entries follow something else than the newest."""

    def elsewhere(*, head: Head, **given: Any) -> Any:
        return sealing(head=Head(head.seq, "0" * 64), **given)

    patch.setattr(engine, "seal", elsewhere)


def another_state(patch: Patch) -> None:
    """An entry names the hash of something else."""
    patch.setattr(engine, "digest", lambda _case: "0" * 64)


def a_field_that_is_not_stored(patch: Patch) -> None:
    """What is stored of a case lacks something."""
    whole = to_body

    def partly(case: Any) -> dict[str, Any]:
        return {name: value for name, value in whole(case).items() if name != "recent"}

    patch.setattr(stored_form, "to_body", partly)


def vendors_own(patch: Patch) -> None:
    """A vendor is allowed to acknowledge."""
    patch.setitem(roles._MAY, Act.ACKNOWLEDGE, roles._MAY[Act.ACKNOWLEDGE] | {Role.VENDOR_AGENT})


def a_promise_is_an_extension(patch: Patch) -> None:
    """A vendor's word moves clocks."""
    add = speaking.add_message
    step = deciding._OF[AddMessage]

    def later(draft: Draft, command: Any) -> Any:
        refused = add(draft, command)
        clocks = {name: due + HOUR for name, due in draft.case.clocks.items()}
        draft.emit(ev.clocks_set(clocks))
        return refused

    patch.setitem(deciding._OF, AddMessage, replace(step, apply=later))


def the_least_grave_first(patch: Patch) -> None:
    """The sweep begins at the wrong end; no wake-up spares it the work."""
    patch.setattr(FleetQueues, "wake", lambda *_given: None)
    patch.setattr(batch, "_rank", lambda cases, step: -cases[step.case].beside.tier.rank)

    def backwards(rows: Any, key: Any) -> list[Any]:
        return builtins.sorted(rows, key=key, reverse=True)

    patch.setattr(slots, "sorted", backwards, raising=False)


def a_receipt_for_nothing(patch: Patch) -> None:
    """The answer is given, and nothing was written."""
    patch.setattr(intake, "commit_opening", lambda *_given: None)


def an_index_that_is_wrong(patch: Patch) -> None:
    """The due time beside the case is another than its own."""
    beside_of = items.beside_of

    def later(case: Any) -> Any:
        beside = beside_of(case)
        return replace(beside, due=beside.due + HOUR) if beside.due else beside

    patch.setattr(fleet_store, "beside_of", later)


def clocks_that_are_set(patch: Patch) -> None:
    """As it was: an answer of long ago vouches for a clock that was set since."""
    patch.setattr(Agreement, "holds", property(lambda agreement: agreement._ahead is not None))


SABOTAGE: dict[Callable[[Patch], None], str] = {
    nobody_rings: "P3",
    half_the_sweep: "P3",
    rungs_page_nobody: "P3",
    the_top_has_an_end: "P3",
    rungs_are_skipped: "P3",
    repeats_without_a_label: "repeated without a label",
    pages_that_are_not_sent: "counts as sent and was not",
    pages_that_failed_and_no_more: "failed, and nobody was asked instead",
    pages_without_a_lease: "has a page without a clock",
    a_clock_is_forgotten: "is not the fold of its entries",
    a_broken_chain: "does not follow",
    another_state: "ends with another state",
    a_field_that_is_not_stored: "read back otherwise",
    vendors_own: "is owned by a vendor",
    a_promise_is_an_extension: "an outsider moved",
    the_least_grave_first: "was rung after",
    a_receipt_for_nothing: "a receipt was given and nothing was stored",
    an_index_that_is_wrong: "P3",
    clocks_that_are_set: "ahead",
}


@pytest.mark.parametrize("sabotage", SABOTAGE, ids=lambda sabotage: sabotage.__name__)
def test_the_judge_barks(sabotage: Callable[[Patch], None], monkeypatch: Patch) -> None:
    """Within a few small worlds, and it says what is wrong."""
    sabotage(monkeypatch)
    hint = SEEN.get(sabotage.__name__, TRIED[0])
    seeds = sorted(TRIED, key=lambda seed: (seed != hint, seed))
    worlds = (run(seed, SMALL)[0].violations for seed in seeds)
    assert any(SABOTAGE[sabotage] in what for what in chain.from_iterable(worlds))
