"""Reading the log: exact bytes, paged; and every reading is an entry of its own, written first."""

from dataclasses import dataclass

from chalicelib.cases.roles import Act
from chalicelib.services.access import load_visible, permit
from chalicelib.services.caller import Caller
from chalicelib.services.complaint import Answer
from chalicelib.services.engine import chain_of
from chalicelib.services.errors import RefusedError
from chalicelib.services.parts import Parts
from chalicelib.services.refusals import append
from chalicelib.services.stored_form import stored_state

LIMIT_MAX = 500


@dataclass(frozen=True, slots=True)
class AuditSlice:
    """Entries' exact bytes, one a line of the answer; ``cursor`` is empty at the end."""

    lines: tuple[bytes, ...]
    cursor: str


def chain(parts: Parts, caller: Caller, case: str, after: int, limit: int) -> AuditSlice:
    """A case's entries with seq > ``after``; the cursor is the next ``after``."""
    permit(parts, caller, Act.READ_AUDIT, case)
    load_visible(parts, caller, case, Act.READ_AUDIT)
    most = max(1, min(limit, LIMIT_MAX))
    _note(parts, caller, {"chain": chain_of(case), "after": after})
    lines = parts.ledger.entries(chain_of(case), after, most)
    return AuditSlice(lines, str(after + len(lines)) if len(lines) == most else "")


def between(
    parts: Parts, caller: Caller, start: int, end: int, cursor: str, limit: int
) -> AuditSlice:
    """All chains' entries with start <= at < end (ms UTC), day by day and slot by slot."""
    permit(parts, caller, Act.READ_AUDIT)
    if end <= start:
        raise RefusedError(422, "empty_period")
    _note(parts, caller, {"from_ms": start, "to_ms": end, "continued": bool(cursor)})
    part = parts.ledger.entries_between(start, end, cursor, max(1, min(limit, LIMIT_MAX)))
    return AuditSlice(part.items, part.cursor)


def state(parts: Parts, caller: Caller, case: str) -> Answer:
    """A case's line of an export's ``heads.jsonl``, for ``tools/verify_log.py``."""
    permit(parts, caller, Act.READ_AUDIT, case)
    loaded = load_visible(parts, caller, case, Act.READ_AUDIT)
    lies = stored_state(loaded)
    if loaded.case is None or lies is None:
        raise RefusedError(503, "case_unreadable")
    _note(parts, caller, {"chain": chain_of(case), "state": True})
    head = {"chain": chain_of(case), "seq": loaded.head.seq, "head": loaded.head.hash}
    return Answer(200, head | {"state": lies})


def _note(parts: Parts, caller: Caller, what: dict[str, object]) -> None:
    append(parts, caller, f"reads#{caller.id}", "read", {"e": "audit.read.v1", **what})
