"""Words outside of the text: a cry for help in the wrong field is still one.

What stands in a place of no meaning joins the text.  What stands in a field of its own is only
heard: judged after the text, and stored where it is.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.web.answers import answer, is_unknown
from chalicelib.web.notes import Notes

HEARD_MAX = 20_000

# Two letters of a script without spaces, or two words: an id, a plate and a number are neither.
_UNSPACED = re.compile(r"[^\W\d_a-zA-Z]{2}")
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['\u2019.,;:!?-])*")
_SOME_LETTER = re.compile(r"[^\W\d_]")
# Fields that are read as one of our own words, by the name under which their faults are told.
_OURS = {name: name for name in ("danger_now", "can_be_reached", "claimed_at", "language")}
_OURS |= dict.fromkeys(("occurred_at", "claimed_ms"), "claimed_at")
_OURS |= {name: name for name in ("direction", "speaker", "kind")}
# Such a body is one text as a whole, so that everything in it is judged already.
_WHOLE = frozenset({"not_json", "too_deep"})


def all_words(text: str, notes: Notes) -> str:
    """The text, then every word that was sent in a place where nobody would look for it.

    Ids alone add nothing: a complaint without a word must be known for one.
    """
    loose = [words for words in dict.fromkeys(notes.loose) if words != text]
    if not loose or not (text.strip() or any(map(_is_word, loose))):
        return text
    notes.problem("text", "joined_from_other_fields")
    return "\n".join([text, *loose] if text.strip() else loose)


def _is_word(words: str) -> bool:
    """Not an id: speaks, or is one word without a digit in it."""
    return speaks(words) or (bool(_SOME_LETTER.search(words)) and not any(map(str.isdigit, words)))


def heard(fields: Mapping[str, Any], text: str, notes: Notes) -> str:
    """The words of all other fields, a line each, at most ``HEARD_MAX`` characters."""
    if _WHOLE & {problem.code for problem in notes.problems}:
        return ""
    faulty = {problem.field for problem in notes.problems if problem.code != "zone_assumed"}
    others = {
        name: value
        for name, value in fields.items()
        if name != "text" and (name not in _OURS or _OURS[name] in faulty)
    }
    judged = {text.strip(), *(words.strip() for words in notes.loose)}
    lines = [words for words in _strings(others) if words not in judged and speaks(words)]
    return "\n".join(dict.fromkeys(lines))[:HEARD_MAX]


def speaks(words: str) -> bool:
    """Whether there are words in it, rather than an id, a number, or a yes or no."""
    if answer(words) is not None or is_unknown(words):
        return False
    if _UNSPACED.search(words):
        return True
    parts = words.split()
    return len(parts) > 1 and sum(bool(_WORD.fullmatch(part)) for part in parts) > 1


def _strings(value: Any) -> Iterator[str]:
    """Every string inside, keys as well: some senders put what happened into a name."""
    if isinstance(value, str):
        yield value.strip()
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield key.strip()
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
