"""Cursors come back as they went out, or not at all."""

import base64
import json

import pytest

from chalicelib.aws.cursors import decode, encode


def test_a_cursor_comes_back() -> None:
    """Numbers and text, in order, as text that needs no escaping in an address."""
    cursor = encode(3, 1_795_255_200_000, "cas_01")
    assert decode(cursor, int, int, str) == [3, 1_795_255_200_000, "cas_01"]
    assert cursor.rstrip("=").replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize(
    "place",
    [[1, 2], [1, 2, 3], [1, 2.0, "a"], [True, 2, "a"], [2**60, 2, "a"], [1, 2, "a" * 999], {}],
)
def test_what_is_not_our_cursor(place: object) -> None:
    """Of another shape, or with what no key can hold, it is refused before the store sees it."""
    cursor = base64.urlsafe_b64encode(json.dumps(place).encode()).decode()
    with pytest.raises(ValueError, match="not a cursor"):
        decode(cursor, int, int, str)


@pytest.mark.parametrize("text", ["", "%", "é", "AAAA", "W1tbW1tb" * 500])
def test_what_is_not_a_cursor_at_all(text: str) -> None:
    """Whatever somebody types, it is a ValueError."""
    with pytest.raises(ValueError, match="not a cursor"):
        decode(text, int)
