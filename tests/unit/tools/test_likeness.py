"""Learning weights: the same on every machine, and fresh."""

import json
from pathlib import Path

import pytest

from chalicelib.judging.likeness import Likeness
from tools.likeness import BIAS, WEIGHTS, labelled, learn, left_out, main, read, tsv, written
from tools.policies import ROOT

ROWS = [
    {"text": f"{what} {number}", "label": danger}
    for number in "abcdef"
    for what, danger in (("he is at the door", True), ("refund the door", False))
]


def test_what_tells_them_apart_is_learnt() -> None:
    """Words of one side speak for it, shared ones hardly, rare ones not at all."""
    weights = learn(labelled(ROWS))
    assert weights["he"] > 0 > weights["refund"]
    assert abs(weights.get("door", 0)) < weights["he"]
    assert not {"a", "b"} & weights.keys()
    likeness = Likeness(weights, weights[BIAS])
    assert likeness.of("he is at the door") > 50
    assert likeness.of("refund the door") <= -50


def test_rows_without_a_label_teach_nothing() -> None:
    """Nobody knows what they are."""
    assert labelled([{"text": "who knows", "label": None}]) == []


def test_weights_are_written_and_read() -> None:
    """One a line, sorted, with a space inside a gram or not."""
    assert tsv({"b c": -3, "a": 2}) == "a\t2\nb c\t-3\n"
    assert read(tsv({"b c": -3, "门": 2})) == {"b c": -3, "门": 2}
    with pytest.raises(ValueError, match="invalid literal"):
        read("a\tb\n")


def test_the_committed_weights_are_what_the_committed_complaints_teach() -> None:
    """Nobody can slip in a weight; any machine comes to the same ones."""
    learnt = tsv(learn(labelled(written())))
    assert (ROOT / WEIGHTS).read_text(encoding="utf-8") == learnt


def test_each_file_by_the_others(tmp_path: Path) -> None:
    """Weights never see the rows that they are tried on."""
    folder = tmp_path / "policies" / "corpus"
    folder.mkdir(parents=True)
    for name in ("a", "b"):
        lines = [json.dumps(row) for row in ROWS]
        (folder / f"written-{name}.jsonl").write_text("\n".join(lines))
    first, second = left_out(tmp_path)
    assert first.startswith("written-a.jsonl")
    assert ">=0:   6/6  ,   0/6  " in second


def test_the_command_says_when_weights_are_stale(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As CI asks it."""
    assert main(["--check"]) == 0
    monkeypatch.setattr("tools.likeness.WEIGHTS", Path("policies/likeness/none.tsv"))
    assert main(["--check"]) == 1
    assert "make likeness" in capsys.readouterr().err
