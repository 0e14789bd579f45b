"""Commitments: an entry proves what the vault holds without holding it."""

import hashlib
from typing import Any

from chalicelib.audit import canonical

SALT_BYTES = 16


def commit(salt: bytes, field: str, value: Any) -> str:
    """SHA-256(salt || canonical([field, value])) in hex.

    The salt keeps a phone number from being found by trying them all: destroying it with
    the sealed text is what erasure means.

    Raises:
        ValueError: the salt is not 16 bytes long.
        NotCanonicalError: the value lies outside the profile.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError(f"A salt has {SALT_BYTES} bytes, not {len(salt)}.")
    return hashlib.sha256(salt + canonical.encode([field, value])).hexdigest()
