"""Canonical bytes: one value, one encoding."""

import json
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.audit import canonical
from chalicelib.audit.canonical import MAX_DEPTH, MAX_INT, NotCanonicalError, decode, encode

KEYS = st.text(st.characters(max_codepoint=127), max_size=8)
SCALARS = st.none() | st.booleans() | st.integers(-MAX_INT, MAX_INT) | st.text(max_size=12)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


class Colour(StrEnum):
    """A text that is not plainly a text."""

    RED = "red"


@given(VALUES)
@settings(max_examples=300, deadline=None)
def test_what_is_encoded_comes_back(value: Any) -> None:
    """Decoding gives the value, and encoding it again the same bytes."""
    data = encode(value)
    assert decode(data) == value
    assert encode(decode(data)) == data


@given(VALUES)
@settings(max_examples=300, deadline=None)
def test_another_library_writes_the_same_bytes(value: Any) -> None:
    """The standard library, told to sort and not to space, agrees byte for byte."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert encode(value) == text.encode()


@given(st.binary(max_size=40))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_exactly_or_refused(data: bytes) -> None:
    """No bytes are accepted that the value would not be written as."""
    try:
        value = decode(data)
    except NotCanonicalError:
        return
    assert encode(value) == data


@pytest.mark.parametrize(
    ("value", "path", "why"),
    [
        (1.5, "$", "float"),
        ({"a": [1, {"b": float("nan")}]}, "$.a[1].b", "float"),
        ([MAX_INT + 1], "$[0]", "53 bits"),
        ({"n": -MAX_INT - 1}, "$.n", "53 bits"),
        ({"钟": 1}, "$.钟", "ASCII"),
        ({"a": {1: 2}}, "$.a.<int>", "ASCII"),
        ({"a": "\ud800"}, "$.a", "surrogate"),
        ((1, b"x"), "$[1]", "bytes"),
        ({"a": Colour.RED}, "$.a", "Colour"),
        ({"a": {1, 2}}, "$.a", "set"),
    ],
)
def test_outside_the_profile_is_refused_by_path(value: Any, path: str, why: str) -> None:
    """The error says where and why, and does not quote the value."""
    with pytest.raises(NotCanonicalError, match=why) as caught:
        encode(value)
    assert caught.value.path == path


def test_the_largest_whole_numbers_are_kept() -> None:
    """53 bits are in."""
    assert encode([MAX_INT, -MAX_INT]) == b"[9007199254740991,-9007199254740991]"


def test_a_tuple_is_a_list() -> None:
    """Events may be handed over as a tuple."""
    assert encode({"b": (1, 2), "a": ()}) == b'{"a":[],"b":[1,2]}'


def test_depth_is_bounded() -> None:
    """A value as deep as the limit passes, and one level more does not."""
    value: Any = 1
    for _ in range(MAX_DEPTH):
        value = [value]
    assert decode(encode(value)) == value
    with pytest.raises(NotCanonicalError, match="deeper"):
        encode([value])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b'{"a": 1}',
        b'{"a":1,"a":1}',
        b'{"b":1,"a":1}',
        b'{"a":1}\n',
        b"1.0",
        b"-0",
        b"18446744073709551616",
        b'"\\ud800"',
        b'"\\u0041"',
        b"\xff",
        b"NaN",
    ],
)
def test_other_spellings_are_refused(data: bytes) -> None:
    """A space, a repeated key, another order or another escape is not the value's encoding."""
    with pytest.raises(NotCanonicalError):
        canonical.decode(data)
