"""The secret's text, read into keys: which is made with, which are accepted, and from when."""

import json
from typing import Any

import pytest

from chalicelib.services.keyring import Keyring, read_keyring

A, B, C = ("0a" * 32, "0b" * 32, "0c" * 32)


def text(**told: Any) -> str:
    """A secret that says this."""
    return json.dumps(told)


def test_the_stacks_own_key_is_enough() -> None:
    """As CloudFormation draws it, and nothing beside it."""
    assert read_keyring(text(link_key=A), 0) == Keyring(bytes.fromhex(A))


def test_a_key_is_accepted_before_it_is_made_with() -> None:
    """A new key is known to all workers before the first uses it; the old one stays accepted."""
    keys = [{"key": A, "from_ms": 0}, {"key": B, "from_ms": 1_000}]

    before = read_keyring(text(link_keys=keys, link_key=C), 999)
    after = read_keyring(text(link_keys=keys, pin_keys=[C]), 1_000)

    assert (before.current, before.others) == (bytes.fromhex(A), (bytes.fromhex(B),))
    assert (after.current, after.others) == (bytes.fromhex(B), (bytes.fromhex(A),))
    assert after.pins == (bytes.fromhex(C),)


def test_what_is_shared_with_the_clients_systems_is_there_too() -> None:
    """Two of them while it is changed, the newest first."""
    shared = "whsec_" + "c2Vj" * 8
    found = read_keyring(text(link_key=A, client_systems_secret=f"{shared} {shared}"), 0)
    assert len(found.client_systems) == 2


@pytest.mark.parametrize(
    "said",
    [
        "",
        "[]",
        "null",
        "{}",
        '{"link_key": "zz"}',
        '{"link_key": "aa"}',
        '{"link_key": 7}',
        text(link_keys=[{"key": A, "from_ms": 5}]),
        text(link_keys=[{"key": A}]),
        text(link_key=A, client_systems_secret="whsec_c2hvcnQ="),
    ],
)
def test_what_is_no_keyring_is_refused_and_not_quoted(said: str) -> None:
    """A key that is short, missing, or only of tomorrow starts nothing."""
    with pytest.raises(ValueError, match="secret") as refused:
        read_keyring(said, 1)
    assert A not in str(refused.value)
