"""Planted bugs: every one still has its place in the code, and a find is told from a crash."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools.explore import jobs
from tools.mutants import __main__ as mutants
from tools.mutants.model import Mutant, MutantDoesNotApplyError

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("mutant", mutants.MUTANTS, ids=lambda mutant: mutant.name)
def test_every_bug_has_its_place_in_the_code(mutant: Mutant, tmp_path: Path) -> None:
    """Its text is there exactly once, it changes something, and it breaks a promise we made."""
    copy = tmp_path / mutant.path
    copy.parent.mkdir(parents=True)
    before = (ROOT / mutant.path).read_text(encoding="utf-8")
    copy.write_text(before, encoding="utf-8")
    mutant.apply(tmp_path)
    assert copy.read_text(encoding="utf-8") != before
    compile(copy.read_text(encoding="utf-8"), mutant.path, "exec")
    assert re.fullmatch(r"P[1-8]", mutant.breaks)


def test_the_bugs_are_many_and_each_has_its_finder() -> None:
    """At least three dozen, ten of them in CI, each with walks that exist or with seeds."""
    names = [mutant.name for mutant in mutants.MUTANTS]
    assert len(set(names)) == len(names) >= 36
    assert len(mutants.MUTANTS[:: mutants.FAST]) >= 10
    walks = {job.name for job in jobs.depth_jobs(5, more=True)}
    for mutant in mutants.MUTANTS:
        hinted = [walk for walk in walks if walk.startswith(mutant.walks or "\0")]
        assert bool(hinted) != bool(mutant.sim), mutant.name


def test_a_bug_whose_text_is_gone_is_an_error(tmp_path: Path) -> None:
    """The list cannot quietly shrink."""
    (tmp_path / "a.py").write_text("x = 1\n", encoding="utf-8")
    with pytest.raises(MutantDoesNotApplyError, match=r"0 times in a\.py"):
        Mutant("gone", "P1", "a.py", "y = 1", "y = 2").apply(tmp_path)


@pytest.mark.parametrize("module", ["tests.simulation", "tools.explore"])
def test_a_copy_starts(module: str, tmp_path: Path) -> None:
    """Whatever the exploration and the simulation import is copied, or nothing would be found."""
    mutants.copy_of(tmp_path, None)
    asked = [sys.executable, "-m", module, "--help"]
    started = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert started.returncode == 0, started.stderr


def test_a_copy_that_does_not_start_is_no_find() -> None:
    """A syntax error would otherwise count as caught."""
    mutant = mutants.MUTANTS[0]
    assert mutants._is_caught(mutant, "exploration", "  +0 min  => P2: K4 later or gone")
    assert not mutants._is_caught(mutant, "exploration", "Traceback (most recent call last)")
    assert not mutants._is_caught(mutant, "", "")


def test_a_planted_bug_is_found_and_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The promise that moves K4, caught by a walk in a copy, as a story with the vendor in it."""
    arguments = ["mutants", "--only", "a promise moves K4", "--stories", "--processes", "1"]
    monkeypatch.setattr("sys.argv", arguments)
    assert mutants.main() == 0
    *lines, last = capsys.readouterr().out.strip().splitlines()
    assert json.loads(last) == {"planted": 1, "caught": 1}
    assert any("vendor agent promises" in line for line in lines)
    assert any("=> P4: a promise moved K4" in line for line in lines)
