"""The bench of a deployment: what it builds, and what it calls a fault."""

import json
import zipfile
from pathlib import Path

from tools.bench import deploy
from tools.bench.deploy import BUNDLE, DUTIES, VERSION_FILE, Told, release, short_ladder
from tools.local import outbox


def test_a_release_differs_in_its_version_and_its_ladder_alone(tmp_path: Path) -> None:
    """No compiled module hides the change, and everything else is as it was built."""
    built = tmp_path / "built"
    built.mkdir()
    (built / "sam.json").write_text("{}")
    kept = "chalicelib/wiring.py"
    with zipfile.ZipFile(built / "deployment.zip", "w") as package:
        for name in (BUNDLE, VERSION_FILE, kept):
            package.writestr(name, f"old {name}")
        package.writestr("chalicelib/__pycache__/version.cpython-313.pyc", b"old")

    out = release(built, tmp_path / "out", "9.9.9", {"digest": "d"})

    with zipfile.ZipFile(out / "deployment.zip") as package:
        said = {name: package.read(name).decode() for name in package.namelist()}
    assert set(said) == {BUNDLE, VERSION_FILE, kept}
    assert '"9.9.9"' in said[VERSION_FILE]
    assert json.loads(said[BUNDLE]) == {"digest": "d"}
    assert said[kept] == f"old {kept}"


def test_the_ladder_has_a_rung_a_step() -> None:
    """One role each, and no repeat between them."""
    plan = short_ladder(8_000)["ladders"]["life-safety"]["tiers"]["S0"]
    assert [rung["at"]["ms"] for rung in plan["rungs"]] == [0, 8_000, 16_000]
    assert [rung["roles"] for rung in plan["rungs"]] == [[duty] for duty in DUTIES]
    assert plan["repeat"] is None


def test_a_missed_rung_and_a_repeat_without_a_label_are_faults() -> None:
    """So is an update that came after everything had been rung."""
    told = Told(2, missed=1, unlabelled=1)
    told.by_version.update({"0.0.1": 6})
    assert len(told.faults) == 3
    fine = Told(2, repeats=1)
    fine.by_version.update({"0.0.1": 3, "0.0.2": 3})
    fine.late_ms = {0: [5, 1, 3]}
    assert fine.faults == []
    assert fine.plain()["rungs"] == [{"rung": 0, "p50_s": 0.003, "p99_s": 0.005, "max_s": 0.005}]


def test_a_repeat_is_known_by_its_own_words() -> None:
    """As pages word it, by SMS and by email, in both languages; the outbox goes by the same."""
    for text in ("警钟重 S0 QF8-5TX", "重发 S0", "TOCSIN REPEAT S0"):
        assert deploy._REPEAT.search(text)
        assert outbox._REPEAT.search(text)
    assert not deploy._REPEAT.search("警钟 S0 QF8-5TX 0分待认领")
