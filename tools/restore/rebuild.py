"""Every case from its entries: what the restored item says is compared with the fold of its log.

An item and its entry are written in one transaction, but the tables are restored one by one, so
an item may stand a step before or after its log, be broken, or not be there.  The log decides: an
item that does not match the state its newest entry names is written anew from the entries.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from chalicelib.audit.canonical import decode
from chalicelib.audit.chain import Head, entry_hash, state_hash
from chalicelib.aws import items
from chalicelib.aws.board import INDEXED
from chalicelib.aws.dynamo import Item, Store, marshal, unmarshal
from chalicelib.aws.ledger import DynamoLedger, Tables
from chalicelib.cases.body import to_body
from chalicelib.cases.evolve import fold
from chalicelib.cases.model import Case
from chalicelib.services.ports import Clock

CASE = "case#"
BATCH = 500
BESIDE = (*INDEXED, "slot", "due_at")


class UnfoldableError(Exception):
    """Entries that give no case; the message says why, never what they hold."""


@dataclass(slots=True)
class Log:
    """What a scan of the audit table's keys found: each chain's newest number."""

    newest: dict[str, int] = field(default_factory=dict)
    entries: int = 0

    @property
    def cases(self) -> list[str]:
        """Ids of the cases that have a chain."""
        return sorted(name.removeprefix(CASE) for name in self.newest if name.startswith(CASE))

    @property
    def others(self) -> list[str]:
        """Chains that are not a case's."""
        return sorted(name for name in self.newest if not name.startswith(CASE))


@dataclass(slots=True)
class Told:
    """What was found and done; ``problems`` are what no rebuilding mends."""

    cases: int = 0
    equal: int = 0
    rebuilt_damaged: int = 0
    rebuilt_missing: int = 0
    due_mended: int = 0
    heads_mended: int = 0
    words: int = 0
    newest_ms: int = 0
    open: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


class Rebuilder:
    """One pass over restored tables that nobody else uses."""

    def __init__(self, client: Any, tables: Tables, clock: Clock) -> None:
        """``client`` is a low-level DynamoDB client."""
        self._client = client
        self._tables = tables
        self._store = Store(client, clock)
        self.ledger = DynamoLedger(client, tables, clock)
        self.log = Log()
        self.told = Told()
        self._sids: dict[str, set[str]] = defaultdict(set)

    def run(self) -> Told:
        """Rebuild what must be; ``told.open`` has each open case's due time afterwards."""
        for key in self._scan(self._tables.audit, "pk, seq"):
            self.log.entries += 1
            self.log.newest[key["pk"]] = max(self.log.newest.get(key["pk"], 0), key["seq"])
        for case in self.log.cases:
            self._case(case)
        for chain in self.log.others:
            self._head(chain)
        self._strays()
        self._words()
        return self.told

    def _scan(self, table: str, attributes: str) -> Iterator[Item]:
        pages = self._client.get_paginator("scan").paginate(
            TableName=table, ProjectionExpression=attributes, ConsistentRead=True
        )
        for page in pages:
            yield from map(unmarshal, page["Items"])

    def _case(self, identity: str) -> None:
        self.told.cases += 1
        try:
            case, head, post = self._folded(identity)
        except (UnfoldableError, items.EntryAlteredError) as error:
            self.told.problems.append(f"{identity} cannot be rebuilt: {error}")
            return
        if case.due:
            self.told.open[identity] = case.due
        proved = state_hash(to_body(case)) == post
        raw = self._store.get(self._tables.cases, items.case_key(identity), "state")
        found = _whole(raw, head)
        wanted = items.case_item(case, head)
        if found == case:
            if _beside(raw) == _beside(wanted):
                self.told.equal += 1
                return
            self.told.due_mended += 1
        elif found and not proved and state_hash(to_body(found)) == post:
            self.told.problems.append(f"{identity} is as its log says, and not its fold")
            return
        elif raw is None:
            self.told.rebuilt_missing += 1
        else:
            self.told.rebuilt_damaged += 1
        if not proved:
            self.told.problems.append(f"{identity} is rebuilt, but not to what its log says")
        self._put(self._tables.cases, wanted)

    def _folded(self, identity: str) -> tuple[Case, Head, str]:
        """The case by its entries, the chain's head, and the state that the newest one names."""
        chain = items.case_key(identity)
        case: Case | None = None
        last, post, seq = b"", "", 0
        while lines := self.ledger.entries(chain, seq, BATCH):
            for line in lines:
                entry = decode(line)
                seq += 1
                if entry["seq"] != seq:
                    raise UnfoldableError(f"entry {seq} is not there")
                try:
                    case = fold(case, entry["events"], entry["at_ms"])
                except (KeyError, TypeError, ValueError, AttributeError) as error:
                    why = f"entry {seq}: {type(error).__name__}"
                    raise UnfoldableError(why) from error
                self._sids[identity].update(pii["sid"] for pii in entry["pii"])
                last, post = line, str(entry["state"]["post"])
                self.told.newest_ms = max(self.told.newest_ms, entry["at_ms"])
        if case is None or case.id != identity:
            raise UnfoldableError("its entries open another case, or none")
        return case, Head(seq, entry_hash(last)), post

    def _head(self, chain: str) -> None:
        """The registry's head of a chain that is not a case's, without which nobody can add."""
        newest = self.log.newest[chain]
        try:
            (line,) = self.ledger.entries(chain, newest - 1, 1)
        except items.EntryAlteredError as error:
            self.told.problems.append(str(error))
            return
        self.told.newest_ms = max(self.told.newest_ms, decode(line)["at_ms"])
        head = Head(newest, entry_hash(line))
        if self.ledger.head(chain) != head:
            item = {"version": head.seq, "head": bytes.fromhex(head.hash)}
            key = {"pk": items.head_key(chain), "sk": "head"}
            self._put(self._tables.registry, key | item)
            self.told.heads_mended += 1

    def _strays(self) -> None:
        """Items of cases that have no entry at all: nothing that we ever write."""
        known = set(self.log.cases)
        for key in self._scan(self._tables.cases, "pk, sk"):
            identity = key["pk"].removeprefix(CASE)
            if key["sk"] == "state" and identity not in known:
                self.told.problems.append(f"{identity} has an item and no entry")

    def _words(self) -> None:
        kept = {key["pk"] for key in self._scan(self._tables.vault, "pk")}
        for case, sids in sorted(self._sids.items()):
            self.told.words += len(sids & kept)
            if lost := sids - kept:
                self.told.problems.append(f"{case}: {len(lost)} messages have no words")

    def _put(self, table: str, item: Item) -> None:
        self._store.call("put_item", TableName=table, Item=marshal(item))


def _whole(raw: Item | None, head: Head) -> Case | None:
    """The case of an item that can be read and stands at this head."""
    return items.read_case(raw) if raw and items.read_head(raw) == head else None


def _beside(raw: Item | None) -> Item:
    """What the index and the fallback bell go by."""
    return {name: raw[name] for name in BESIDE if name in raw} if raw else {}
