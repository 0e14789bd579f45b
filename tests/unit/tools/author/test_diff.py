"""Comparing two sets of policies: which complaints change, and the pages of a shift."""

import json
from pathlib import Path

import pytest

from tests.support.small_policies import PATTERNS, change, write_small
from tools.author.compare import SHOWN, compare, report, side
from tools.policies import main
from tools.policy_compile import bundle_bytes, compile_bundle
from tools.policy_sources import gather

TEXTS = ["the stove melted", "thank you", "my sister has not answered in four hours" + " !" * 60]


@pytest.fixture
def complaints(tmp_path: Path) -> Path:
    """Three complaints, one of them long."""
    path = tmp_path / "complaints.jsonl"
    lines = [json.dumps({"id": f"c{n}", "text": text}) for n, text in enumerate(TEXTS)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def sides(tmp_path: Path) -> tuple[Path, Path]:
    """The small policies, and the same without the silent sibling, as a bundle."""
    old = write_small(tmp_path / "old")
    new = write_small(tmp_path / "new")
    change(new, PATTERNS, "time>=1h", "time>=1d")
    bundle = tmp_path / "bundle.json"
    bundle.write_bytes(bundle_bytes(compile_bundle(gather(new), new)))
    return old, bundle


def test_what_changes(sides: tuple[Path, Path], complaints: Path) -> None:
    """Each complaint whose tier is another is counted by from and to, and shown in part only."""
    difference = compare(side(str(sides[0])), side(str(sides[1])), complaints)

    (changed,) = difference.changes
    assert (changed.row["id"], changed.old, changed.new) == ("c2", "S2", "S4")
    assert len(changed.shown) == SHOWN
    assert TEXTS[2] not in report(difference, 1000)


def test_pages_of_a_shift(sides: tuple[Path, Path], complaints: Path) -> None:
    """Pages go by the first rung of the tier, and by the share of complaints that get it."""
    said = report(compare(side(str(sides[0])), side(str(sides[1])), complaints), 300)

    assert "3 complaints, 1 change\n  S2 → S4: 1\n      c2: my sister" in said
    lines = {" ".join(line.split()) for line in said.splitlines()}
    assert "S2 owner 200.0 100.0 -100.0" in lines
    assert "all 200.0 100.0 -100.0" in lines


def test_the_command(complaints: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A revision against the working tree; what is neither is refused."""
    assert main(["diff", "HEAD", ".", "--on", str(complaints)]) == 0
    assert "3 complaints" in capsys.readouterr().out
    assert main(["diff", "no-such-thing", ".", "--on", str(complaints)]) == 1
    assert main(["diff", "HEAD", ".", "--on", "nothing.jsonl"]) == 1
