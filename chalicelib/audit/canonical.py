"""Canonical bytes: every value has exactly one encoding, so that a hash names a value.

The profile is that of RFC 8785 narrowed until any JSON library agrees on it: ASCII keys,
whole numbers of at most 53 bits, no floats, no lone surrogates, no deep nesting.
Strings are never normalised.
"""

from typing import Any, NoReturn

import orjson

MAX_INT = 2**53 - 1
MAX_DEPTH = 64

_PLAIN: frozenset[type] = frozenset({str, int, bool, type(None)})
_LISTS: frozenset[type] = frozenset({list, tuple})
_EMPTY: frozenset[type] = frozenset({dict, list, tuple})


class NotCanonicalError(ValueError):
    """A value or some bytes outside the profile; says where, and never quotes the value.

    Attributes:
        path: where in the value, such as ``$.events[0].text``.
        why: what is wrong there.
    """

    def __init__(self, why: str, path: str = "$") -> None:
        super().__init__(f"{path}: {why}")
        self.why = why
        self.path = path

    def below(self, step: str) -> "NotCanonicalError":
        """The same fault, seen from one level further out."""
        return NotCanonicalError(self.why, f"${step}{self.path[1:]}")


def encode(value: Any) -> bytes:
    """The one encoding of ``value`` (None, bool, int, str, list, tuple, dict).

    A tuple is written as a list. Subclasses, enums among them, are refused: what is hashed
    must not depend on how a library chooses to write them.

    Raises:
        NotCanonicalError: the value lies outside the profile.
    """
    try:
        encoded = orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER)
    except orjson.JSONEncodeError:  # a large number, a lone surrogate or a key that is no text
        _check(value, 0)
        raise
    # Where all that was written is ASCII, so are the keys.
    if not (encoded.isascii() and _is_plain(value)):
        _check(value, 0)  # says what and where
    return encoded


def decode(data: bytes) -> Any:
    """The value of canonical bytes.

    Raises:
        NotCanonicalError: not JSON, or not the one encoding of its value (a repeated key,
            a space, another order of keys).
    """
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        raise NotCanonicalError("is not JSON") from None
    if encode(value) != data:
        raise NotCanonicalError("is not the canonical encoding of its value")
    return value


def _is_plain(value: Any) -> bool:
    """Whether a value surely has only types and depth of the profile; quick, and says no more.

    Numbers, texts and the types of keys are left to ``orjson``, which refuses what we refuse.
    An empty list or dict is not looked into, so one level less than the profile's is sure.
    """
    if type(value) in _PLAIN:
        return True
    level = [value]
    for _ in range(MAX_DEPTH - 1):
        below: list[Any] = []
        for one in level:
            kind = type(one)
            if kind is dict:
                one = one.values()  # noqa: PLW2901
            elif kind not in _LISTS:
                return False
            for item in one:
                if type(item) not in _PLAIN and (item or type(item) not in _EMPTY):
                    below.append(item)  # noqa: PERF401  # twice as fast as a comprehension each
        if not below:
            return True
        level = below
    return False


def _check(value: Any, depth: int) -> None:
    """Raise on the first fault; its path is put together only as the fault rises."""
    kind = type(value)
    if kind is int:
        if not -MAX_INT <= value <= MAX_INT:
            raise NotCanonicalError("is a whole number of more than 53 bits")
    elif kind is dict or kind is list or kind is tuple:
        if depth >= MAX_DEPTH:
            raise NotCanonicalError(f"is nested deeper than {MAX_DEPTH} levels")
        (_check_dict if kind is dict else _check_list)(value, depth + 1)
    elif kind is str:
        _check_text(value)
    elif value is not None and kind is not bool:
        raise NotCanonicalError(f"is of type {kind.__name__}")


def _check_dict(value: dict[Any, Any], depth: int) -> None:
    key: Any = ""
    try:
        for key, item in value.items():
            if type(key) is not str or not key.isascii():
                _refuse_key()
            if type(item) is not str or not item.isascii():  # most are; spares them a call
                _check(item, depth)
    except NotCanonicalError as fault:
        raise fault.below(f".{key}" if type(key) is str else f".<{type(key).__name__}>") from None


def _check_list(value: list[Any] | tuple[Any, ...], depth: int) -> None:
    index = 0
    try:
        for index, item in enumerate(value):  # noqa: B007 - read when a fault rises
            _check(item, depth)
    except NotCanonicalError as fault:
        raise fault.below(f"[{index}]") from None


def _refuse_key() -> NoReturn:
    raise NotCanonicalError("has a key that is not ASCII text")


def _check_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise NotCanonicalError("holds a lone surrogate") from None
