"""Fold a text to the one form in which terms and masks are written.

Lower case, half width, no accents, no apostrophes, no invisible characters, a single space for
any run of blanks or dashes, and a line break where that run had one. A map leads every folded
character back to the character received.
"""

import unicodedata
from array import array
from dataclasses import dataclass

APOSTROPHES = frozenset("'’‘ʼ`´′＇‛")
LINE_BREAKS = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
INVISIBLE = frozenset({"Cc", "Cf", "Mn", "Me"})
FOLDS_KEPT = 50_000  # bounds the memory that a hostile text can make us keep


@dataclass(frozen=True, slots=True)
class Normalised:
    """A folded text; ``sources[i]`` is the index in the received text of folded character i."""

    text: str
    sources: array[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the folded span ``start:end`` (not empty) stands in the text as received."""
        return self.sources[start], self.sources[end - 1] + 1


def normalise(text: str) -> Normalised:
    """Fold ``text`` in time linear in its length; any string at all is survived."""
    pieces: list[str] = []
    sources: array[int] = array("L")
    blank = ""  # the pending run of blanks: written only when something follows it
    blank_at = 0
    for index, char in enumerate(text):
        folded = FOLDS[char]
        if folded == " " or folded == "\n":  # noqa: PLR1714  # the hot loop: no tuple search
            if not blank:
                blank_at = index
            if blank != "\n":
                blank = folded
        elif folded:
            if blank and pieces:
                pieces.append(blank)
                sources.append(blank_at)
            blank = ""
            pieces.append(folded)
            sources.append(index)
            if len(folded) > 1:
                sources.extend([index] * (len(folded) - 1))
    return Normalised("".join(pieces), sources)


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
    if unicodedata.category(char) == "Cs":
        return "\ufffd"  # half a pair cannot be encoded; the native matchers refuse it
    parts = unicodedata.normalize("NFKD", char).casefold()
    kept = "".join(part for part in parts if unicodedata.category(part) not in INVISIBLE)
    return " " if kept.isspace() else kept.replace(" ", "")


FOLDS = _Folds()
