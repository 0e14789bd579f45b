"""Alarms that the machine raises itself: a case of its own, on the ladder that every case is on.

One case is open for one thing at a time.  What comes while it is open joins it; the same alarm
told again changes nothing, so that whoever raises one may do so every minute.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from chalicelib.audit.entry import Cause
from chalicelib.cases.codes import speakable
from chalicelib.cases.commands import MACHINE, AddMessage, Judged, Message, NoteStall, OpenCase
from chalicelib.cases.decide import open_case
from chalicelib.services.engine import (
    Extras,
    Origin,
    UnknownCaseError,
    apply,
    commit_opening,
    from_machine,
    pause,
    seal_step,
)
from chalicelib.services.errors import BusyError
from chalicelib.services.parts import Parts
from chalicelib.services.ports import ConflictError, Link, Loaded
from chalicelib.terms import Direction, Kind, Speaker, Tier

RACES = 12
CLOSED = "closed"
_ID_LENGTH = 26


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """``policy`` names it in entries and on the page, ``about`` is what has one case at a time.

    ``since`` tells one occurrence from the next.  ``facts`` are numbers and names that stand in
    clear; no personal data.  One that is ``loud`` rings again on a case that is open already.
    Another only adds to it, after telling whoever is on call, once a case, of the stalling
    ``tactic`` that it is.  One ``to_operators`` is on their ladder.  ``suspect`` says that the
    evidence is weak, and ``linked`` are the cases that it was drawn from.
    """

    policy: str
    about: str
    since: int
    tier: Tier
    facts: Mapping[str, Any]
    loud: bool = True
    tactic: str = ""
    to_operators: bool = False
    suspect: bool = False
    linked: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        """The message's id: the same however often this occurrence is told."""
        text = f"{self.policy}\0{self.about}\0{self.since}"
        return f"msg_{sha256(text.encode()).hexdigest()[:_ID_LENGTH]}"

    @property
    def key(self) -> str:
        """The link under which its open case is found."""
        return f"link#alarm#{self.about}"


def raise_alarm(parts: Parts, cause: Cause, alarm: Alarm, told: str = "") -> str:
    """Open the alarm's case, or join the open one; the case's id.

    ``told`` is a case that is known to have been told of this very occurrence.
    Raises BusyError after ``RACES`` lost races; nothing was written then.
    """
    origin = from_machine(cause)
    case_id = parts.ids.new("cas", parts.clock.now())
    for attempt in range(RACES):
        [link] = parts.ledger.links([alarm.key])
        try:
            loaded = parts.ledger.load(link.case) if link.case else None
            if loaded is None or not _is_open(loaded):
                return _open(parts, origin, alarm, link, case_id)
            if told != link.case:
                _join(parts, origin, alarm, loaded)
        except (ConflictError, UnknownCaseError):
            pause(parts, attempt)
        else:
            return link.case
    raise BusyError("alarm")


def note(parts: Parts, cause: Cause, case: str, alarm: Alarm) -> None:
    """Tell the case something that rings nobody (tier S4), such as that the vendor is back."""
    apply(parts, from_machine(cause), case, _message(alarm, loud=False))


def _is_open(loaded: Loaded) -> bool:
    """One that cannot be read is open: the fallback bell rings it until somebody looks."""
    return loaded.beside.status != CLOSED


def _join(parts: Parts, origin: Origin, alarm: Alarm, loaded: Loaded) -> None:
    case = loaded.case
    if case is None or alarm.message in case.recent:
        return
    if alarm.tactic and alarm.policy not in case.policies:
        # First, since a crash in between then tells it twice, and not never.
        who = str(alarm.facts.get("vendor", ""))
        apply(parts, origin, case.id, NoteStall(tactic=alarm.tactic, who=who))
    apply(parts, origin, case.id, _message(alarm, loud=alarm.loud))


def _message(alarm: Alarm, *, loud: bool) -> AddMessage:
    direction = Direction.INBOUND if loud else Direction.INTERNAL
    return AddMessage(
        by=MACHINE, message=_said(alarm, direction), judged=_judged(alarm), contact=loud
    )


def _open(parts: Parts, origin: Origin, alarm: Alarm, link: Link, case_id: str) -> str:
    at = parts.clock.now()
    command = OpenCase(
        by=MACHINE,
        case=case_id,
        code=speakable(case_id),
        message=_said(alarm, Direction.INBOUND),
        judged=_judged(alarm),
        ladder=parts.rules.operators_ladder if alarm.to_operators else parts.ladder,
        linked=(*((link.case,) if link.case else ()), *alarm.linked),
    )
    decision = open_case(command, at, parts.watch())
    entry = seal_step(parts, origin, decision, "open")
    head = Link(link.key, case_id, at, link.version)
    commit_opening(parts, decision, entry, Extras(links=(head,)))
    return case_id


def _said(alarm: Alarm, direction: Direction) -> Message:
    return Message(
        id=alarm.message,
        direction=direction,
        speaker=Speaker.BOT,
        kind=Kind.NOTE,
        channel="machine",
    )


def _judged(alarm: Alarm) -> Judged:
    """In the judge's own form, so that pages and readers need no other one."""
    finding = {
        "policy": alarm.policy,
        "version": 1,
        "tier": alarm.tier.value,
        "suspect": alarm.suspect,
        "matches": [],
        "words": [str(alarm.facts["vendor"])] if "vendor" in alarm.facts else [],
    }
    record = {"findings": [finding], "facts": dict(alarm.facts)}
    return Judged(alarm.tier, alarm.suspect, record=record)
