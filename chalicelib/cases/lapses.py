"""What happens when a clock falls due: the heart of the watchdog."""

from collections.abc import Callable

from chalicelib.cases import events as ev
from chalicelib.cases.bell import fire_rung, not_sent_in_time, page_again, page_somebody
from chalicelib.cases.draft import Draft
from chalicelib.cases.ladder import Span
from chalicelib.cases.tiers import raise_to
from chalicelib.terms import DAY, Tier

# Far above what a case can have due at once; beyond it the ladder would be eating itself.
LAPSES_AT_ONCE = 500


class RunawayLadderError(RuntimeError):
    """Lapses kept making lapses; the fallback bell rings this case instead."""


def apply_lapses(draft: Draft) -> None:
    """Apply every clock that is due, earliest first, until none is."""
    for _ in range(LAPSES_AT_ONCE):
        if not draft.case.clocks:
            return
        name, due = min(draft.case.clocks.items(), key=lambda item: (item[1], item[0]))
        if due > draft.at:
            return
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
    coming = draft.named("rung.", "top")
    if coming and min(coming.values()) > draft.at:
        draft.set_clocks({min(coming, key=lambda n: coming[n]): draft.at})
    if draft.plan.repeat:
        draft.set_clocks({f"repeat.{person}": draft.at for person in draft.case.paged})


def resume(draft: Draft) -> None:
    """Held clocks run again with their own due times."""
    if draft.case.held:
        draft.emit(ev.clocks_resumed(draft.case.held))


def _k9(draft: Draft, _: str) -> None:
    """The reporter has waited too long for a word: each miss in a row goes one rung higher."""
    missed = draft.case.acted.missed if draft.case.acted else 1
    draft.set_clocks({"K9": draft.after(draft.plan.k9 or Span(working_days=1))})
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
    "K9": _k9,
    "K10": _k10,
    "rung": _rung,
    "top": _top,
    "repeat": _repeat,
    "silence": _silence,
    "to_s3": _to_s3,
    "send": _send,
}
