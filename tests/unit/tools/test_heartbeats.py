"""The command that lists vendors' heartbeats and ends the watch over one."""

from collections.abc import Mapping

import pytest

from chalicelib.audit.canonical import decode
from chalicelib.services.beating import take
from chalicelib.services.pulse import Beat
from chalicelib.terms import MINUTE
from tests.support.world import World
from tools import heartbeats
from tools.heartbeats import main
from tools.local.desk import Desk, NoTablesError


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """Three vendors, in the tables that the command finds."""
    world = World()
    desk = Desk(world.ledger, world.registry, world.parts)
    monkeypatch.setattr(heartbeats, "configured", lambda *, local: desk)  # noqa: ARG005
    for org in ("acme", "other", "third"):
        take(world.parts, world.vendor(org=org), Beat(seq=1))
    return world


def _last(world: World, vendor: str) -> Mapping[str, object]:
    entry: Mapping[str, object] = decode(world.ledger.entries(f"heartbeats#{vendor}", 0, 9)[-1])
    return entry


def test_a_watch_is_ended_once_and_with_an_entry(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ending what is ended, or was never there, is refused and writes nothing."""
    assert main(["end", "acme"]) == 0
    entry = _last(world, "acme")
    assert entry["cause"] == {"kind": "tool", "id": "tools"}
    assert entry["events"][0]["e"] == "heartbeat.ended.v1"  # type: ignore[index]
    assert main(["end", "acme"]) == main(["--local", "end", "nobody"]) == 1
    assert len(world.ledger.entries("heartbeats#acme", 0, 9)) == 2
    assert "nobody has no watch" in capsys.readouterr().err


def test_a_watch_whose_item_is_broken_can_be_ended(world: World) -> None:
    """The way out when nobody can read what is there."""
    world.heartbeats.corrupt("acme")
    assert main(["end", "acme"]) == 0
    kept = world.heartbeats.load("acme")
    assert kept is not None
    assert kept.vitals is not None
    assert kept.vitals.ended


def test_the_list_tells_who_is_dark(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """By name: one that beats, one that is dark, one that was ended, one that is broken."""
    world.clock.advance(11 * MINUTE)
    take(world.parts, world.vendor(org="third"), Beat(seq=2))
    take(world.parts, world.vendor(org="fourth"), Beat(seq=2))
    world.heartbeats.corrupt("fourth")
    main(["end", "acme"])
    capsys.readouterr()
    assert main(["list"]) == 0
    rows = [line.split()[:2] for line in capsys.readouterr().out.splitlines()]
    assert rows == [
        ["acme", "ended"],
        ["fourth", "unreadable"],
        ["other", "DARK"],
        ["third", "beats"],
    ]


def test_without_tables_it_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command ends with 1 and a sentence."""

    def configured(*, local: bool) -> Desk:
        raise NoTablesError(f"set CASES_TABLE ({local})")

    monkeypatch.setattr(heartbeats, "configured", configured)
    assert main(["list", "--local"]) == 1
    assert "set CASES_TABLE (True)" in capsys.readouterr().err
