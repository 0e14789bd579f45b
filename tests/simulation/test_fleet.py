"""The fleet, short: kept seeds for ever, a few more, and that a seed can be seen again."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.aws.agreement import Agreement
from chalicelib.terms import DAY, HOUR
from tests.simulation import __main__ as command
from tests.simulation.fleet.report import OLDER_EVERY, Size, Sum, run
from tests.simulation.fleet.run import FleetRun
from tools.export import export
from tools.verify_log import verify

SEEDS = Path(__file__).with_name("fleet_seeds.txt")
ROOT = Path(__file__).parents[2]
SMALL = Size(8, 0.4)
# With every fault at least once between them, and every roster.
FRESH = range(401, 408)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """The storm's own faults would fill the report."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def kept() -> list[tuple[int, Size]]:
    """Seeds that once failed, with the size of their worlds."""
    rows = (line.split("#")[0].split() for line in SEEDS.read_text().splitlines())
    return [(int(row[0]), Size(int(row[1]), float(row[2]))) for row in rows if row]


@pytest.mark.parametrize(("seed", "size"), kept())
def test_a_seed_that_once_failed_is_clean(seed: int, size: Size) -> None:
    """For ever."""
    assert run(seed, size)[0].violations == []


def test_storms_break_no_promise_and_all_of_them_were_about() -> None:
    """Worlds of a day: most cases are grave, and answered by nobody."""
    total = Sum()
    for seed in FRESH:
        outcome, _ = run(seed, Size(16, 1.0))
        assert outcome.violations == []
        total.add(outcome)
    result = total.result(Size(16, 1.0))
    assert result["mix"]["S0 unanswered"] + result["mix"]["S1 unanswered"] > 500
    assert len(total.faults) >= 20
    assert total.commands > 20_000


def test_cases_of_older_releases_are_rung_with_the_others() -> None:
    """They lie in the table when the fleet begins, most of them overdue."""
    outcome, _ = run(3 * OLDER_EVERY, SMALL)
    assert outcome.violations == []
    assert outcome.commands > 500


@pytest.mark.parametrize("seed", [97, 503])
def test_the_auditors_check_passes_on_a_whole_fleet(tmp_path: Path, seed: int) -> None:
    """Ten hours of storms, with a change of schema in one, verified as a stranger would."""
    fleet_run = FleetRun(seed, *SMALL, kept=0)
    assert fleet_run.run().violations == []
    fleet = fleet_run.fleet
    newest = max((worker.code for worker in fleet.workers), key=lambda code: code.version)
    with newest.running():
        export(fleet.ledger, tmp_path, fleet.true_clock, fleet_run.start - DAY)
    report = verify(tmp_path, as_of=fleet.timeline.now, grace_s=6 * HOUR // 1000)
    assert report.findings == []
    assert not report.unknown


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_one_seed_gives_one_world_in_any_process(hash_seed: str) -> None:
    """A seed that failed elsewhere fails here."""
    arguments = ("-m", "tests.simulation", "--fleet", "--seeds", "90", "--cases", "8")
    told = subprocess.run(
        (sys.executable, *arguments, "--days", "0.4"),
        env=os.environ | {"PYTHONHASHSEED": hash_seed},
        capture_output=True, check=True, cwd=ROOT, text=True,
    ).stdout.splitlines()[-1]  # fmt: skip
    outcome, _ = run(90, SMALL)
    result = json.loads(told)
    assert result["commands"] == outcome.commands
    assert result["events"] == outcome.events
    assert result["violations"] == 0


def test_a_seed_that_fails_says_how_to_see_it_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command, what was found, and what the case went through."""
    monkeypatch.setattr(Agreement, "holds", property(lambda one: one._ahead is not None))
    arguments = ["--fleet", "--seeds", "90-91", "--cases", "8", "--days", "0.4"]
    monkeypatch.setattr(sys, "argv", ["simulation", *arguments])
    assert command.main() == 1
    told = capsys.readouterr()
    assert "python -m tests.simulation --fleet --seeds 90 --cases 8 --days 0.4" in told.err
    assert "ms ahead" in told.err
    assert "case.opened" in told.err or "clocks.lapsed" in told.err
    assert json.loads(told.out.splitlines()[-1])["failed_seeds"] == [90]


def test_hours_that_are_enough_end_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No seed is begun after them."""
    arguments = ["--fleet", "--seeds", "90-99", "--cases", "4", "--days", "0.2", "--hours", "1"]
    monkeypatch.setattr(sys, "argv", ["simulation", *arguments])
    assert command.main() == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["runs"] == 1


def test_the_core_alone_is_judged_at_every_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Four cases that nobody answers: rung, paged, and clean."""
    monkeypatch.setattr(sys, "argv", ["simulation", "--core", "300", "--cases", "4"])
    assert command.main() == 0
    told = json.loads(capsys.readouterr().out)
    assert told["commands"] >= 300
    assert told["violations"] == []
