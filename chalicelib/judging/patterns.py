"""Patterns: concepts composed, so that danger is found where no listed word stands.

A pattern holds when one of its ways does. A way is a row of parts, each a concept said, supposed,
denied or merely named, joined to the one before by how near and in which order they must stand.
The time taken is linear in the hits, up to a logarithm.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.judging.concepts import Span
from chalicelib.judging.reading import Reading, Stance

# How far two parts may stand apart: in Latin letters, and in Chinese ones.
REACH = {"clause": (80, 20), "sentence": (200, 50), "text": (1_000_000, 1_000_000)}
JOINTS = {
    "+": ("clause", False),
    ">": ("clause", True),
    "~": ("sentence", False),
    ">>": ("sentence", True),
    "&": ("text", False),
}
MODES = {"": Stance.SAID, "?": Stance.SUPPOSED, "!": Stance.DENIED, "*": None}


@dataclass(frozen=True, slots=True)
class Part:
    """A concept, or a measured bound, and how it joins the part before it."""

    concept: str
    stance: Stance | None
    scope: str = "text"
    ordered: bool = False
    reach: tuple[int, int] = REACH["text"]
    is_bound: bool = False

    def spans(self, reading: Reading) -> Sequence[Span]:
        """Where the text has it."""
        if self.is_bound:
            return reading.measured(self.concept)
        if self.stance is None:
            return reading.hits.get(self.concept, ())
        return reading.spans(self.concept, self.stance)


@dataclass(frozen=True, slots=True)
class Way:
    """Parts that must all be there, and concepts that must not: in the sentence, or at all."""

    pattern: str
    parts: tuple[Part, ...]
    not_in_sentence: tuple[str, ...]
    not_at_all: tuple[str, ...]
    needs: frozenset[str]

    def find(self, reading: Reading) -> tuple[Span, ...]:
        """The spans of the parts of the first place where the way holds; empty if none."""
        if any(concept in reading.hits for concept in self.not_at_all):
            return ()
        matches: list[tuple[Span, ...]] = [(span,) for span in self.parts[0].spans(reading)]
        for part in self.parts[1:]:
            if not matches:
                return ()
            matches = _join(matches, part, reading)
        for match in matches:
            if not self._spoiled(match, reading):
                return match
        return ()

    def _spoiled(self, match: tuple[Span, ...], reading: Reading) -> bool:
        if not self.not_in_sentence:
            return False
        sentences = {reading.sentence(start) for start, _ in match}
        return any(
            reading.sentence(start) in sentences
            for concept in self.not_in_sentence
            for start, _ in reading.hits.get(concept, ())
        )


class Patterns:
    """All patterns, asked in the order of their ids, and only where their concepts were found."""

    def __init__(self, patterns: Sequence[Mapping[str, Any]], plain: frozenset[str]) -> None:
        ways = [
            way_of(pattern["id"], way, plain) for pattern in patterns for way in pattern["find"]
        ]
        shared: dict[str, int] = {}
        for way in ways:
            for concept in way.needs:
                shared[concept] = shared.get(concept, 0) + 1
        self._by_key: dict[str, list[tuple[int, Way]]] = {}
        for place, way in enumerate(ways):
            key = min(way.needs, key=lambda concept: (shared[concept], concept))
            self._by_key.setdefault(key, []).append((place, way))

    def find(self, reading: Reading) -> dict[str, list[Span]]:
        """Every pattern that holds, with the spans of the parts of its first way that does."""
        found: dict[str, list[Span]] = {}
        here = set(reading.hits)
        by_key = self._by_key
        possible = [
            (place, way)
            for concept in by_key.keys() & here
            for place, way in by_key[concept]
            if way.needs <= here
        ]
        for _, way in sorted(possible):
            if way.pattern not in found:
                match = way.find(reading)
                if match:
                    found[way.pattern] = sorted(set(match))
        return dict(sorted(found.items()))


def _join(
    matches: Iterable[tuple[Span, ...]], part: Part, reading: Reading
) -> list[tuple[Span, ...]]:
    """Each match with the nearest fitting span after its last part, and before it if allowed."""
    spans = part.spans(reading)
    joined: dict[Span, tuple[Span, ...]] = {}
    for match in matches:
        last = match[-1]
        at = bisect_left(spans, (last[1], 0))
        if at < len(spans) and _near(last, spans[at], part, reading):
            joined.setdefault(spans[at], (*match, spans[at]))
        if part.ordered:
            continue
        before = bisect_left(spans, last) - 1
        while before >= 0 and spans[before][1] > last[0]:
            before -= 1
        if before >= 0 and _near(spans[before], last, part, reading):
            joined.setdefault(spans[before], (*match, spans[before]))
    return list(joined.values())


def _near(first: Span, second: Span, part: Part, reading: Reading) -> bool:
    latin, chinese = part.reach
    apart = second[0] - first[1]
    if apart > chinese and (apart > latin or not reading.text[first[1] - 1].isascii()):
        return False
    if part.scope == "clause":
        return reading.clause(first[0]) == reading.clause(second[0])
    return part.scope == "text" or reading.sentence(first[0]) == reading.sentence(second[0])


def way_of(pattern: str, way: Mapping[str, Any], plain: frozenset[str]) -> Way:
    """A way of a pattern as the bundle has it; what is in ``plain`` cannot be denied."""
    parts = []
    for joint, mode, concept in way["parts"]:
        scope, ordered = JOINTS[joint] if joint else ("text", False)
        stance = None if concept in plain and not mode else MODES[mode]
        parts.append(Part(concept, stance, scope, ordered, REACH[scope], is_bound(concept)))
    needs = frozenset(part.concept for part in parts if not part.is_bound)
    return Way(
        pattern,
        tuple(parts),
        tuple(way["not_in_sentence"]),
        tuple(way["not_at_all"]),
        needs,
    )


def is_bound(name: str) -> bool:
    """Whether a part is a measure such as ``time>=1h``, and no concept."""
    return ">=" in name or "<=" in name
