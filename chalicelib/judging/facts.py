"""The facts that policies may ask about: all that is judged, and all that is recorded.

A fact never holds the complaint's words. A value that is not a plain word, a whole number or a
truth becomes ``other``, so that a name or a phone number put into the wrong field goes no further.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import cast

from chalicelib.judging.statement import Statement

KINDS = {
    "attributes": "map of dyn",
    "blank": "bool",
    "can_be_reached": "string",
    "channel": "string",
    "concepts": "list of string",
    "counts": "map of int",
    "danger_now": "string",
    "direction": "string",
    "kind": "string",
    "language": "string",
    "length": "int",
    "patterns": "list of string",
    "speaker": "string",
    "subject_kind": "string",
    "third_party": "bool",
}
SELF = frozenset({"", "self", "myself", "me", "own", "subject", "本人", "自己", "我", "乘客本人"})
PLAIN_WORD = re.compile(r"[a-z][a-z_.-]{0,31}")
OTHER = "other"
LARGEST = 2**53 - 1


def facts_of(
    statement: Statement,
    *,
    counts: Mapping[str, int],
    patterns: Sequence[str],
    language: str,
    blank: bool,
    attributes: Collection[str],
) -> dict[str, object]:
    """The facts of a statement, fit for canonical JSON; only the named attributes are included."""
    return {
        "attributes": _attributes(statement.attributes, attributes),
        "blank": blank,
        "can_be_reached": _answer(statement.can_be_reached),
        "channel": _word(statement.channel),
        "concepts": sorted(counts),
        "counts": {concept: counts[concept] for concept in sorted(counts)},
        "danger_now": _answer(statement.danger_now),
        "direction": _word(statement.direction),
        "kind": _word(statement.kind),
        "language": language,
        "length": len(statement.text),
        "patterns": sorted(patterns),
        "speaker": _word(statement.speaker),
        "subject_kind": _word(statement.subject_kind or ""),
        "third_party": (statement.relation or "").strip().casefold() not in SELF,
    }


def _answer(answer: bool | None) -> str:  # noqa: FBT001  # the answer itself, not a switch
    return "" if answer is None else ("yes" if answer else "no")


def _word(value: str) -> str:
    word = value.strip().casefold()
    return word if not word or PLAIN_WORD.fullmatch(word) else OTHER


def _attributes(received: Mapping[str, object], names: Collection[str]) -> dict[str, object]:
    return {name: _plain(received[name]) for name in sorted(names) if name in received}


def _plain(value: object) -> bool | int | str:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float) and abs(value) <= LARGEST:
        return round(cast("float", value))
    return _word(value) if isinstance(value, str) else OTHER
