"""The compiled policies, ready to judge."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from chalicelib.judging.concepts import Finder, Mask
from chalicelib.judging.conditions import AllAtOnce, Condition, compiler
from chalicelib.judging.likeness import Likeness
from chalicelib.judging.patterns import Patterns
from chalicelib.terms import Tier

SCHEMA = 3


class BundleError(ValueError):
    """The bundle of policies is missing, empty or of another shape: nothing can be judged."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One policy. With ``triggers``, it is asked only when one of these was found.

    They are names of concepts and of patterns; ``shows`` names those whose matches explain it.
    Without ``when`` its triggers are enough. A last resort is left out beside a live rule of its
    tier or a graver one.
    """

    id: str
    version: int
    tier: Tier
    suspect: bool
    last_resort: bool
    live: bool
    title: Mapping[str, str]
    card: str
    ladder: str
    triggers: frozenset[str]
    shows: tuple[str, ...]
    when: Condition | None
    unless: Condition | None


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Rules with their concepts, ladders and cards; ``digest`` names the sources of them all.

    ``attributes`` are the only attributes of a complaint that any rule reads, and ``exposed`` the
    only concepts: those that serve patterns alone are no facts, and are not recorded; of them
    ``events`` can be denied. A ladder
    has the form ``{"id", "version", "tiers"}`` and a card ``{"id", "version", "title", "do",
    "never_say"}``, the last three by language. ``any_untriggered`` is true or cannot be answered
    unless every rule without triggers is false: most complaints need ask no more than that.
    """

    digest: str
    rules: tuple[Rule, ...]
    attributes: frozenset[str]
    exposed: frozenset[str]
    events: frozenset[str]
    ladders: Mapping[str, Any]
    cards: Mapping[str, Any]
    finder: Finder
    patterns: Patterns
    likeness: Likeness
    triggered: Mapping[str, int]
    always: int
    unconditional: int
    at_once: AllAtOnce

    @classmethod
    def from_bundle(cls, bundle: Mapping[str, Any]) -> "Rulebook":
        """Compile a bundle; raises BundleError when it is empty, incomplete or malformed."""
        if not bundle:
            raise BundleError("there is no bundle of policies, or it is empty")
        if bundle.get("schema") != SCHEMA:
            raise BundleError(f"the bundle's schema is {bundle.get('schema')!r}, not {SCHEMA}")
        for part in ("digest", "concepts", "rules", "ladders", "cards", "likeness"):
            if not bundle.get(part):
                raise BundleError(f"the bundle has no {part}")
        try:
            return _compile(bundle)
        except (LookupError, TypeError, ValueError, RuntimeError, re.error) as error:
            raise BundleError(f"the bundle cannot be compiled: {error}") from error


def _compile(bundle: Mapping[str, Any]) -> Rulebook:
    compiled = compiler()
    rules = tuple(_rule(rule, compiled) for rule in bundle["rules"])
    if not any(rule.live for rule in rules):
        raise BundleError("the bundle has no live rule")
    return Rulebook(
        digest=bundle["digest"],
        rules=rules,
        attributes=frozenset(bundle["attributes"]),
        exposed=frozenset(bundle["exposed"]),
        events=frozenset(bundle["exposed"]).difference(bundle["plain"]),
        ladders=bundle["ladders"],
        cards=bundle["cards"],
        finder=Finder(
            bundle["concepts"], _masks(bundle["masks"]), bundle["excepts"], bundle["plain"]
        ),
        triggered=_triggered(rules),
        always=_bits(place for place, rule in enumerate(rules) if not rule.triggers),
        unconditional=_bits(
            place for place, rule in enumerate(bundle["rules"]) if _asks_nothing(rule)
        ),
        at_once=AllAtOnce(_conditions(bundle["rules"]), compiled),
        likeness=Likeness(bundle["likeness"]["weights"], bundle["likeness"]["bias"]),
        patterns=Patterns(bundle["patterns"], frozenset(bundle["plain"])),
    )


def _conditions(rules: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """What each rule asks, by its place; a rule that is not here asks nothing."""
    return {
        place: f"({rule['when']}) && !({rule['unless']})" if rule["unless"] else rule["when"]
        for place, rule in enumerate(rules)
        if not _asks_nothing(rule)
    }


def _asks_nothing(rule: Mapping[str, Any]) -> bool:
    """Whether its triggers are enough."""
    return bool(rule["triggers"]) and rule["when"] == "true" and not rule["unless"]


def _triggered(rules: Sequence[Rule]) -> dict[str, int]:
    """For each trigger the rules that it has asked."""
    names = frozenset[str]().union(*(rule.triggers for rule in rules))
    return {
        name: _bits(place for place, rule in enumerate(rules) if name in rule.triggers)
        for name in names
    }


def _bits(places: Iterable[int]) -> int:
    return sum(1 << place for place in places)


def _masks(masks: Sequence[Mapping[str, Any]]) -> list[Mask]:
    return [Mask(re.compile(mask["pattern"]), frozenset(mask["concepts"])) for mask in masks]


def _rule(rule: Mapping[str, Any], compiled: Callable[[str], Condition]) -> Rule:
    return Rule(
        id=rule["id"],
        version=rule["version"],
        tier=Tier(rule["tier"]),
        suspect=rule["suspect"],
        last_resort=rule.get("last_resort", False),  # bundles before 0.2 have none
        live=rule["status"] == "live",
        title=cast("Mapping[str, str]", rule["title"]),
        card=rule["card"],
        ladder=rule["ladder"],
        triggers=frozenset(rule["triggers"]),
        shows=tuple(rule["shows"]),
        when=None if rule["triggers"] and rule["when"] == "true" else compiled(rule["when"]),
        unless=compiled(rule["unless"]) if rule["unless"] else None,
    )
