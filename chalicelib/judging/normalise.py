"""Fold a text to the one form in which terms and masks are written.

Lower case, half width, simplified characters, no accents, no apostrophes, no invisible
characters, a single space for any run of blanks or dashes, and a line break where that run had
one. Then what was written apart or drawn out is put together: ``救 命``, ``h.e.l.p``, ``heeelp``.
A map leads every folded character back to the character received.
"""

import re
import unicodedata
from array import array
from collections.abc import Iterable, Sequence
from itertools import chain, compress, count, repeat

from chalicelib.judging.english import ENGLISH
from chalicelib.judging.simplified import SIMPLIFIED, TRADITIONAL

APOSTROPHES = frozenset("'’‘ʼ`´′＇‛")
LINE_BREAKS = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
INVISIBLE = frozenset({"Cc", "Cf", "Mn", "Me"})
FOLDS_KEPT = 50_000  # bounds the memory that a hostile text can make us keep
SIMPLE = dict(zip(TRADITIONAL, SIMPLIFIED, strict=True))

HAN = "\u3400-\u9fff"
BETWEEN = r"[ .*\u00b7|/~]"
# Single characters with one sign between each two: words do not look like this, evasion does.
SPACED_HAN = re.compile(f"(?<![{HAN}])[{HAN}](?:{BETWEEN}[{HAN}]){{1,30}}(?![{HAN}])")
SPACED_LATIN = re.compile(r"(?<![a-z\d.])[a-z](?:[ .*\u00b7|/~][a-z]){2,30}(?![a-z\d])")
THRICE = re.compile(r"(.)\1\1")  # three times faster than the next, and in all that it finds
DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
BLANKS = re.compile("[ \n]{2,}")
TWO_BLANKS = re.compile("[ \n][ \n]")
LONGEST_WORD = 20


class Normalised:
    """A folded text, and the way back to the text as received.

    The way back is worked out when it is first asked for: most complaints need none.
    """

    __slots__ = ("_each", "_sources", "received", "text")

    def __init__(
        self,
        text: str,
        received: str,
        each: Sequence[str] = (),
        sources: Sequence[int] | None = None,
    ) -> None:
        """``each`` are the folds of the characters received; not needed beside ``sources``."""
        self.text = text
        self.received = received
        self._each = each
        self._sources = sources

    @property
    def sources(self) -> Sequence[int]:
        """At ``i``, the index in the received text of folded character ``i``."""
        if self._sources is None:
            self._sources = _sources(self._each)
        return self._sources

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the folded span ``start:end`` (not empty) stands in the text as received."""
        sources = self.sources
        return sources[start], sources[end - 1] + 1


def normalise(text: str) -> Normalised:
    """Fold ``text`` in time linear in its length; any string at all is survived."""
    each = list(map(FOLDS.__getitem__, text))
    folded = "".join(each)
    # The only white space left is the space and the line break.
    if TWO_BLANKS.search(folded):
        folded = BLANKS.sub(_blank, folded)
    written = Normalised(folded.strip(" \n"), text, each)
    return _together(written) if _is_apart(written.text) else written


def _blank(run: re.Match[str]) -> str:
    return "\n" if "\n" in run[0] else " "


def _is_apart(folded: str) -> bool:
    """Whether something may be written apart or drawn out; most texts are seen to have neither."""
    if any(shape.search(folded) for shape in (SPACED_HAN, SPACED_LATIN)):
        return True
    return THRICE.search(folded) is not None and DRAWN_OUT.search(folded) is not None


def _sources(each: Sequence[str]) -> Sequence[int]:
    """Where each character came from, by the folds of those received."""
    folded = "".join(each)
    if TWO_BLANKS.search(folded):
        return _retraced(each)
    first = len(folded) - len(folded.lstrip(" \n"))
    last = len(folded.rstrip(" \n"))
    if len(folded) == len(each) and all(each):
        return range(first, last)  # one for one, as most are
    places = chain.from_iterable(map(repeat, count(), map(len, each)))
    return array("L", places)[first:last]


def _retraced(each: Iterable[str]) -> Sequence[int]:
    """The same where runs of blanks became one: it stands where its run began."""
    sources: array[int] = array("L")
    blank_at: int | None = None  # the pending run: kept only when something follows it
    for index, folded in enumerate(each):
        if folded == " " or folded == "\n":  # noqa: PLR1714  # the hot loop: no tuple search
            if blank_at is None:
                blank_at = index
        elif folded:
            if blank_at is not None and sources:
                sources.append(blank_at)
            blank_at = None
            sources.extend([index] * len(folded))
    return sources


def _together(folded: Normalised) -> Normalised:
    """Without the signs between spaced characters, and without drawn-out letters."""
    spaced = [
        at
        for shape in (SPACED_HAN, SPACED_LATIN)
        for found in shape.finditer(folded.text)
        for at in range(found.start() + 1, found.end(), 2)
    ]
    folded = _without(folded, spaced)
    return _without(folded, (at for run in DRAWN_OUT.finditer(folded.text) for at in _extra(run)))


def _extra(run: re.Match[str]) -> range:
    """The letters of a run that go: all but one, or but two where an English word needs them."""
    text, (start, end) = run.string, run.span()
    kept = 1
    if run[1].isascii():
        left, right = start, end
        while left and start - left < LONGEST_WORD and text[left - 1].isalpha():
            left -= 1
        while right < len(text) and right - end < LONGEST_WORD and text[right].isalpha():
            right += 1
        kept = 2 if text[left:start] + run[1] * 2 + text[end:right] in ENGLISH else 1
    return range(start + kept, end)


def _without(folded: Normalised, places: Iterable[int]) -> Normalised:
    stays = bytearray(b"\1") * len(folded.text)
    for place in places:
        stays[place] = 0
    if all(stays):
        return folded
    kept = "".join(compress(folded.text, stays))
    return Normalised(kept, folded.received, sources=array("L", compress(folded.sources, stays)))


class _Folds(dict[str, str]):
    """The fold of each character, worked out when it is first met."""

    def __missing__(self, char: str) -> str:
        folded = fold(char)
        if len(self) < FOLDS_KEPT:
            self[char] = folded
        return folded


def fold(char: str) -> str:
    """The folded form of one character: empty when dropped, a space or a line break if blank."""
    if char in APOSTROPHES:
        return ""
    if char in LINE_BREAKS:
        return "\n"
    if char == "_" or char.isspace() or unicodedata.category(char) == "Pd":
        return " "
    if char in SIMPLE:
        return SIMPLE[char]
    if unicodedata.category(char) == "Cs":
        return "\ufffd"  # half a pair cannot be encoded; the native matchers refuse it
    parts = unicodedata.normalize("NFKD", char).casefold()
    kept = "".join(part for part in parts if unicodedata.category(part) not in INVISIBLE)
    return " " if kept.isspace() else kept.replace(" ", "")


FOLDS = _Folds()
