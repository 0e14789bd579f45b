"""Standard Webhooks: what is signed, and how a signature is checked.

The published scheme, version 1 of its symmetric signatures: ``webhook-signature`` holds
``v1,<base64 of HMAC-SHA256>`` over ``<webhook-id>.<webhook-timestamp>.<body>``, one or more of
them with a space between.  The clock is an argument here, which it is not in the scheme's own
library.
"""

import base64
import binascii
import hmac
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from chalicelib.terms import MINUTE, SECOND

# How far a signed time may be from ours, either way; the scheme's own figure.
TOLERANCE_MS = 5 * MINUTE
PREFIX = "whsec_"
# The scheme's own bounds of a secret, in bytes.
SECRET_LEAST, SECRET_MOST = 24, 64
# A dot would make the signed text ambiguous.
_ID = re.compile(r"[A-Za-z0-9_-]{1,200}")
_SECONDS = re.compile(r"[0-9]{1,12}")
_SIGNATURES_MAX = 10


class SignatureError(Exception):
    """Not to be believed; ``code`` is signature_missing, signature_wrong or signature_stale."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Signed(NamedTuple):
    """The three headers, as they came."""

    id: str
    timestamp: str
    signature: str

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> "Signed":
        """Out of headers, whatever the case of their names; what is not there is empty."""
        given = {name.lower(): value for name, value in headers.items()}
        return cls(*(given.get(f"webhook-{part}", "").strip() for part in cls._fields))

    def headers(self) -> dict[str, str]:
        """As they are sent."""
        return {f"webhook-{part}": value for part, value in self._asdict().items()}


def read_secrets(text: str) -> tuple[bytes, ...]:
    """Secrets as settings hold them, ``whsec_<base64>``, the newest first, at most two.

    Raises:
        ValueError: one of them is not such a secret; the message quotes nothing.
    """
    secrets = tuple(_secret(word) for word in text.replace(",", " ").split())
    if len(secrets) > 2:  # noqa: PLR2004  # the newest and the one before
        raise ValueError("must be one secret, or two while it is changed")
    return secrets


def _secret(word: str) -> bytes:
    try:
        secret = base64.b64decode(word.removeprefix(PREFIX), validate=True)
    except ValueError:
        secret = b""
    if not word.startswith(PREFIX) or not SECRET_LEAST <= len(secret) <= SECRET_MOST:
        raise ValueError(
            f"must be {PREFIX} and the base64 of {SECRET_LEAST} to {SECRET_MOST} bytes"
        )
    return secret


def sign(secret: bytes, identity: str, at: int, body: bytes) -> Signed:
    """Sign a body under an id at ``at`` (ms UTC)."""
    stamp = str(at // SECOND)
    digest = base64.b64encode(_digest(secret, identity, stamp, body)).decode()
    return Signed(identity, stamp, f"v1,{digest}")


def verify(secrets: Sequence[bytes], signed: Signed, body: bytes, now: int) -> None:
    """Raise SignatureError unless one of the secrets signed this body within five minutes."""
    if not all(signed):
        raise SignatureError("signature_missing")
    if not _ID.fullmatch(signed.id) or not _SECONDS.fullmatch(signed.timestamp):
        raise SignatureError("signature_wrong")
    given = [_bytes(word) for word in signed.signature.split(" ")[:_SIGNATURES_MAX]]
    right = [_digest(secret, signed.id, signed.timestamp, body) for secret in secrets]
    # Every pair is compared, so that the time taken says nothing of which one was right.
    if not sum(hmac.compare_digest(one, other) for one in given for other in right):
        raise SignatureError("signature_wrong")
    if abs(int(signed.timestamp) * SECOND - now) > TOLERANCE_MS:
        raise SignatureError("signature_stale")


def _digest(secret: bytes, identity: str, stamp: str, body: bytes) -> bytes:
    return hmac.digest(secret, f"{identity}.{stamp}.".encode() + body, "sha256")


def _bytes(word: str) -> bytes:
    """A signature's bytes; empty, which no digest is, for another version or no base64."""
    version, _, text = word.partition(",")
    try:
        return base64.b64decode(text, validate=True) if version == "v1" else b""
    except (binascii.Error, ValueError):
        return b""
