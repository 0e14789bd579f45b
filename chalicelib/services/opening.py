"""The function that opens the vault: the only code with the right to the private key."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Protocol

from chalicelib.services.caller import Caller
from chalicelib.services.parts import Parts
from chalicelib.services.refusals import append
from chalicelib.services.vault_reading import UNPROVED, Reading
from chalicelib.terms import Role

SHARDS = 16
AT_ONCE = 50


def read_reading(event: Mapping[str, Any]) -> Reading:
    """As ``Reading.plain`` wrote it; what is missing claims nothing."""
    return Reading(
        str(event.get("kind", UNPROVED.kind)),
        Role(event.get("role", UNPROVED.role)),
        proved=event.get("proved") is True,
        behalf=str(event.get("for", "")),
        request=str(event.get("request", "")),
    )


class Opener(Protocol):
    """Reads sealed parts and opens them."""

    def read(self, sids: list[str]) -> Mapping[str, tuple[bytes, ...]]:
        """The sealed parts under each id that exists."""
        ...

    def open_parts(self, sid: str, parts: tuple[bytes, ...]) -> dict[str, Any]:
        """The fields that were sealed."""
        ...


def open_words(parts: Parts, opener: Opener, event: Mapping[str, Any]) -> dict[str, Any]:
    """Open ``event["sids"]`` for ``event["reader"]``; the entry is written before anything is.

    The entry says of the reader what the caller knew (``Reading``): who it is when that was
    proved, and else only the link that was held, and for whom it was made.
    Returns ``{"words": {sid: fields}}``; an id that is not there is left out.
    """
    sids = [str(sid) for sid in event["sids"]][:AT_ONCE]
    reader, why = str(event["reader"]), str(event["why"])
    shard = sha256(reader.encode()).digest()[0] % SHARDS
    reading = read_reading(event)
    caller = Caller(kind=reading.kind, id=reader, role=reading.role, request=reading.request)
    opened = {
        "e": "words.opened.v1",
        "sids": sids,
        "reader": reader,
        "why": why,
        "proved": reading.proved,
        "for": reading.behalf,
    }
    append(parts, caller, f"opens#{shard}", "open_words", opened)
    sealed = opener.read(sids)
    return {"words": {sid: opener.open_parts(sid, sealed[sid]) for sid in sids if sid in sealed}}
