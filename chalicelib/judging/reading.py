"""A text as it is read: its concepts, its clauses and sentences, and how each thing was said.

A thing named may be said to be so, denied ("no smoke"), only supposed ("if it smokes", "how do I
open it") or told ("in the film it burns", "it burnt years ago, and the claim was settled"). The
cues are concepts too, and live in ``policies/concepts``.
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
LONG_AGO, PUT_RIGHT, AGAIN = "cue.long-ago", "cue.put-right", "cue.again"
REVIEWED = "cue.review"
HAPPENED = "cue.happened"  # it is no story and no mere question: a hand was burnt, last night
NEGATION_WORDS = 5  # a Latin negation reaches over at most this many words
# A Chinese one reaches further the longer it is: 不 denies the next word, 没有 a phrase.
NEGATION_CHARS = {1: 3, 2: 5}
WEAKEST = {"不": 1}
SUPPOSED_CHARS = 150  # how far an "if" reaches within its sentence
REVIEW_WORDS = 4  # so many different ones, and the whole text is about a book
# How far a film or a book reaches, into the next clause: people burn in cinemas too.
TOLD_CHARS, TOLD_CHARS_LATIN = 25, 90


class Stance(IntEnum):
    """How a thing was said."""

    SAID = 0
    SUPPOSED = 1
    TOLD = 2  # of a film, or of what was put right years ago
    DENIED = 3
    DENIED_IN_A_STORY = 4  # neither: nothing happened, and nothing failed to


class Reading:
    """One folded text with its hits; what is asked for is worked out once."""

    def __init__(self, text: str, hits: Mapping[str, Sequence[Span]]) -> None:
        self.text = text
        self.hits = hits
        self._clause_ends: list[int] | None = None
        self._sentence_ends: list[int] | None = None
        self._stances: dict[tuple[str, Stance], list[Span]] = {}
        self._quantities: dict[str, list[Span]] = {}
        self._is_review: bool | None = None

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
        key = (concept, stance)
        said = self._stances.get(key)
        if said is None:
            least = Stance.DENIED if stance is Stance.DENIED else Stance.SAID
            hits = self.hits.get(concept, ())
            said = [span for span in hits if least <= self._stance(span) <= stance]
            self._stances[key] = said
        return said

    def meant(self, concept: str) -> list[Span]:
        """The hits of an event that are neither denied, asked nor told; it may be feared only."""
        return [span for span in self.hits.get(concept, ()) if self._is_meant(span)]

    def measured(self, name: str) -> list[Span]:
        """The quantities that satisfy a bound such as ``time>=1h`` or ``age<=12y``."""
        if name not in self._quantities:
            self._quantities[name] = quantities(self.text, name)
        return self._quantities[name]

    def _stance(self, span: Span) -> Stance:
        if self._is_denied(span):
            return Stance.DENIED_IN_A_STORY if self._is_told(span) else Stance.DENIED
        if self._is_told(span):
            return Stance.TOLD
        supposed = self._is_feared(span) or self._is_asked(span)
        return Stance.SUPPOSED if supposed else Stance.SAID

    def _is_meant(self, span: Span) -> bool:
        return not (self._is_denied(span) or self._is_asked(span) or self._is_told(span))

    # Most texts lack most cues, so each of these asks first whether there is one at all.

    def _is_denied(self, span: Span) -> bool:
        if NEGATION not in self.hits:
            return False
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

    def _is_feared(self, span: Span) -> bool:
        """Whether it comes after an "if", in its sentence and near."""
        if SUPPOSED not in self.hits:
            return False
        cue = self._before(SUPPOSED, span[0])
        return (
            cue is not None
            and span[0] - cue[1] <= SUPPOSED_CHARS
            and self.sentence(cue[0]) == self.sentence(span[0])
        )

    def _is_told(self, span: Span) -> bool:
        return self._is_in_a_story(span) or self._is_over(span) or self._is_in_a_book(span)

    def _is_asked(self, span: Span) -> bool:
        """Whether it is asked how a thing is done, or whether it would be paid for."""
        if ASKED not in self.hits:
            return False
        clause = self.clause(span[0])
        if all(self.clause(cue[0]) != clause for cue in self._around(ASKED, span)):
            return False
        return all(self.clause(real[0]) != clause for real in self._around(HAPPENED, span))

    def _is_in_a_story(self, span: Span) -> bool:
        return TOLD in self.hits and any(self._tells(cue, span) for cue in self._around(TOLD, span))

    def _is_in_a_book(self, span: Span) -> bool:
        """Whether the text is about a book, and no word of its sentence says that this is not."""
        if REVIEWED not in self.hits:
            return False
        if self._is_review is None:
            words = {self.text[start:end] for start, end in self.hits[REVIEWED]}
            self._is_review = len(words) >= REVIEW_WORDS
        if not self._is_review:
            return False
        number, ends = self.sentence(span[0]), self._sentence_ends or []
        start = ends[number - 1] + 1 if number else 0
        end = ends[number] + 1 if number < len(ends) else len(self.text)
        return not self._happened(start, end, span)

    def _is_over(self, span: Span) -> bool:
        """Whether it was years ago, was put right, and nothing in the text says that it goes on."""
        if PUT_RIGHT not in self.hits or AGAIN in self.hits:
            return False
        sentence = self.sentence(span[0])
        return any(self.sentence(cue[0]) == sentence for cue in self._around(LONG_AGO, span))

    def _tells(self, cue: Span, span: Span) -> bool:
        """Whether a story that is named here or in the next clause holds an event."""
        first, last = min(cue, span), max(cue, span)
        reach = TOLD_CHARS_LATIN if self.text[span[0]].isascii() else TOLD_CHARS
        if last[0] - first[1] > reach or self.sentence(cue[0]) != self.sentence(span[0]):
            return False
        if self.clause(last[0]) - self.clause(first[0]) > 1:
            return False
        return not self._happened(first[0], last[1], span)

    def _happened(self, start: int, end: int, span: Span) -> bool:
        """Whether a word that begins between two places says so; an event vouches not for itself.

        At most two of them are looked at, however many there are.
        """
        happened = self.hits.get(HAPPENED, ())
        at = bisect_left(happened, (start, 0))
        return any(real[0] < end and real != span for real in happened[at : at + 2])

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
