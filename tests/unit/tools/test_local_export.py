"""The auditor's export, as the verifier reads it."""

from pathlib import Path

import pytest

from tests.support.world import World
from tools import export as exporting
from tools.credentials import Order, make, register
from tools.export import export
from tools.local.desk import Desk
from tools.verify_log import main as verify


def _world() -> World:
    world = World()
    desk = Desk(world.ledger, world.registry, world.parts)
    order = Order(world.vendor().role, "acme", "Desk")
    register(desk, order, make(desk, order).token)
    case = world.complain().body["case"]
    world.fast_forward(4)
    world.acknowledge(case)
    world.act(case)
    world.public()
    world.fast_forward(1)
    return world


def test_an_export_of_a_story_holds(tmp_path: Path) -> None:
    """Every chain is in it, and the verifier finds nothing."""
    world = _world()
    told = export(world.ledger, tmp_path, world.clock, world.start)
    assert told.chains >= 3
    assert verify([str(tmp_path)]) == 0


def test_nothing_is_left_out_when_parts_are_small(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same files come of many small reads as of one."""
    world = _world()
    export(world.ledger, tmp_path / "a", world.clock, world.start)
    monkeypatch.setattr(exporting, "BATCH", 2)
    export(world.ledger, tmp_path / "b", world.clock, world.start)
    for name in ("entries.jsonl", "heads.jsonl", "manifest.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_the_command_says_what_it_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A local export begins with the first credential, so it does not search a year of days."""
    world = _world()
    desk = Desk(world.ledger, world.registry, world.parts)
    monkeypatch.setattr(exporting, "configured", lambda *, local: desk)  # noqa: ARG005
    assert exporting.main([str(tmp_path), "--local"]) == 0
    assert "chains" in capsys.readouterr().out
    assert verify([str(tmp_path)]) == 0
