"""Promises heard in words that went out to a reporter: instants for the clock, never the words."""

from typing import TYPE_CHECKING

from chalicelib.terms import DAY

if TYPE_CHECKING:
    from chalicelib.judging.promises import Days, Promise

LONGEST_MS = 400 * DAY  # what is promised for later is no promise that a case could wait for
MOST_RECORDED = 20  # an entry stays small whatever is said in one message


def heard(text: str, at_ms: int, calendar: "Days") -> "list[Promise]":
    """The promises of ``text``, said at ``at_ms``, by due time; none is due before ``at_ms``."""
    # Only who hears words pays for the patterns of time; a pager that starts has a page to send.
    from chalicelib.judging.promises import promises  # noqa: PLC0415

    found = promises(text, at_ms, calendar)
    kept = (promise for promise in found if promise.due_ms - at_ms <= LONGEST_MS)
    return sorted(kept, key=lambda promise: (promise.due_ms, promise.start))


def earliest(text: str, at_ms: int, calendar: "Days") -> int | None:
    """When the first promise of ``text`` is owed, in ms; None if it promises no time."""
    return next((promise.due_ms for promise in heard(text, at_ms, calendar)), None)


def record(text: str, at_ms: int, calendar: "Days") -> list[dict[str, int]]:
    """What an entry keeps: ``start`` and ``end`` in the text as received, and ``due`` in ms."""
    return [
        {"start": promise.start, "end": promise.end, "due": promise.due_ms}
        for promise in heard(text, at_ms, calendar)[:MOST_RECORDED]
    ]
