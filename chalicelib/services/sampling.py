"""The lot that says which delegated closures a person looks at.

A vendor cannot tell beforehand, since it takes a key that only the client holds; and the client
cannot choose afterwards, since the key is fixed for the month and committed to in every draw.
Once the month is over its key is handed to the auditor, who draws again (``tools.sampling``).
No byte here may ever change: old logs are checked by it.
"""

import hashlib
import hmac
from datetime import UTC, datetime

from chalicelib.cases.delegation import ALL_PERMILLE, Grant
from chalicelib.cases.end_commands import Draw

# Numbers from here on are thrown away: 2**64 is not a multiple of 1000, so they would favour some.
_FAIR = 2**64 - 2**64 % ALL_PERMILLE


def month_of(at_ms: int) -> str:
    """The month of UTC that a moment (ms) lies in, as ``2026-11``."""
    return f"{datetime.fromtimestamp(at_ms // 1000, UTC):%Y-%m}"


def month_key(link_key: bytes, month: str) -> bytes:
    """The 32 bytes that all draws of a month (``2026-11``) are made with."""
    return hmac.digest(link_key, b"sampling\0" + month.encode(), "sha256")


def commitment(key: bytes) -> str:
    """SHA-256 in hex of a month's key: it gives nothing away, and fits no other key."""
    return hashlib.sha256(key).hexdigest()


def draw(key: bytes, case: str, entry_hash: str) -> int:
    """A number from 0 to 999, each as likely as the others.

    ``entry_hash`` is that of the case's newest entry, and so the ``prev`` of the one that will
    hold the draw: nobody knows it before the case has come so far, everybody can see it after.
    """
    attempt = 0
    while True:
        said = f"draw\0{case}\0{entry_hash}\0{attempt}".encode()
        number = int.from_bytes(hmac.digest(key, said, "sha256")[:8])
        if number < _FAIR:
            return number % ALL_PERMILLE
        attempt += 1


def draw_lot(link_key: bytes, grant: Grant, case: str, entry_hash: str, at_ms: int) -> Draw:
    """The lot for closing this case under this grant at this moment (ms UTC)."""
    month = month_of(at_ms)
    key = month_key(link_key, month)
    return Draw(
        rule=grant.rule_id,
        value=draw(key, case, entry_hash),
        permille=grant.sample_permille,
        month=month,
        commitment=commitment(key),
    )
