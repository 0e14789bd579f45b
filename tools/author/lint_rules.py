"""Rules, patterns and concepts that contradict each other, cannot hold, or are used by nobody."""

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.judging.normalise import normalise
from chalicelib.judging.patterns import is_bound
from chalicelib.judging.reading import NEGATION
from tools.author.asked import conjuncts
from tools.author.remarks import Remark
from tools.policy_compile import CONCEPT_NAMED, PATTERN_NAMED, WEAK
from tools.policy_models import Policy
from tools.policy_patterns import Pattern
from tools.policy_sources import Sources
from tools.policy_yaml import Document, Loc

DENIED = "!"
ANSWERS = ("tier", "suspect", "card", "ladder")

type Rules = list[tuple[Policy, Document]]


def lint_rules(sources: Sources, bundle: Mapping[str, Any]) -> list[Remark]:
    """Everything about rules, patterns and concepts as wholes."""
    active = [item for item in sources.rules if item[0].status in {"live", "shadow"}]
    return [
        *_disagreeing(active),
        *_never_deciding(active),
        *_examples(sources),
        *_never_holding(sources, bundle),
        *_unused(sources, bundle),
    ]


def _triggers(policy: Policy) -> frozenset[str]:
    return frozenset((*policy.concepts, *policy.patterns))


def _parts(condition: str | None) -> frozenset[str]:
    """What a condition requires; ``true`` requires nothing."""
    return frozenset(conjuncts(condition or "true")) - {"true"}


def _disagreeing(rules: Rules) -> Iterator[Remark]:
    """Two rules that always hold together, and say different things."""
    first: dict[tuple[frozenset[str], ...], Policy] = {}
    for policy, document in rules:
        asks = (_triggers(policy), _parts(policy.when), _parts(policy.unless))
        other = first.setdefault(asks, policy)
        differing = [name for name in ANSWERS if getattr(policy, name) != getattr(other, name)]
        if differing:
            message = f"asks the same as {other.id!r}, and has another {differing[0]}"
            yield Remark(document.problem((differing[0],), message), "rules-disagree")


def _never_deciding(rules: Rules) -> Iterator[Remark]:
    live = [policy for policy, _ in rules if policy.status == "live"]
    for policy, document in rules:
        other = next((one for one in live if one is not policy and _outranks(one, policy)), None)
        if other:
            weak = " suspect" if other.suspect else ""
            message = f"never decides a tier: {other.id!r} holds too, as {other.tier}{weak}"
            yield Remark(document.problem(("tier",), message), "rule-never-decides")


def _outranks(one: Policy, other: Policy) -> bool:
    """Whether ``one`` holds wherever ``other`` does, at a tier that leaves it nothing to say."""
    asked = not _triggers(one) or (_triggers(other) and _triggers(other) <= _triggers(one))
    holds = _parts(one.when) <= _parts(other.when) and (
        one.unless is None or _parts(one.unless) == _parts(other.unless)
    )
    same = (one.tier, one.suspect) == (other.tier, other.suspect)
    if not (asked and holds) or (same and _outranks_alike(other, one) and other.id < one.id):
        return False
    return one.tier <= other.tier and (not one.suspect or other.suspect)


def _outranks_alike(one: Policy, other: Policy) -> bool:
    """Of two that ask and answer the same, only the later one is told of."""
    return _triggers(one) == _triggers(other) and _parts(one.when) == _parts(other.when)


def _examples(sources: Sources) -> Iterator[Remark]:
    for _, pattern, document, loc in _patterns(sources):
        found = {normalise(text).text for text in pattern.match}
        for index, text in enumerate(pattern.near_miss):
            if normalise(text).text in found:
                message = f"{pattern.id!r} must find this text, and must not"
                place = document.problem((*loc, "near_miss", index), message)
                yield Remark(place, "match-and-near-miss")


def _patterns(sources: Sources) -> Iterator[tuple[int, Pattern, Document, Loc]]:
    for file, document in sources.patterns:
        for index, pattern in enumerate(file.patterns):
            yield index, pattern, document, ("patterns", index)


def _never_holding(sources: Sources, bundle: Mapping[str, Any]) -> Iterator[Remark]:
    """Ways that ask for something and rule it out."""
    compiled = {pattern["id"]: pattern["find"] for pattern in bundle["patterns"]}
    for _, pattern, document, loc in _patterns(sources):
        ways = compiled.get(pattern.id, [])
        if len(ways) != len(pattern.find):
            continue  # two patterns of one id: the build has said so
        for number, way in enumerate(ways):
            if why := _contradiction(way):
                place = document.problem((*loc, "find", number), f"never holds: {why}")
                yield Remark(place, "way-never-holds")


def _contradiction(way: Mapping[str, Any]) -> str:
    asked = {name for _, _, name in way["parts"]}
    denied = any(mode == DENIED for _, mode, _ in way["parts"])
    absent = [*way["not_in_sentence"], *way["not_at_all"]]
    for name in absent:
        if name in asked:
            return f"{name!r} must be there, and must not"
        if name == NEGATION and denied:
            return "something must be denied, and no denial may be there"
    return ""


def _unused(sources: Sources, bundle: Mapping[str, Any]) -> Iterator[Remark]:
    """Drafts count as use: what is being written is not forgotten."""
    in_rules, asked = _named_by_rules(sources)
    for _, pattern, document, loc in _patterns(sources):
        if pattern.id not in asked:
            message = f"no rule asks for the pattern {pattern.id!r}"
            yield Remark(document.problem((*loc, "id"), message), "pattern-unused")
    for pattern in bundle["patterns"]:
        for way in pattern["find"]:
            in_rules |= {name for _, _, name in way["parts"] if not is_bound(name)}
            in_rules |= {*way["not_in_sentence"], *way["not_at_all"]}
    for file, document in sources.concepts:
        for index, concept in enumerate(file.concepts):
            if concept.kind != "cue" and concept.id not in in_rules:
                message = f"no pattern and no rule uses the concept {concept.id!r}"
                yield Remark(document.problem(("concepts", index, "id"), message), "concept-unused")
    for lexicon, document in sources.lexicons:
        if not {lexicon.id, lexicon.id + WEAK} & in_rules:
            message = f"no pattern and no rule uses the lexicon {lexicon.id!r}"
            yield Remark(document.problem(("id",), message), "concept-unused")


def _named_by_rules(sources: Sources) -> tuple[set[str], set[str]]:
    """Concepts and patterns that some rule names, in its lists or in a condition."""
    concepts: set[str] = set()
    patterns: set[str] = set()
    for policy, _ in sources.rules:
        if policy.status == "retired":
            continue
        text = f"{policy.when}\n{policy.unless or ''}"
        concepts |= {*policy.concepts}
        concepts |= {one or other for one, other in CONCEPT_NAMED.findall(text)}
        patterns |= {*policy.patterns, *PATTERN_NAMED.findall(text)}
    return concepts, patterns
