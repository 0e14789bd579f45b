"""Find the concepts of the lexicons in a folded text, in one pass."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from chalicelib.judging.normalise import Normalised

# In Chinese a space ends a clause; so does one between any two characters that are not Latin.
CLAUSE_ENDS = re.compile(r"[,.;:!?。、…\n]|(?<![\x00-\xff]) (?![\x00-\xff])")


class Span(NamedTuple):
    """Folded characters ``start`` to ``end``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mask:
    """A figure of speech: hits of these concepts wholly inside it, in one clause, are not meant."""

    pattern: re.Pattern[str]
    concepts: frozenset[str]


class Finder:
    """All terms of all concepts in one Aho-Corasick automaton.

    A term that begins or ends with a Latin letter or digit must stand alone there; a Chinese term
    is found anywhere. Of overlapping terms of one concept, the longest is kept.
    """

    def __init__(self, concepts: Mapping[str, Sequence[str]], masks: Sequence[Mask]) -> None:
        from ahocorasick_rs import AhoCorasick  # noqa: PLC0415  # loaded only to build a rulebook

        owners: dict[str, list[str]] = {}
        for concept, terms in concepts.items():
            for term in terms:
                owners.setdefault(term, []).append(concept)
        self._owners = tuple(owners.values())
        self._edges = tuple((_is_word(term[0]), _is_word(term[-1])) for term in owners)
        self._automaton = AhoCorasick(owners)
        self._masks = tuple(masks)

    def find(self, folded: Normalised) -> dict[str, list[Span]]:
        """Every concept meant in the text, with its spans in order; absent when there is none."""
        hits = self._hits(folded.text.replace("\n", " "))
        for mask in self._masks:
            for concept in mask.concepts & hits.keys():
                hits[concept] = _outside(mask, hits[concept], folded.text)
        return {concept: _longest(spans) for concept, spans in hits.items() if spans}

    def _hits(self, text: str) -> dict[str, list[Span]]:
        hits: dict[str, list[Span]] = {}
        for term, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            begins, ends = self._edges[term]
            if begins and start and _is_word(text[start - 1]):
                continue
            if ends and end < len(text) and _is_word(text[end]):
                continue
            for concept in self._owners[term]:
                hits.setdefault(concept, []).append(Span(start, end))
        return hits


def _is_word(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _longest(spans: Iterable[Span]) -> list[Span]:
    """Of overlapping spans the longest, and of equals the first."""
    kept: list[Span] = []
    for span in sorted(spans):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
        elif span.end - span.start > kept[-1].end - kept[-1].start:
            kept[-1] = span
    return kept


def _outside(mask: Mask, hits: Sequence[Span], text: str) -> list[Span]:
    """The hits that no occurrence of the mask, within their own clause, wholly covers."""
    covered = [
        Span(*found.span())
        for clause in _clauses(text, hits)
        for found in mask.pattern.finditer(text, clause.start, clause.end)
    ]
    starts = [span.start for span in covered]
    return [hit for hit in hits if not _inside(hit, covered, starts)]


def _inside(hit: Span, covered: Sequence[Span], starts: Sequence[int]) -> bool:
    at = bisect_right(starts, hit.start) - 1
    return at >= 0 and hit.end <= covered[at].end


def _clauses(text: str, hits: Iterable[Span]) -> list[Span]:
    """The clauses in which hits begin, in order and each once."""
    ends = [found.start() for found in CLAUSE_ENDS.finditer(text)]
    clauses = set()
    for hit in hits:
        at = bisect_right(ends, hit.start)
        start = ends[at - 1] + 1 if at else 0
        clauses.add(Span(start, ends[at] if at < len(ends) else len(text)))
    return sorted(clauses)
