"""What words do to a case: they may raise it, repeat it, promise, or come back after its end."""

from chalicelib.cases import end_events
from chalicelib.cases import events as ev
from chalicelib.cases.bell import jump, tell_on_call
from chalicelib.cases.commands import AddMessage, By, Escalate, Judged, NoteStall, Raise
from chalicelib.cases.draft import Draft
from chalicelib.cases.model import REPEAT_GAP_MS, Case
from chalicelib.cases.refusal import Refusal
from chalicelib.cases.ropes import send_rope
from chalicelib.cases.tiers import CLIMBING, raise_to, start_clocks
from chalicelib.terms import CLIENT_ROLES, Direction, Kind, Tier

# An ordinary case that is complained about so often is a stalled one, as is one that had to be
# opened again so often: a vendor may not answer each contact by closing.
STALLED_CONTACTS, STALLED_REOPENED = 3, 2


def add_message(draft: Draft, command: AddMessage) -> Refusal | None:
    """Keep what was said, and do what it means; nobody's words can slow a clock."""
    message, judged = command.message, command.judged
    before = draft.case
    known = set(before.ropes)
    draft.emit(ev.message_added(command))
    if before.closed:
        if not _is_contact(command):
            return None
        revive(draft, "contact", command.by)
    if message.sid in set(draft.case.ropes) - known:
        send_rope(draft, message.sid, "contact")
    if message.direction is Direction.OUTBOUND:
        _outbound(draft, command)
        return None
    raised = judged is not None and _judged(draft, command, judged, answered=before.is_answered)
    if _is_contact(command) and not raised and before.is_open:
        _repeated(draft, command, since=before.contacted)
    return None


def _is_contact(command: AddMessage) -> bool:
    message = command.message
    spoken = message.kind is Kind.COMPLAINT and message.direction is Direction.INBOUND
    return command.contact or spoken


def _judged(draft: Draft, command: AddMessage, judged: Judged, *, answered: bool) -> bool:
    """Raise the tier if the words are graver, or ring again; true when clocks began anew."""
    tier = draft.case.tier
    if judged.tier.rank < tier.rank:
        raise_to(draft, judged.tier, "judged", suspect=judged.suspect)
        return True
    if answered and _reports_danger(command, judged):
        raise_to(draft, tier, "danger_again", suspect=draft.case.suspect and judged.suspect)
        return True
    if draft.case.suspect and judged.tier is tier and not judged.suspect:
        draft.emit(ev.confirmed(tier))
    return False


def _reports_danger(command: AddMessage, judged: Judged) -> bool:
    """S0 or S1 in the reporter's words or answers; a blank contact says nothing new."""
    urgent = judged.tier.rank <= Tier.S1.rank and not judged.degraded
    return urgent and command.message.direction is Direction.INBOUND


def _repeated(draft: Draft, command: AddMessage, since: int) -> None:
    """Somebody had to ask again: without an action the next rung is due now."""
    case = draft.case
    if case.resolved:
        unresolve(draft, "contact")
        return
    if draft.at - since < REPEAT_GAP_MS or case.acted:
        return
    if case.tier is Tier.S4:
        if _is_stalled(case):
            raise_to(draft, Tier.S3, "repeated", suspect=case.suspect)
        return
    draft.emit(ev.escalated(command.by, "repeat"))
    jump(draft)


def unresolve(draft: Draft, why: str) -> None:
    """It was not solved: everything is owed again, and rings from the first rung."""
    draft.emit(end_events.unresolved(why))
    start_clocks(draft, draft.at, reached=1)


def revive(draft: Draft, why: str, by: By, sid: str = "") -> None:
    """A closed case lives again, as grave as it was, with the age it has."""
    draft.emit(end_events.reopened(why, by, sid))
    start_clocks(draft, draft.at)
    if draft.case.tier is Tier.S4 and _is_stalled(draft.case):
        raise_to(draft, Tier.S3, "repeated", suspect=draft.case.suspect)


def _is_stalled(case: Case) -> bool:
    often = case.counts.get("contacts", 0) >= STALLED_CONTACTS
    return often or case.counts.get("reopened", 0) >= STALLED_REOPENED


def _outbound(draft: Draft, command: AddMessage) -> None:
    promises = command.promised_ms is not None
    if promises and draft.case.is_open:
        _promise(draft, command)
    if command.by.role in CLIENT_ROLES and command.message.kind is Kind.REPLY:
        # Another promise is no answer: what was promised first stays owed.
        keep_word(draft, command.by, answers=not promises)


def _promise(draft: Draft, command: AddMessage) -> None:
    """A time promised in anyone's words is owed; a later promise never moves the first."""
    due = max(command.promised_ms or 0, draft.at)
    first = "K8" not in draft.case.clocks
    draft.emit(ev.promised(due, command.message.id, first=first))
    draft.set_clocks({"K8": due})


def keep_word(draft: Draft, by: By, *, answers: bool = True) -> None:
    """The client's own people gave the reporter word: what K9 asked for, and K8 if it answers."""
    if answers and "K8" in draft.case.clocks:
        draft.emit(ev.promise_kept())
        draft.meet(["K8"], by)
    if "K9" in draft.case.clocks and draft.plan.k9:
        draft.meet(["K9"], by)
        draft.set_clocks({"K9": draft.after(draft.plan.k9)})


def raise_tier(draft: Draft, command: Raise) -> Refusal | None:
    """Anybody who may add may say that it is graver; saying less does nothing."""
    if command.tier.rank < draft.case.tier.rank:
        raise_to(draft, command.tier, "said", suspect=False)
    return None


def escalate(draft: Draft, command: Escalate) -> Refusal | None:
    """The next rung now, for whoever asks; an ordinary case becomes a stalled one and pages."""
    draft.emit(ev.escalated(command.by, "asked", command.sid))
    if draft.case.tier is Tier.S4:
        raise_to(draft, Tier.S3, "escalated", suspect=draft.case.suspect)
    jump(draft)
    return None


def note_stall(draft: Draft, command: NoteStall) -> Refusal | None:
    """A stalling tactic is a fact about the case: whoever is on call is told at once."""
    draft.emit(ev.stall_seen(command.tactic, command.who))
    if draft.case.tier.rank <= Tier.S3.rank:
        tell_on_call(draft, 0, "stall")
    return None


def stop_ladder(draft: Draft, by: By, why: str) -> None:
    """The ladder stops, with what is held of it."""
    held = [name for name in draft.case.held if name.startswith(CLIMBING)]
    draft.cancel([*draft.named(*CLIMBING), *held], by, why)
