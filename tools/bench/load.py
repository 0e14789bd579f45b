"""The peers' work, and very many at once: ``python -m tools.bench.load``.

1,000 cases over 120 s with three rungs a minute apart, through the packaged app in the local
emulator; then 6,000 cases due in one second, rung and paged by engines that nobody packaged.

The last line is JSON: ``{"runs": [{"load", "rung", "p50_s", "p99_s", "max_s", "pages_per_s"}],
"lost", "repeats_unlabelled", …}``.  Exit 1 when a page came too late, was lost, or was repeated
without saying so, or the engine is too slow for the store.
"""

import argparse
import json
import os
import sys
from dataclasses import dataclass
from typing import Any

from chalicelib.terms import MINUTE, SECOND
from tools.bench.at_once import AtOnce, at_once
from tools.bench.crowd import DUTIES, STEP_MS
from tools.bench.lateness import Tally, late, row, tally
from tools.bench.packaged import Opened, Sent, Stack, stack, steadily, until
from tools.bench.scene import emulated
from tools.local.progress import Progress

CASES, OVER_S, AT_ONCE = 1_000, 120, 6_000
LATE_S, PAGES_PER_S, RATIO = 2.0, 355, 0.5
# How long the last page of all may take before it counts as lost.
PATIENCE_S = 60


@dataclass(frozen=True, slots=True)
class Steady:
    """What came of the packaged app's load: a row for each rung, and what was lost."""

    rows: list[dict[str, Any]]
    told: Tally


def steady(found: Stack, cases: int, over_s: float, progress: Progress) -> Steady:
    """Complaints at a steady rate, and every rung of each until the last."""
    with progress.step(f"{cases} complaints over {over_s:.0f} s"):
        opened = steadily(cases, over_s, found.complain)
    rungs = range(len(DUTIES))
    owed = found.owed(opened, rungs)
    with progress.step("waiting for the last rung"):
        until(
            lambda: len(found.heard(opened)) >= len(owed),
            rungs[-1] * STEP_MS / SECOND + PATIENCE_S,
            "the last page",
        )
    sent = _all_sent(found, opened, len(owed))
    taken_ms = round(over_s * SECOND)
    return Steady(
        [
            late(
                f"{cases} over {over_s:.0f} s, packaged",
                rung,
                [one.late_ms for one in sent if one.rung == rung],
                taken_ms,
            )
            for rung in rungs
        ],
        tally(found.heard(opened), owed),
    )


def _all_sent(found: Stack, opened: list[Opened], owed: int) -> list[Sent]:
    """The log follows the carrier by a moment."""

    def look() -> list[Sent]:
        sent = [page for one in opened for page in found.sent(one.case)]
        return sent if len(sent) >= owed else []

    return until(look, MINUTE / SECOND, "the log of the last page")


def result(rows: list[dict[str, Any]], told: list[Tally], mass: AtOnce) -> dict[str, Any]:
    """The last line."""
    return {
        "runs": [*rows, mass.row],
        "lost": sum(one.lost for one in told) + mass.lost,
        "repeats_unlabelled": sum(one.unlabelled for one in told) + mass.unlabelled,
        "repeats": sum(one.repeats for one in told) + mass.repeats,
        "case_writes": {
            "engine_per_s": mass.case_writes_per_s,
            "bare_store_per_s": mass.bare_case_writes_per_s,
            "ratio": mass.ratio,
        },
        "profile": mass.profile,
        "load_average": [round(one, 1) for one in os.getloadavg()],
    }


def over(found: dict[str, Any]) -> list[str]:
    """Which targets were missed, in words."""
    *ladder, mass = found["runs"]
    missed = [
        f"rung {run['rung']}: p99 {run['p99_s']} s" for run in ladder if run["p99_s"] > LATE_S
    ]
    if mass["pages_per_s"] < PAGES_PER_S:
        missed.append(f"{mass['pages_per_s']} pages/s at once")
    if found["case_writes"]["ratio"] < RATIO:
        missed.append(f"case-writes {found['case_writes']['ratio']} of the bare store's")
    return missed + [name for name in ("lost", "repeats_unlabelled") if found[name]]


def main() -> int:
    """The command; 1 when a target was missed."""
    asked = argparse.ArgumentParser(prog="python -m tools.bench.load")
    asked.add_argument("--cases", type=int, default=CASES, help="complaints over --over seconds")
    asked.add_argument("--over", type=float, default=OVER_S)
    asked.add_argument("--at-once", type=int, default=AT_ONCE, help="cases due in one second")
    given = asked.parse_args()
    progress = Progress()
    rows: list[dict[str, Any]] = []
    told: list[Tally] = []
    if given.cases:
        with stack(progress) as found:
            ladder = steady(found, given.cases, given.over, progress)
            rows, told = ladder.rows, [ladder.told]
    with emulated() as (clients, emulator), progress.step(f"{given.at_once} at once"):
        mass = at_once(clients, emulator, given.at_once)
    found_all = result(rows, told, mass)
    for run in found_all["runs"]:
        print(row(run))
    missed = over(found_all)
    print("over: " + "; ".join(missed) if missed else "all within the targets")
    print(json.dumps(found_all))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
