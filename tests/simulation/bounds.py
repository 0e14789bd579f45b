"""P3's table: how long an open case may go without a page while nobody of the client acts."""

from itertools import pairwise

from chalicelib.cases.calendar import Calendar
from chalicelib.cases.ladder import Plan, Span
from chalicelib.cases.model import Case
from chalicelib.terms import DAY, Tier

# A resolved case is asked about after one day, and then every second one.
CONFIRMING_MS = 2 * DAY


def silent_until(case: Case, now: int, calendar: Calendar) -> int | None:
    """By when (ms) the next page of this case must come; None for a closed one."""
    plan = case.ladder.plan(case.tier)
    if case.closed:
        return None
    if case.resolved:
        return now + CONFIRMING_MS
    if case.acted:
        return (plan.k9 or plan.k10 or Span()).after(now, calendar)
    if case.tier is Tier.S4:
        # Nobody is paged about an ordinary case; it becomes a stalled one, with a ladder.
        stalled = case.clocks.get("to_s3", now)
        return case.ladder.plan(Tier.S3).rungs[0].at.after(stalled, calendar)
    if case.is_owned:
        return max(case.clocks.get("K4", now), now)
    return _longest_gap(plan, now, calendar)


def _longest_gap(plan: Plan, now: int, calendar: Calendar) -> int:
    """The widest space between two rungs, or between two rings of the top one."""
    spans = [plan.rungs[0].at, plan.top or Span()]
    for rung, following in pairwise(plan.rungs):
        ms, days = following.at.ms - rung.at.ms, following.at.working_days - rung.at.working_days
        spans.append(Span(ms, days))
    return max(span.after(now, calendar) for span in spans)
