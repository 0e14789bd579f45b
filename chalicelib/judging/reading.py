"""A text as it is read: its concepts, its clauses and sentences, and how each thing was said.

A thing named may be said to be so, denied ("no smoke"), or only supposed ("if it smokes", "how do
I open it", "in the film it burns"). The cues are concepts too, and live in ``policies/concepts``.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from enum import IntEnum

from chalicelib.judging.concepts import CLAUSE_ENDS, Span
from chalicelib.judging.quantities import quantities

SENTENCE_ENDS = re.compile(r"[!?。…;\n]|\.(?![\w.])")

NEGATION, TURN = "cue.negation", "cue.turn"
SUPPOSED, ASKED, TOLD = "cue.if", "cue.how-to", "cue.fiction"
NEGATION_WORDS = 5  # a Latin negation reaches over at most this many words
# A Chinese one reaches further the longer it is: 不 denies the next word, 没有 a phrase.
NEGATION_CHARS = {1: 3, 2: 5}
WEAKEST = {"不": 1}
SUPPOSED_CHARS = 150  # how far an "if" reaches within its sentence


class Stance(IntEnum):
    """How a thing was said."""

    SAID = 0
    SUPPOSED = 1
    DENIED = 2
    DENIED_IN_A_STORY = 3  # neither: nothing happened, and nothing failed to


class Reading:
    """One folded text with its hits; what is asked for is worked out once."""

    def __init__(self, text: str, hits: Mapping[str, Sequence[Span]]) -> None:
        self.text = text
        self.hits = hits
        self._clause_ends: list[int] | None = None
        self._sentence_ends: list[int] | None = None
        self._stances: dict[tuple[str, int], list[Span]] = {}
        self._quantities: dict[str, list[Span]] = {}

    def clause(self, at: int) -> int:
        """The number of the clause that holds a character."""
        if self._clause_ends is None:
            self._clause_ends = [found.start() for found in CLAUSE_ENDS.finditer(self.text)]
        return bisect_left(self._clause_ends, at)

    def sentence(self, at: int) -> int:
        """The number of the sentence that holds a character."""
        if self._sentence_ends is None:
            self._sentence_ends = [found.start() for found in SENTENCE_ENDS.finditer(self.text)]
        return bisect_left(self._sentence_ends, at)

    def spans(self, concept: str, stance: Stance) -> list[Span]:
        """The hits of a concept that were said so; what is supposed includes what is said."""
        key = (concept, int(stance))
        if key not in self._stances:
            hits = self.hits.get(concept, ())
            said = [self._stance(span) for span in hits]
            if stance is Stance.DENIED:
                kept = [h for h, s in zip(hits, said, strict=True) if s is Stance.DENIED]
            else:
                kept = [h for h, s in zip(hits, said, strict=True) if s <= stance]
            self._stances[key] = kept
        return self._stances[key]

    def meant(self, concept: str) -> list[Span]:
        """The hits of an event that are neither denied nor of a story; it may be feared only."""
        hits = self.hits.get(concept, ())
        return [span for span in hits if not (self._is_denied(span) or self._is_told(span))]

    def measured(self, name: str) -> list[Span]:
        """The quantities that satisfy a bound such as ``time>=1h`` or ``age<=12y``."""
        if name not in self._quantities:
            self._quantities[name] = quantities(self.text, name)
        return self._quantities[name]

    def _stance(self, span: Span) -> Stance:
        if self._is_denied(span):
            return Stance.DENIED_IN_A_STORY if self._is_in_a_story(span) else Stance.DENIED
        return Stance.SUPPOSED if self._is_supposed(span) else Stance.SAID

    def _is_denied(self, span: Span) -> bool:
        cue = self._before(NEGATION, span[0])
        if cue is None or self.clause(cue[0]) != self.clause(span[0]):
            return False
        if self.text[cue[0]].isascii():
            far = self.text.count(" ", cue[1], span[0]) > NEGATION_WORDS
        else:
            written = self.text[cue[0] : cue[1]]
            reach = WEAKEST.get(written) or NEGATION_CHARS[min(len(written), 2)]
            far = span[0] - cue[1] > reach
        if far:
            return False
        turn = self._before(TURN, span[0])
        return turn is None or turn[0] < cue[1]

    def _is_supposed(self, span: Span) -> bool:
        cue = self._before(SUPPOSED, span[0])
        if (
            cue is not None
            and span[0] - cue[1] <= SUPPOSED_CHARS
            and self.sentence(cue[0]) == self.sentence(span[0])
        ):
            return True
        return self._is_told(span)

    def _is_told(self, span: Span) -> bool:
        """Whether it is asked how a thing is done, or a story is told; "if" is no story."""
        if any(self.clause(cue[0]) == self.clause(span[0]) for cue in self._around(ASKED, span)):
            return True
        return self._is_in_a_story(span)

    def _is_in_a_story(self, span: Span) -> bool:
        sentence = self.sentence(span[0])
        return any(self.sentence(cue[0]) == sentence for cue in self._around(TOLD, span))

    def _before(self, concept: str, at: int) -> Span | None:
        """The last hit of a cue that ends before a place."""
        hits = self.hits.get(concept)
        if not hits:
            return None
        index = bisect_right(hits, (at, 0)) - 1
        if index >= 0 and hits[index][1] > at:
            index -= 1
        return hits[index] if index >= 0 else None

    def _around(self, concept: str, span: Span) -> list[Span]:
        """The hits of a cue nearest before and after a span."""
        hits = self.hits.get(concept)
        if not hits:
            return []
        index = bisect_right(hits, (span[0], 0))
        return list(hits[max(index - 1, 0) : index + 1])
