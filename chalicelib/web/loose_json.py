"""JSON from strangers: bounded, nothing doubled is dropped, and no number is changed by reading it.

``parse`` gives plain types, ``Repeated`` where a key came more than once, and raises only
``NotJsonError``.  Depth is counted before the parser starts, so that no recursion runs out.
"""

import json
import re
from collections.abc import Iterable
from typing import Any

from chalicelib.web.notes import Repeated

DEPTH_MAX = 40
# Beyond this a number is kept as it was written: order numbers are longer than a float is exact.
DIGITS_MAX = 15

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[\[{]|[\]}]', re.DOTALL)
_ESCAPE = re.compile(r'\\(?:u([0-9a-fA-F]{4})|([nrtbf"\\/]))')
_SHORT = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
_ANSWER = re.compile(
    r'"(order|danger_now|can_be_reached|channel|language|claimed_at)"\s*:\s*'
    r'("(?:[^"\\]|\\.){0,200}"|true|false|null|-?[0-9]{1,19})'
)


class NotJsonError(ValueError):
    """``code`` is not_json or too_deep."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def parse(text: str) -> Any:
    """The value; raises NotJsonError."""
    if depth(text) > DEPTH_MAX:
        raise NotJsonError("too_deep")
    try:
        return json.loads(
            text,
            object_pairs_hook=gathered,
            parse_int=_int,
            parse_float=_float,
            parse_constant=str,
        )
    except (ValueError, RecursionError):
        raise NotJsonError("not_json") from None


def depth(text: str) -> int:
    """How deep the brackets outside of strings go; stops counting beyond the limit."""
    if text.count("[") + text.count("{") <= DEPTH_MAX:
        return 0
    level = deepest = 0
    for token in _TOKEN.finditer(text):
        if token[0] in "[{":
            level += 1
            deepest = max(deepest, level)
        elif token[0] in "]}":
            level -= 1
        if deepest > DEPTH_MAX:
            break
    return deepest


def gathered(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """A mapping in which a key that came again with another value holds them all."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key not in found:
            found[key] = value
            continue
        values = found[key] if isinstance(found[key], Repeated) else Repeated([found[key]])
        if value != values[-1]:
            values.append(value)
            found[key] = values
    return found


def _int(digits: str) -> int | str:
    return int(digits) if len(digits) <= DIGITS_MAX else digits


def _float(digits: str) -> float | str:
    number = float(digits)
    return number if repr(number) == digits else digits


def salvage(text: str) -> dict[str, Any]:
    """Answers that can still be made out in JSON that is cut short or malformed."""
    return gathered((m[1], _value(m[2])) for m in _ANSWER.finditer(text))


def _value(literal: str) -> Any:
    try:
        return json.loads(literal, parse_int=_int)
    except ValueError:
        return None


def unescaped(text: str) -> str:
    r"""The text with JSON's escapes resolved, so that ``\u6551\u547d`` can be judged as words."""
    return clean_text(_ESCAPE.sub(_resolve, text)) if "\\" in text else text


def _resolve(match: re.Match[str]) -> str:
    return chr(int(match[1], 16)) if match[1] else _SHORT.get(match[2], match[2])


def clean_text(text: str) -> str:
    """The text with halves of surrogate pairs joined, and lone ones replaced by U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
