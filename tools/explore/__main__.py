"""``make explore`` and ``make explore-nightly``: walk, tell each violation, end with JSON."""

import argparse
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Iterable, Iterator

from tools.explore import jobs as plans
from tools.explore.scale import in_steps
from tools.explore.walk import Found, Job, Walk

DEPTH = 5
NIGHTLY_STATES = 60_000


def main() -> int:
    """Run the walks of a profile; 1 on any violation."""
    parser = argparse.ArgumentParser(prog="python -m tools.explore", description=__doc__)
    parser.add_argument("--depth", type=int, default=DEPTH)
    parser.add_argument("--more", action="store_true", help="from more openings, twice the work")
    parser.add_argument("--nightly", action="store_true", help="deep, each group by itself")
    parser.add_argument("--states", type=int, default=NIGHTLY_STATES, help="per walk, at night")
    parser.add_argument("--only", default="", help="walks whose name begins so, comma-separated")
    parser.add_argument("--first", action="store_true", help="stop at the first violation")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--verbose", action="store_true", help="a line for each walk")
    given = parser.parse_args()
    jobs = plans.depth_jobs(given.depth, more=given.more or bool(given.only))
    if given.nightly:
        jobs = plans.deep_jobs(given.states)
    names = tuple(name for name in given.only.split(",") if name)
    jobs = [job for job in jobs if not names or job.name.startswith(names)]
    began = time.perf_counter()
    founds = list(_run(jobs, given.processes, stop=given.first, verbose=given.verbose))
    stories = [story for found in founds for story in found.stories]
    result = {
        "walks": len(founds),
        "states": sum(found.states for found in founds),
        "transitions": sum(found.transitions for found in founds),
        "depth": max((found.depth for found in founds), default=0),
        "fixpoint": sum(found.fixpoint for found in founds),
        "seconds": round(time.perf_counter() - began, 1),
        "violations": len(stories),
    }
    print(json.dumps(result))
    return 1 if stories else 0


def _run(jobs: list[Job], processes: int, *, stop: bool, verbose: bool) -> Iterator[Found]:
    told: set[str] = set()
    for found in _spread([(job, stop) for job in jobs], processes):
        if verbose:
            shape = f"{found.states} states, {found.transitions} transitions, depth {found.depth}"
            shape += f", {found.cpu_s} s"
            print(f"{found.job}: {shape}{', fixpoint' if found.fixpoint else ''}", flush=True)
        for story in found.stories:
            sentence = story.rpartition("=> ")[2]
            if sentence not in told:
                told.add(sentence)
                print(f"{found.job}:\n{story}\n", file=sys.stderr, flush=True)
        yield found
        if stop and found.stories:
            return


def _spread(work: list[tuple[Job, bool]], processes: int) -> Iterator[Found]:
    if processes < 2:  # noqa: PLR2004
        yield from map(_walk, work)
        return
    context = multiprocessing.get_context("fork")
    with context.Pool(processes) as pool:
        yield from _unordered(pool.imap_unordered(_walk, work, chunksize=1))


def _unordered(founds: Iterable[Found]) -> Iterator[Found]:
    yield from founds


def _walk(work: tuple[Job, bool]) -> Found:
    job, stop = work
    with in_steps():
        return Walk(job, stop=stop).run()


if __name__ == "__main__":
    sys.exit(main())
