"""The function that opens the vault: the only code with the right to the private key."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Protocol

from chalicelib.services.caller import Caller
from chalicelib.services.parts import Parts
from chalicelib.services.refusals import append
from chalicelib.terms import Role

SHARDS = 16
AT_ONCE = 50


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

    Returns ``{"words": {sid: fields}}``; an id that is not there is left out.
    """
    sids = [str(sid) for sid in event["sids"]][:AT_ONCE]
    reader, why = str(event["reader"]), str(event["why"])
    shard = sha256(reader.encode()).digest()[0] % SHARDS
    caller = Caller(
        kind="person", id=reader, role=Role.OWNER, request=str(event.get("request", ""))
    )
    opened = {"e": "words.opened.v1", "sids": sids, "reader": reader, "why": why}
    append(parts, caller, f"opens#{shard}", "open_words", opened)
    sealed = opener.read(sids)
    return {"words": {sid: opener.open_parts(sid, sealed[sid]) for sid in sids if sid in sealed}}
