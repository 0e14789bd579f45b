"""Owning a case, acting on it, and calling the reporter: by the client's own people."""

from chalicelib.cases import events as ev
from chalicelib.cases import lane_events
from chalicelib.cases.commands import (
    ACTION_CODES,
    CALL_OUTCOMES,
    FROZEN,
    INFORMED,
    REACHED_SAFE,
    Acknowledge,
    By,
    RecordAction,
    RecordCall,
)
from chalicelib.cases.draft import Draft
from chalicelib.cases.lapses import FREEZE_REVIEW
from chalicelib.cases.refusal import Refusal
from chalicelib.cases.speaking import keep_word, stop_ladder
from chalicelib.terms import Role, Tier


def acknowledge(draft: Draft, command: Acknowledge) -> Refusal | None:
    """Holds the higher rungs until K4; after K4 it only quiets the person who gave it."""
    case, by = draft.case, command.by
    if case.acted or case.resolved:
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


def record_action(draft: Draft, command: RecordAction) -> Refusal | None:
    """The danger changed: the ladder stops, and the reporter's next word is owed."""
    if command.action not in ACTION_CODES:
        return Refusal("unknown_action")
    if not command.sid:
        return Refusal("evidence_missing")
    if command.action == INFORMED and not command.reference:
        return Refusal("reference_missing")
    if draft.case.resolved:
        return Refusal("resolved")
    by = command.by
    draft.emit(ev.acted(by, command.action, command.sid))
    draft.meet(["K3", "K4"], by)
    stop_ladder(draft, by, "acted")
    if command.action == FROZEN:
        _freeze(draft, command)
    if command.action == INFORMED:
        draft.meet(["K7"], by)
    if command.action == REACHED_SAFE:
        draft.meet(["K5"], by)
    if draft.plan.k9:
        draft.set_clocks({"K9": draft.after(draft.plan.k9)})
    return None


def _freeze(draft: Draft, command: RecordAction) -> None:
    """K13 asked for this decision; an innocent subject has the right to a second look."""
    draft.emit(lane_events.frozen(command.by, command.sid))
    draft.meet(["K13"], command.by)
    draft.set_clocks({"review.freeze": draft.after(FREEZE_REVIEW)})


def record_call(draft: Draft, command: RecordCall) -> Refusal | None:
    """Only a reporter who was reached has been called; an attempt is not a call."""
    by = command.by
    if command.outcome not in CALL_OUTCOMES:
        return Refusal("unknown_outcome")
    if command.outcome == "not_safe" and not _may_leave_uncalled(draft, by):
        return Refusal("specialist_needed")
    draft.emit(ev.called(by, command.outcome, command.channel, command.sid))
    if command.outcome in {"reached", "not_safe"}:
        draft.meet(["K5"], by)
    if command.outcome == "reached":
        keep_word(draft, by)
    return None


def _may_leave_uncalled(draft: Draft, by: By) -> bool:
    """Whether a call endangers somebody is the safety specialist's judgment on S0 and S1."""
    return by.role is Role.SAFETY_SPECIALIST or draft.case.tier.rank > Tier.S1.rank
