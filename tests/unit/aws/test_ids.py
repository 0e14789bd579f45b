"""Ids sort by time, and tokens are long enough that nobody guesses one."""

import re

import pytest

from chalicelib.aws.ids import SystemIds, identity, ulid

IDS = SystemIds()


def test_ids_have_their_frozen_form() -> None:
    """A prefix, an underscore, and 26 characters of Crockford's lower-case base 32."""
    made = IDS.new("cas", 1_795_255_200_000)
    assert re.fullmatch(r"cas_[0-9abcdefghjkmnpqrstvwxyz]{26}", made)


def test_ids_sort_by_time() -> None:
    """Of two ids the later sorts behind, whatever the dice said."""
    times = [0, 1, 31, 32, 1_000, 1_795_255_200_000, 2**48 - 1]
    made = [ulid(at, 2**80 - 1 if n % 2 else 0) for n, at in enumerate(times)]
    assert made == sorted(made)
    assert len(set(made)) == len(times)


def test_the_parts_of_an_id() -> None:
    """The standard's own example: its time is in the first ten characters."""
    assert ulid(1_469_918_176_385, 0).upper() == "01ARYZ6S410000000000000000"


@pytest.mark.parametrize("at", [-1, 2**48])
def test_a_time_that_no_id_can_hold(at: int) -> None:
    """Outside 48 bits an id would not sort, so there is none."""
    with pytest.raises(ValueError, match="48 bits"):
        ulid(at, 0)


@pytest.mark.parametrize("prefix", ["", "cas_", "CAS", "case"])
def test_a_prefix_that_is_not_ours(prefix: str) -> None:
    """Three lower-case letters, without the underscore."""
    with pytest.raises(ValueError, match="three"):
        identity(prefix, 0, 0)


def test_tokens_are_128_bits_of_text() -> None:
    """22 URL-safe characters, new each time."""
    tokens = {IDS.token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{22}", token) for token in tokens)


def test_jitter_is_a_fraction() -> None:
    """Between 0 and 1."""
    assert all(0 <= IDS.jitter() < 1 for _ in range(100))
