"""``make mutants``: plant each bug in a copy of the source, and see who finds it.

The working tree is never touched.  A bug whose text is no longer there is an error; one that
nobody finds is a hole in the checks.  Last line of output: ``{"planted", "caught"}``.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools.mutants.ends import ENDS
from tools.mutants.ladder import LADDER
from tools.mutants.model import Mutant, MutantDoesNotApplyError
from tools.mutants.pairs import PAIRS
from tools.mutants.services import SERVICES

ROOT = Path(__file__).resolve().parents[2]
MUTANTS: tuple[Mutant, ...] = (*LADDER, *ENDS, *PAIRS, *SERVICES)
# What a copy must hold so that the exploration and the simulation run in it.
COPIED = (
    "chalicelib",
    "policies",
    "tests/data/releases",
    "tests/releases",
    "tests/simulation",
    "tests/support",
    "tools",
)
LONGEST_S = 600
# For CI: one of each sort, found within seconds.
FAST = 5


def copy_of(root: Path, mutant: Mutant | None) -> None:
    """The source under ``root``, with the bug planted; None leaves it as it is."""
    for name in COPIED:
        target = root / name
        shutil.copytree(ROOT / name, target, ignore=shutil.ignore_patterns("__pycache__"))
    (root / "tests" / "__init__.py").touch()
    if mutant:
        mutant.apply(root)


def _commands(mutant: Mutant) -> Iterator[tuple[str, list[str]]]:
    """Who looks, in this order: the walks that should find it, then all of them."""
    if mutant.sim:
        module, _, seeds = mutant.sim.partition(" ")
        first, _, runs = seeds.partition(":")
        yield "simulation", ["-m", module, "--seed", first, "--runs", runs]
        return
    explore = ["-m", "tools.explore", "--first", "--processes", "1"]
    if mutant.walks:
        yield "exploration", [*explore, "--only", mutant.walks]
    yield "exploration", explore


def hunt(mutant: Mutant) -> tuple[Mutant, str, str, float]:
    """The bug, who found it (empty: nobody), the story they told, and seconds."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        copy_of(root, mutant)
        for finder, command in _commands(mutant):
            story = _look(root, command)
            if story:
                return mutant, finder, story, time.perf_counter() - began
    return mutant, "", "", time.perf_counter() - began


def _look(root: Path, command: list[str]) -> str:
    """What the finder says is wrong; nothing when all is well, or when it took too long."""
    try:
        done = subprocess.run(
            [sys.executable, *command],
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return ""
    return (done.stderr or "no story") if done.returncode else ""


def _is_caught(mutant: Mutant, finder: str, story: str) -> bool:
    """A violation was told; a copy that does not even start is no catch."""
    return bool(finder) and ("=> " in story or bool(mutant.sim)) and "Traceback" not in story


def main() -> int:
    """Hunt them all; 1 if one got away."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutants", description=__doc__)
    parser.add_argument("--only", default="", help="a part of the name")
    parser.add_argument("--fast", action="store_true", help="every fifth, for CI")
    parser.add_argument("--stories", action="store_true", help="print what was found")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    mutants = [mutant for mutant in MUTANTS if given.only in mutant.name]
    if given.fast:
        mutants = mutants[::FAST]
    caught = 0
    with ThreadPoolExecutor(given.processes) as pool:
        for mutant, finder, story, seconds in pool.map(hunt, mutants):
            found = _is_caught(mutant, finder, story)
            caught += found
            told = f"caught by {finder}" if found else "GOT AWAY"
            print(f"{mutant.breaks} {mutant.name}: {told} ({seconds:.0f} s)", flush=True)
            if given.stories or (finder and not found):
                print(story[:3000], flush=True)
    print(json.dumps({"planted": len(mutants), "caught": caught}))
    return 0 if caught == len(mutants) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except MutantDoesNotApplyError as error:
        sys.exit(str(error))
