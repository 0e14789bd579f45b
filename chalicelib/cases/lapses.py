"""What happens when a clock falls due: the heart of the watchdog."""

from collections.abc import Callable

from chalicelib.cases import end_events
from chalicelib.cases import events as ev
from chalicelib.cases.bell import (
    fire_rung,
    not_sent_in_time,
    page_again,
    page_somebody,
    tell,
    tell_on_call,
)
from chalicelib.cases.commands import MACHINE
from chalicelib.cases.draft import Draft
from chalicelib.cases.ladder import Span
from chalicelib.cases.tiers import drop_proposal, raise_to
from chalicelib.terms import DAY, HOUR, MINUTE, Tier

# Far above what a case can have due at once; beyond it the ladder would be eating itself.
LAPSES_AT_ONCE = 500


# The rung of the head of safety, who hears of a broken promise.
PROMISE_RUNG = 3
POLICE_RUNG = 3
# How long until these are asked about again.
POLICE = Span(ms=10 * MINUTE)
HOLD = Span(ms=7 * DAY)
TRY = Span(ms=48 * HOUR)
FREEZE_REVIEW = Span(ms=72 * HOUR)


class RunawayLadderError(RuntimeError):
    """Lapses kept making lapses; the fallback bell rings this case instead."""


def apply_lapses(draft: Draft) -> None:
    """Apply every clock that is due, earliest first, until none is."""
    for _ in range(LAPSES_AT_ONCE):
        due = draft.case.due
        if due is None or due > draft.at:
            return
        name = min(name for name, at in draft.case.clocks.items() if at == due)
        draft.emit(ev.clocks_lapsed({name: due}))
        kind, _, rest = name.partition(".")
        _LAPSES[kind](draft, rest)
    raise RunawayLadderError(f"more than {LAPSES_AT_ONCE} lapses at once on {draft.case.id}")


def _k3(_draft: Draft, _: str) -> None:
    """Nobody acknowledged in time; the ladder, which is running, is the answer."""


def _k4(draft: Draft, _: str) -> None:
    """No protective action in time: a holding acknowledgement is void and the ladder goes on."""
    ack = draft.case.ack
    if not (ack and ack.holds):
        return
    draft.emit(ev.acknowledgement_voided(ack.person, "K4"))
    resume(draft)
    coming = draft.named("rung.") or draft.named("top")
    if coming and min(coming.values()) > draft.at:
        draft.set_clocks({min(coming, key=lambda n: coming[n]): draft.at})
    if draft.plan.repeat:
        draft.set_clocks({f"repeat.{person}": draft.at for person in draft.case.paged})


def resume(draft: Draft) -> None:
    """Held clocks run again with their own due times."""
    if draft.case.held:
        draft.emit(ev.clocks_resumed(draft.case.held))


def _owed_again(draft: Draft) -> int:
    """When a duty that was missed is asked about again: after K9's span, or a working day."""
    return draft.after(draft.plan.k9 or Span(working_days=1))


def _overdue(name: str) -> Callable[[Draft, str], None]:
    """A duty beside the ladder was missed; it is owed again, and asked for one rung higher.

    While the ladder climbs its pages go out anyway and name what is overdue.  An acknowledgement
    holds the higher rungs here too.
    """

    def lapse(draft: Draft, _: str) -> None:
        case = draft.case
        draft.set_clocks({name: _owed_again(draft)})
        if _is_climbing(draft):
            return
        rung = max(case.missed.get(name, 1) - 1, 0)
        if case.is_owned:
            rung = min(rung, max(case.fired - 1, 0))
        tell_on_call(draft, rung, name)

    return lapse


def _is_climbing(draft: Draft) -> bool:
    return not draft.case.is_answered and bool(draft.named("rung.", "top"))


def _k6(draft: Draft, rest: str) -> None:
    """The data is not there: the head of the department that owes it, and then as any duty."""
    owing = [name for name, ask in draft.case.data.items() if not ask.answered] or ["data"]
    for department in owing:
        tell(draft, f"{department}_head", "K6")
    _overdue("K6")(draft, rest)


def _data(draft: Draft, department: str) -> None:
    """A department that was asked has not delivered: its head, or those on call."""
    draft.set_clocks({f"data.{department}": _owed_again(draft)})
    if not tell(draft, f"{department}_head", "data"):
        tell_on_call(draft, 2, "data")


def _k8(draft: Draft, _: str) -> None:
    """A promise to the reporter was broken: the head of safety hears of it at once."""
    draft.emit(ev.promise_broken(draft.at))
    if draft.case.tier is Tier.S4:
        raise_to(draft, Tier.S3, "promise_broken", suspect=draft.case.suspect)
        return
    rungs = draft.plan.rungs
    step = min(PROMISE_RUNG, len(rungs) - 1)
    page_somebody(draft, rungs[step].roles, step, "K8")


def _k11(draft: Draft, _: str) -> None:
    """Resolved, and still nobody has confirmed it: the director and below, and daily."""
    if draft.case.resolved:
        draft.set_clocks({"K11": draft.after(Span(ms=DAY))})
        tell_on_call(draft, 2, "K11")


def _try(draft: Draft, _: str) -> None:
    """The reporter should be asked again whether it is solved."""
    if draft.case.resolved:
        draft.set_clocks({"try": draft.after(TRY)})
        tell_on_call(draft, 0, "try")


def _police(draft: Draft, _: str) -> None:
    """The police wait: everyone up to the head of safety, every ten minutes."""
    draft.set_clocks({"police": draft.after(POLICE)})
    tell_on_call(draft, POLICE_RUNG, "police")


def _hold(draft: Draft, _: str) -> None:
    """A legal hold has stood for a week; does it still?"""
    draft.set_clocks({"hold": draft.after(HOLD)})
    tell_on_call(draft, 0, "hold")


def _task(draft: Draft, name: str) -> None:
    """Work is overdue: the head of its department, or those on call."""
    draft.set_clocks({f"task.{name}": _owed_again(draft)})
    if not tell(draft, f"{draft.case.tasks[name].department}_head", "task"):
        tell_on_call(draft, 0, "task")


def _proposal(draft: Draft, identity: str) -> None:
    """Nobody approved in time."""
    drop_proposal(draft, identity)


def _review(draft: Draft, kind: str) -> None:
    """What one person did alone was not looked at: it does not stand.

    A broken glass cannot be undone, so the auditor is paged; a freeze stands, and is asked about.
    """
    if kind == "glass":
        draft.set_clocks({"review.glass": draft.after(Span(ms=DAY))})
        page_somebody(draft, ("auditor",), 0, "review")
    elif kind == "freeze":
        draft.set_clocks({"review.freeze": draft.after(FREEZE_REVIEW)})
        page_somebody(draft, ("duty_director",), 0, "review")
    else:
        undo_review(draft, kind, "unreviewed")


def undo_review(draft: Draft, kind: str, why: str) -> None:
    """A cleared case goes back to its tier; a closure that was sampled becomes a stalled case."""
    before = Tier(draft.case.reviews[kind].tier)
    draft.emit(end_events.reviewed(kind, MACHINE, "", agrees=False))
    draft.cancel([f"review.{kind}"], MACHINE, why)
    to = Tier.S3 if kind == "sample" else before
    if to.rank < draft.case.tier.rank:  # it may have become as grave, or graver, by itself
        raise_to(draft, to, why, suspect=False)


def _k9(draft: Draft, _: str) -> None:
    """The reporter has waited too long for a word: each miss in a row goes one rung higher."""
    missed = draft.case.acted.missed if draft.case.acted else 1
    draft.set_clocks({"K9": _owed_again(draft)})
    rung = max(missed - 1, 0)
    page_somebody(draft, draft.plan.roles_up_to(rung) or ("owner",), rung, "K9")


def _k10(draft: Draft, _: str) -> None:
    """Not resolved in time: the director and everyone below, and daily from now on."""
    draft.set_clocks({"K10": draft.after(_again(draft))})
    page_somebody(draft, draft.plan.roles_up_to(2) or ("owner",), 2, "K10")


def _again(draft: Draft) -> Span:
    """A day, or K10's own limit where that is shorter; working days below S2."""
    limit = draft.plan.k10
    if limit and limit.ms and limit.ms < DAY:
        return limit
    return Span(ms=DAY) if draft.case.tier.safety_critical else Span(working_days=1)


def _rung(draft: Draft, rest: str) -> None:
    fire_rung(draft, int(rest), "rung")


def _top(draft: Draft, _: str) -> None:
    reached = min(draft.case.fired, len(draft.plan.rungs))
    fire_rung(draft, max(reached - 1, 0), "top")


def _repeat(draft: Draft, person: str) -> None:
    page_again(draft, person)


def _silence(draft: Draft, person: str) -> None:
    """The quiet that a late acknowledgement bought its person is over."""
    if draft.plan.repeat and person in draft.case.paged:
        draft.set_clocks({f"repeat.{person}": draft.at})


def _to_s3(draft: Draft, _: str) -> None:
    raise_to(draft, Tier.S3, "unanswered", suspect=draft.case.suspect)


def _send(draft: Draft, identity: str) -> None:
    not_sent_in_time(draft, identity)


_LAPSES: dict[str, Callable[[Draft, str], None]] = {
    "K3": _k3,
    "K4": _k4,
    "K5": _overdue("K5"),
    "K6": _k6,
    "K7": _overdue("K7"),
    "K8": _k8,
    "K9": _k9,
    "K10": _k10,
    "K11": _k11,
    "K13": _overdue("K13"),
    "try": _try,
    "data": _data,
    "police": _police,
    "hold": _hold,
    "task": _task,
    "proposal": _proposal,
    "review": _review,
    "rung": _rung,
    "top": _top,
    "repeat": _repeat,
    "silence": _silence,
    "to_s3": _to_s3,
    "send": _send,
}
