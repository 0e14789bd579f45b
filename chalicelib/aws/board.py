"""The due index: what is overdue, and the board of open cases.

It follows the table in its own time: a case found here is loaded again before it is decided on.
"""

from typing import Any

from chalicelib.aws import cursors
from chalicelib.aws.dynamo import Item, Raw, Store, marshal
from chalicelib.aws.items import SLOTS, case_key, read_beside
from chalicelib.services.ports import Beside, Place, Slice
from chalicelib.terms import Tier

# The index is written only when one of these changes; a test holds the template to them.
INDEXED = ("tier", "code", "vendor", "status", "rung", "opened")
_DUE_PAGES = 5
_BOARD_QUERIES = 32
_LOOKED_AT = 200  # cases read for one query that filters


class Board:
    """Reads of the due index."""

    def __init__(self, store: Store, table: str) -> None:
        """``table`` is the cases table."""
        self._store = store
        self._table = table

    def due(
        self, slot: int, at: int, limit: int, after: Place | None = None, *, grave: bool = False
    ) -> tuple[Beside, ...]:
        """Cases of one slot due at or before ``at``, the longest overdue first.

        ``after`` is a place, so that nothing need stand there any more.  With ``grave`` all
        others are passed over, and paid for like those that are given.
        """
        found: list[Item] = []
        more = _after(slot, after) if after else None
        for _ in range(_DUE_PAGES):
            left = limit - len(found)
            items, more = self._query(slot, "<=", at, more, **_gravest(left, grave=grave))
            found += items
            if more is None or len(found) >= limit:
                break
        return tuple(read_beside(item) for item in found[:limit])

    def page(self, tier: Tier | None, due_before: int, cursor: str, limit: int) -> Slice[Beside]:
        """Open cases due before a time, slot by slot, in bounded work.

        Raises:
            ValueError: not a cursor of this list.
        """
        slot, more = _place(cursor) if cursor else (0, None)
        found: list[Item] = []
        for _ in range(_BOARD_QUERIES):
            left = limit - len(found)
            items, more = self._query(slot, "<", due_before, more, **_only(tier, left))
            found += items[:left]
            if len(items) > left:
                return _slice(found, slot, _key(found[-1]))
            slot += more is None
            if slot == SLOTS:
                return _slice(found, slot, None)
            if len(found) == limit:
                break
        return _slice(found, slot, more)

    def _query(
        self, slot: int, compare: str, at: int, start: Raw | None, **more: Any
    ) -> tuple[list[Item], Raw | None]:
        values = {":slot": slot, ":at": at} | more.pop("Values", {})
        names = {"#slot": "slot", "#due_at": "due_at"} | more.pop("Names", {})
        if start is not None:
            more["ExclusiveStartKey"] = start
        return self._store.query(
            self._table,
            f"#slot = :slot AND #due_at {compare} :at",
            values,
            IndexName="due",
            ExpressionAttributeNames=names,
            **more,
        )


def _only(tier: Tier | None, left: int) -> dict[str, Any]:
    if tier is None:
        return {"Limit": left}
    return {
        "Limit": _LOOKED_AT,
        "FilterExpression": "#tier = :tier",
        "Names": {"#tier": "tier"},
        "Values": {":tier": tier.value},
    }


def _gravest(left: int, *, grave: bool) -> dict[str, Any]:
    """Parameters of a query that wants ``left`` cases, or S0 and S1 out of a megabyte of cases."""
    if not grave:
        return {"Limit": left}
    return {
        "FilterExpression": "#tier IN (:s0, :s1)",
        "Names": {"#tier": "tier"},
        "Values": {":s0": Tier.S0.value, ":s1": Tier.S1.value},
    }


def _slice(found: list[Item], slot: int, more: Raw | None) -> Slice[Beside]:
    items = tuple(read_beside(item) for item in found)
    if slot == SLOTS:
        return Slice(items)
    if more is None:
        return Slice(items, cursors.encode(slot, -1, ""))
    case = more["pk"]["S"].removeprefix("case#")
    return Slice(items, cursors.encode(slot, int(more["due_at"]["N"]), case))


def _place(cursor: str) -> tuple[int, Raw | None]:
    slot, due_at, case = cursors.decode(cursor, int, int, str)
    if not isinstance(slot, int) or not 0 <= slot < SLOTS:
        raise ValueError("That is not a cursor of this list.")
    if due_at == -1:
        return slot, None
    return slot, _key({"slot": slot, "due_at": due_at, "pk": case_key(str(case))})


def _after(slot: int, place: Place) -> Raw:
    return _key({"slot": slot, "due_at": place.due, "pk": case_key(place.case)})


def _key(item: Item) -> Raw:
    names = ("slot", "due_at", "pk")
    return marshal({name: item[name] for name in names} | {"sk": "state"})
