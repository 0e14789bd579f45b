"""The envelope: what goes in comes out, and nothing else does."""

import math
from functools import cache
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from chalicelib.aws.envelope import (
    OAEP_SHA_256,
    SealBrokenError,
    committed,
    load_public_key,
    open_bytes,
    seal_bytes,
)
from chalicelib.aws.wire import from_json, pack, to_json, unpack


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65_537, 3_072)


def _unwrap(wrapped: bytes) -> bytes:
    return _key().decrypt(wrapped, OAEP_SHA_256)


def _der(key: Any) -> bytes:
    encoded: bytes = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return encoded


def test_sealed_bytes_open_again() -> None:
    """The holder of the private key reads exactly what was sealed."""
    sealed = seal_bytes(load_public_key(_der(_key())), "vlt_1", b"words" * 99)
    assert b"words" not in sealed
    assert open_bytes(_unwrap, "vlt_1", sealed) == b"words" * 99


@pytest.mark.parametrize("place", [0, 1, 2, -1, -20, 400, 405])
def test_a_flipped_bit_is_seen(place: int) -> None:
    """Sealed words that were altered anywhere do not open."""
    sealed = bytearray(seal_bytes(_key().public_key(), "vlt_1", b"words"))
    sealed[place] ^= 1
    with pytest.raises(SealBrokenError):
        open_bytes(_unwrap, "vlt_1", bytes(sealed))


def test_words_belong_to_their_id() -> None:
    """Sealed words moved to another message do not open, nor do cut ones."""
    sealed = seal_bytes(_key().public_key(), "vlt_1", b"words")
    for sid, data in (("vlt_2", sealed), ("vlt_1", sealed[:-1]), ("vlt_1", sealed[:9])):
        with pytest.raises(SealBrokenError):
            open_bytes(_unwrap, sid, data)


def test_a_key_that_will_not_do() -> None:
    """No key, another kind of key, or a short one is refused at the start."""
    short = rsa.generate_private_key(65_537, 2_048)
    for der in (b"", b"x", _der(short), _der(ec.generate_private_key(ec.SECP256R1()))):
        with pytest.raises(ValueError):  # noqa: PT011 - the library has many words for it
            load_public_key(der)


ODD: list[Any] = [
    "plain",
    "\ud800",
    "\ud83d\ude00",  # two lone surrogates side by side are not the one character
    "😀",
    1.5,
    -0.0,
    float("inf"),
    2**80,
    {"年龄": [1, {"b": None}]},
    {"utf8": "7b7d"},
    [True, 1, 1.0],
]


@pytest.mark.parametrize("value", ODD)
def test_json_loses_nothing(value: Any) -> None:
    """Whatever was received comes back the same, in the vault and over Lambda's own JSON."""
    assert repr(from_json(to_json(value))) == repr(value)
    packed = pack({"vlt_1": {"f": value}})
    assert packed.isascii()
    assert repr(unpack(packed)) == repr({"vlt_1": {"f": value}})


def test_not_a_number_survives() -> None:
    """NaN is no JSON, and is kept all the same."""
    assert math.isnan(from_json(to_json(math.nan)))


def test_commitments_tell_all_values_apart() -> None:
    """No two unlike values are committed to in the same form."""
    forms = [repr(committed(value)) for value in ODD]
    assert len(set(forms)) == len(ODD)
    assert committed("plain") == "plain"
    assert committed({"a": [1, None]}) == {"a": [1, None]}
