"""Work beside the ladder: freeze, data, hand-over, police, legal hold, tasks.

Each lane has its clock and its own people; none of them slows the ladder.
"""

from chalicelib.cases import lane_commands as cmd
from chalicelib.cases import lane_events
from chalicelib.cases.bell import tell, tell_on_call
from chalicelib.cases.commands import By
from chalicelib.cases.draft import Draft
from chalicelib.cases.ladder import Span
from chalicelib.cases.lapses import HOLD, POLICE
from chalicelib.cases.model import Case
from chalicelib.cases.refusal import Refusal
from chalicelib.terms import Role, Tier

TASKS_MAX = 20
DEPARTMENTS_MAX = 8
DEPUTIES = frozenset({Role.DUTY_DIRECTOR, Role.SAFETY_SPECIALIST})


def ask_freeze(draft: Draft, command: cmd.AskFreeze) -> Refusal | None:
    """Whoever asks, the client's own people decide; the asking itself starts K13."""
    draft.emit(lane_events.freeze_asked(command.by, command.sid))
    limit = draft.plan.k13
    if limit and "K13" not in draft.case.done:
        draft.set_clocks({"K13": draft.after(limit)})
    tell_on_call(draft, 0, "freeze")
    return None


def decline_freeze(draft: Draft, command: cmd.DeclineFreeze) -> Refusal | None:
    """A decision against the freeze, by a director or the specialist, never while it stands."""
    if command.by.role not in DEPUTIES:
        return Refusal("director_needed")
    if not command.sid:
        return Refusal("evidence_missing")
    if draft.case.freeze and draft.case.freeze.state == "frozen":
        return Refusal("two_needed")
    draft.emit(lane_events.freeze_declined(command.by, command.sid))
    draft.meet(["K13"], command.by)
    return None


def contact_subject(draft: Draft, command: cmd.ContactSubject) -> Refusal | None:
    """On S0 and S1 a word to the accused may cost a life: the specialist alone decides."""
    grave = draft.case.tier.rank <= Tier.S1.rank
    if grave and command.by.role is not Role.SAFETY_SPECIALIST:
        return Refusal("specialist_needed")
    draft.emit(lane_events.subject_contacted(command.by, command.sid))
    return None


def request_data(draft: Draft, command: cmd.RequestData) -> Refusal | None:
    """A department owes data by the tier's K6, and is told."""
    department, case = command.department, draft.case
    known = department in case.data
    if not known and len(case.data) >= DEPARTMENTS_MAX:
        return Refusal("too_many")
    if known and not case.data[department].answered:
        return None
    draft.emit(lane_events.data_requested(department, command.by, command.sid))
    draft.set_clocks({f"data.{department}": draft.after(draft.plan.k6 or Span(working_days=2))})
    tell(draft, f"{department}_owner", "data")
    return None


def answer_data(draft: Draft, command: cmd.AnswerData) -> Refusal | None:
    """It delivered, or said in writing that there is none."""
    if not command.sid:
        return Refusal("evidence_missing")
    department = command.department
    if department not in draft.case.data and len(draft.case.data) >= DEPARTMENTS_MAX:
        return Refusal("too_many")
    draft.emit(
        lane_events.data_answered(department, command.by, command.sid, absent=command.absent)
    )
    draft.meet([f"data.{department}"], command.by)
    if all(ask.answered for ask in draft.case.data.values()):
        draft.meet(["K6"], command.by)
    return None


def attempt_hand_over(draft: Draft, command: cmd.AttemptHandOver) -> Refusal | None:
    """A call that brought no reference is written down, and K7 goes on."""
    draft.emit(lane_events.hand_over_attempted(command.by, command.authority, command.sid))
    return None


def police_ask(draft: Draft, command: cmd.PoliceAsk) -> Refusal | None:
    """Ten minutes to call the station back and hand over; asking again pages again."""
    police = draft.case.police
    draft.emit(lane_events.police_asked(command))
    if police is None or police.state in {"refused", "released"}:
        draft.set_clocks({"police": draft.after(POLICE)})
    told = [tell(draft, role, "police") for role in ("safety_specialist", "duty_director")]
    if not any(told):
        tell_on_call(draft, 0, "police")
    return None


def verify_police(draft: Draft, command: cmd.VerifyPolice) -> Refusal | None:
    """Impersonation is real: the station is called back on its public number."""
    if not command.sid:
        return Refusal("evidence_missing")
    police = draft.case.police
    if police is None or police.state in {"released", "refused"}:
        return Refusal("police_not_asking")
    draft.emit(lane_events.police_verified(command.by, command.sid, genuine=command.genuine))
    if not command.genuine:
        draft.cancel(["police"], command.by, "not_genuine")
    return None


def release(draft: Draft, command: cmd.ReleaseToPolice) -> Refusal | None:
    """By the specialist, or by whoever broke the glass; anybody else needs a second person."""
    glass, by = draft.case.glass, command.by
    broken = glass is not None and glass.until > draft.at and by.id in {glass.by, glass.approved}
    if by.role is not Role.SAFETY_SPECIALIST and not broken:
        return Refusal("two_needed")
    return hand_out(draft, command, glass.approved if glass and broken else "")


def hand_out(draft: Draft, command: cmd.ReleaseToPolice, approved: str) -> Refusal | None:
    """The pack itself: whatever the police need is in it, or is said to be absent."""
    fault = unreleasable(draft.case, command.contents, command.absent)
    if fault or not command.sid:
        return Refusal(fault or "evidence_missing")
    draft.emit(lane_events.police_released(command, approved))
    draft.meet(["police"], command.by)
    return None


def unreleasable(case: Case, contents: tuple[str, ...], absent: tuple[str, ...]) -> str:
    """Why this pack may not go out; each part of it must be there, or be said to be absent."""
    if case.police is None or case.police.state != "verified":
        return "police_not_verified"
    return "" if set(cmd.PACK) <= {*contents, *absent} else "pack_incomplete"


def place_hold(draft: Draft, command: cmd.PlaceHold) -> Refusal | None:
    """Lawyers may ask that nothing be lost; they cannot ask that nothing be done."""
    if not command.sid:
        return Refusal("evidence_missing")
    draft.emit(lane_events.hold_placed(command.by, command.sid))
    draft.set_clocks({"hold": draft.after(HOLD)})
    return None


def lift_hold(draft: Draft, command: cmd.LiftHold) -> Refusal | None:
    """The hold is over."""
    if not draft.case.hold:
        return Refusal("no_hold")
    draft.emit(lane_events.hold_lifted(command.by, command.sid))
    draft.meet(["hold"], command.by)
    return None


def add_task(draft: Draft, command: cmd.AddTask) -> Refusal | None:
    """Work for a department, with K6's limit."""
    if command.task in draft.case.tasks:
        return Refusal("task_exists")
    if len(draft.case.tasks) >= TASKS_MAX:
        return Refusal("too_many")
    draft.emit(lane_events.task_added(command))
    due = draft.after(draft.plan.k6 or Span(working_days=2))
    draft.set_clocks({f"task.{command.task}": due})
    tell(draft, f"{command.department}_owner", "task")
    return None


def finish_task(draft: Draft, command: cmd.FinishTask) -> Refusal | None:
    """Done, with evidence."""
    task = draft.case.tasks.get(command.task)
    if task is None or task.done:
        return Refusal("no_such_task")
    if not command.sid:
        return Refusal("evidence_missing")
    draft.emit(lane_events.task_finished(command.task, command.by, command.sid))
    draft.meet([f"task.{command.task}"], command.by)
    return None


def lift_freeze(draft: Draft, by: By, approved: str) -> None:
    """Two people found that the subject endangers nobody."""
    draft.emit(lane_events.unfrozen(by, approved))
    draft.cancel(["review.freeze"], by, "lifted")


def decline_hand_over(draft: Draft, by: By, approved: str) -> None:
    """Two people decided, in writing, that no authority need be told."""
    draft.emit(lane_events.hand_over_declined(by, approved))
    draft.meet(["K7"], by)
