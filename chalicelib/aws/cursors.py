"""Cursors of paged lists: opaque to callers, and checked when they come back."""

import base64
import json

_LARGEST = 2**53 - 1
_LONGEST = 200


def encode(*place: int | str) -> str:
    """A place in a list as URL-safe text."""
    return base64.urlsafe_b64encode(json.dumps(place, separators=(",", ":")).encode()).decode()


def decode(cursor: str, *kinds: type) -> list[int | str]:
    """The place that ``encode`` was given.

    Raises:
        ValueError: not a cursor of this list.
    """
    try:
        place = json.loads(base64.b64decode(cursor, altchars=b"-_", validate=True))
    except (ValueError, RecursionError):
        place = None
    if not isinstance(place, list) or [type(step) for step in place] != list(kinds):
        raise ValueError("That is not a cursor of this list.")
    if not all(_is_plain(step) for step in place):
        raise ValueError("That is not a cursor of this list.")
    return place


def _is_plain(step: int | str) -> bool:
    """Whether the store can take it as part of a key."""
    if isinstance(step, int):
        return abs(step) <= _LARGEST
    return len(step) <= _LONGEST and step.isascii()
