"""The hashes that tie a chain together."""

import hashlib

import pytest

from chalicelib.audit.canonical import NotCanonicalError
from chalicelib.audit.chain import GENESIS, Head, entry_hash, state_hash


def test_genesis() -> None:
    """A chain without entries stands at number 0 and sixty-four zeros."""
    assert Head.genesis() == Head(seq=0, hash=GENESIS)
    assert Head.genesis().hash == "0" * 64


def test_an_entry_hash_is_a_merkle_leaf() -> None:
    """The prefix byte of RFC 6962 comes first."""
    assert entry_hash(b"{}") == hashlib.sha256(b"\x00{}").hexdigest()


def test_a_state_hash_does_not_depend_on_order() -> None:
    """The same case hashes the same however its keys were put together."""
    expected = hashlib.sha256(b'{"a":1,"b":2}').hexdigest()
    assert state_hash({"b": 2, "a": 1}) == state_hash({"a": 1, "b": 2}) == expected


def test_a_state_with_a_float_has_no_hash() -> None:
    """A body outside the profile is refused."""
    with pytest.raises(NotCanonicalError):
        state_hash({"share": 0.5})
