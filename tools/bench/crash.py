"""Workers that are killed while they send and while they commit: ``python -m tools.bench.crash``.

Complaints come in at a steady rate on the packaged app.  Function ``herald`` is killed with
``kill -9`` while it sends their first pages, and ``ring`` while it commits the second rungs; the
emulator starts new workers as AWS would.  The last line is JSON: ``{"strikes": [{"killed",
"workers", "in_flight", "ringing_again_s"}], "lost", "repeats", "repeats_unlabelled"}``.  Exit 1
when a page was lost, a repeat did not say so, there were more repeats than pages in flight, or
the next page took more than five seconds.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from chalicelib.terms import SECOND
from tools.bench.crowd import DUTIES, STEP_MS
from tools.bench.lateness import tally
from tools.bench.packaged import Opened, Stack, stack, steadily, until
from tools.local.progress import Progress

CASES, OVER_S = 240, 30
STRIKES = (("Herald", "FirstPagesQueueUrl"), ("Ring", "WakeUpsQueueUrl"))
STRIKES_EACH, APART_S = 3, 7
AGAIN_S = 5.0
PATIENCE_S = 60


def workers(found: Stack, function: str) -> list[int]:
    """Process ids of the emulator's workers of a function."""
    asked = ["ps", "-Aww", "-o", "pid=,ppid=,command="]
    listed = subprocess.run(asked, check=True, capture_output=True, text=True).stdout
    rows = [line.split(None, 2) for line in listed.splitlines()]
    parent = str(found.running.emulator.pid)
    return [int(pid) for pid, ppid, said in rows if ppid == parent and f"-{function}-" in said]


def strike(found: Stack, function: str, queue: str) -> dict[str, Any]:
    """Kill every worker of a function once it has something in hand, and see who rings next."""
    in_flight = until(lambda: _in_flight(found, queue), PATIENCE_S, f"work for {function}")
    killed = workers(found, function)
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    begun, before = time.monotonic(), _count(found)
    until(lambda: _count(found) > before, PATIENCE_S, f"a page after {function} was killed")
    return {
        "killed": function.lower(),
        "workers": len(killed),
        "in_flight": in_flight,
        "ringing_again_s": round(time.monotonic() - begun, 2),
    }


def _in_flight(found: Stack, queue: str) -> int:
    """Messages that a worker has taken and not finished."""
    name = "ApproximateNumberOfMessagesNotVisible"
    told = found.running.cloud.client("sqs").get_queue_attributes(
        QueueUrl=found.running.outputs[queue], AttributeNames=[name]
    )
    return int(told["Attributes"][name])


def _count(found: Stack) -> int:
    return len(found.heard())


def bench(found: Stack, progress: Progress) -> dict[str, Any]:
    """Complaints, strikes, and then the count."""
    never = threading.Event()
    begun = time.monotonic()
    strikes = []
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(steadily, CASES, OVER_S, found.complain)
        for rung, (function, queue) in enumerate(STRIKES):
            never.wait(max(0.0, begun + rung * STEP_MS / SECOND + APART_S - time.monotonic()))
            for _ in range(STRIKES_EACH):
                strikes.append(strike(found, function, queue))
                progress.say(f"  {strikes[-1]}")
                never.wait(APART_S)
        opened: list[Opened] = coming.result()
    owed = found.owed(opened, range(len(DUTIES)))
    with progress.step("waiting for the last rung"):
        until(
            lambda: not tally(found.heard(opened), owed).lost,
            len(DUTIES) * STEP_MS / SECOND + PATIENCE_S,
            "the last page",
        )
    told = tally(found.heard(opened), owed)
    return {
        "strikes": strikes,
        "lost": told.lost,
        "repeats": told.repeats,
        "repeats_unlabelled": told.unlabelled,
    }


def over(result: dict[str, Any]) -> list[str]:
    """Which targets were missed, in words."""
    missed = [name for name in ("lost", "repeats_unlabelled") if result[name]]
    in_flight = sum(one["in_flight"] for one in result["strikes"])
    if result["repeats"] > in_flight:
        missed.append(f"{result['repeats']} repeats of {in_flight} in flight")
    late = [one for one in result["strikes"] if one["ringing_again_s"] > AGAIN_S]
    return missed + [f"{one['killed']} after {one['ringing_again_s']} s" for one in late]


def main() -> int:
    """The command; 1 when a target was missed."""
    progress = Progress()
    with stack(progress) as found:
        result = bench(found, progress)
    missed = over(result)
    print("over: " + "; ".join(missed) if missed else "all within the targets")
    print(json.dumps(result))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
