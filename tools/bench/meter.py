"""Write units as DynamoDB itself counts them, indexes included, for one stretch of calls."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from chalicelib.aws import items
from chalicelib.aws.dynamo import unmarshal

_WRITES = frozenset({"TransactWriteItems", "PutItem", "UpdateItem", "DeleteItem"})
_READS = frozenset({"GetItem", "BatchGetItem", "Query"})


@dataclass(slots=True)
class Bill:
    """What a command wrote: ``units`` by table or index, ``rows`` as (table, item, bytes).

    ``reads`` are read units, as the store counts them; the emulator counts too few for one GetItem
    of more than 4 kB.
    """

    units: Counter[str] = field(default_factory=Counter)
    rows: list[tuple[str, str, int]] = field(default_factory=list)
    reads: float = 0

    @property
    def total(self) -> int:
        """All units; they are whole for writes."""
        return round(sum(self.units.values()))


class Meter:
    """Hooks on a botocore client: every write tells what it consumed.

    The store's Date header is moved by ``offset_ms``, because a clock that runs ahead of the
    store's commits nothing, and the emulator's time cannot be moved.
    """

    def __init__(self, client: Any) -> None:
        """Starts counting at once."""
        self.offset_ms = 0
        self._bill = Bill()
        client.meta.events.register("provide-client-params.dynamodb", self._ask)
        client.meta.events.register("after-call.dynamodb", self._read)

    @contextmanager
    def running(self) -> Iterator[Bill]:
        """The bill of what happens inside."""
        self._bill = bill = Bill()
        yield bill
        self._bill = Bill()

    def _ask(self, params: dict[str, Any], model: Any, **_: Any) -> dict[str, Any] | None:
        if model.name in _READS:
            return params | {"ReturnConsumedCapacity": "TOTAL"}
        if model.name not in _WRITES:
            return None
        self._bill.rows += [row for write in _writes(params) for row in _rows(write)]
        return params | {"ReturnConsumedCapacity": "INDEXES"}

    def _read(self, parsed: dict[str, Any], model: Any, **_: Any) -> None:
        headers = parsed.get("ResponseMetadata", {}).get("HTTPHeaders", {})
        if "date" in headers:
            headers["date"] = _moved(headers["date"], self.offset_ms)
        consumed = parsed.get("ConsumedCapacity", [])
        tables = consumed if isinstance(consumed, list) else [consumed]
        if model.name in _WRITES:
            for table in tables:
                self._bill.units.update(_split(table))
        elif model.name in _READS:
            self._bill.reads += sum(float(table["CapacityUnits"]) for table in tables)


def _moved(date: str, ms: int) -> str:
    then: datetime = parsedate_to_datetime(date) + timedelta(milliseconds=ms)
    return format_datetime(then.astimezone(UTC), usegmt=True)


def _split(consumed: Mapping[str, Any]) -> dict[str, int]:
    """Units of a table and of each of its indexes; the table's own are what the indexes leave."""
    table = str(consumed["TableName"])
    indexes = consumed.get("GlobalSecondaryIndexes", {})
    found = {f"{table}.{name}": round(arm["CapacityUnits"]) for name, arm in indexes.items()}
    return {table: round(consumed["CapacityUnits"]) - sum(found.values()), **found}


def _writes(params: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if "TransactItems" in params:
        return [write for item in params["TransactItems"] for write in item.values()]
    return [params]


def _rows(write: Mapping[str, Any]) -> Iterator[tuple[str, str, int]]:
    """Table, a name that says what the item is, and its size in bytes (0 of an update)."""
    item = unmarshal(write.get("Item") or write.get("Key") or {})
    kind = str(item.get("pk", "")).partition("#")[0].partition("_")[0]
    part = "entry" if "seq" in item else str(item.get("sk", ""))
    yield write["TableName"], f"{kind} {part}", items.item_bytes(item) if "Item" in write else 0
