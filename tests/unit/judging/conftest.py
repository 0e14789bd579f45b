"""A small rulebook of our own, so that these tests do not move with the policies."""

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.judging.rulebook import Rulebook

type Rule = dict[str, Any]
type MakeRule = Callable[..., Rule]
type MakeBundle = Callable[..., dict[str, Any]]


def _rule(rule_id: str, when: str, **changes: Any) -> Rule:
    return {
        "id": rule_id,
        "version": 1,
        "status": "live",
        "tier": "S1",
        "suspect": False,
        "last_resort": False,
        "title": {"en": rule_id, "zh-CN": rule_id},
        "card": "card",
        "ladder": "life-safety",
        "triggers": [],
        "shows": [],
        "when": when,
        "unless": None,
    } | changes


@pytest.fixture
def rule() -> MakeRule:
    """Make a live S1 rule, with changes."""
    return _rule


@pytest.fixture
def bundle() -> MakeBundle:
    """Make a bundle of some rules over a few concepts, with changes."""

    def make(*rules: Rule, **changes: Any) -> dict[str, Any]:
        return {
            "schema": 3,
            "digest": "d" * 64,
            "attributes": ["speed"],
            "concepts": {
                "fire": ["fire", "着火", "车着火了", "on fire"],
                "fire.weak": ["smoke"],
                "help": ["救命", "help me", "sos"],
            },
            "excepts": {},
            "exposed": ["fire", "fire.weak", "help"],
            "patterns": [],
            "plain": [],
            "likeness": {"bias": -100, "weights": {}},
            "masks": [
                {"id": "sale", "pattern": "fire sale|films? .{0,9}fire", "concepts": ["fire"]},
                {"id": "straw", "pattern": "救命(稻草|恩人)", "concepts": ["help"]},
            ],
            "rules": list(rules) or [_rule("fire", '"fire" in concepts', shows=["fire"])],
            "ladders": {"life-safety": {"tiers": {}}},
            "cards": {"card": {}},
        } | changes

    return make


@pytest.fixture
def rulebook(bundle: MakeBundle) -> Callable[..., Rulebook]:
    """Compile some rules over the concepts of ``bundle``."""
    return lambda *rules: Rulebook.from_bundle(bundle(*rules))
