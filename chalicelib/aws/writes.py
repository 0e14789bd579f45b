"""The Puts that a transaction is made of, each with the condition that makes it safe."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from chalicelib.audit.chain import Head
from chalicelib.audit.entry import SealedEntry
from chalicelib.aws import items, link_items
from chalicelib.aws.dynamo import ABSENT, Item, Raw, Write, marshal, unmarshal
from chalicelib.cases.model import Case
from chalicelib.services.ports import Link, Once

_TOKEN_LENGTH = 36  # the longest that DynamoDB takes


def token(*entries: SealedEntry) -> str:
    """Ties a transaction to its entries: sent again, the same commits change nothing."""
    return token_of(entry.hash for entry in entries)


def token_of(hashes: Iterable[str]) -> str:
    """Of whatever else is written once, by hashes that no other writing has."""
    return sha256("".join(hashes).encode()).hexdigest()[:_TOKEN_LENGTH]


def case_write(table: str, case: Case, entry: SealedEntry, before: Head) -> Write:
    """The case, if nobody has written it since it was loaded."""
    item = marshal(items.case_item(case, entry.head))
    return Write(table=table, item=item, what="case", **_unmoved(before))


def moved_write(table: str, raw: Raw, until: int) -> Write:
    """The case exactly as found, except that it is due at another time."""
    same: Raw = {name: raw[name] for name in ("version", "head", "due_at") if name in raw}
    return Write(
        table=table,
        item=raw | marshal({"due_at": until}),
        what="case",
        condition=" AND ".join(f"{name} = :{name}" for name in same),
        values={f":{name}": value for name, value in unmarshal(same).items()},
    )


def head_write(table: str, entry: SealedEntry, before: Head) -> Write:
    """The head of a chain that is not a case's, if it has not moved."""
    item = marshal(items.head_item(entry))
    return Write(table=table, item=item, what="head", **_unmoved(before))


def _unmoved(before: Head) -> dict[str, Any]:
    if before.seq == 0:
        return {}
    condition = "version = :version AND head = :head"
    values = {":version": before.seq, ":head": bytes.fromhex(before.hash)}
    return {"condition": condition, "values": values}


def entry_write(table: str, entry: SealedEntry, what: str) -> Write:
    """An entry, never over another one."""
    return Write(table=table, item=marshal(items.entry_item(entry)), what=what)


def words_write(table: str, item: Item) -> Write:
    """One part of sealed words, never over another one."""
    return Write(table=table, item=marshal(item), what="words")


def once_write(table: str, once: Once, at: int) -> Write:
    """A first answer, unless there is one that has not expired by ``at``."""
    return Write(
        table=table,
        item=marshal(items.once_item(once)),
        what="once",
        condition=f"{ABSENT} OR expires_ms <= :at",
        values={":at": at},
    )


def link_write(table: str, link: Link) -> Write:
    """A link head, if it still has the version it was read with."""
    item = marshal(link_items.link_item(link))
    if link.version == 0:
        return Write(table=table, item=item, what="link")
    values = {":version": link.version}
    return Write(table=table, item=item, what="link", condition="version = :version", values=values)
