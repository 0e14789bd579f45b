"""The hashes that tie entries into a chain, and a case to its newest entry."""

import hashlib
from dataclasses import dataclass
from typing import Any

from chalicelib.audit import canonical

GENESIS = "0" * 64

_LEAF = b"\x00"  # RFC 6962's prefix: the same hash is the leaf of the Merkle tree


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain ends: the newest entry's number (0 before the first) and its hash."""

    seq: int
    hash: str

    @classmethod
    def genesis(cls) -> "Head":
        """The head of a chain that has no entry yet."""
        return cls(seq=0, hash=GENESIS)


def entry_hash(data: bytes) -> str:
    """SHA-256(0x00 || entry), in hex: the next entry's ``prev``, and the receipt."""
    return hashlib.sha256(_LEAF + data).hexdigest()


def state_hash(body: dict[str, Any]) -> str:
    """SHA-256 in hex of a case body's canonical bytes: ``state.pre`` and ``state.post``.

    Raises:
        NotCanonicalError: the body lies outside the profile.
    """
    return hashlib.sha256(canonical.encode(body)).hexdigest()
