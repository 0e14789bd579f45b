"""Words that are there and are not meant: inside a mask, an ``unless`` or a figure of speech.

The judge drops such hits and says nothing of them; whoever writes policies wants to see them.
They are found by looking at the text again without each of the three, through the judge's own
finder.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.judging.concepts import CLAUSE_ENDS, FIGURE, Finder, Mask, Span
from chalicelib.judging.normalise import Normalised

type Hits = Mapping[str, Sequence[Span]]


@dataclass(frozen=True, slots=True)
class Hidden:
    """A hit that does not count: ``by`` is mask, unless or figure, ``cover`` where that stands.

    Spans are of folded characters; ``name`` is the mask's, else empty.
    """

    concept: str
    span: Span
    by: str
    cover: Span
    name: str = ""


class Hiding:
    """Finders that leave one thing out; they are built once and serve many texts."""

    def __init__(self, bundle: Mapping[str, Any]) -> None:
        concepts = {name: t for name, t in bundle["concepts"].items() if name != FIGURE}
        excepts, plain = bundle["excepts"], bundle["plain"]
        self._masks = [
            (mask["id"], re.compile(mask["pattern"]), frozenset(mask["concepts"]))
            for mask in bundle["masks"]
        ]
        masks = [Mask(pattern, names) for _, pattern, names in self._masks]
        figures = {FIGURE: bundle["concepts"].get(FIGURE, [])}
        self._bare = Finder(concepts, [], {}, plain)
        self._masked = Finder(concepts, masks, {}, plain)
        self._excepted = Finder(concepts, [], excepts, plain)
        self._figured = Finder(concepts | figures, [], {}, plain)
        self._phrases = Finder(excepts, [], {}, set(plain) & excepts.keys())
        self._figures = Finder(figures, [], {}, [FIGURE])

    def find(self, folded: Normalised, hits: Hits) -> list[Hidden]:
        """Every word that would be a hit but for what covers it, in order of place."""
        bare = self._bare.find(folded)
        gone = {
            concept: [span for span in spans if span not in hits.get(concept, ())]
            for concept, spans in bare.items()
        }
        if not any(gone.values()):
            return []
        hidden = [
            *self._by_mask(folded, gone),
            *self._covered(folded, gone, "unless", self._excepted, self._phrases),
            *self._covered(folded, gone, "figure", self._figured, self._figures),
        ]
        first = {(one.concept, one.span): one for one in reversed(hidden)}
        return sorted(first.values(), key=lambda one: (one.span, one.concept))

    def _covered(
        self, folded: Normalised, gone: Hits, by: str, without: Finder, covers: Finder
    ) -> list[Hidden]:
        left = without.find(folded)
        phrases = covers.find(folded)
        found = []
        for concept, spans in gone.items():
            those = phrases.get(FIGURE if by == "figure" else concept, ())
            for span in spans:
                cover = next((c for c in those if c[0] <= span[0] and span[1] <= c[1]), None)
                if cover and span not in left.get(concept, ()):
                    found.append(Hidden(concept, span, by, cover))
        return found

    def _by_mask(self, folded: Normalised, gone: Hits) -> list[Hidden]:
        left = self._masked.find(folded)
        text = folded.text
        ends = [-1, *(found.start() for found in CLAUSE_ENDS.finditer(text)), len(text)]
        clauses = list(zip([end + 1 for end in ends], ends[1:], strict=False))
        found = []
        for concept, spans in gone.items():
            for span in (span for span in spans if span not in left.get(concept, ())):
                for name, pattern, concepts in self._masks:
                    covers = (
                        match.span()
                        for start, end in clauses
                        for match in pattern.finditer(text, start, end)
                        if concept in concepts
                    )
                    cover = next((c for c in covers if c[0] <= span[0] and span[1] <= c[1]), None)
                    if cover:
                        found.append(Hidden(concept, span, "mask", cover, name))
                        break
        return found
