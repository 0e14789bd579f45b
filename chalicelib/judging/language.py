"""Guess whether a text can be read by the policies: Chinese, English, or neither.

Simple and deterministic. A doubt is answered with ``unknown``, which may only raise a tier.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from chalicelib.judging.english import ENGLISH

UNKNOWN = "unknown"
HAN = re.compile("[\u3400-\u9fff]+")
LATIN_WORDS = re.compile("[a-z]+")
OTHER_LETTERS = re.compile(r"[^\W\d_a-z\u3400-\u9fff]+")
# Handles, tags, links, blanked names, and emoji that were read in the wrong encoding, are in no
# language.
NAMES = re.compile(r"[@#]\w+|https?:\S+|<[a-z]+>|(?:ðy\S{0,2})+|a€\S?")
NAMES_BEGIN = ("@", "#", "<", "ð", "€", "http")  # one of these is in every name, and in few texts
READABLE = frozenset({"zh", "cmn", "chinese", "中文", "en", "eng", "english"})
ENGLISH_SHARE = 3  # one word in three must be a common English one


class Script(NamedTuple):
    """In what a text is written: its language as guessed, whether it is empty, has any letter."""

    language: str
    blank: bool = False
    letters: bool = True


def script_of(text: str, claim: str | None = None) -> Script:
    """How a folded text is written; its language is ``zh``, ``en`` or ``unknown``.

    Letters are counted outside names and damaged emoji. The sender's claim counts only when it
    names another language: it may raise, never lower.
    """
    said = NAMES.sub("", text) if any(sign in text for sign in NAMES_BEGIN) else text
    words = LATIN_WORDS.findall(said)
    latin, han, other = (
        sum(map(len, runs)) for runs in (words, HAN.findall(said), OTHER_LETTERS.findall(said))
    )
    letters = latin + han + other
    if (claim and not _readable(claim)) or other * 3 > letters:
        language = UNKNOWN
    elif han and han >= len(words):
        language = "zh"
    else:
        language = "en" if _is_english(words) else UNKNOWN
    return Script(language, blank=not text, letters=letters > 0)


def _is_english(words: Sequence[str]) -> bool:
    common = sum(map(ENGLISH.__contains__, words))
    return bool(words) and common * ENGLISH_SHARE >= len(words)


def _readable(claim: str) -> bool:
    primary = claim.strip().casefold().replace("_", "-").split("-", 1)[0]
    return primary in READABLE
