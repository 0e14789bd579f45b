"""Ringing what is due: a wake-up looks at one case, the sweep at every slot."""

import logging
from collections import Counter
from dataclasses import dataclass
from typing import Any

from chalicelib.audit.entry import Cause
from chalicelib.cases.commands import Tick
from chalicelib.services.engine import UnknownCaseError, UnreadableError, apply, from_machine
from chalicelib.services.errors import BusyError
from chalicelib.services.fallback import UNREADABLE, ring_fallback
from chalicelib.services.parts import Parts
from chalicelib.services.ports import Beside, ClockSkewError, ConflictError, UncertainError
from chalicelib.terms import MINUTE, SECOND

log = logging.getLogger(__name__)

# Faults of a moment: they leave the case as it was.
PASSING = (BusyError, ClockSkewError, ConflictError, UncertainError)
# After this long without success such a fault is one of the case's own.
PATIENCE_MS = 3 * MINUTE

SLOTS = 16
BATCH = 50
# Batches of one slot in one sweep.
BATCHES = 4


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep did; ``left`` says that there was more than it could look at.

    ``failed`` counts cases, and slots that could not be asked for.
    """

    rung: int
    by_fallback: int
    failed: int
    left: bool


def ring_message(parts: Parts, body: dict[str, Any], message_id: str) -> None:
    """One wake-up.  Early, it sends itself on; late, doubled or stale, it does no harm."""
    case, due = str(body["case"]), int(body["due"])
    now = parts.clock.now()
    if due - now > SECOND:
        loaded = parts.ledger.load(case)
        # Another wake-up was sent by whatever moved the due time, so a stale one ends here.
        if loaded and loaded.beside.due == due:
            parts.queues.wake(case, due, now, int(body.get("hop", 0)) + 1)
        return
    parts.clock.wait_until(due)
    ring_case(parts, case, Cause("wake_up", message_id))


def ring_case(parts: Parts, case: str, cause: Cause) -> bool:
    """Apply what is due on one case; false when it cannot be read, so the fallback bell rang."""
    if _tick(parts, case, cause):
        return True
    loaded = parts.ledger.load(case)
    if loaded:
        ring_fallback(parts, loaded.beside, cause, UNREADABLE)
    return False


def _tick(parts: Parts, case: str, cause: Cause) -> bool:
    try:
        apply(parts, from_machine(cause), case, Tick())
    except UnknownCaseError:
        log.warning("wake-up for a case that is not there", extra={"case": case})
    except UnreadableError:
        return False
    return True


def sweep(parts: Parts, cause_id: str = "sweep", until: int | None = None) -> Swept:
    """Ring all that is due, in bounded batches; no case and no slot keeps another from its turn.

    Every slot has its first batch before any has its second.  Which slot is first moves on each
    minute, so that a sweep which must stop at ``until`` (ms) is not always without the same ones.
    """
    cause = Cause("sweep", cause_id)
    outcomes: Counter[str] = Counter()
    places: dict[int, Beside | None] = dict.fromkeys(_slots(parts.clock.now()))
    for _ in range(BATCHES):
        for slot, after in tuple(places.items()):
            due = () if _is_over(parts, until) else _due(parts, slot, after, outcomes)
            for beside in due:
                if _is_over(parts, until):
                    break
                outcomes[_ring_one(parts, beside, cause)] += 1
            if _is_over(parts, until):
                return _swept(outcomes, left=True)
            if len(due) < BATCH:
                del places[slot]
            else:
                places[slot] = due[-1]
    return _swept(outcomes, left=bool(places))


def _is_over(parts: Parts, until: int | None) -> bool:
    return until is not None and parts.clock.now() >= until


def _slots(now: int) -> list[int]:
    first = now // MINUTE % SLOTS
    return [*range(first, SLOTS), *range(first)]


def _due(
    parts: Parts, slot: int, after: Beside | None, outcomes: Counter[str]
) -> tuple[Beside, ...]:
    try:
        return parts.ledger.due(slot, parts.clock.now(), BATCH, after)
    except Exception:  # the other slots have their turn, and this one in a minute
        log.exception("slot could not be asked for", extra={"slot": slot})
        outcomes["failed"] += 1
        return ()


def _swept(outcomes: Counter[str], *, left: bool) -> Swept:
    return Swept(outcomes["rung"], outcomes["fallback"], outcomes["failed"], left)


def _ring_one(parts: Parts, beside: Beside, cause: Cause) -> str:
    """Ring one case of a sweep; whatever goes wrong, the next one has its turn."""
    try:
        if _tick(parts, beside.case, cause):
            return "rung"
        why = UNREADABLE
    except PASSING as error:
        # This worker or the store is at fault and the next look may succeed; but not for ever.
        why = type(error).__name__
        if parts.clock.now() - beside.due < PATIENCE_MS:
            log.warning("case left to the next look", extra={"case": beside.case, "why": why})
            return "failed"
    except Exception as error:  # a case that fails must ring all the same, and never alone
        log.exception("case could not be rung", extra={"case": beside.case})
        why = type(error).__name__
    try:
        ring_fallback(parts, _as_it_is(parts, beside), cause, why)
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
