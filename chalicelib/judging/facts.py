"""The facts that policies may ask about: all that is judged, and all that is recorded.

A fact never holds the complaint's words. A value that is not a plain word, a whole number or a
truth becomes ``other``, so that a name or a phone number put into the wrong field goes no further.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import cast

from chalicelib.judging.language import Script
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
    "labelled_low": "bool",
    "language": "string",
    "letters": "bool",
    "length": "int",
    "likeness": "int",
    "patterns": "list of string",
    "repeats": "int",
    "speaker": "string",
    "subject_kind": "string",
    "third_party": "bool",
    "transcript_confidence": "int",
}
# How desks name a matter that can wait, in the fields in which they do.
LABELS = ("category", "priority", "severity", "tier", "level", "类别", "优先级", "等级")
LOW = frozenset(
    {"low", "lowest", "minor", "normal", "ordinary", "general", "routine", "s4", "p4", "p5"}
    | {"inquiry", "enquiry", "question", "consultation", "suggestion", "feedback", "praise"}
    | {"低", "一般", "普通", "常规", "咨询", "建议", "表扬", "不紧急", "四级"}
)
CONFIDENCES = ("transcript_confidence", "asr_confidence", "confidence")
UNKNOWN_CONFIDENCE = -1
SELF = frozenset({"", "self", "myself", "me", "own", "subject", "本人", "自己", "我", "乘客本人"})
PLAIN_WORD = re.compile(r"[a-z][a-z_.-]{0,31}")
NUMBER = re.compile(r"\d{1,6}(?:\.\d{1,6})?")
TRUTHS = {"true": True, "false": False}
OTHER = "other"
LARGEST = 2**53 - 1


def facts_of(
    statement: Statement,
    *,
    counts: Mapping[str, int],
    patterns: Sequence[str],
    script: Script,
    likeness: int,
    attributes: Collection[str],
) -> dict[str, object]:
    """The facts of a statement, fit for canonical JSON; only the named attributes are included."""
    return {
        "attributes": _attributes(statement.attributes, attributes),
        "blank": script.blank,
        "can_be_reached": _answer(statement.can_be_reached),
        "channel": _word(statement.channel),
        "concepts": sorted(counts),
        "counts": {concept: counts[concept] for concept in sorted(counts)},
        "danger_now": _answer(statement.danger_now),
        "direction": _word(statement.direction),
        "kind": _word(statement.kind),
        "labelled_low": any(_is_low(statement.attributes.get(name)) for name in LABELS),
        "language": script.language,
        "letters": script.letters,
        "length": len(statement.text),
        "likeness": likeness,
        "patterns": sorted(patterns),
        "repeats": statement.repeats,
        "speaker": _word(statement.speaker),
        "subject_kind": _word(statement.subject_kind or ""),
        "third_party": (statement.relation or "").strip().casefold() not in SELF,
        "transcript_confidence": _confidence(statement.attributes),
    }


def _answer(answer: bool | None) -> str:  # noqa: FBT001  # the answer itself, not a switch
    return "" if answer is None else ("yes" if answer else "no")


def _word(value: str) -> str:
    word = value.strip().casefold()
    return word if not word or PLAIN_WORD.fullmatch(word) else OTHER


def _is_low(label: object) -> bool:
    return isinstance(label, str) and label.strip().casefold() in LOW


def _confidence(received: Mapping[str, object]) -> int:
    """How sure a transcript is of its words, in percent; -1 when nobody said."""
    for name in CONFIDENCES:
        value = received.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 100:  # noqa: PLR2004  # percent
            return round(value * 100) if value <= 1 else round(value)
    return UNKNOWN_CONFIDENCE


def _attributes(received: Mapping[str, object], names: Collection[str]) -> dict[str, object]:
    return {name: _plain(received[name]) for name in sorted(names) if name in received}


def _plain(value: object) -> bool | int | str:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):  # forms and telephone systems send everything as text
        said = value.strip().casefold()
        if said in TRUTHS:
            return TRUTHS[said]
        if NUMBER.fullmatch(said):
            return round(float(said))
    if isinstance(value, int | float) and abs(value) <= LARGEST:
        return round(cast("float", value))
    return _word(value) if isinstance(value, str) else OTHER
