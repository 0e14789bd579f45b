"""Reading cases: one, or the board by due time."""

from collections.abc import Callable
from functools import partial

from chalicelib.cases.model import Status
from chalicelib.cases.roles import Act
from chalicelib.services.access import load_readable, permit
from chalicelib.services.caller import Caller
from chalicelib.services.canaries import is_canary
from chalicelib.services.complaint import Answer
from chalicelib.services.cursor import close, reopen
from chalicelib.services.errors import RefusedError
from chalicelib.services.parts import Parts
from chalicelib.services.ports import Beside, Slice
from chalicelib.services.views import row, whole
from chalicelib.terms import DAY, VENDOR_ROLES, Tier

OK = 200
OPEN_STATES = frozenset(status.value for status in Status if status is not Status.CLOSED)
LIMIT_MAX = 100
# How many parts of the board are looked through for one of a vendor's.
VENDOR_PARTS = 10
# Without a bound the board looks this far ahead: further than any clock of a ladder.
HORIZON_MS = 400 * DAY


def case(parts: Parts, caller: Caller, case_id: str) -> Answer:
    """One case as this caller may see it; a case this release cannot read answers 503."""
    permit(parts, caller, Act.READ_CASE, case_id)
    found = load_readable(parts, caller, case_id, Act.READ_CASE)
    return Answer(OK, whole(found, caller.role, by=caller.by.id, now=parts.clock.now()))


def board(
    parts: Parts,
    caller: Caller,
    tier: str | None,
    due_before: int | None,
    cursor: str,
    limit: int,
) -> Answer:
    """Open cases; ``tier`` is S0–S4 or None, ``due_before`` ms UTC or None; a vendor's own only."""
    permit(parts, caller, Act.LIST_CASES)
    chosen = _tier(tier)
    before = parts.clock.now() + HORIZON_MS if due_before is None else due_before
    place, most = reopen(parts.keys, cursor), max(1, min(limit, LIMIT_MAX))
    if caller.role in VENDOR_ROLES:
        part = _own(caller.org, place, partial(parts.ledger.board, chosen, before), most)
    else:
        part = parts.ledger.board(chosen, before, place, most)
    following = close(parts.link_key, part.cursor)
    cases = [row(beside) for beside in part.items if not is_canary(beside.case)]
    return Answer(OK, {"cases": cases, "next": following})


def _own(
    org: str, place: str, look: Callable[[str, int], Slice[Beside]], most: int
) -> Slice[Beside]:
    """A vendor's own cases from a place on; whole parts are looked through for them.

    A part as short as the vendor asks for would let it count everybody's cases by its pages.
    """
    for _ in range(VENDOR_PARTS):
        part = look(place, LIMIT_MAX)
        own = [number for number, beside in enumerate(part.items) if beside.vendor == org]
        if len(own) > most:
            part = look(place, own[most - 1] + 1)
        mine = tuple(beside for beside in part.items if beside.vendor == org)
        place = part.cursor
        if mine or not place:
            return Slice(mine, place)
    return Slice((), place)


def in_state(answer: Answer, state: str) -> Answer:
    """Of a board's part, the cases in one state; what is closed owes nothing and is not there."""
    if state not in OPEN_STATES:
        raise RefusedError(422, "unknown_state")
    listed = [found for found in answer.body["cases"] if found["status"] == state]
    return Answer(OK, answer.body | {"cases": listed})


def _tier(tier: str | None) -> Tier | None:
    if not tier:
        return None
    try:
        return Tier(tier)
    except ValueError:
        raise RefusedError(422, "unknown_tier") from None
