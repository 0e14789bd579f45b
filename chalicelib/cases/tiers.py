"""Setting, raising and lowering a case's tier, with the clocks that each tier owes."""

from chalicelib.cases import end_events
from chalicelib.cases import events as ev
from chalicelib.cases.bell import tell
from chalicelib.cases.commands import MACHINE, By
from chalicelib.cases.draft import Draft
from chalicelib.cases.ladder import Span
from chalicelib.terms import Tier

# Hazards, by the card of the rule that held, whose subject may harm the next person: K13 asks for
# a decision to freeze.  ``unsorted`` is here because what is not known is taken for the worst.
PERSONAL = frozenset(
    {"assault", "duress", "life-at-risk", "missing", "violence", "vulnerable"}
    | {"transport-or-premises", "unsorted"}
)
# Hazards where minutes decide, so that K7 is ``k7_fast``.
AT_ONCE = frozenset({"gas", "fire"})
# Clocks of a ladder that is climbing, and of duties that end when a case is resolved or lowered.
CLIMBING = ("rung.", "top", "repeat.", "silence.", "to_s3")
DUTIES = ("K3", "K4", "K5", "K6", "K7", "K9", "K13")


def start_clocks(draft: Draft, start: int, reached: int = 0) -> None:
    """Set every clock the tier owes; running ones only come forward.

    K3 to K7 and K13 count from now, all others from ``start`` (ms), which a claimed time may put
    earlier.

    Each new due time is thus the earlier of the old one and ``start`` plus the tier's limit,
    rung by rung.  Rungs below ``reached`` are due at once: whoever was paged is paged again.
    """
    plan = draft.plan
    call = plan.k5 if draft.case.has_reporter else None
    asked_now = {"K3": plan.k3, "K4": plan.k4, "K5": call} | _lanes(draft)
    since = {"K10": plan.k10, "to_s3": plan.to_s3}
    clocks = {name: draft.after(span) for name, span in asked_now.items() if span}
    clocks |= {name: draft.after(span, start) for name, span in since.items() if span}
    for number, rung in enumerate(plan.rungs):
        due = draft.at if number < reached else draft.after(rung.at, start)
        clocks[f"rung.{number}"] = due
    asks_for_data = "K6" in clocks and "K6" not in draft.case.clocks and draft.plan.repeat
    draft.set_clocks(clocks)
    if asks_for_data:
        tell(draft, "data_owner", "K6")


def _lanes(draft: Draft) -> dict[str, Span | None]:
    """K6, K7 and K13, as far as they are not done."""
    plan, case = draft.plan, draft.case
    hazards = set(case.hazards)
    personal = not hazards or hazards & PERSONAL
    fast = plan.k7_fast if hazards & AT_ONCE else None
    spans = {"K6": plan.k6, "K7": fast or plan.k7, "K13": plan.k13 if personal else None}
    return {name: span for name, span in spans.items() if name not in case.done}


def raise_to(draft: Draft, tier: Tier, why: str, *, suspect: bool) -> None:
    """Raise the tier, or start anew at the same one when danger is reported after an action.

    Everyone on the rungs already reached is paged at once, a standing acknowledgement is void,
    what was proposed on the old picture is void, and K3 and K4 run again.
    """
    case = draft.case
    if case.ack and case.ack.holds:
        draft.emit(ev.acknowledgement_voided(case.ack.person, why))
    if case.held:
        draft.emit(ev.clocks_resumed(case.held))
    for identity in case.proposals:
        drop_proposal(draft, identity)
    draft.emit(ev.raised(case.tier, tier, why, suspect=suspect))
    start_clocks(draft, draft.at, reached=case.fired)
    draft.cancel(["to_s3"], MACHINE, why)


def drop_proposal(draft: Draft, identity: str) -> None:
    """A proposal that can no longer be approved."""
    draft.emit(end_events.expired(identity))
    draft.cancel([f"proposal.{identity}"], MACHINE, "expired")


def lower_to(draft: Draft, tier: Tier, reason: str, by: By, approved: str) -> None:
    """Lower the tier: what the old one owed ends, and the new one's ladder begins.

    An acknowledgement or an action stays: whoever lowered it knows of the case.
    """
    case = draft.case
    climbing = [name for name in case.held if name.startswith(CLIMBING)]
    draft.cancel([*draft.named(*CLIMBING), *climbing, *DUTIES], by, "lowered")
    draft.emit(end_events.lowered(case.tier, tier, reason, by, approved))
    start_clocks(draft, draft.at)
    if draft.case.acted or draft.case.resolved:
        draft.cancel([*draft.named(*CLIMBING), "K3", "K4"], by, "lowered")
        if draft.plan.k9 and draft.case.acted:
            draft.set_clocks({"K9": draft.after(draft.plan.k9)})
    elif draft.case.is_owned and "K4" in draft.case.clocks:
        draft.meet(["K3"], by)
        waiting = draft.named("rung.", "top")
        if waiting:
            draft.emit(ev.clocks_held(waiting, by))
