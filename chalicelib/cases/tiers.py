"""Setting and raising a case's tier, with the clocks that each tier owes."""

from chalicelib.cases import events as ev
from chalicelib.cases.commands import MACHINE
from chalicelib.cases.draft import Draft
from chalicelib.terms import Tier


def start_clocks(draft: Draft, start: int, reached: int = 0) -> None:
    """Set every clock the tier owes; running ones only come forward.

    K3 and K4 count from now, all others from ``start`` (ms), which a claimed time may put earlier.

    Each new due time is thus the earlier of the old one and ``start`` plus the tier's limit,
    rung by rung.  Rungs below ``reached`` are due at once: whoever was paged is paged again.
    """
    plan = draft.plan
    asked_now = {"K3": plan.k3, "K4": plan.k4}
    since = {"K10": plan.k10, "to_s3": plan.to_s3}
    clocks = {name: draft.after(span) for name, span in asked_now.items() if span}
    clocks |= {name: draft.after(span, start) for name, span in since.items() if span}
    for number, rung in enumerate(plan.rungs):
        due = draft.at if number < reached else draft.after(rung.at, start)
        clocks[f"rung.{number}"] = due
    draft.set_clocks(clocks)


def raise_to(draft: Draft, tier: Tier, why: str, *, suspect: bool) -> None:
    """Raise the tier, or start anew at the same one when danger is reported after an action.

    Everyone on the rungs already reached is paged at once, a standing acknowledgement is void,
    and K3 and K4 run again.
    """
    case = draft.case
    if case.ack and case.ack.holds:
        draft.emit(ev.acknowledgement_voided(case.ack.person, why))
    if case.held:
        draft.emit(ev.clocks_resumed(case.held))
    draft.emit(ev.raised(case.tier, tier, why, suspect=suspect))
    start_clocks(draft, draft.at, reached=case.fired)
    draft.cancel(["to_s3"], MACHINE, why)
