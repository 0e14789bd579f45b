"""Guess whether a text can be read by the policies: Chinese, English, or neither.

Simple and deterministic. A doubt is answered with ``unknown``, which may only raise a tier.
"""

import re
from typing import NamedTuple

from chalicelib.judging.english import ENGLISH

UNKNOWN = "unknown"
HAN = re.compile("[\u3400-\u9fff]+")
LETTERS = re.compile(r"[^\W\d_]+")
LATIN_WORDS = re.compile("[a-z]+")
# Handles, tags, links, blanked names, and emoji that were read in the wrong encoding, are in no
# language.
NAMES = re.compile(r"[@#]\w+|https?:\S+|<[a-z]+>|(?:ðy\S{0,2})+|a€\S?")
READABLE = frozenset({"zh", "cmn", "chinese", "中文", "en", "eng", "english"})
ENGLISH_SHARE = 3  # one word in three must be a common English one


class Script(NamedTuple):
    """In what a text is written: its language as guessed, whether it is empty, has any letter."""

    language: str
    blank: bool = False
    letters: bool = True


def guess(text: str, claim: str | None = None) -> str:
    """``zh``, ``en`` or ``unknown`` for a folded text.

    The sender's claim counts only when it names another language: it may raise, never lower.
    """
    if claim and not _readable(claim):
        return UNKNOWN
    text = NAMES.sub("", text)
    words = LATIN_WORDS.findall(text)
    letters = sum(map(len, LETTERS.findall(text)))
    han = sum(map(len, HAN.findall(text)))
    other = letters - han - sum(map(len, words))
    if other * 3 > letters:
        return UNKNOWN
    if han and han >= len(words):
        return "zh"
    common = sum(word in ENGLISH for word in words)
    return "en" if words and common * ENGLISH_SHARE >= len(words) else UNKNOWN


def has_letters(text: str) -> bool:
    """Whether a folded text holds a letter of any script, outside names and damaged emoji."""
    return LETTERS.search(NAMES.sub("", text)) is not None


def _readable(claim: str) -> bool:
    primary = claim.strip().casefold().replace("_", "-").split("-", 1)[0]
    return primary in READABLE
