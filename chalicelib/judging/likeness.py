"""How like a report of danger a text is, judged by all its words together (ADR 0048).

A pattern finds what somebody thought of.  This adds up what every character, word and pair of
them speaks for or against, with weights that were learnt from written complaints; no single one
means danger, and a text that names none may still be about little else.  It can only raise.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence, Sized
from functools import lru_cache
from itertools import repeat
from math import sqrt
from operator import add, attrgetter
from typing import NamedTuple

from chalicelib.judging.concepts import Span

HAN = "\u4e00-\u9fff"
RUNS = re.compile(f"[{HAN}]+|[a-z]+|[0-9]+")
NUMBER = "0"
ENDINGS = ("ing", "edly", "ed", "es", "s", "ly")
LEAST_STEM = 3
# Longer texts than most that it was learnt from are read a piece at a time: what else is said
# takes nothing away.  Shorter pieces ring on more of what is harmless (ADR 0048).
PIECE = 800
# Of a text longer than this the two ends are read: what it costs is bounded.
READ = 4_800
# A text of a few words says little, whatever they are: it is weighed as if it had as many more
# that weigh nothing.
FEW = 10
MARKS = 3  # how many of the words that spoke loudest explain it
UNHEARD = -100  # of a text without a letter: as sure as can be that nothing is said


class Weighed(NamedTuple):
    """A piece of a text, with its place, what it was weighed by, and what each of them weighs."""

    likeness: int
    start: int
    piece: str
    grams: Collection[str]
    weights: Sequence[int]


NOTHING = Weighed(UNHEARD, 0, "", (), ())


class Likeness:
    """Weights in hundredths; 100 is what a plain danger comes to, and -100 what is plainly none."""

    def __init__(self, weights: Mapping[str, int], bias: int) -> None:
        self._weights = weights
        self._bias = bias

    def of(self, text: str) -> int:
        """The likeness of a folded text: that of the piece that is most like danger."""
        return self.weigh(text).likeness

    def weigh(self, text: str) -> Weighed:
        """The piece of a folded text that is most like danger; of equals the first."""
        weighed = (self._weighed(start, piece) for start, piece in pieces(text))
        return max(weighed, key=attrgetter("likeness"), default=NOTHING)

    def spans(self, weighed: Weighed) -> list[Span]:
        """Where the words stand that spoke loudest for danger, in the piece that was most like.

        A single Chinese character may weigh much, and explains nothing.
        """
        speaking = [
            (-weight, gram)
            for weight, gram in zip(weighed.weights, weighed.grams, strict=True)
            if weight > 0 and len(gram) > 1
        ]
        loudest = {gram for _, gram in sorted(speaking)[:MARKS]}
        start = weighed.start
        return sorted((start + a, start + b) for a, b in _places(weighed.piece, loudest))

    def _weighed(self, start: int, piece: str) -> Weighed:
        found = gram_set(piece)
        weights = list(map(self._weights.get, found, repeat(0)))
        likeness = self._bias + round(sum(weights) / length(found))
        return Weighed(likeness, start, piece, found, weights)


def length(found: Sized) -> float:
    """What the weights of a text are divided by, so that long stories are no more like a danger."""
    return sqrt(len(found) + FEW)


def pieces(text: str) -> Iterator[tuple[int, str]]:
    """Pieces of a text with their places, each half over the one before it."""
    if len(text) <= PIECE:
        if RUNS.search(text):
            yield 0, text
        return
    for first, part in _ends(text):
        for at in range(0, max(len(part) - PIECE // 2, 1), PIECE // 2):
            if RUNS.search(part, at, at + PIECE):
                yield first + at, part[at : at + PIECE]


def _ends(text: str) -> Iterator[tuple[int, str]]:
    if len(text) <= READ:
        yield 0, text
    else:
        yield 0, text[: READ // 2]
        yield len(text) - READ // 2, text[-READ // 2 :]


def gram_set(text: str) -> set[str]:
    """What a folded text is weighed by: Chinese characters, stems of words, and pairs of them."""
    found: set[str] = set()
    before = ""
    for run in RUNS.findall(text):
        if run[0] > "z":
            found.update(run)
            found.update(map(add, run, run[1:]))
            before = ""
            continue
        word = stem(run)
        found.add(word)
        if before:
            found.add(f"{before} {word}")
        before = word
    return found


def _places(text: str, wanted: set[str]) -> Iterator[Span]:
    """Where each of these grams comes first."""
    words = {gram for gram in wanted if gram[0] <= "z"}
    for pair in wanted - words:
        at = text.index(pair)
        yield at, at + len(pair)
    for gram, span in grams(text) if words else ():
        if gram in words:
            words.remove(gram)
            yield span
            if not words:
                return


def grams(text: str) -> Iterator[tuple[str, Span]]:
    """The same with their places, as often as each comes."""
    before = ("", 0)
    for run in RUNS.finditer(text):
        start, end = run.span()
        if run[0][0] > "z":
            for at in range(start, end):
                yield text[at], (at, at + 1)
                if at + 1 < end:
                    yield text[at : at + 2], (at, at + 2)
            before = ("", 0)
            continue
        word = stem(run[0])
        yield word, (start, end)
        if before[0]:
            yield f"{before[0]} {word}", (before[1], end)
        before = (word, start)


@lru_cache(maxsize=16_384)
def stem(word: str) -> str:
    """A word without its ending, so that its forms are weighed together; any number is one."""
    if word[0] <= "9":
        return NUMBER
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= LEAST_STEM:
            return word[: -len(ending)]
    return word
