"""Decide: first every lapse that is due, then the command, then what the command made due.

Whoever wins a race therefore rings the bell, a vendor's note included.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chalicelib.cases import commands as cmd
from chalicelib.cases import end_commands as end
from chalicelib.cases import ending, eyes, lanes, merging, owning, speaking
from chalicelib.cases import events as ev
from chalicelib.cases import lane_commands as lane
from chalicelib.cases.bell import failed
from chalicelib.cases.commands import Command, OpenCase, PageFailed, PageSent, Tick
from chalicelib.cases.draft import Draft, Watch
from chalicelib.cases.events import Event
from chalicelib.cases.lapses import apply_lapses
from chalicelib.cases.model import Case
from chalicelib.cases.refusal import Refusal
from chalicelib.cases.roles import Act, may
from chalicelib.cases.ropes import send_ropes
from chalicelib.cases.tiers import start_clocks
from chalicelib.cases.waiting import party_of
from chalicelib.terms import DAY, Role, Tier


class ClocklessCaseError(RuntimeError):
    """Promise P1 would be broken: an open case without a running clock is never committed."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The case as it is now, and the events that brought it there (lapses even if refused)."""

    case: Case
    events: tuple[Event, ...]
    refused: Refusal | None = None


def open_case(command: OpenCase, at: int, watch: Watch) -> Decision:
    """Open a case at server receipt ``at`` (ms) with every clock of its tier running.

    A claimed earlier time brings rungs and K10 forward by at most a day, and never back; the
    others ask something of people who hear of it only now.  Without a credential a claim moves
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
    _raise_for_history(draft, command)
    start_clocks(draft, start)
    send_ropes(draft, "opened")
    return _finish(draft, None)


def _raise_for_history(draft: Draft, command: OpenCase) -> None:
    """Another case of S0 or S1 on the same subject makes this one graver by one tier.

    That is weak evidence for a life at risk now, so S0 by history alone is *suspect*.
    """
    before = draft.case.tier
    if command.raised_by and before is not Tier.S0:
        after = Tier(f"S{before.rank - 1}")
        suspect = draft.case.suspect or after is Tier.S0
        draft.emit(ev.raised(before, after, "same_subject", suspect=suspect))


def decide(case: Case, command: Command, at: int, watch: Watch) -> Decision:
    """What follows from a command at ``at`` (ms); a case's time never runs back."""
    draft = Draft.next_entry(case, at, watch)
    apply_lapses(draft)
    refused = _refusal(draft.case, command)
    if refused is None:
        refused = _OF[type(command)].apply(draft, command)
    return _finish(draft, refused)


def _finish(draft: Draft, refused: Refusal | None) -> Decision:
    apply_lapses(draft)
    if draft.case.is_open and not draft.case.clocks:
        raise ClocklessCaseError(f"{draft.case.id} would have no running clock")
    draft.wait_for(party_of(draft.case))
    return Decision(draft.case, tuple(draft.events), refused)


def _refusal(case: Case, command: Command) -> Refusal | None:
    if isinstance(command, OpenCase):
        return Refusal("already_open")
    step = _OF[type(command)]
    if not may(command.by.role, step.act):
        return Refusal("role_may_not")
    return Refusal("closed") if case.closed and not step.when_closed else None


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


@dataclass(frozen=True, slots=True)
class Step:
    """The act that a command is, what it does, and whether a closed case can take it."""

    act: Act
    apply: Callable[[Draft, Any], Refusal | None]
    when_closed: bool = False


_OF: dict[type, Step] = {
    cmd.AddMessage: Step(Act.ADD_MESSAGE, speaking.add_message, when_closed=True),
    cmd.Acknowledge: Step(Act.ACKNOWLEDGE, owning.acknowledge),
    cmd.RecordAction: Step(Act.ACT, owning.record_action),
    cmd.Raise: Step(Act.RAISE, speaking.raise_tier),
    cmd.Escalate: Step(Act.ESCALATE, speaking.escalate),
    cmd.NoteStall: Step(Act.NOTE_STALL, speaking.note_stall),
    cmd.RecordCall: Step(Act.CALL, owning.record_call),
    cmd.PageSent: Step(Act.RECORD_PAGE, _page_sent, when_closed=True),
    cmd.PageFailed: Step(Act.RECORD_PAGE, _page_failed, when_closed=True),
    cmd.Tick: Step(Act.TICK, _tick, when_closed=True),
    lane.AskFreeze: Step(Act.ASK_FREEZE, lanes.ask_freeze),
    lane.DeclineFreeze: Step(Act.DECIDE_FREEZE, lanes.decline_freeze),
    lane.ContactSubject: Step(Act.CONTACT_SUBJECT, lanes.contact_subject),
    lane.RequestData: Step(Act.REQUEST_DATA, lanes.request_data),
    lane.AnswerData: Step(Act.ANSWER_DATA, lanes.answer_data),
    lane.AttemptHandOver: Step(Act.HAND_OVER, lanes.attempt_hand_over),
    lane.PoliceAsk: Step(Act.POLICE_ASK, lanes.police_ask),
    lane.VerifyPolice: Step(Act.POLICE_VERIFY, lanes.verify_police),
    lane.ReleaseToPolice: Step(Act.RELEASE, lanes.release),
    lane.PlaceHold: Step(Act.HOLD, lanes.place_hold),
    lane.LiftHold: Step(Act.HOLD, lanes.lift_hold),
    lane.AddTask: Step(Act.TASK, lanes.add_task),
    lane.FinishTask: Step(Act.TASK, lanes.finish_task),
    end.Propose: Step(Act.PROPOSE, eyes.propose),
    end.Approve: Step(Act.APPROVE, eyes.approve),
    end.Reject: Step(Act.APPROVE, eyes.reject),
    end.ClearSuspect: Step(Act.CLEAR_SUSPECT, eyes.clear_suspect),
    end.Review: Step(Act.REVIEW, eyes.review),
    end.Contain: Step(Act.CONTAIN, ending.contain),
    end.Resolve: Step(Act.RESOLVE, ending.resolve),
    end.TryConfirm: Step(Act.TRY_CONFIRM, ending.try_confirm),
    end.Close: Step(Act.CLOSE, ending.close_alone),
    end.CloseDelegated: Step(Act.CLOSE_DELEGATED, ending.close_delegated),
    end.ReporterSays: Step(Act.REPORTER_SAYS, ending.reporter_says, when_closed=True),
    end.VerifyReporter: Step(Act.VERIFY_REPORTER, ending.verify_reporter),
    end.Reopen: Step(Act.REOPEN, ending.reopen, when_closed=True),
    end.ProposeMerge: Step(Act.PROPOSE_MERGE, merging.propose_merge),
    end.Absorb: Step(Act.MERGE, merging.absorb),
    end.MergeInto: Step(Act.MERGE, merging.merge_into),
    end.Link: Step(Act.LINK, merging.link, when_closed=True),
}
# Every command that can be given to an open case, for whoever explores them all.
COMMANDS = tuple(_OF)


def kind_of(command: Command) -> str:
    """What an entry calls this command."""
    return _KINDS.get(type(command)) or _OF[type(command)].act.value


# Where an entry tells apart what one act covers, or has its name from before the act had one.
_KINDS: dict[type, str] = {
    cmd.AddMessage: "message",
    cmd.PageSent: "page_sent",
    cmd.PageFailed: "page_failed",
    lane.LiftHold: "lift_hold",
    lane.FinishTask: "finish_task",
    end.Reject: "reject",
    end.Absorb: "absorb",
}
