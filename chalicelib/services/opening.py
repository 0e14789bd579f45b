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
# What a machine may see, by the purpose it names, and nothing else whatever it names: how to
# reach the reporter, or what the client's own systems are asked about them.
MACHINE_KIND = "machine"
ROPE, MATCH = "rope", "match"
_REPORTERS = {
    ROPE: ("phone", "email", "language"),
    MATCH: ("phone", "email"),
}
_FIELDS = {ROPE: (), MATCH: ("order",)}


def read_reading(event: Mapping[str, Any]) -> Reading:
    """As ``Reading.plain`` wrote it; what is missing claims nothing."""
    return Reading(
        str(event.get("kind", UNPROVED.kind)),
        Role(event.get("role", UNPROVED.role)),
        proved=event.get("proved") is True,
        behalf=str(event.get("for", "")),
        request=str(event.get("request", "")),
    )


def for_purpose(reading: Reading, why: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The part of opened words that this reader may see: for a machine only its purpose's."""
    purpose = why.partition(":")[0]
    machine = reading.kind == MACHINE_KIND or reading.role is Role.MACHINE
    if not machine and purpose not in _REPORTERS:
        return dict(fields)
    reporter = fields.get("reporter")
    told = reporter if isinstance(reporter, Mapping) else {}
    kept = {name: told[name] for name in _REPORTERS.get(purpose, ()) if name in told}
    beside = {name: fields[name] for name in _FIELDS.get(purpose, ()) if name in fields}
    return beside | ({"reporter": kept} if kept else {})


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
    proved, and else only the link that was held, and for whom it was made.  A machine is given
    only what its purpose needs (``for_purpose``).
    Returns ``{"words": {sid: fields}}``; an id that is not there is left out.
    """
    sids = [str(sid) for sid in event["sids"]][:AT_ONCE]
    reader, why = str(event["reader"]), str(event["why"])
    reading = read_reading(event)
    # One machine reads for everybody, so its openings are spread by what is opened.
    spread = reader if reading.kind != MACHINE_KIND else "".join(sids)
    shard = sha256(spread.encode()).digest()[0] % SHARDS
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
    opened_words = {sid: opener.open_parts(sid, sealed[sid]) for sid in sids if sid in sealed}
    return {"words": {sid: for_purpose(reading, why, words) for sid, words in opened_words.items()}}
