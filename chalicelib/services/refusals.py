"""Refusals have entries of their own, on a chain of whoever was refused, never on the case."""

import logging
from hashlib import sha256
from typing import Any

from chalicelib.audit.entry import Cause, seal
from chalicelib.services.caller import Caller
from chalicelib.services.engine import code_of
from chalicelib.services.errors import BusyError
from chalicelib.services.parts import Parts
from chalicelib.services.ports import ConflictError, SealedWords, UncertainError

log = logging.getLogger(__name__)

TRIES = 8
ANONYMOUS_SHARDS = 16


def record(parts: Parts, caller: Caller, act: str, code: str, case: str = "", **about: str) -> None:
    """Write that ``caller`` was refused ``act`` (on ``case``), and why (``code``).

    ``about`` are ids that the event tells besides, such as whose link it was.
    A chain that somebody floods takes no entry; it is counted, and the refusal stands all the same.
    """
    event = {"e": "refused.v1", "act": act, "code": code, **about}
    more = {"case": case} if case else {}
    try:
        append(parts, caller, chain_for(caller), "refusal", event | more)
    except BusyError:
        log.exception("refusal not recorded", extra={"code": code, "metric": "RefusalsUnrecorded"})


def chain_for(caller: Caller) -> str:
    """One chain a credential; what has none is spread over a few by its request."""
    if caller.kind in {"credential", "person"}:
        return f"refusals#{caller.id}"
    shard = sha256(caller.request.encode()).digest()[0] % ANONYMOUS_SHARDS
    return f"refusals#anonymous#{shard}"


def append(
    parts: Parts,
    caller: Caller,
    chain: str,
    kind: str,
    event: dict[str, Any],
    words: tuple[SealedWords, ...] = (),
) -> str:
    """Add one entry to a chain that is not a case's; returns its hash.

    Raises BusyError when ``TRIES`` races were lost: the caller must not go on without the entry.
    """
    for _ in range(TRIES):
        at = parts.clock.now()
        head = parts.ledger.head(chain)
        entry = seal(
            head=head,
            chain=chain,
            eid=parts.ids.new("ent", at),
            type=kind,
            at_ms=at,
            cause=Cause("http" if caller.kind != "machine" else "tool", caller.request),
            actor=caller.actor,
            code=code_of(parts),
            events=(event,),
            pii=tuple(pii for sealed in words for pii in sealed.pii),
        )
        try:
            parts.ledger.append(entry, head, words)
        except (ConflictError, UncertainError):
            parts.clock.wait_until(parts.clock.now() + 1 + int(100 * parts.ids.jitter()))
        else:
            return entry.hash
    raise BusyError(chain)
