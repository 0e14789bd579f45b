"""Reads of the audit table: a chain in order, and everything of a span of time.

Both give exact bytes, and raise EntryAlteredError rather than bytes of another hash.
"""

from chalicelib.aws import cursors
from chalicelib.aws.dynamo import Item, Store
from chalicelib.aws.items import SLOTS, read_entry
from chalicelib.services.ports import Clock, Slice
from chalicelib.terms import DAY, iso

_QUERIES = 64  # four days' slots: the most that one call looks at
_OLDEST_MS = 20_454 * DAY  # 2026-01-01: no entry is older, so nobody walks the years before


class Chains:
    """Entries' exact bytes."""

    def __init__(self, store: Store, table: str, clock: Clock) -> None:
        """``table`` is the audit table; ``clock`` says which days need no look yet."""
        self._clock = clock
        self._store = store
        self._table = table

    def entries(self, chain: str, after: int, limit: int) -> tuple[bytes, ...]:
        """A chain's entries with seq > ``after``, read consistently, in order."""
        found: list[Item] = []
        while len(found) < limit:
            values = {":chain": chain, ":after": found[-1]["seq"] if found else after}
            items, more = self._store.query(
                self._table,
                "pk = :chain AND seq > :after",
                values,
                Limit=limit - len(found),
                ConsistentRead=True,
            )
            found += items
            if more is None:
                break
        return tuple(read_entry(item) for item in found)

    def between(self, start: int, end: int, cursor: str, limit: int) -> Slice[bytes]:
        """All chains' entries with start <= at_ms < end; the index may lag by a second or so.

        A part may hold few entries, or none, and still have a cursor.

        Raises:
            ValueError: not a cursor of this span.
        """
        start, end = max(start, _OLDEST_MS), min(end, self._clock.now() + DAY)
        if start >= end:
            return Slice(())
        first, last = start // DAY * SLOTS, (end - 1) // DAY * SLOTS + SLOTS - 1
        part, after = _place(cursor, end, first, last) if cursor else (first, "")
        keys: list[Item] = []
        for _ in range(_QUERIES):
            if part > last or len(keys) == limit:
                break
            low = max(after, f"{start:013d}")
            found, more = self._indexed(part, low, end, limit - len(keys))
            keys += found
            part, after = (part + 1, "") if not more else (part, found[-1]["at_eid"] + "!")
        return Slice(self._bytes(keys), "" if part > last else cursors.encode(part, after))

    def _indexed(self, part: int, low: str, end: int, limit: int) -> tuple[list[Item], bool]:
        day = iso(part // SLOTS * DAY)[:10]
        found, more = self._store.query(
            self._table,
            "#day = :day AND at_eid BETWEEN :low AND :high",
            {":day": f"{day}#{part % SLOTS}", ":low": low, ":high": f"{end:013d}"},
            IndexName="by_day",
            ExpressionAttributeNames={"#day": "day"},
            Limit=limit,
        )
        return found, more is not None

    def _bytes(self, keys: list[Item]) -> tuple[bytes, ...]:
        wanted = [{"pk": key["pk"], "seq": key["seq"]} for key in keys]
        found = self._store.batch_get(self._table, wanted)
        by_key = {(item["pk"], item["seq"]): read_entry(item) for item in found}
        return tuple(by_key[key["pk"], key["seq"]] for key in wanted)


def _place(cursor: str, end: int, first: int, last: int) -> tuple[int, str]:
    part, after = cursors.decode(cursor, int, str)
    if not isinstance(part, int) or not first <= part <= last or str(after) >= f"{end:013d}":
        raise ValueError("That is not a cursor of this span.")
    return part, str(after)
