"""What many fleets came to, and what is told of one that failed."""

import gc
import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from tests.simulation.fleet.judge import Judge
from tests.simulation.fleet.older import shelf
from tests.simulation.fleet.run import FleetRun, Outcome

# Commands of a failing case that are told.
TOLD = 40
# One seed in so many begins with cases that older releases stored.
OLDER_EVERY = 8
CASE = re.compile(r"cas_\d+")


_shelf = cache(shelf)


class Size(NamedTuple):
    """How large each world is: cases, and days of storms."""

    cases: int
    days: float


def run(seed: int, size: Size) -> tuple[Outcome, list[str]]:
    """One seed; and when it failed, how to see it again, and what led to it."""
    # What is freed at once needs no collector to look for it; it took a tenth of the time.
    gc.set_threshold(200_000, 50, 100)
    older = _shelf() if seed % OLDER_EVERY == 0 else ()
    fleet_run = FleetRun(seed, size.cases, size.days, older)
    outcome = fleet_run.run()
    told = list(_told(seed, size, fleet_run.fleet.judge)) if outcome.violations else []
    gc.collect()
    return outcome, told


def _told(seed: int, size: Size, judge: Judge) -> Iterator[str]:
    again = f"--seeds {seed} --cases {size.cases} --days {size.days:g}"
    yield f"seed {seed} failed: python -m tests.simulation --fleet {again}"
    yield from (f"  {what}" for what in judge.found[:8])
    named = CASE.search(judge.found[0])
    chain = f"case#{named[0]}" if named else ""
    rows = [row for row in judge.trail if not chain or row[1]["chain"] == chain]
    for now, entry, due in rows[-TOLD:]:
        events = " ".join(event["e"].removesuffix(".v1") for event in entry["events"])
        off, left = entry["at_ms"] - now, (due - now) // 1000 if due else None
        yield (
            f"  {now} {entry['chain'][5:]} #{entry['seq']} {entry['cause']['kind']}"
            f" by {entry['actor']['role']} {entry['code']['ver']} at {off:+d} ms: {events};"
            f" next due in {left} s"
        )


class Sum:
    """All outcomes together."""

    def __init__(self) -> None:
        """None yet."""
        self.runs = self.commands = 0
        self.seconds = self.blocked = 0.0
        self.hours: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.events: Counter[str] = Counter()
        self.latest: dict[str, int] = {}
        self.failed: list[int] = []

    def add(self, outcome: Outcome) -> None:
        """One more."""
        self.runs += 1
        self.commands += outcome.commands
        self.seconds += outcome.seconds
        self.blocked += outcome.blocked
        for name, hours in outcome.hours.items():
            self.hours[name] += hours
        self.faults += outcome.faults
        self.events += outcome.events
        for weather, late in outcome.latest.items():
            self.latest[weather] = max(self.latest.get(weather, 0), late)
        if outcome.violations:
            self.failed.append(outcome.seed)

    @property
    def case_hours(self) -> float:
        """Of open cases, all together."""
        return float(sum(self.hours.values()))

    def result(self, size: Size) -> dict[str, Any]:
        """What is printed last; ``mix`` is in permille of the case-hours, by tier and roster."""
        total, grave = max(self.case_hours, 1e-9), Counter[str]()
        by_roster: Counter[str] = Counter()
        for name, hours in self.hours.items():
            roster, kind = name.split(" ", 1)
            by_roster[roster] += hours
            grave[kind] += hours
        return {
            "runs": self.runs,
            "cases": size.cases,
            "days": size.days,
            "case_hours": round(total),
            "commands": self.commands,
            "seconds": round(self.seconds, 1),
            "commands_per_s": round(self.commands / max(self.seconds, 1e-9)),
            "mix": {name: round(1000 * part / total) for name, part in grave.most_common()},
            "on_call": {name: round(1000 * part / total) for name, part in by_roster.items()},
            "blocked_hours": round(self.blocked),
            "latest_ms": self.latest,
            "faults": dict(self.faults.most_common()),
            "events": dict(self.events.most_common()),
            "failed_seeds": self.failed,
            "violations": len(self.failed),
        }

    def lines(self, size: Size) -> list[str]:
        """For people; the last line is JSON."""
        result = self.result(size)
        mix = ", ".join(f"{name} {part / 10:g} %" for name, part in result["mix"].items())
        return [
            f"{result['case_hours']:,} case-hours in {self.runs} worlds: {mix}",
            f"{self.commands:,} commands in {result['seconds']} s: {result['commands_per_s']:,}/s",
            f"{sum(self.faults.values()):,} faults; violations: {len(self.failed)}",
            json.dumps(result),
        ]
