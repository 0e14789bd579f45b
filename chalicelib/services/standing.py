"""Where a case stands now: where it was merged to, and whether a complaint may still join it."""

from chalicelib.cases.ending import REOPEN_MS
from chalicelib.cases.model import Case
from chalicelib.services.ports import Ledger
from chalicelib.terms import Tier

# Merges that are followed from one case to the next; nobody merges that often by hand.
HOPS = 8


def follow(ledger: Ledger, case: Case) -> Case | None:
    """The case itself, or where it went if it was merged; None where that leads nowhere."""
    seen = {case.id}
    for _ in range(HOPS):
        closed = case.closed
        if closed is None or closed.how != "merged":
            return case
        loaded = ledger.load(closed.into)
        if loaded is None or loaded.case is None or loaded.case.id in seen:
            return None
        case = loaded.case
        seen.add(case.id)
    return None


def may_live_again(case: Case, at: int) -> bool:
    """Whether a complaint at ``at`` (ms) belongs to it: open, closed within 90 days, or grave."""
    if case.closed is None or case.worst.rank <= Tier.S1.rank:
        return True
    return at - case.closed.at <= REOPEN_MS
