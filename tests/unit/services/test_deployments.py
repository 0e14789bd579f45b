"""What runs from when on stands in the log, rule by rule."""

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.bundle import load_bundle
from chalicelib.services.deployments import Deployed, digests, note
from chalicelib.services.errors import BusyError
from tests.support.world import World
from tools.deployed import record
from tools.export import export
from tools.local.desk import Desk
from tools.verify_log import verify

FIRST = Deployed("prod", "0.1.0", "aa" * 32, "bb" * 32)
BUNDLE: dict[str, Any] = {
    "digest": "d1",
    "schema": 1,
    "attributes": ["trip_active"],
    "delegation": [],
    "rules": [{"id": "gas", "tier": "S0"}, {"id": "fire", "tier": "S0"}],
    "ladders": {"life-safety": {"version": 1}},
}


def events(world: World, chain: str) -> list[dict[str, Any]]:
    """What stands on a chain."""
    return [json.loads(line)["events"][0] for line in world.ledger.entries(chain, 0, 99)]


def test_a_deployment_is_one_entry_and_the_same_again_is_none() -> None:
    """New code, a new template or a new parameter is told; nothing new is not."""
    world = World()
    assert note(world.parts, FIRST, BUNDLE) == (True, True)
    assert note(world.parts, FIRST, BUNDLE) == (False, False)
    fresh = Deployed("prod", "0.1.0", "cc" * 32, "bb" * 32)
    given = Deployed("prod", "0.1.0", "cc" * 32, "bb" * 32, ("FallbackSms",))
    assert note(world.parts, fresh, BUNDLE) == (True, False)
    assert note(world.parts, given, BUNDLE) == (True, False)
    assert note(world.parts, fresh, BUNDLE) == (False, False)
    told = events(world, "deployments")
    assert [(one["code"][:2], one["parameters"]) for one in told] == [
        ("aa", []),
        ("cc", []),
        ("cc", ["FallbackSms"]),
    ]


def test_a_publication_names_what_was_added_changed_and_removed() -> None:
    """Against the digests that the entry before it holds, so that the log is enough to tell."""
    world = World()
    note(world.parts, FIRST, BUNDLE)
    rules = [{"id": "gas", "tier": "S1"}, {"id": "flood", "tier": "S0"}]
    note(world.parts, FIRST, BUNDLE | {"digest": "d2", "rules": rules, "attributes": ["x"]})
    first, second = events(world, "policies")
    everything = ["attributes", "delegation", "ladders/life-safety", "rules/fire", "rules/gas"]
    assert (first["previous"], first["added"]) == ("", everything)
    assert (second["previous"], second["digest"]) == ("d1", "d2")
    assert second["added"] == ["rules/flood"]
    assert second["changed"] == ["attributes", "rules/gas"]
    assert second["removed"] == ["rules/fire"]


def test_every_rule_of_the_real_bundle_is_a_part_of_its_own() -> None:
    """And so is every card, concept and ladder."""
    bundle = load_bundle()
    found = digests(bundle)
    for section in ("rules", "cards", "concepts", "ladders", "masks"):
        count = sum(name.startswith(f"{section}/") for name in found)
        assert count == len(bundle[section]) > 0


def test_both_entries_hold_for_the_verifier(tmp_path: Path) -> None:
    """The package that a folder holds, noted as a tool does it, exported and checked."""
    world = World()
    (tmp_path / "sam.json").write_text("{}")
    (tmp_path / "deployment.zip").write_bytes(b"zip")
    desk = Desk(world.ledger, world.registry, world.parts)
    assert record(desk, tmp_path, "prod", {"SesSender"})
    assert not record(desk, tmp_path, "prod")
    [told] = events(world, "deployments")
    assert (told["stage"], told["parameters"]) == ("prod", ["SesSender"])
    export(world.ledger, tmp_path / "export", world.clock, world.start)
    report = verify(tmp_path / "export")
    assert (report.verdict, report.findings, report.unknown) == ("holds", [], {})
    assert report.entries == 2


def test_a_log_that_takes_no_entry_is_no_silent_success() -> None:
    """Whoever deploys learns that it was not written down."""
    world = World()
    world.ledger.fault = lambda _: "conflict:head"
    with pytest.raises(BusyError):
        note(world.parts, FIRST, BUNDLE)
