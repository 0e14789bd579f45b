"""Cursors of a board, closed: where a list goes on names a case, which may be another vendor's.

The mark of a cursor (an HMAC under the link key) is also what its cover is made from, so that
nobody reads one, nobody makes one, and none needs a random number.
"""

import base64
import hmac
from collections.abc import Sequence

_MARK = 16


def close(key: bytes, cursor: str) -> str:
    """A cursor as it is given out; empty stays empty."""
    if not cursor:
        return ""
    plain = cursor.encode()
    mark = _mark(key, plain)
    return base64.urlsafe_b64encode(mark + _covered(key, mark, plain)).decode()


def reopen(keys: Sequence[bytes], text: str) -> str:
    """The cursor that ``close`` was given, under one of the keys; raises ValueError otherwise."""
    if not text:
        return ""
    raw = base64.b64decode(text, altchars=b"-_", validate=True)
    for key in keys:
        mark, plain = raw[:_MARK], _covered(key, raw[:_MARK], raw[_MARK:])
        if hmac.compare_digest(mark, _mark(key, plain)):
            return plain.decode()
    raise ValueError("That is not a cursor of this list.")


def _mark(key: bytes, plain: bytes) -> bytes:
    return hmac.digest(key, b"cursor\0" + plain, "sha256")[:_MARK]


def _covered(key: bytes, mark: bytes, text: bytes) -> bytes:
    blocks = range(-(-len(text) // 32))
    cover = b"".join(
        hmac.digest(key, b"cover\0" + mark + number.to_bytes(4), "sha256") for number in blocks
    )
    return bytes(one ^ other for one, other in zip(text, cover, strict=False))
