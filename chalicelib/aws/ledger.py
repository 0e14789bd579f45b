"""The ledger on DynamoDB: a case and its entry are written together, or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.audit.chain import Head
from chalicelib.audit.entry import SealedEntry
from chalicelib.aws import items, link_items, writes
from chalicelib.aws.board import Board
from chalicelib.aws.chains import Chains
from chalicelib.aws.dynamo import Item, Store, Write, unmarshal
from chalicelib.services.ports import (
    AT_ONCE,
    Beside,
    Clock,
    Commit,
    ConflictError,
    Link,
    Loaded,
    Once,
    Place,
    SealedWords,
    Slice,
)
from chalicelib.terms import Tier

# A transaction holds 4 MB; what is left of it is for the case, its entry and the rest.
WORDS_IN_TRANSACTION = 2_500_000


@dataclass(frozen=True, slots=True)
class Tables:
    """The names of the four tables."""

    cases: str
    audit: str
    vault: str
    registry: str


class DynamoLedger:
    """``Ledger`` on DynamoDB; the audit table is only ever touched by Puts in a transaction.

    Reads too raise UncertainError when the store gives no answer.  Keys of ``once`` and ``links``
    are whole partition keys, such as ``link#order#…``.
    """

    def __init__(self, client: Any, tables: Tables, clock: Clock) -> None:
        """``client`` is a low-level DynamoDB client."""
        self._store = Store(client, clock)
        self._tables = tables
        self._clock = clock
        self._board = Board(self._store, tables.cases)
        self._chains = Chains(self._store, tables.audit, clock)

    def load(self, case: str) -> Loaded | None:
        """The case, read consistently; raises ClockSkewError when the clocks disagree."""
        item = self._store.get(self._tables.cases, items.case_key(case), "state")
        if item is None:
            return None
        self._store.require_agreement()
        return _loaded(item)

    def load_all(self, cases: Sequence[str]) -> tuple[Loaded, ...]:
        """Those of the cases that exist, read consistently in one go, in the order asked for.

        Raises ClockSkewError when the clocks disagree.
        """
        keys = [items.case_key(case) for case in dict.fromkeys(cases)]
        wanted: list[Item] = [{"pk": key, "sk": "state"} for key in keys]
        found = {i["pk"]: i for i in self._store.batch_get(self._tables.cases, wanted)}
        if found:
            self._store.require_agreement()
        return tuple(_loaded(found[key]) for key in keys if key in found)

    def commit(self, commit: Commit) -> None:
        """Write all of it in one transaction.

        Raises:
            ConflictError: ``once``, ``link`` or ``case`` lost a race; ``words`` are in the vault
                already, so this very command was written before.
            UncertainError: it may or may not have been written; the same commit again settles it.
            ClockSkewError: the clocks disagree, and nothing was written.
            ValueError: entry, head and case do not follow one another.
        """
        self.commit_all((commit,))

    def commit_all(self, commits: Sequence[Commit]) -> None:
        """Write several cases' commands in one transaction; raises as ``commit`` does.

        ValueError too for more than ``AT_ONCE``, or two of one case.
        """
        check_all(commits)
        self._require_agreement(opened_at(commits))
        parts = [write for commit in commits for write in self._writes(commit)]
        self._store.transact(parts, writes.token(*(commit.entry for commit in commits)))

    def _writes(self, commit: Commit) -> list[Write]:
        cases, entry = self._tables.cases, commit.entry
        parts = [
            writes.case_write(cases, commit.case, entry, commit.before),
            writes.entry_write(self._tables.audit, entry, "case"),
            *self._words(commit.words),
            *(writes.link_write(cases, link) for link in commit.links),
        ]
        if commit.once:
            parts.append(writes.once_write(cases, commit.once, entry.at_ms))
        return parts

    def once(self, key: str) -> Once | None:
        """The first answer given under this key, unless it has expired."""
        item = self._store.get(self._tables.cases, key, "once")
        once = items.read_once(item) if item else None
        return once if once and once.expires_ms > self._clock.now() else None

    def links(self, keys: Sequence[str]) -> tuple[Link, ...]:
        """The link heads in the order of the keys; version 0 if absent."""
        wanted: list[Item] = [{"pk": key, "sk": "head"} for key in dict.fromkeys(keys)]
        found = self._store.batch_get(self._tables.cases, wanted)
        by_key = {item["pk"]: link_items.read_link(item) for item in found}
        return tuple(by_key.get(key) or Link(key) for key in keys)

    def due(
        self, slot: int, at: int, limit: int, after: Place | None = None, *, grave: bool = False
    ) -> tuple[Beside, ...]:
        """Cases of this slot due at or before ``at``, the longest overdue first."""
        return self._board.due(slot, at, limit, after, grave=grave)

    def board(self, tier: Tier | None, due_before: int, cursor: str, limit: int) -> Slice[Beside]:
        """Open cases by due time within each slot; raises ValueError for a strange cursor."""
        return self._board.page(tier, due_before, cursor, limit)

    def put_off(self, beside: Beside, until: int, entry: SealedEntry, before: Head) -> None:
        """Move only ``due_at`` of an unreadable case, with the entry of its fallback chain.

        The item goes back as it was found, attributes of later releases included.
        Raises ConflictError("case") when the case is no longer as ``beside`` says, and
        ConflictError("head") when another entry came first.
        """
        raw = self._store.get_raw(self._tables.cases, items.case_key(beside.case), "state")
        self._store.require_agreement(entry.at_ms)
        if raw is None or not items.is_still(beside, items.read_beside(unmarshal(raw))):
            raise ConflictError("case")
        moved = writes.moved_write(self._tables.cases, raw, until)
        self._store.transact([moved, *self._chained(entry, before)], writes.token(entry))

    def head(self, chain: str) -> Head:
        """The newest entry of a chain that is not a case's; genesis when there is none."""
        item = self._store.get(self._tables.registry, items.head_key(chain), "head")
        return items.read_head(item) if item else Head.genesis()

    def append(self, entry: SealedEntry, before: Head, words: tuple[SealedWords, ...] = ()) -> None:
        """Add to a chain that is not a case's; raises ConflictError when the head has moved."""
        self._require_agreement()
        parts = [*self._chained(entry, before), *self._words(words)]
        self._store.transact(parts, writes.token(entry))

    def entries(self, chain: str, after: int, limit: int) -> tuple[bytes, ...]:
        """Exact bytes of a chain's entries with seq > ``after``, in order.

        Here and below EntryAlteredError says that the table holds other bytes than were written.
        """
        return self._chains.entries(chain, after, limit)

    def entries_between(self, start: int, end: int, cursor: str, limit: int) -> Slice[bytes]:
        """Exact bytes of all chains' entries of a span; raises ValueError for a strange cursor."""
        return self._chains.between(start, end, cursor, limit)

    def _require_agreement(self, at: int = 0) -> None:
        """An opening may follow no read, or one of long ago: ask the store what time it is."""
        if not self._store.agrees:
            self._store.get_raw(self._tables.registry, "clock", "clock")
        self._store.require_agreement(at)

    def _chained(self, entry: SealedEntry, before: Head) -> list[Write]:
        check_follows(entry, before)
        return [
            writes.head_write(self._tables.registry, entry, before),
            writes.entry_write(self._tables.audit, entry, "head"),
        ]

    def _words(self, words: tuple[SealedWords, ...]) -> list[Write]:
        """Parts for the transaction; those beyond what it can hold are stored before it.

        A crash after that leaves sealed parts that nothing points at, and loses nothing.
        """
        inside: list[Write] = []
        room = WORDS_IN_TRANSACTION
        for item in items.word_items(words):
            room -= len(item["b"])
            if room >= 0:
                inside.append(writes.words_write(self._tables.vault, item))
            else:
                self._store.put_new(self._tables.vault, item)
        return inside


def _loaded(item: Item) -> Loaded:
    beside, head = items.read_beside(item), items.read_head(item)
    return Loaded(beside, head, items.read_case(item), items.body_of(item))


def check_all(commits: Sequence[Commit]) -> None:
    """Raise ValueError unless each commit is right by itself and no case comes twice."""
    for commit in commits:
        check(commit)
    cases = {commit.case.id for commit in commits}
    if not len(cases) == len(commits) <= AT_ONCE:
        raise ValueError(f"{len(commits)} commits of {len(cases)} cases in one transaction.")


def opened_at(commits: Sequence[Commit]) -> int:
    """When the openings among them say they were (ms), 0 for none.

    Any other command comes after a read, which has shown whether the clocks agree.
    """
    return max((one.entry.at_ms for one in commits if not one.before.seq), default=0)


def check(commit: Commit) -> None:
    """Raise ValueError unless entry, head and case follow one another: a fault of the caller's."""
    check_follows(commit.entry, commit.before)
    case, entry = commit.case, commit.entry
    if entry.chain != items.case_key(case.id) or entry.seq != case.seq:
        raise ValueError(f"Entry {entry.seq} of {entry.chain} is not that of the case.")


def check_follows(entry: SealedEntry, before: Head) -> None:
    """Raise ValueError unless the entry is the next one after ``before``."""
    if entry.seq != before.seq + 1:
        raise ValueError(f"Entry {entry.seq} of {entry.chain} does not follow {before.seq}.")
