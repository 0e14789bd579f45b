"""Proof that somebody opened a case's words: what a second pair of eyes must have looked at.

Whoever is shown the words is given a *reading*, a keyed hash of who, which case, which of its
entries, and when.  It must come back with a proposal, an approval, a clearing or a review, and
holds for a day, for that person and case, and only while nothing newer has come in.
"""

import hmac
from collections.abc import Sequence
from typing import Any, NamedTuple

from chalicelib.audit.canonical import decode
from chalicelib.cases import end_events, events
from chalicelib.services.caller import Caller
from chalicelib.services.engine import chain_of
from chalicelib.services.parts import Parts
from chalicelib.terms import DAY, Direction

KEPT_MS = DAY
READINGS_MAX = 20
# Entries looked at for something newer: past that a person reads on, and sends that reading too.
PART, PARTS_MAX = 100, 10
_SPOKEN = {events.OPENED, events.MESSAGE, events.CONTACT}


class Seen(NamedTuple):
    """What counts of entries ``after`` < seq <= ``last`` was shown in words, at ``at`` (ms).

    ``inbound`` is the newest entry among them that holds an inbound message, 0 where none does.
    """

    after: int
    last: int
    inbound: int
    at: int


def is_inbound(entry: dict[str, Any]) -> bool:
    """Whether something came in with this entry: a message to us, or the reporter's own word."""
    return any(
        (event["e"] in _SPOKEN and event.get("direction") == Direction.INBOUND.value)
        or event["e"] == end_events.REPORTER_SAID
        for event in entry["events"]
    )


def reading(parts: Parts, caller: Caller, case: str, seen: Seen) -> str:
    """What is given to whoever was shown these words: ``after.last.inbound.at.mac``."""
    return proof(parts, caller.by.id, case, seen)


def proof(parts: Parts, person: str, case: str, seen: Seen) -> str:
    """The same for a person's id."""
    return ".".join([*map(str, seen), _mac(parts.link_key, person, case, seen)])


def covers(
    parts: Parts, caller: Caller, case: str, head: int, readings: Sequence[str], entry: int = 0
) -> bool:
    """Whether these readings show the newest inbound message up to entry ``head``.

    ``entry`` is one more that must have been shown, such as a proposal's.
    """
    shown = [_read(parts, caller, case, text) for text in readings[:READINGS_MAX]]
    proved = sorted(seen for seen in shown if seen is not None)
    newest = max((seen.inbound for seen in proved), default=0)
    if not newest:
        return False
    if entry and not any(seen.after < entry <= seen.last for seen in proved):
        return False
    return not _came_in(parts, case, _read_up_to(proved, newest), head)


def _read_up_to(proved: list[Seen], newest: int) -> int:
    """The last entry that was shown without a gap after the newest inbound one."""
    last = max(seen.last for seen in proved if seen.after < newest <= seen.last)
    for seen in proved:
        if seen.after <= last < seen.last:
            last = seen.last
    return last


def _came_in(parts: Parts, case: str, after: int, head: int) -> bool:
    """Whether anything came in after this entry; true as well where that is too far to look."""
    for _ in range(PARTS_MAX):
        if after >= head:
            return False
        lines = parts.ledger.entries(chain_of(case), after, min(PART, head - after))
        if not lines or any(is_inbound(decode(line)) for line in lines):
            return True
        after += len(lines)
    return after < head


def _read(parts: Parts, caller: Caller, case: str, text: str) -> Seen | None:
    """A reading of this person's on this case that still holds; None for anything else."""
    *numbers, mac = text.split(".")
    if len(numbers) != len(Seen._fields) or not all(_is_number(n) for n in numbers):
        return None
    seen = Seen(*map(int, numbers))
    genuine = any(
        hmac.compare_digest(_mac(key, caller.by.id, case, seen).encode(), mac.encode())
        for key in parts.keys
    )
    return seen if genuine and parts.clock.now() - seen.at <= KEPT_MS else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len(str(2**53))


def _mac(key: bytes, person: str, case: str, seen: Seen) -> str:
    said = "\0".join(("reading", person, case, *map(str, seen)))
    return hmac.digest(key, said.encode(), "sha256").hex()
