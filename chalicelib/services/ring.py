"""Ringing what is due: a wake-up looks at one case, the sweep at every slot."""

import logging
from dataclasses import dataclass
from typing import Any

from chalicelib.audit.entry import Cause
from chalicelib.cases.commands import Tick
from chalicelib.services.engine import UnknownCaseError, UnreadableError, apply, from_machine
from chalicelib.services.errors import BusyError
from chalicelib.services.fallback import ring_fallback
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


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep did; ``left`` says that a slot had more than one batch."""

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
    """Apply what is due on one case; false when the fallback bell had to ring instead."""
    try:
        apply(parts, from_machine(cause), case, Tick())
    except UnknownCaseError:
        log.warning("wake-up for a case that is not there", extra={"case": case})
    except UnreadableError:
        loaded = parts.ledger.load(case)
        if loaded:
            ring_fallback(parts, loaded.beside, cause, "unreadable")
        return False
    return True


def sweep(parts: Parts, cause_id: str = "sweep") -> Swept:
    """Ring all that is due, slot by slot, in bounded batches; one bad case never blocks a slot."""
    rung = by_fallback = failed = 0
    left = False
    cause = Cause("sweep", cause_id)
    for slot in range(SLOTS):
        due = parts.ledger.due(slot, parts.clock.now(), BATCH)
        left = left or len(due) == BATCH
        for beside in due:
            outcome = _ring_one(parts, beside, cause)
            rung += outcome == "rung"
            by_fallback += outcome == "fallback"
            failed += outcome == "failed"
    return Swept(rung, by_fallback, failed, left)


def _ring_one(parts: Parts, beside: Beside, cause: Cause) -> str:
    """Ring one case of a sweep; whatever goes wrong, the next one has its turn."""
    try:
        return "rung" if ring_case(parts, beside.case, cause) else "fallback"
    except PASSING as error:
        # This worker or the store is at fault and the next look may succeed; but not for ever.
        if parts.clock.now() - beside.due < PATIENCE_MS:
            log.warning(
                "case left to the next look", extra={"case": beside.case, "why": str(error)}
            )
            return "failed"
        return _ring_fallback(parts, beside, cause, type(error).__name__)
    except Exception as error:  # a case that fails must ring all the same, and never alone
        log.exception("case could not be rung", extra={"case": beside.case})
        return _ring_fallback(parts, beside, cause, type(error).__name__)


def _ring_fallback(parts: Parts, beside: Beside, cause: Cause, why: str) -> str:
    try:
        ring_fallback(parts, beside, cause, why)
    except Exception:
        log.exception("fallback bell failed", extra={"case": beside.case})
        return "failed"
    return "fallback"
