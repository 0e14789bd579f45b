"""P3 and P4 over time: from a state on, nobody acts, and the pages must come."""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from chalicelib.cases import commands as cmd
from chalicelib.cases import events as ev
from chalicelib.cases.bell import FALLBACK
from chalicelib.cases.decide import decide
from chalicelib.cases.events import Event
from chalicelib.cases.ladder import Plan, Span
from chalicelib.cases.model import Case, Paged
from chalicelib.terms import Tier
from tools.explore import scale
from tools.explore.world import Weather, key, settle

# A state whose silence is longer than this many lapses is taken to be silent for ever.
LAPSES = 60


@dataclass
class Silence:
    """How long each state is silent; one that was measured is not measured again."""

    weather: Weather
    known: dict[Any, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def check(self, case: Case, now: int) -> list[str]:
        """What is wrong with this state's silence, and with the one after its next page."""
        self.wrong = []
        self.next_page(case, now)
        return self.wrong

    def next_page(self, case: Case, now: int) -> int:
        """How long until somebody of the client is paged, in ms, when nobody acts."""
        name = key(case, now)
        if name in self.known:
            return self.known[name]
        path = [(name, case, now)]
        quiet, at, current = 0, now, case
        for _ in range(LAPSES):
            if current.due is None:
                break
            at = current.due
            current, paged = self._lapse(current, at)
            if paged:
                break
            name = key(current, at)
            if name in self.known:
                quiet = self.known[name]
                break
            path.append((name, current, at))
        else:
            at = now + (1 << 50)
        for name, state, since in path:
            self.known[name] = at + quiet - since
            self._judge(state, since, at + quiet - since)
        return self.known[path[0][0]]

    def _lapse(self, case: Case, at: int) -> tuple[Case, bool]:
        decision = settle(decide(case, cmd.Tick(), at, self.weather.watch), at, self.weather)
        # Whoever is not paged because of the three-minute rule has a page of this case in hand.
        names = (ev.PAGE_REQUESTED, ev.PAGE_WITHHELD)
        pages = [event for event in decision.events if event["e"] in names]
        fresh = {name for name, paged in case.paged.items() if _newest(paged) > at - scale.STEP}
        fresh |= {page["person"] for page in pages if page["e"] == ev.PAGE_REQUESTED}
        if not {page["person"] for page in pages} <= fresh:
            self.wrong.append("P3: a page was withheld from somebody who had none")
        # A review that nobody gave takes the tier back up, and that voids what was promised below.
        if not any(event["e"] == ev.RAISED for event in decision.events):
            self._holds(case, decision.case, pages, at)
        if decision.case.tier.rank > case.tier.rank:
            self.wrong.append("P2: time alone lowered the tier")
        if decision.case.closed:
            self.wrong.append("P1: time alone closed the case")
        taken = [event for event in decision.events if event["e"] == ev.PAGE_SENT]
        taken += [page for page in pages if page["person"] == FALLBACK]
        return decision.case, bool(taken if self.weather.refusing else pages)

    def _holds(self, before: Case, after: Case, pages: list[Event], at: int) -> None:
        """P4: none higher before K4, and at K4 the promise is void and the ladder goes on."""
        if not before.is_owned or before.resolved or before.acted:
            return
        k4 = before.clocks.get("K4", 0)
        asked = [page for page in pages if page["e"] == ev.PAGE_REQUESTED]
        climbed = [p for p in asked if p["rung"] >= before.fired and p["why"] in {"rung", "top"}]
        if at < k4 and climbed:
            self.wrong.append("P4: a higher rung was paged before K4")
        if at == k4 and not pages:
            self.wrong.append("P4: K4 lapsed without a page")
        if at >= k4 and before.tier is not Tier.S4 and after.is_owned:
            self.wrong.append("P4: an acknowledgement outlived K4")

    def _judge(self, case: Case, now: int, silent: int) -> None:
        bound = longest(case, now)
        if silent > bound:
            told = "for ever" if silent > 1 << 40 else f"for {silent / scale.STEP:g}"
            self.wrong.append(f"P3: silent {told} > {bound / scale.STEP:g} steps")


def _newest(paged: Paged) -> int:
    return max(paged.last.values(), default=0)


def longest(case: Case, now: int) -> int:
    """The bound of the table for this state and tier, in ms from now."""
    plan = case.ladder.plan(case.tier)
    if case.closed:
        return 1 << 60
    if case.resolved:
        return scale.TRY
    if case.acted:
        return (plan.k9 or plan.k10 or Span()).ms
    if case.tier is Tier.S4:
        stalled = case.ladder.plan(Tier.S3).rungs[0].at.ms
        return (plan.to_s3 or Span()).ms + stalled
    if case.is_owned:
        return max(case.clocks.get("K4", now) - now, 0)
    return _longest_gap(plan)


def _longest_gap(plan: Plan) -> int:
    ats = [rung.at.ms for rung in plan.rungs]
    return max([ats[0], *(b - a for a, b in pairwise(ats)), (plan.top or Span()).ms])
