"""Ringing what is due: a wake-up looks at its case, at its time."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from chalicelib.audit.entry import Cause
from chalicelib.cases.commands import Tick
from chalicelib.services.batch import Outcome, Step, apply_all
from chalicelib.services.engine import UnreadableError, from_machine
from chalicelib.services.fallback import UNREADABLE, ring_fallback
from chalicelib.services.parts import Parts
from chalicelib.services.ports import Place, Slot
from chalicelib.services.slots import ring_slot, unless_gone
from chalicelib.services.slots import sweep as sweep  # noqa: PLC0414  # ringing, by other means
from chalicelib.services.work import Failures, Message
from chalicelib.terms import SECOND


class _Wake(NamedTuple):
    """A wake-up, and the message that it came with."""

    due: int
    case: str
    hop: int
    id: str


def ring_message(parts: Parts, body: dict[str, Any], message_id: str) -> None:
    """One message by itself; raises what went wrong."""
    for error in ring_all(parts, [Message(message_id, body)]).values():
        raise error


def ring_all(parts: Parts, messages: Sequence[Message], until: int | None = None) -> Failures:
    """Wake-ups, and slots that were handed on; what went wrong, by message.

    An early wake-up sends itself on; a late, doubled or stale one does no harm.  Slots are rung
    until ``until`` (ms), and what is left of them is handed on.
    """
    failed: Failures = {}
    wakes: list[_Wake] = []
    slots: list[tuple[str, Slot]] = []
    for message in messages:
        try:
            if "slot" in message.body:
                slots.append((message.id, _slot_of(message)))
            else:
                wakes.append(_wake_of(message))
        except (KeyError, TypeError, ValueError) as error:
            failed[message.id] = error
    now = parts.clock.now()
    failed |= _send_on(parts, [wake for wake in wakes if wake.due - now > SECOND])
    failed |= _ring_due(parts, [wake for wake in wakes if wake.due - now <= SECOND])
    for identity, slot in slots:
        try:
            ring_slot(parts, slot, Cause("sweep", identity), until)
        except Exception as error:  # noqa: BLE001  # told to the queue, which tries again
            failed[identity] = error
    return failed


def _wake_of(message: Message) -> _Wake:
    body = message.body
    return _Wake(int(body["due"]), str(body["case"]), int(body.get("hop", 0)), message.id)


def _slot_of(message: Message) -> Slot:
    body = message.body
    after = Place(int(body["after"][0]), str(body["after"][1])) if body["after"] else None
    return Slot(int(body["slot"]), after, int(body["hop"]))


def _send_on(parts: Parts, early: Sequence[_Wake]) -> Failures:
    """Those whose case is still due then; whatever moved the due time sent another wake-up."""
    if not early:
        return {}
    try:
        found = parts.ledger.load_all([wake.case for wake in early])
        due = {loaded.beside.case: loaded.beside.due for loaded in found}
        for wake in early:
            if due.get(wake.case) == wake.due:
                parts.queues.wake(wake.case, wake.due, parts.clock.now(), wake.hop + 1)
    except Exception as error:  # noqa: BLE001  # told to the queue, which tries again
        return {wake.id: error for wake in early}
    return {}


def _ring_due(parts: Parts, wakes: Sequence[_Wake]) -> Failures:
    """Each at its time, those together whose time has come together."""
    failed: Failures = {}
    waiting = sorted(wakes)
    while waiting:
        parts.clock.wait_until(waiting[0].due)
        now = parts.clock.now()
        ready = [wake for wake in waiting if wake.due <= now] or waiting[:1]
        waiting = waiting[len(ready) :]
        causes = {wake.case: Cause("wake_up", wake.id) for wake in reversed(ready)}
        steps = [Step(from_machine(cause), case, Tick()) for case, cause in causes.items()]
        outcomes = dict(zip(causes, apply_all(parts, steps), strict=True))
        for case, cause in causes.items():
            error = _error_of(parts, case, cause, outcomes[case])
            if error:
                failed |= {wake.id: error for wake in ready if wake.case == case}
    return failed


def _error_of(parts: Parts, case: str, cause: Cause, outcome: Outcome) -> Exception | None:
    """What went wrong with a wake-up; one whose case cannot be read rings the fallback bell."""
    if not isinstance(outcome, UnreadableError):
        return unless_gone(case, outcome)
    try:
        loaded = parts.ledger.load(case)
        if loaded:
            ring_fallback(parts, loaded.beside, cause, UNREADABLE)
    except Exception as error:  # noqa: BLE001  # told to the queue, which tries again
        return error
    return None
