"""``make sim``, ``make simulate``: run seeds, print each violation with its seed, end with JSON."""

import argparse
import json
import logging
import random
import sys
import time
from collections import Counter
from pathlib import Path

from tests.simulation.fleet.core import Core
from tests.simulation.fleet.report import Size, Sum
from tests.simulation.fleet.report import run as run_fleet
from tests.simulation.run import Outcome, Simulation

# How much of the rarer things the runs came to: nothing is shown by a run without them.
TOLD = (
    *("tier.raised.v1", "tier.lowered.v1", "proposal.approved.v1", "case.absorbed.v1"),
    *("resolved.v1", "case.closed.v1", "case.reopened.v1", "reporter.said.v1"),
)
SEEDS = Path(__file__).with_name("seeds.txt")


def kept_seeds() -> list[int]:
    """Seeds that once failed; they are run for ever."""
    lines = SEEDS.read_text().splitlines()
    return [int(line.split("#")[0]) for line in lines if line.split("#")[0].strip()]


def simulate(seed: int, steps: int) -> Outcome:
    """One world from one seed."""
    return Simulation(seed).run(steps)


def main() -> int:
    """Run what was asked for; 1 when anything was violated."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", default="", help="the first seed")
    parser.add_argument("--runs", default="", help="how many seeds")
    parser.add_argument("--steps", type=int, default=30, help="commands a world")
    parser.add_argument("--fleet", action="store_true", help="many cases and several workers")
    parser.add_argument("--core", type=int, default=0, help="commands of the core alone")
    parser.add_argument("--seeds", default="1-20", help="of fleets: the first and the last")
    parser.add_argument("--hours", type=int, default=0, help="case-hours that are enough")
    parser.add_argument("--cases", type=int, default=30, help="cases of a fleet")
    parser.add_argument("--days", type=float, default=2.0, help="days of a fleet")
    given = parser.parse_args()
    logging.disable(logging.CRITICAL)  # the storm's own faults would bury what matters
    if given.core:
        return _core(given)
    return _fleets(given) if given.fleet else _worlds(given)


def _fleets(given: argparse.Namespace) -> int:
    """The seeds in turn, until there are case-hours enough."""
    size, total = Size(given.cases, given.days), Sum()
    first, _, last = given.seeds.partition("-")
    for seed in range(int(first), int(last or first) + 1):
        outcome, told = run_fleet(seed, size)
        total.add(outcome)
        print("\n".join(told), end="\n" if told else "", file=sys.stderr, flush=True)
        if given.hours and total.case_hours >= given.hours:
            break
    print("\n".join(total.lines(size)))
    return 1 if total.failed else 0


def _core(given: argparse.Namespace) -> int:
    """The core with its judge, and without services, queues and weather."""
    result = Core(given.cases).run(given.core)
    print(json.dumps(result))
    return 1 if result["violations"] else 0


def _worlds(given: argparse.Namespace) -> int:
    """The kept seeds, then ``--runs`` from ``--seed``."""
    first = int(given.seed) if given.seed else random.SystemRandom().randrange(10**9)
    runs = int(given.runs) if given.runs else 20
    began = time.perf_counter()
    outcomes = [simulate(seed, given.steps) for seed in kept_seeds()]
    for seed in range(first, first + runs):
        outcomes.append(simulate(seed, given.steps))
        if outcomes[-1].violations:
            print(f"seed {seed}: {outcomes[-1].violations[:5]}", file=sys.stderr)
    told = sum((outcome.events for outcome in outcomes), Counter[str]())
    bad = sum(len(outcome.violations) for outcome in outcomes)
    result = {
        "seed": first,
        "runs": len(outcomes),
        "commands": sum(outcome.commands for outcome in outcomes),
        "case_hours": round(sum(outcome.case_ms for outcome in outcomes) / 3_600_000),
        "seconds": round(time.perf_counter() - began, 1),
        "told": {name: told[name] for name in TOLD},
        "violations": bad,
    }
    print(json.dumps(result))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
