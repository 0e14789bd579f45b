"""One seed, one fleet: storms and calm for days, then calm, and all must settle."""

import logging
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from chalicelib.bundle import load_bundle
from chalicelib.cases.calendar import Calendar
from chalicelib.terms import DAY, HOUR, MINUTE, Tier
from tests.simulation.fleet.cast import Cast
from tests.simulation.fleet.deploy import Code, next_of
from tests.simulation.fleet.older import Older, take_over
from tests.simulation.fleet.store import KEPT
from tests.simulation.fleet.weather import AFTERMATH_MS, BLOCKING, Window, forecast
from tests.simulation.fleet.world import Fleet, Worker

# Shortly before: daylight saving ends and begins, a leap day, a new year, an ordinary day.
STARTS = (
    *("2026-10-24T20:00", "2027-03-13T20:00", "2027-03-27T20:00", "2026-10-31T20:00"),
    *("2028-02-28T12:00", "2026-12-31T08:00", "2026-11-21T10:00"),
)
# How the time is shared out: by roster, with the number of cases for an average run.
MIX = {"nobody": 12, "one": 3, "all": 1}
SETTLING_MS = 45 * MINUTE
GRAVE = {Tier.S0: "S0", Tier.S1: "S1"}


@dataclass
class Outcome:
    """What one seed showed; case-hours by roster and tier, unanswered S0 and S1 by themselves."""

    seed: int
    commands: int = 0
    seconds: float = 0.0
    hours: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)
    latest: dict[str, int] = field(default_factory=dict)
    blocked: float = 0.0
    violations: list[str] = field(default_factory=list)


class FleetRun:
    """A fleet, its forecast and its people, drawn from one seed."""

    def __init__(
        self, seed: int, cases: int, days: float, older: Sequence[Older] = (), *, kept: int = KEPT
    ) -> None:
        """``cases`` open over the first half of ``days``; ``older`` ones are there already."""
        logging.disable(logging.CRITICAL)
        self.seed = seed
        self.dice = dice = random.Random(seed)
        start = datetime.fromisoformat(dice.choice(STARTS)).replace(tzinfo=UTC)
        newest = max((one.case.last for one in older), default=0)
        self.start = max(int(start.timestamp()) * 1000, newest) + dice.randrange(HOUR)
        self.end = self.start + int(days * DAY)
        calendars = load_bundle()["calendars"]
        calendar = Calendar.from_dict(calendars[dice.choice(sorted(calendars))])
        self.fleet = Fleet(dice, self.start, calendar, kept=kept)
        self.roster = dice.choices(list(MIX), list(MIX.values()))[0]
        self.cast = Cast(self.fleet, self.roster)
        self.outcome = Outcome(seed)
        self._counted = self.start
        self._plan(cases)
        for one in older:
            take_over(one, self.fleet.ledger, self.fleet.judge)

    def _plan(self, cases: int) -> None:
        line, dice = self.fleet.timeline, self.dice
        half = (self.end - self.start) // 2
        for number in range(cases):
            soon = number < cases * 3 // 4
            within = min(half, 6 * HOUR) if soon else half
            line.at(self.start + dice.randrange(within), self.cast.complain)
        for window in forecast(random.Random(dice.random()), self.start, self.end):
            line.at(window.start, self._begin, window)
        for _ in range(cases * 2):
            line.at(self.start + dice.randrange(self.end - self.start), self.cast.anything)
        for _ in range(int((self.end - self.start) / (2 * DAY)) + 1):
            line.at(self.start + dice.randrange(self.end - self.start), self.cast.roster_changes)
            line.at(self.start + dice.randrange(self.end - self.start), self._roll_out)
        line.at(self.start + HOUR, self._hourly)
        if dice.random() < 0.2:
            self.fleet.carriers.dead = {dice.choice(("sms", "email"))}

    # -- storms --------------------------------------------------------------------------------

    def _begin(self, window: Window) -> None:
        line, weather = self.fleet.timeline, self.fleet.weather
        weather.begin(window, line.now)
        if window.kind == "clock jumps":
            for worker in self.fleet.workers[: self.dice.randrange(1, 5)]:
                worker.clock.jumpy = window.chance
        if window.kind == "old code cannot read":
            self._roll_out(None, wrong=True, span=window.end - window.start)
        line.at(window.end, self._end, window)

    def _end(self, window: Window) -> None:
        line, weather = self.fleet.timeline, self.fleet.weather
        weather.end(window, line.now)
        if window.kind == "clock jumps":
            for worker in self.fleet.workers:
                worker.clock.set_right()
        if window.kind in BLOCKING:
            after = AFTERMATH_MS.get(window.kind, 0)
            line.at(line.now + after, lambda _: weather.over(line.now))

    def _roll_out(self, _: object, *, wrong: bool = False, span: int = 20 * MINUTE) -> None:
        """Every worker gets the next release at a time of its own: old and new code at once."""
        workers, line = self.fleet.workers, self.fleet.timeline
        code = next_of(max((w.code for w in workers), key=lambda code: code.version), wrong=wrong)
        if not wrong and len({worker.code.version for worker in workers}) > 1:
            return  # one deployment at a time
        self.fleet.weather.struck["deployment"] += 1
        for worker in workers:
            line.at(line.now + self.dice.randrange(span), partial(_deploy, worker), code)

    # -- time ----------------------------------------------------------------------------------

    def _hourly(self, _: object) -> None:
        line = self.fleet.timeline
        self._count()
        self.fleet.judge.look_around()
        line.at(line.now + HOUR, self._hourly)

    def _count(self) -> None:
        """Case-hours since the last count, by roster and what the cases are now."""
        now, hours = self.fleet.timeline.now, self.outcome.hours
        span = (now - self._counted) / HOUR
        for seen in self.fleet.judge.seen.values():
            case = seen.case
            if case.is_open:
                tier = GRAVE.get(case.tier, "other")
                quiet = "answered" if case.is_answered else "unanswered"
                hours[f"{self.roster} {tier} {quiet}"] += span  # type: ignore[assignment]
        self._counted = now

    def run(self) -> Outcome:
        """All of it; ends at the first violation."""
        began = time.process_time()
        fleet, outcome = self.fleet, self.outcome
        while fleet.timeline.now < self.end and not fleet.judge.found:
            fleet.timeline.run_until(min(fleet.timeline.now + HOUR, self.end))
        if not fleet.judge.found:
            self._settle()
        self._count()
        outcome.seconds = time.process_time() - began  # of one core, whoever else uses it
        outcome.commands = fleet.ledger.commits
        outcome.faults = fleet.weather.struck
        outcome.faults["clock jump"] = sum(worker.clock.jumps for worker in fleet.workers)
        outcome.events = fleet.judge.events
        outcome.latest = fleet.judge.latest
        outcome.blocked = fleet.weather.blocked(fleet.timeline.now) / HOUR
        outcome.violations = fleet.judge.found
        return outcome

    def _settle(self) -> None:
        """No fault any more: what was begun comes to its end, and all is armed."""
        fleet = self.fleet
        for kind in list(fleet.weather.on):
            self._end(Window(kind, 0, 0, 0))
        fleet.ledger.lag_ms = 0
        fleet.timeline.run_until(self.end + SETTLING_MS)
        fleet.judge.unrung()
        with fleet.workers[0].code.running():
            fleet.judge.look_around(settled=True)


def _deploy(worker: Worker, code: Code) -> None:
    worker.deploy(code)
