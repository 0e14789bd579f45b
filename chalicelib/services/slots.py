"""Ringing what is due in the slots of the index: the sweep, and whoever it hands slots on to."""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import batched

from chalicelib.audit.entry import Cause
from chalicelib.cases.commands import Tick
from chalicelib.services.batch import Outcome, Step, TroubledError, alone, attempt
from chalicelib.services.canaries import is_left_by_the_sweep
from chalicelib.services.engine import UnknownCaseError, UnreadableError, from_machine
from chalicelib.services.errors import BusyError
from chalicelib.services.fallback import UNREADABLE, ring_fallback
from chalicelib.services.parts import Parts
from chalicelib.services.ports import (
    AT_ONCE,
    Beside,
    ClockSkewError,
    ConflictError,
    Loaded,
    Place,
    Slot,
    UncertainError,
)
from chalicelib.terms import MINUTE

log = logging.getLogger(__name__)

# Faults of a moment: they leave the case as it was.
PASSING = (BusyError, ClockSkewError, ConflictError, UncertainError)
# After this long without success such a fault is one of the case's own.
PATIENCE_MS = 3 * MINUTE

SLOTS = 16
# Cases of one slot that are looked at in one go.
BATCH = 250
# Cases that are loaded with one request; the last of them waits while the others are written.
LOADED = 50
# Goes at one slot in one sweep.
BATCHES = 4
# How often a slot is handed on; the sweep of the next minute begins it anew.
HOPS = 40


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep did; ``left`` says that there was more than it could ring itself.

    ``failed`` counts cases, and slots that could not be asked for or handed on.
    """

    rung: int
    by_fallback: int
    failed: int
    left: bool


@dataclass(slots=True)
class _Sweeping:
    """One sweep, or one slot's share of it: why, until when (ms), and what has come of it."""

    parts: Parts
    cause: Cause
    until: int | None
    outcomes: Counter[str] = field(default_factory=Counter)
    handed_on: set[int] = field(default_factory=set)
    tried: set[Beside] = field(default_factory=set)

    @property
    def is_over(self) -> bool:
        """Whether no other case may be begun."""
        return self.until is not None and self.parts.clock.now() >= self.until

    def hand_on(self, slot: Slot) -> None:
        """Have somebody else ring the rest of a slot, once; the next sweep is behind them."""
        if slot.number in self.handed_on:
            return
        self.handed_on.add(slot.number)
        if slot.hop > HOPS:
            log.warning("slot handed on too often", extra={"slot": slot.number})
            return
        try:
            self.parts.queues.hand_on(slot)
        except Exception:  # the next sweep begins with it
            log.exception("slot not handed on", extra={"slot": slot.number})
            self.outcomes["failed"] += 1

    def swept(self) -> Swept:
        """All of it."""
        found = self.outcomes
        return Swept(found["rung"], found["fallback"], found["failed"], bool(self.handed_on))


def sweep(parts: Parts, cause_id: str = "sweep", until: int | None = None) -> Swept:
    """Ring all that is due, the gravest first; no case and no slot keeps another from its turn.

    One go takes a bounded batch of every slot.  A slot with more is handed on to the workers of
    the wake-ups at once, and looked into again by this sweep in case that they are not there.
    At ``until`` (ms) what was not reached is handed on, too.
    """
    run = _Sweeping(parts, Cause("sweep", cause_id), until)
    places: dict[int, Place | None] = dict.fromkeys(range(SLOTS))
    for _ in range(BATCHES):
        found: dict[int, tuple[Beside, ...]] = {}
        for number, after in places.items():
            if run.is_over:
                run.hand_on(Slot(number, after))
            else:
                found[number] = _look(run, Slot(number, after))
        places = {
            number: due[BATCH - 1].place for number, due in found.items() if len(due) >= BATCH
        }
        missed = _ring_them(run, [beside for due in found.values() for beside in due])
        for number, due in found.items():
            if missed.intersection(due):
                run.hand_on(Slot(number))
        if not places or run.is_over:
            break
    return run.swept()


def ring_slot(parts: Parts, slot: Slot, cause: Cause, until: int | None = None) -> Swept:
    """Ring one batch of a slot; what is behind it is handed on first, and rung meanwhile."""
    run = _Sweeping(parts, cause, until)
    if run.is_over or _ring_them(run, _look(run, slot)):
        run.hand_on(replace(slot, hop=slot.hop + 1))
    return run.swept()


def _look(run: _Sweeping, slot: Slot) -> tuple[Beside, ...]:
    """A batch of a slot's due cases; when there are more, then also the grave ones behind it."""
    ledger, now = run.parts.ledger, run.parts.clock.now()
    try:
        due = ledger.due(slot.number, now, BATCH, slot.after)
        if len(due) < BATCH:
            return due
        after = due[-1].place
        run.hand_on(Slot(slot.number, after, slot.hop + 1))
        return due + ledger.due(slot.number, now, BATCH, after, grave=True)
    except Exception:  # the other slots have their turn, and this one in a minute
        log.exception("slot could not be asked for", extra={"slot": slot.number})
        run.outcomes["failed"] += 1
        return ()


def _ring_them(run: _Sweeping, found: Iterable[Beside]) -> set[Beside]:
    """Ring them, the gravest first and then the longest overdue; those there was no time for.

    Whoever is in trouble has their turn when all others have had theirs.
    """
    now = run.parts.clock.now()
    mine = {beside for beside in found if not is_left_by_the_sweep(beside.case, beside.due, now)}
    fresh = mine - run.tried  # the grave ones behind a batch come again with the next
    run.tried |= fresh
    waiting = sorted(fresh, key=lambda beside: (beside.tier.rank, beside.due, beside.case))
    missed: set[Beside] = set()
    troubled: list[tuple[Beside, Outcome]] = []
    for some, known in _loaded(run, waiting):
        if run.is_over:
            missed.update(some)
            continue
        outcomes = attempt(run.parts, [_step(run, beside) for beside in some], known)
        troubled += [row for row in zip(some, outcomes, strict=True) if _is_trouble(row[1])]
        run.outcomes["rung"] += sum(not _is_trouble(outcome) for outcome in outcomes)
    for beside, outcome in _rotated(troubled, run.parts.clock.now()):
        if run.is_over:
            missed.add(beside)
        elif isinstance(outcome, TroubledError):
            run.outcomes[_settle(run, beside, alone(run.parts, _step(run, beside)))] += 1
        else:
            run.outcomes[_settle(run, beside, outcome)] += 1
    return missed


def _loaded(
    run: _Sweeping, waiting: Iterable[Beside]
) -> Iterator[tuple[tuple[Beside, ...], tuple[Loaded, ...] | None]]:
    """As many as share a transaction, with their cases; None where they were not loaded."""
    for some in batched(waiting, LOADED, strict=False):
        known = None if run.is_over else _load(run, some)
        for few in batched(some, AT_ONCE, strict=False):
            yield few, known


def _load(run: _Sweeping, some: Sequence[Beside]) -> tuple[Loaded, ...] | None:
    try:
        return run.parts.ledger.load_all([beside.case for beside in some])
    except Exception:  # fewer at a time, or one by one, they say themselves what is wrong
        log.exception("cases not loaded together", extra={"cases": len(some)})
        return None


def _is_trouble(outcome: Outcome) -> bool:
    return isinstance(outcome, Exception)


def _step(run: _Sweeping, beside: Beside) -> Step:
    return Step(from_machine(run.cause), beside.case, Tick())


def _rotated(troubled: list[tuple[Beside, Outcome]], now: int) -> list[tuple[Beside, Outcome]]:
    """Another one of a tier is first each minute: a few that take all the time starve nobody."""
    first = now // MINUTE % max(len(troubled), 1)
    rotated = troubled[first:] + troubled[:first]
    return sorted(rotated, key=lambda row: row[0].tier.rank)


def _settle(run: _Sweeping, beside: Beside, outcome: Outcome) -> str:
    """What to count a case as; whatever went wrong, the next one has its turn."""
    if unless_gone(beside.case, outcome) is None:
        return "rung"
    why = UNREADABLE if isinstance(outcome, UnreadableError) else type(outcome).__name__
    if isinstance(outcome, PASSING):
        # This worker or the store is at fault and the next look may succeed; but not for ever.
        if run.parts.clock.now() - beside.due < PATIENCE_MS:
            log.warning("case left to the next look", extra={"case": beside.case, "why": why})
            return "failed"
    elif why != UNREADABLE:  # a case that fails must ring all the same, and never alone
        log.error("case could not be rung", extra={"case": beside.case}, exc_info=outcome)  # type: ignore[arg-type]
    try:
        ring_fallback(run.parts, _as_it_is(run.parts, beside), run.cause, why)
    except Exception:
        log.exception("fallback bell failed", extra={"case": beside.case})
        return "failed"
    return "fallback"


def _as_it_is(parts: Parts, beside: Beside) -> Beside:
    """The index may be late, so that somebody has rung the case since; ring by it if need be."""
    try:
        loaded = parts.ledger.load(beside.case)
    except Exception:  # noqa: BLE001  # what keeps it from being loaded is why the bell rings
        return beside
    return loaded.beside if loaded else beside


def unless_gone(case: str, outcome: Outcome) -> Exception | None:
    """What went wrong with a case's Tick; nothing where there is no such case."""
    if isinstance(outcome, UnknownCaseError):
        log.warning("wake-up for a case that is not there", extra={"case": case})
        return None
    return outcome if isinstance(outcome, Exception) else None
