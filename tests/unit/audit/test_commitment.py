"""Commitments to personal data."""

import hashlib

import pytest

from chalicelib.audit.commitment import commit

SALT = bytes(range(16))


def test_a_commitment_is_the_frozen_formula() -> None:
    """An auditor with salt, field and value computes the same hex."""
    expected = hashlib.sha256(SALT + '["text","救命"]'.encode()).hexdigest()
    assert commit(SALT, "text", "救命") == expected


def test_salt_field_and_value_each_count() -> None:
    """Changing any of the three changes the commitment."""
    every = {
        commit(SALT, "phone", "1"),
        commit(SALT[::-1], "phone", "1"),
        commit(SALT, "email", "1"),
        commit(SALT, "phone", "2"),
    }
    assert len(every) == 4


@pytest.mark.parametrize("salt", [b"", SALT[:15], SALT * 2])
def test_a_salt_of_another_length_is_refused(salt: bytes) -> None:
    """A missing salt would let a phone number be found by trying them all."""
    with pytest.raises(ValueError, match="16 bytes"):
        commit(salt, "phone", "1")
