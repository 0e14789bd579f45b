"""Find the concepts of the lexicons in a folded text, in one pass."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_letters, digits

from chalicelib.judging.normalise import Normalised

# In Chinese a space ends a clause; so does one between any two characters that are not Latin.
CLAUSE_ENDS = re.compile(r"[,.;:!?。、…\n]|(?<![\x00-\xff]) (?![\x00-\xff])")
LATIN = frozenset(ascii_letters + digits)  # what a word is made of, and so does not end it
FIGURE = "cue.figure"  # figures of speech: what lies wholly inside one is not meant

type Span = tuple[int, int]
"""Folded characters from the first to before the second."""

type Owner = tuple[str, bool]
"""A concept, and whether the term is one of its exceptions."""

type Edges = tuple[bool, bool, bool]
"""Whether a term must stand alone at its begin, at its end, and whether it may take an "s"."""


@dataclass(frozen=True, slots=True)
class Mask:
    """A figure of speech: hits of these concepts wholly inside it, in one clause, are not meant."""

    pattern: re.Pattern[str]
    concepts: frozenset[str]


class Finder:
    """All terms of all concepts in one Aho-Corasick automaton.

    A term that begins or ends with a Latin letter or digit must stand alone there; a Chinese term
    is found anywhere. Of overlapping terms of one concept, the longest is kept. ``excepts`` holds
    phrases of a concept inside which its terms do not mean it; ``plain`` names the concepts that
    a figure of speech leaves alone (people, places, parts), and whose terms may take an "s".
    """

    def __init__(
        self,
        concepts: Mapping[str, Sequence[str]],
        masks: Sequence[Mask],
        excepts: Mapping[str, Sequence[str]] | None = None,
        plain: Iterable[str] = (),
    ) -> None:
        from ahocorasick_rs import AhoCorasick  # noqa: PLC0415  # loaded only to build a rulebook

        owners: dict[str, tuple[Owner, ...]] = {}
        for excepted, phrases in ((False, concepts), (True, excepts or {})):
            for concept, terms in phrases.items():
                owner: tuple[Owner, ...] = ((concept, excepted),)
                mine: dict[str, tuple[Owner, ...]] = dict.fromkeys(terms, owner)
                for shared in owners.keys() & mine.keys():
                    mine[shared] = owners[shared] + owner
                owners.update(mine)
        self._terms = tuple(owners)
        self._owners = tuple(owners.values())
        self._plain = frozenset(plain)
        # Most of the terms are never met by one process: their edges are looked at when they are.
        self._edges: list[Edges | None] = [None] * len(owners)
        self._automaton = AhoCorasick(owners)
        self._masks = tuple(masks)

    def find(self, folded: Normalised) -> dict[str, list[Span]]:
        """Every concept meant in the text, with its spans in order; absent when there is none."""
        hits, excepts = self._hits(folded.text.replace("\n", " "))
        self._drop_masked(hits, folded.text)
        for concept in excepts.keys() & hits.keys():
            hits[concept] = _outside(_longest(excepts[concept]))(hits[concept])
        if figures := hits.get(FIGURE):
            outside = _outside(_longest(figures))
            for concept in hits.keys() - self._plain - {FIGURE}:
                hits[concept] = outside(hits[concept])
        return {
            concept: spans if len(spans) == 1 else _longest(spans)
            for concept, spans in hits.items()
            if spans
        }

    def _drop_masked(self, hits: dict[str, list[Span]], text: str) -> None:
        """Take out what a mask covers within one clause; each mask looks at each clause once."""
        ends: list[int] | None = None
        for mask in self._masks:
            masked = mask.concepts & hits.keys()
            if not masked:
                continue
            if ends is None:
                ends = [found.start() for found in CLAUSE_ENDS.finditer(text)]
            clauses = {bisect_right(ends, start) for c in masked for start, _ in hits[c]}
            covered = [
                found.span()
                for clause in sorted(clauses)
                for found in mask.pattern.finditer(text, *_bounds(ends, clause, len(text)))
            ]
            if covered:
                outside = _outside(covered)
                for concept in masked:
                    hits[concept] = outside(hits[concept])

    def _hits(self, text: str) -> tuple[dict[str, list[Span]], dict[str, list[Span]]]:
        hits: dict[str, list[Span]] = {}
        excepts: dict[str, list[Span]] = {}
        edges, owners, end_of_text = self._edges, self._owners, len(text)
        for term, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            begins, ends, thing = edges[term] or self._edges_of(term)
            if begins and start and text[start - 1] in LATIN:
                continue
            if ends and end < end_of_text and text[end] in LATIN:
                if not (thing and text[end] == "s"):
                    continue
                end += 1  # noqa: PLW2901  # the plural, or the owner: the toy's, the toys
                if end < end_of_text and text[end] in LATIN:
                    continue
            for concept, excepted in owners[term]:
                (excepts if excepted else hits).setdefault(concept, []).append((start, end))
        return hits, excepts

    def _edges_of(self, index: int) -> Edges:
        """Look at a term's ends the first time it is met, and keep what was seen."""
        term = self._terms[index]
        thing = any(concept in self._plain for concept, _ in self._owners[index])
        edges = self._edges[index] = (term[0] in LATIN, term[-1] in LATIN, thing)
        return edges


def _longest(spans: Iterable[Span]) -> list[Span]:
    """Of overlapping spans the longest, and of equals the first."""
    kept: list[Span] = []
    for span in sorted(spans):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
        elif span[1] - span[0] > kept[-1][1] - kept[-1][0]:
            kept[-1] = span
    return kept


def _outside(covers: Sequence[Span]) -> Callable[[Iterable[Span]], list[Span]]:
    """What leaves out the hits that one of the covers, in order and apart, wholly holds."""
    starts = [start for start, _ in covers]

    def outside(hits: Iterable[Span]) -> list[Span]:
        return [
            hit
            for hit in hits
            if not (at := bisect_right(starts, hit[0])) or hit[1] > covers[at - 1][1]
        ]

    return outside


def _bounds(ends: Sequence[int], clause: int, length: int) -> Span:
    """From where to where a clause goes, by where clauses end."""
    start = ends[clause - 1] + 1 if clause else 0
    return start, ends[clause] if clause < len(ends) else length
