"""Two cases of our own whose pages go to a monitor outside, so that silence is heard there.

They are real cases: committed, indexed, woken or swept, paged, audited.  One is woken by messages
alone and the other found by the sweep alone, so that neither hides that the other has stopped.
Who is on call for them is the monitor and nobody else: no fault of theirs can page a person.
"""

from chalicelib.cases.calendar import Calendar
from chalicelib.cases.draft import OnCall, Watch
from chalicelib.cases.ladder import Ladder, Plan, Rung, Span
from chalicelib.terms import MINUTE

WOKEN, SWEPT = "cas_0000000000000000000canaryw", "cas_0000000000000000000canarys"
# What the monitor is told, and the end of the address that each reports to.
PATHS = {WOKEN: "wake-up", SWEPT: "sweep"}
OUTSIDE = "outside"
CHANNEL = "webhook"
EVERY_MS = MINUTE
# A wake-up that is lost would end the canary for good: the sweep finds it, this much later.
LEFT_MS = 5 * MINUTE

_PLAN = Plan(rungs=(Rung(Span(ms=0), (OUTSIDE,)),), top=Span(ms=EVERY_MS))
LADDER = Ladder("canary/1", (_PLAN, _PLAN, _PLAN, _PLAN, _PLAN))


def is_canary(case: str) -> bool:
    """Whether a case is one of the two."""
    return case in PATHS


def watch(calendar: Calendar) -> Watch:
    """Who is on call for a canary; the three minutes between two pages are a person's."""
    return Watch({OUTSIDE: (OnCall(OUTSIDE, (CHANNEL,)),)}, calendar, gap=0)


def is_left_by_the_sweep(case: str, due: int, now: int) -> bool:
    """Whether the sweep passes a case over, since the wake-up has to do it alone."""
    return case == WOKEN and now - due < LEFT_MS


def is_never_woken(case: str) -> bool:
    """Whether no wake-up is sent for a case, since the sweep has to do it alone."""
    return case == SWEPT
