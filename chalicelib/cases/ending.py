"""How a case ends: resolved, confirmed by the reporter, closed; and how it lives again.

Acknowledged, acted upon, resolved and confirmed are four facts.  Only the reporter's own word, or
three spaced attempts to get it and two persons, ends a case of S0 to S2.
"""

from chalicelib.cases import end_events as ev
from chalicelib.cases.bell import jump, tell_on_call
from chalicelib.cases.commands import By
from chalicelib.cases.draft import Draft
from chalicelib.cases.end_commands import (
    CLOSE_REASONS,
    NOT_CALLED,
    ONE_SIDED,
    RESOLVE_REASONS,
    SOLVED,
    WITHDRAW,
    Close,
    CloseDelegated,
    Contain,
    Reopen,
    ReporterSays,
    Resolve,
    TryConfirm,
    VerifyReporter,
)
from chalicelib.cases.events import escalated
from chalicelib.cases.ladder import Span
from chalicelib.cases.model import Case, Rope
from chalicelib.cases.refusal import Refusal
from chalicelib.cases.ropes import send_ropes
from chalicelib.cases.speaking import revive, stop_ladder, unresolve
from chalicelib.cases.tiers import DUTIES
from chalicelib.cases.waiting import NOBODY
from chalicelib.terms import DAY, HOUR, Role, Tier

# Attempts to reach the reporter count when they are a day apart, on two channels, over a week.
TRIES, TRY_CHANNELS = 3, 2
TRY_GAP_MS = DAY
UNCONFIRMED_MS = 7 * DAY
FIRST_TRY = Span(ms=24 * HOUR)
# How long a closed case of S2 to S4 can live again; S0 and S1 always can.
REOPEN_MS = 90 * DAY
SAMPLE_REVIEW = Span(working_days=2)


def contain(draft: Draft, command: Contain) -> Refusal | None:
    """The hazard cannot reach another person; every clock goes on."""
    if not command.sid:
        return Refusal("evidence_missing")
    if draft.case.acted is None:
        return Refusal("not_acted")
    draft.emit(ev.contained(command.by, command.sid))
    return None


def resolve(draft: Draft, command: Resolve) -> Refusal | None:
    """The cause is fixed: one person's word below S1, two persons' above."""
    if command.reason == ONE_SIDED:
        return Refusal("one_sided_denial")
    if command.reason not in RESOLVE_REASONS:
        return Refusal("unknown_reason")
    if not command.sid:
        return Refusal("evidence_missing")
    if draft.case.tier.rank <= Tier.S1.rank:
        return Refusal("two_needed")
    fault = unready(draft.case)
    if fault:
        return Refusal(fault)
    if draft.case.tier is Tier.S4:
        close(draft, "resolved", command.by, command.sid)
    else:
        resolve_now(draft, command.by, command.reason, "", command.sid)
    return None


def unready(case: Case) -> str:
    """Why this case cannot be called resolved yet; empty when it can."""
    if case.resolved:
        return "resolved"
    if case.acted is None and case.tier.safety_critical:
        return "not_acted"
    return unfinished(case)


def open_work(case: Case) -> str:
    """What nobody's word may end a case over; empty when there is nothing of the kind."""
    if any(task.safety and not task.done for task in case.tasks.values()):
        return "task_open"
    if case.police and case.police.state in {"asked", "verified"}:
        return "police_waiting"
    return "review_owed" if {"cleared", "glass"} & set(case.reviews) else ""


def unfinished(case: Case) -> str:
    """The same for anybody but the reporter: a sampled closure is also looked at first."""
    return open_work(case) or ("review_owed" if "sample" in case.reviews else "")


def resolve_now(draft: Draft, by: By, reason: str, approved: str, sid: str) -> None:
    """What was owed is done; what is owed now is the reporter's own word."""
    draft.emit(ev.resolved(by, reason, approved, sid))
    stop_ladder(draft, by, "resolved")
    draft.cancel(["K11", "try", *DUTIES], by, "resolved")
    draft.meet(["K10"], by)
    limit = draft.plan.k11 or Span(ms=UNCONFIRMED_MS)
    draft.set_clocks({"K11": draft.after(limit), "try": draft.after(FIRST_TRY)})
    send_ropes(draft, "resolved")


def try_confirm(draft: Draft, command: TryConfirm) -> Refusal | None:
    """The reporter was asked in vain; attempts in a row on one day are one attempt."""
    case = draft.case
    if case.resolved is None:
        return Refusal("not_resolved")
    if case.tries and draft.at - case.tries[-1].at < TRY_GAP_MS:
        return Refusal("too_soon")
    draft.emit(ev.tried(command.by, command.channel, command.sid))
    draft.meet(["try"], command.by)
    draft.set_clocks({"try": draft.after(Span(ms=2 * TRY_GAP_MS))})
    return None


def may_close_unconfirmed(draft: Draft) -> str:
    """Why a silent reporter does not allow closing yet; empty when they do, or there is none."""
    case = draft.case
    if case.resolved is None:
        return "not_resolved"
    if unfinished(case) or not case.has_reporter:
        return unfinished(case)
    channels = {attempt.channel for attempt in case.tries}
    waited = draft.at - case.resolved.at >= UNCONFIRMED_MS
    enough = len(case.tries) >= TRIES and len(channels) >= TRY_CHANNELS and waited
    return "" if enough else "not_tried_enough"


def close_alone(draft: Draft, command: Close) -> Refusal | None:
    """A client person closes an S4, or a resolved S3 whose reporter stays silent."""
    ordinary = draft.case.tier is Tier.S4
    fault = _ill(command) or (unfinished(draft.case) if ordinary else _not_alone(draft, command))
    if fault:
        return Refusal(fault)
    close(draft, "resolved" if ordinary else "unconfirmed", command.by, command.sid)
    return None


def _ill(command: Close) -> str:
    if command.reason == ONE_SIDED:
        return "one_sided_denial"
    return "" if command.sid else "evidence_missing"


def _not_alone(draft: Draft, command: Close) -> str:
    """Why one person may not close this case now; empty when they may."""
    if draft.case.worst.safety_critical:
        return "two_needed"
    if command.reason not in CLOSE_REASONS:
        return "unknown_reason"
    return may_close_unconfirmed(draft)


def close(
    draft: Draft, how: str, by: By, sid: str = "", *, approved: str = "", into: str = ""
) -> None:
    """The end: every clock that still runs is cancelled by name."""
    draft.cancel([*draft.case.clocks, *draft.case.held], by, how)
    draft.wait_for(NOBODY)
    draft.emit(ev.closed(how, by, sid, approved, into))


def close_delegated(draft: Draft, command: CloseDelegated) -> Refusal | None:
    """A vendor closes an ordinary case that it may; some are looked at before they end."""
    case = draft.case
    if case.tier is not Tier.S4 or case.worst is not Tier.S4 or case.degraded or case.duress:
        return Refusal("not_delegated")
    if command.draw is None:
        return Refusal("not_delegated")
    if not command.sid:
        return Refusal("evidence_missing")
    fault = unfinished(case)
    if fault:
        return Refusal(fault)
    draft.emit(ev.sample_drawn(command.draw))
    if not command.draw.sampled:
        close(draft, "delegated", command.by, command.sid)
        return None
    draft.emit(ev.review_owed("sample", command.by.id, case.tier))
    draft.set_clocks({"review.sample": draft.after(SAMPLE_REVIEW)})
    return None


def reporter_says(draft: Draft, command: ReporterSays) -> Refusal | None:
    """The reporter's own word through their own link.

    It is always kept.  It ends a case only if the address was theirs beyond a vendor's word, and
    only where no life depends on it: on S0 to S2 a withdrawal is written down, and a person calls.
    """
    rope = draft.case.ropes.get(command.reach)
    if rope is None:
        return Refusal("not_the_reporter")
    if command.what not in {NOT_CALLED, SOLVED, WITHDRAW}:
        return Refusal("unknown_word")
    doubted = draft.case.duress or not _is_first_verified(draft.case, command.reach, rope)
    told = ev.reporter_said(
        command.what, command.reach, command.sid, verified=rope.verified, doubted=doubted
    )
    draft.emit(told)
    if command.what == NOT_CALLED:
        _not_called(draft, command)
    elif draft.case.closed is None:
        shared = draft.case.resolved is None and _is_shared(draft.case, rope)
        _wants_an_end(draft, command, doubted=doubted or shared)
    return None


def _is_first_verified(case: Case, reach: str, rope: Rope) -> bool:
    """Whether this is the earliest reporter whose address is proved: nobody else ends the case."""
    proved = [(other.at, sid) for sid, other in case.ropes.items() if other.verified]
    return rope.verified and bool(proved) and min(proved)[1] == reach


def _is_shared(case: Case, rope: Rope) -> bool:
    """Whether others joined what somebody without a credential opened.

    An agent could open it with a telephone of their own, pass on the real call, and withdraw.
    """
    return rope.source == "self" and (bool(case.vendor) or len(case.ropes) > 1)


def _not_called(draft: Draft, command: ReporterSays) -> None:
    """Whatever was written down, the reporter has not been helped: ring on."""
    if draft.case.closed:
        revive(draft, "not_called", command.by)
        return
    if draft.case.resolved:
        unresolve(draft, "not_called")
        return
    if draft.plan.k5:
        draft.set_clocks({"K5": draft.at})
    if draft.case.tier is not Tier.S4:
        draft.emit(escalated(command.by, "repeat"))
        jump(draft)


def _wants_an_end(draft: Draft, command: ReporterSays, *, doubted: bool) -> None:
    case = draft.case
    small = not case.tier.safety_critical
    solved = command.what == SOLVED and (small or case.resolved is not None)
    withdrawn = command.what == WITHDRAW and small
    if (solved or withdrawn) and not doubted and not open_work(case):
        close(draft, "confirmed" if solved else "withdrawn", command.by, command.sid)
    elif command.what == WITHDRAW:
        tell_on_call(draft, 0, "withdrawn")


def verify_reporter(draft: Draft, command: VerifyReporter) -> Refusal | None:
    """The address was matched with the client's own data, or called back."""
    if command.reach not in draft.case.ropes:
        return Refusal("not_the_reporter")
    if command.by.role is not Role.MACHINE and not command.sid:
        return Refusal("evidence_missing")
    if not draft.case.ropes[command.reach].verified:
        draft.emit(ev.reporter_verified(command.by, command.reach, command.how, command.sid))
    return None


def reopen(draft: Draft, command: Reopen) -> Refusal | None:
    """S0 and S1 can always live again, others for 90 days."""
    closed = draft.case.closed
    if closed is None:
        return Refusal("open")
    old = draft.at - closed.at > REOPEN_MS
    if old and draft.case.worst.rank > Tier.S1.rank:
        return Refusal("too_old")
    revive(draft, command.reason, command.by, command.sid)
    return None
