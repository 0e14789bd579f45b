"""Decide: first every lapse that is due, then the command, then what the command made due.

Whoever wins a race therefore rings the bell, a vendor's note included.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chalicelib.cases import events as ev
from chalicelib.cases.bell import failed
from chalicelib.cases.commands import (
    ACTION_CODES,
    Acknowledge,
    AddMessage,
    Command,
    Judged,
    OpenCase,
    PageFailed,
    PageSent,
    RecordAction,
    Tick,
)
from chalicelib.cases.draft import Draft, Watch
from chalicelib.cases.events import Event
from chalicelib.cases.lapses import apply_lapses
from chalicelib.cases.model import Case
from chalicelib.cases.roles import Act, may
from chalicelib.cases.tiers import raise_to, start_clocks
from chalicelib.terms import CLIENT_ROLES, DAY, Direction, Kind, Role, Tier


class ClocklessCaseError(RuntimeError):
    """Promise P1 would be broken: an open case without a running clock is never committed."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a command was not accepted: a short code for the problem document and the entry."""

    code: str


@dataclass(frozen=True, slots=True)
class Decision:
    """The case as it is now, and the events that brought it there (lapses even if refused)."""

    case: Case
    events: tuple[Event, ...]
    refused: Refusal | None = None


_ACT_OF: dict[type, Act] = {
    AddMessage: Act.ADD_MESSAGE,
    Acknowledge: Act.ACKNOWLEDGE,
    RecordAction: Act.ACT,
    PageSent: Act.RECORD_PAGE,
    PageFailed: Act.RECORD_PAGE,
    Tick: Act.TICK,
}


def open_case(command: OpenCase, at: int, watch: Watch) -> Decision:
    """Open a case at server receipt ``at`` (ms) with every clock of its tier running.

    A claimed earlier time brings rungs and K10 forward by at most a day, and never back; K3 and
    K4 ask something of people who hear of it only now.  Without a credential a claim moves
    nothing.
    Raises PermissionError for a role that may not open one; intake refuses that before.
    """
    if not may(command.by.role, Act.OPEN_CASE):
        raise PermissionError(f"{command.by.role} may not open a case")
    claimed = command.message.claimed_ms
    if claimed is None or command.by.role is Role.REPORTER:
        start = at
    else:
        start = max(at - DAY, min(claimed, at))
    draft = Draft.opening(ev.opened(command, start, watch.calendar.digest), at, watch)
    start_clocks(draft, start)
    return _finish(draft, None)


def decide(case: Case, command: Command, at: int, watch: Watch) -> Decision:
    """What follows from a command at ``at`` (ms); a case's time never runs back."""
    draft = Draft.next_entry(case, at, watch)
    apply_lapses(draft)
    refused = _refusal(command)
    if refused is None:
        refused = _APPLY[type(command)](draft, command)
    return _finish(draft, refused)


def _finish(draft: Draft, refused: Refusal | None) -> Decision:
    apply_lapses(draft)
    if not draft.case.clocks:
        raise ClocklessCaseError(f"{draft.case.id} would have no running clock")
    return Decision(draft.case, tuple(draft.events), refused)


def _refusal(command: Command) -> Refusal | None:
    if isinstance(command, OpenCase):
        return Refusal("already_open")
    return None if may(command.by.role, _ACT_OF[type(command)]) else Refusal("role_may_not")


def _add_message(draft: Draft, command: AddMessage) -> Refusal | None:
    message, judged = command.message, command.judged
    answered = _is_answered(draft.case)
    draft.emit(ev.message_added(command))
    if _is_word_to_reporter(command):
        _meet_k9(draft, command)
    if judged is None or message.direction is Direction.OUTBOUND:
        return None
    tier = draft.case.tier
    if judged.tier.rank < tier.rank:
        raise_to(draft, judged.tier, "judged", suspect=judged.suspect)
    elif answered and _reports_danger(command, judged):
        raise_to(draft, tier, "danger_again", suspect=draft.case.suspect and judged.suspect)
    elif draft.case.suspect and judged.tier is tier and not judged.suspect:
        draft.emit(ev.confirmed(tier))
    return None


def _reports_danger(command: AddMessage, judged: Judged) -> bool:
    """S0 or S1 in the reporter's words or answers; a blank contact says nothing new."""
    urgent = judged.tier.rank <= Tier.S1.rank and not judged.degraded
    return urgent and command.message.direction is Direction.INBOUND


def _is_answered(case: Case) -> bool:
    """Acknowledged or acted upon: danger reported again has K3 and K4 of its own, and pages."""
    return case.acted is not None or case.is_owned


def _is_word_to_reporter(command: AddMessage) -> bool:
    """Only the client's own people can give the reporter the word that K9 asks for."""
    message = command.message
    return (
        command.by.role in CLIENT_ROLES
        and message.direction is Direction.OUTBOUND
        and message.kind is Kind.REPLY
    )


def _meet_k9(draft: Draft, command: AddMessage) -> None:
    if "K9" in draft.case.clocks and draft.plan.k9:
        draft.meet(["K9"], command.by)
        draft.set_clocks({"K9": draft.after(draft.plan.k9)})


def _acknowledge(draft: Draft, command: Acknowledge) -> Refusal | None:
    """Holds the higher rungs until K4; after K4 it only quiets the person who gave it."""
    case, by = draft.case, command.by
    if case.acted:
        draft.emit(ev.acknowledged(by, command.via, holds=False))
        return None
    holds = "K4" in case.clocks
    draft.emit(ev.acknowledged(by, command.via, holds=holds))
    draft.meet(["K3"], by)
    if holds:
        draft.cancel(draft.named("repeat.", "silence."), by, "acknowledged")
        climbing = draft.named("rung.", "top")
        if climbing:
            draft.emit(ev.clocks_held(climbing, by))
        return None
    draft.cancel([f"repeat.{by.id}"], by, "acknowledged")
    if draft.plan.k4 and draft.plan.repeat:
        draft.set_clocks({f"silence.{by.id}": draft.after(draft.plan.k4)})
    return None


def _record_action(draft: Draft, command: RecordAction) -> Refusal | None:
    """The danger changed: the ladder stops, and the reporter's next word is owed."""
    if command.action not in ACTION_CODES:
        return Refusal("unknown_action")
    if not command.sid:
        return Refusal("evidence_missing")
    by = command.by
    draft.emit(ev.acted(by, command.action, command.sid))
    draft.meet(["K3", "K4"], by)
    ladder = ("rung.", "top", "repeat.", "silence.", "to_s3")
    held = [name for name in draft.case.held if name.startswith(ladder)]
    draft.cancel([*draft.named(*ladder), *held], by, "acted")
    if draft.plan.k9:
        draft.set_clocks({"K9": draft.after(draft.plan.k9)})
    return None


def _page_sent(draft: Draft, command: PageSent) -> Refusal | None:
    """Idempotent: a page that is already settled changes nothing."""
    if command.page in draft.case.sending:
        draft.emit(ev.page_sent(command.page, command.carrier))
        draft.meet([f"send.{command.page}"], command.by)
    return None


def _page_failed(draft: Draft, command: PageFailed) -> Refusal | None:
    if command.page in draft.case.sending:
        failed(draft, command.page, command.error)
    return None


def _tick(_draft: Draft, _command: Tick) -> Refusal | None:
    return None


_APPLY: dict[type, Callable[[Draft, Any], Refusal | None]] = {
    AddMessage: _add_message,
    Acknowledge: _acknowledge,
    RecordAction: _record_action,
    PageSent: _page_sent,
    PageFailed: _page_failed,
    Tick: _tick,
}
