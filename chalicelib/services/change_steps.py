"""Writing one step of a change: its entry, its new version and its effect, or nothing of it."""

import hmac
import json
import logging
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from chalicelib.audit.chain import Head
from chalicelib.audit.entry import Cause, SealedEntry, seal
from chalicelib.services.caller import Caller
from chalicelib.services.change_model import Change, ChangeKind
from chalicelib.services.change_ports import AcceptLink, Effect, Step
from chalicelib.services.engine import code_of, pause
from chalicelib.services.errors import BusyError
from chalicelib.services.parts import Parts
from chalicelib.services.ports import ConflictError, UncertainError
from chalicelib.services.refusals import record
from chalicelib.services.unfit import RecordedError

log = logging.getLogger(__name__)

TRIES = 8
FORBIDDEN, UNKNOWN, CONFLICT, UNFIT = 403, 404, 409, 422


def chain_of(kind: ChangeKind) -> str:
    """Where its entries stand."""
    return "rosters" if kind is ChangeKind.ROSTER else "people"


def commitment(key: bytes, change: str, name: str, value: Any) -> str:
    """What an entry holds of a value: keyed, and different in each change.

    Raises ValueError without a key: anyone could then find a number by trying them all.
    """
    if not key:
        raise ValueError("a commitment without a key")
    plain = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return hmac.digest(key, f"change\0{change}\0{name}\0{plain}".encode(), "sha256").hex()


def write(
    parts: Parts,
    caller: Caller,
    change: Change,
    event: Mapping[str, Any],
    *,
    link: AcceptLink | None = None,
    effect: Effect | None = None,
) -> str:
    """Write the step; the hash of its entry.

    ``event`` names its ``e``; the change's id and kind are added.  Raises ConflictError when the
    change, or what it changes, has moved (decide anew), and BusyError after too many races.
    """
    told = {**event, "change": change.id, "kind": change.kind.value}
    for attempt in range(TRIES):
        entry, before = _entry(parts, caller, chain_of(change.kind), told)
        step = Step(change=change, entry=entry, before=before, link=link, effect=effect)
        try:
            parts.changes.record(step)
        except ConflictError as lost:
            if lost.what != "head":
                raise
        except UncertainError:
            if _is_stored(parts, entry):
                return entry.hash
        else:
            return entry.hash
        pause(parts, attempt)
    raise BusyError(change.id)


def _entry(
    parts: Parts, caller: Caller, chain: str, event: dict[str, Any]
) -> tuple[SealedEntry, Head]:
    at = parts.clock.now()
    head = parts.ledger.head(chain)
    entry = seal(
        head=head,
        chain=chain,
        eid=parts.ids.new("ent", at),
        type="change",
        at_ms=at,
        cause=Cause(_cause(caller), caller.request),
        actor=caller.actor,
        code=code_of(parts),
        events=(event,),
    )
    return entry, head


def _cause(caller: Caller) -> str:
    if caller.kind == "machine":
        return "page"
    return "tool" if caller.request.startswith("tools.") else "http"


def _is_stored(parts: Parts, entry: SealedEntry) -> bool:
    found = parts.ledger.entries(entry.chain, entry.seq - 1, 1)
    return bool(found) and found[0] == entry.bytes


def decided[T](parts: Parts, decide: Callable[[], T]) -> T:
    """Decide on what is stored now, anew for each race that is lost; raises BusyError."""
    for attempt in range(TRIES):
        try:
            return decide()
        except ConflictError:
            pause(parts, attempt)
    raise BusyError("change")


def nudge(parts: Parts, change: str) -> None:
    """Ask the herald to go on with it.  Never raises: the sweep finds what was not queued."""
    try:
        parts.queues.change(change)
    except Exception:  # as in the engine: the step is stored, and an error would have it repeated
        log.exception("not queued", extra={"change": change})


def refuse(
    parts: Parts, caller: Caller, act: str, status: int, code: str, change: str = ""
) -> NoReturn:
    """Record the refusal on the caller's chain, then raise RecordedError."""
    about = {"change": change} if change else {}
    record(parts, caller, act, code, **about)
    raise RecordedError(status, code)
