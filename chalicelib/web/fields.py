"""How each field of a complaint is read: what cannot be read is demoted, never refused.

Each reader is a pydantic validator that runs before the type is checked; its context is ``Notes``.
"""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, ValidationInfo

from chalicelib.terms import Direction, Kind, Speaker
from chalicelib.web.answers import answer, gravest, is_unknown
from chalicelib.web.notes import Notes, Repeated, compact, strings
from chalicelib.web.times import read_time

LINE_MAX = 300
ATTRIBUTES_MAX = 100
LARGEST = 2**53 - 1

_PLACE = {
    **dict.fromkeys(("name", "phone", "email", "relation", "safe_channel"), "reporter."),
    **dict.fromkeys(("kind_", "id"), "subject."),
}
# Brand, region, site and channel are kept in clear: a code that holds no person's name in Chinese,
# no sentence, and too few digits for anybody's number.
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,31}")
_CODE_DIGITS = 4
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})([-_][A-Za-z0-9]{2,8}){0,3}")


def _notes(info: ValidationInfo) -> Notes:
    notes = info.context
    if not isinstance(notes, Notes):
        raise TypeError("a reading needs its notes")
    return notes


def _name(info: ValidationInfo) -> str:
    name = info.field_name or ""
    return f"{_PLACE.get(name, '')}{name.removesuffix('_')}"


def _single(value: Any, info: ValidationInfo) -> Any:
    """The one value that counts; where several were given, the rest are kept as received."""
    if isinstance(value, Repeated):
        _notes(info).demote(_name(info), "duplicate_key", value)
        return next((one for one in value if one not in (None, "")), None)
    return value


def read_text(value: Any, info: ValidationInfo) -> str:
    """All the words that were sent as the text, whatever shape they came in."""
    notes = _notes(info)
    if isinstance(value, Repeated):
        notes.problem("text", "duplicate_key")
        return "\n".join(read_text(one, info) for one in value)
    if isinstance(value, str):
        if "\0" in value:
            notes.problem("text", "control_characters")
        return value
    if value is None:
        return ""
    notes.demote("text", "wrong_type", value)
    return "\n".join(strings(value)) or (compact(value) if value not in ({}, []) else "")


def read_line(value: Any, info: ValidationInfo) -> str:
    """A short text; one that is too long, or no text at all, is judged with the text instead."""
    value = _single(value, info)
    notes, name = _notes(info), _name(info)
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, list) and len(value) == 1:
        notes.problem(name, "wrong_type")
        value = value[0]
    if not isinstance(value, str):
        notes.demote(name, "wrong_type", value)
        notes.hear(value)
        return ""
    if len(value) > LINE_MAX:
        notes.demote(name, "too_long", value)
        notes.hear(value)
        return ""
    return value.strip()


def read_code(value: Any, info: ValidationInfo) -> str:
    """A code that is fit to be kept in clear; anything else goes to the vault, and is heard."""
    line = read_line(value, info)
    if not line or (_CODE.fullmatch(line) and sum(map(str.isdigit, line)) <= _CODE_DIGITS):
        return line
    _notes(info).demote(_name(info), "not_a_plain_name", value)
    return ""


def read_language(value: Any, info: ValidationInfo) -> str:
    """A language tag such as zh-CN; anything else is left to the judge's own guess."""
    line = read_line(value, info).replace("_", "-")
    if not line or _LANGUAGE.fullmatch(line):
        return line
    _notes(info).demote(_name(info), "unknown_language", value)
    return ""


def read_answer(value: Any, info: ValidationInfo) -> bool | None:
    """A triage answer in English or Chinese; None is *not asked* or *not known*.

    Words that are neither yes nor no are judged with the text: they may say what is wrong.
    """
    notes, name = _notes(info), _name(info)
    if isinstance(value, Repeated):
        notes.demote(name, "duplicate_key", value)
        return gravest([answer(one) for one in value], grave=name == "danger_now")
    found = answer(value)
    if found is None and not is_unknown(value):
        notes.demote(name, "unclear_answer", value)
        notes.hear(value if strings(value) else compact(value))
    return found


def read_claimed(value: Any, info: ValidationInfo) -> int | None:
    """A claimed time in ms UTC; one that cannot be believed is kept as received."""
    value = _single(value, info)
    if value in (None, ""):
        return None
    reading = read_time(value)
    notes, name = _notes(info), _name(info)
    if reading.ms is None:
        notes.demote(name, reading.fault, value)
        notes.hear(value if isinstance(value, list | dict) else None)
    elif reading.fault:
        notes.demote(name, reading.fault, value)
    return reading.ms


def read_attributes(value: Any, info: ValidationInfo) -> dict[str, Any]:
    """Flat facts; what is nested or more than a hundred is kept as received, and heard."""
    notes = _notes(info)
    facts: dict[str, Any] = {}
    over: dict[str, Any] = {}
    for key, one in as_mapping(value, info, "").items():
        flat = _fact(one)
        target = facts if flat is not None and len(facts) < ATTRIBUTES_MAX else over
        target[key] = flat if target is facts else one
    over = {key: one for key, one in over.items() if one is not None}
    if over:
        notes.demote("attributes", "not_flat", over)
        notes.hear(over)
    return facts


def _fact(value: Any) -> bool | int | float | str | None:
    if isinstance(value, str):
        words = {"true": True, "false": False}
        return words.get(value.strip().lower(), value) if len(value) <= LINE_MAX else None
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value if abs(value) <= LARGEST else str(value)
    return None


def as_mapping(value: Any, info: ValidationInfo, only: str) -> dict[str, Any]:
    """An object's fields; a bare value stands for its field ``only`` where there is one."""
    notes, name = _notes(info), info.field_name or ""
    if isinstance(value, dict):
        return value
    if value in (None, "", []):
        return {}
    if isinstance(value, list):
        notes.demote(name, "duplicate_key" if isinstance(value, Repeated) else "wrong_type", value)
        notes.hear(value)
        first = next((one for one in value if isinstance(one, dict | str)), None)
        return as_mapping(first, info, only)
    notes.demote(name, "wrong_type", value)
    if only and isinstance(value, str | int | float) and not isinstance(value, bool):
        return {only: value}
    notes.hear(value)
    return {}


def read_reporter(value: Any, info: ValidationInfo) -> dict[str, Any]:
    """Who complained; a bare value is taken for a name."""
    return as_mapping(value, info, "name")


def read_subject(value: Any, info: ValidationInfo) -> dict[str, Any]:
    """Whom or what it is about; a bare value is taken for its id."""
    return as_mapping(value, info, "id")


def read_direction(value: Any, info: ValidationInfo) -> Direction:
    """An unreadable direction counts as inbound: then it is judged."""
    return _choice(Direction, Direction.INBOUND, value, info)


def read_speaker(value: Any, info: ValidationInfo) -> Speaker:
    """An unreadable speaker counts as the reporter: then it is judged as theirs."""
    return _choice(Speaker, Speaker.REPORTER, value, info)


def read_kind(value: Any, info: ValidationInfo) -> Kind:
    """An unreadable kind counts as a note."""
    return _choice(Kind, Kind.NOTE, value, info)


def _choice[C: (Direction, Speaker, Kind)](
    choices: type[C], otherwise: C, value: Any, info: ValidationInfo
) -> C:
    line = read_line(value, info).casefold().replace(" ", "_").replace("-", "_")
    if not line:
        return otherwise
    try:
        return choices(line)
    except ValueError:
        _notes(info).demote(_name(info), "unknown_value", value)
        return otherwise


Text = Annotated[str, BeforeValidator(read_text)]
Line = Annotated[str, BeforeValidator(read_line)]
Code = Annotated[str, BeforeValidator(read_code)]
Language = Annotated[str, BeforeValidator(read_language)]
Answer = Annotated[bool | None, BeforeValidator(read_answer)]
Claimed = Annotated[int | None, BeforeValidator(read_claimed)]
Attributes = Annotated[dict[str, Any], BeforeValidator(read_attributes)]
