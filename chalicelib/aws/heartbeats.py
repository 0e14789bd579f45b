"""Heartbeats on DynamoDB, in the registry's table: the item and its entry in one transaction."""

from typing import Any

from chalicelib.audit import canonical
from chalicelib.audit.chain import Head
from chalicelib.audit.entry import SealedEntry
from chalicelib.aws import items, writes
from chalicelib.aws.dynamo import Item, Store, Write, marshal
from chalicelib.aws.ledger import Tables, check_follows
from chalicelib.services.heartbeats import Kept, Vitals
from chalicelib.services.ports import Clock
from chalicelib.terms import DAY, SECOND

KEY = "heartbeats"
COUNTS_KEPT_MS = 35 * DAY
# The head's own condition lets one writer through; the item follows, whatever was in its place.
_ANY = "attribute_exists(pk) OR attribute_not_exists(pk)"
_SCHEMA = 1
_NUMBERS = ("at", "missed", "compared", "dark_since", "ended")


def heartbeat_item(vitals: Vitals, head: Head) -> Item:
    """One vendor's item; ``head`` is the entry that was written with it."""
    return {
        "pk": KEY,
        "sk": vitals.vendor,
        "version": head.seq,
        "head": bytes.fromhex(head.hash),
        "body": canonical.encode(to_body(vitals)),
    }


def to_body(vitals: Vitals) -> dict[str, Any]:
    """The stored form, schema 1."""
    return {
        "schema": _SCHEMA,
        "vendor": vitals.vendor,
        **{name: getattr(vitals, name) for name in _NUMBERS},
        "seq": vitals.seq,
        "newest": dict(vitals.newest),
        "windows": [list(pair) for pair in sorted(vitals.windows.items())],
        "case": vitals.case,
    }


def read_kept(item: Item) -> Kept:
    """As ``heartbeat_item`` wrote it; without vitals when this release cannot read them."""
    try:
        vitals = _vitals(canonical.decode(item["body"]))
    except (KeyError, TypeError, ValueError, AttributeError):
        vitals = None
    if vitals and vitals.vendor != item["sk"]:
        vitals = None
    return Kept(item["sk"], items.read_head(item), vitals)


def _vitals(body: dict[str, Any]) -> Vitals:
    if body["schema"] != _SCHEMA:
        raise ValueError("Written by another release.")
    return Vitals(
        vendor=body["vendor"],
        **{name: int(body[name]) for name in _NUMBERS},
        seq=None if body["seq"] is None else int(body["seq"]),
        newest={str(name): int(number) for name, number in body["newest"].items()},
        windows={int(start): int(number) for start, number in body["windows"]},
        case=str(body["case"]),
    )


def counts_key(vendor: str) -> str:
    """The partition of what a vendor logged."""
    return f"counts#{vendor}"


class DynamoHeartbeats:
    """``Heartbeats`` on DynamoDB; raises UncertainError when the store gives no answer."""

    def __init__(self, client: Any, tables: Tables, clock: Clock) -> None:
        """``client`` is a low-level DynamoDB client."""
        self._store = Store(client, clock)
        self._tables = tables

    def load(self, vendor: str) -> Kept | None:
        """One vendor's, read consistently."""
        item = self._store.get(self._tables.registry, KEY, vendor)
        return read_kept(item) if item else None

    def vendors(self, after: str, limit: int) -> tuple[Kept, ...]:
        """Those whose name comes after ``after``, in order, read consistently."""
        found, _ = self._store.query(
            self._tables.registry,
            "pk = :pk AND sk > :after",
            {":pk": KEY, ":after": after or " "},
            Limit=limit,
            ConsistentRead=True,
        )
        return tuple(read_kept(item) for item in found)

    def save(self, vitals: Vitals, entry: SealedEntry, before: Head) -> None:
        """Item and entry together; raises ConflictError("head") when the chain has moved.

        The chain's head is the item's version, so an item that cannot be read can be replaced.
        """
        check_follows(entry, before)
        if not self._store.agrees:
            self._store.get_raw(self._tables.registry, "clock", "clock")
        self._store.require_agreement()
        item = marshal(heartbeat_item(vitals, entry.head))
        registry = self._tables.registry
        parts = [
            writes.head_write(registry, entry, before),
            writes.entry_write(self._tables.audit, entry, "head"),
            Write(table=registry, item=item, what="head", condition=_ANY),
        ]
        self._store.transact(parts, writes.token(entry))

    def count(self, vendor: str, quarter: int) -> None:
        """One more, atomically."""
        self._store.call(
            "update_item",
            TableName=self._tables.registry,
            Key=marshal({"pk": counts_key(vendor), "sk": str(quarter)}),
            UpdateExpression="ADD logged :one SET #ttl = :ttl",
            ExpressionAttributeNames={"#ttl": "ttl"},
            ExpressionAttributeValues=marshal(
                {":one": 1, ":ttl": (quarter + COUNTS_KEPT_MS) // SECOND}
            ),
        )

    def counted(self, vendor: str, quarter: int) -> int:
        """How many there were."""
        item = self._store.get(self._tables.registry, counts_key(vendor), str(quarter))
        return int(item.get("logged", 0)) if item else 0
