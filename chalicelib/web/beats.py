"""A heartbeat's body, read leniently: what cannot be read is named, and the beat counts."""

from collections.abc import Mapping
from typing import Any

from chalicelib.services.complaint import Problem
from chalicelib.services.heartbeats import COUNTS
from chalicelib.services.pulse import Beat
from chalicelib.web.body import read
from chalicelib.web.times import read_time

KNOWN = frozenset({"seq", "window_start", *COUNTS})
_SEQ_MOST = 2**53 - 1
_COUNT_MOST = 1_000_000
_DIGITS_MOST = 16


def beat(raw: bytes, content_type: str) -> Beat:
    """The beat; an empty body is one too, for its sender is alive."""
    body = read(raw, content_type, KNOWN)
    # A body that is no JSON and no form is read as one text, which says nothing here.
    fields = {name: value for name, value in body.fields.items() if name != "text"}
    problems = list(body.notes.problems)
    if set(body.fields) - KNOWN:
        problems.append(Problem("body", "unknown_fields"))
    numbers = {name: _number(fields, name, _COUNT_MOST, problems) for name in COUNTS}
    seq = _number(fields, "seq", _SEQ_MOST, problems)
    if seq is None and "seq" not in fields:
        problems.append(Problem("seq", "missing"))
    return Beat(
        seq=seq,
        window=_window(fields, problems),
        counts={name: number for name, number in numbers.items() if number is not None},
        problems=tuple(problems),
    )


def _number(fields: Mapping[str, Any], name: str, most: int, problems: list[Problem]) -> int | None:
    """A whole number from 0 to ``most``, written as one or in digits."""
    given = fields.get(name)
    if given is None:
        return None
    number: object = given
    if isinstance(given, str):
        digits = given.strip()
        plain = digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS_MOST
        number = int(digits) if plain else None
    if type(number) is int and 0 <= number <= most:
        return number
    problems.append(Problem(name, "wrong_type"))
    return None


def _window(fields: Mapping[str, Any], problems: list[Problem]) -> int | None:
    given = fields.get("window_start")
    if given is None:
        return None
    reading = read_time(given)
    if reading.fault:
        problems.append(Problem("window_start", reading.fault))
    return reading.ms
