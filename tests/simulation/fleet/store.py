"""The store of a fleet: the fake's semantics, made for speed.

Cases are kept as they were decided beside the bytes that would be stored; one load in some dozens,
and every case at the end, is read from its item's bytes and compared, so that nothing lives in
memory alone.  A long run keeps only the newest entries of a chain: all were checked as they came.
"""

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, overload

from chalicelib.audit.chain import Head
from chalicelib.audit.entry import SealedEntry
from chalicelib.aws.items import SLOTS, beside_of, case_item, indexed, read_case, slot_of
from chalicelib.cases import upcasters
from chalicelib.cases.model import Case
from chalicelib.services.ports import Beside, Clock, Commit, ConflictError, Loaded, Place
from chalicelib.services.stored_form import encoded
from chalicelib.terms import Tier
from tests.support.fake_ledger import FakeLedger

# Versions of a case that a stale index may still show.
REMEMBERED = 8
# One load in so many reads the stored bytes.
READ_EVERY = 61
# Entries of a chain that a long run keeps.
KEPT = 256

type Watched = Callable[[Commit], None]
# A case as it was decided, and the schema of the code that did it.
type Live = tuple[int, Case]
# What is in the table since before this run.
UNREAD: tuple[int, None] = (0, None)


class Tail(Sequence[SealedEntry]):
    """A chain's entries, of which only the newest may be left; numbered as if all were there."""

    def __init__(self, kept: int) -> None:
        """``kept`` entries stay, 0 for all."""
        self._kept = kept
        self._gone = 0
        self._entries: list[SealedEntry] = []

    def append(self, entry: SealedEntry) -> None:
        """The next one."""
        self._entries.append(entry)
        if self._kept and len(self._entries) > 2 * self._kept:
            self._gone += self._kept
            del self._entries[: self._kept]

    def __len__(self) -> int:
        return self._gone + len(self._entries)

    @overload
    def __getitem__(self, at: int) -> SealedEntry: ...
    @overload
    def __getitem__(self, at: slice) -> list[SealedEntry]: ...
    def __getitem__(self, at: int | slice) -> SealedEntry | list[SealedEntry]:
        if isinstance(at, slice):
            start, stop, _ = at.indices(len(self))
            return self._entries[max(start - self._gone, 0) : max(stop - self._gone, 0)]
        return self._entries[at if at < 0 else at - self._gone]

    def __iter__(self) -> Iterator[SealedEntry]:
        return iter(self._entries)


class FleetLedger(FakeLedger):
    """What all workers' ledgers share; ``watch`` sees every commit once it is stored."""

    def __init__(self, clock: Clock, *, kept: int = KEPT) -> None:
        """``clock`` is the true one; ``kept`` entries of a chain stay, 0 for all."""
        super().__init__(clock)
        self.watch: Watched = lambda _commit: None
        self.live: dict[str, Live] = {}
        self.misread: list[str] = []
        self._kept = kept
        self._shown: list[dict[str, list[tuple[int, Beside]]]] = [{} for _ in range(SLOTS)]
        self._queue: list[tuple[int, str]] = []
        self._slots: dict[str, int] = {}
        self._loads = 0

    def load_quietly(self, case: str) -> Loaded | None:
        """As the code that asks would read it: from memory if it was written by its like."""
        stored = self._cases.get(case)
        if stored is None:
            return None
        schema, live = self.live.get(case, UNREAD)
        if live is None or schema != upcasters.SCHEMA:
            return super().load_quietly(case)
        self._loads += 1
        if self._loads % READ_EVERY == 0:
            self.reread(case)
        return Loaded(stored[0], stored[1], live, stored[2])

    def reread(self, case: str) -> None:
        """Note it when the case's item, packed and read again, is not the case."""
        _, head, body = self._cases[case]
        schema, live = self.live.get(case, UNREAD)
        if live is None:
            return
        if schema != upcasters.SCHEMA:
            loaded = super().load_quietly(case)
            same = loaded is not None and loaded.case == live
        else:
            same = read_case(case_item(live, head)) == live and encoded(live) == body
        if not same:
            self.misread.append(case)

    def adopt(self, beside: Beside, body: bytes, entries: Sequence[SealedEntry]) -> None:
        """A case that is in the table already."""
        chain = self._chain(entries[0].chain)
        for entry in entries:
            chain.append(entry)
        self._put(beside, entries[-1].head, body)

    def _commit(self, commit: Commit) -> None:
        case, entry, once = commit.case, commit.entry, commit.once
        if once and once.key in self._once and self._once[once.key].expires_ms > entry.at_ms:
            raise ConflictError("once")
        if any(self._link(link.key).version != link.version for link in commit.links):
            raise ConflictError("link")
        self._require_unmoved(commit)
        self._new_words(commit.words)
        self.live[case.id] = upcasters.SCHEMA, case
        self._put(beside_of(case), entry.head, encoded(case))
        self._chain(entry.chain).append(entry)
        self._keep(commit)
        self.commits += 1
        self.watch(commit)

    def _keep(self, commit: Commit) -> None:
        for sealed in commit.words:
            self.vault[sealed.sid] = sealed.parts
        for link in commit.links:
            self._links[link.key] = replace(link, version=link.version + 1)
        if commit.once:
            self._once[commit.once.key] = commit.once

    def _chain(self, chain: str) -> Any:
        return self._entries.get(chain) or self._entries.setdefault(chain, Tail(self._kept))  # type: ignore[arg-type]

    def _append(self, entry: SealedEntry, before: Head) -> None:
        self._chain(entry.chain)
        super()._append(entry, before)

    def head(self, chain: str) -> Head:
        """As the port."""
        stored = self._entries.get(chain)
        return stored[-1].head if stored else Head.genesis()

    def _put(self, beside: Beside, head: Head, body: bytes) -> None:
        name = beside.case
        self._cases[name] = (beside, head, body)
        slot = self._slots.get(name)
        if slot is None:
            slot = self._slots[name] = slot_of(name)
        history = self._shown[slot].setdefault(name, [])
        history.append((self.clock.now(), beside))
        if len(history) > 2 * REMEMBERED:
            del history[:-REMEMBERED]
        if beside.due:
            heapq.heappush(self._queue, (beside.due, name))

    def due(
        self, slot: int, at: int, limit: int, after: Place | None = None, *, grave: bool = False
    ) -> tuple[Beside, ...]:
        """As the port; nothing is searched while nothing at all is due."""
        if not self.lag_ms and self.first_due()[0] > at:
            return ()
        seen = self.clock.now() - self.lag_ms
        found = []
        for rows in self._shown[slot].values():
            row = next((beside for when, beside in reversed(rows) if when <= seen), None)
            if row and row.due and row.due <= at and not (grave and row.tier.rank > Tier.S1.rank):
                found.append(indexed(row))
        if after:
            found = [beside for beside in found if (beside.due, beside.case) > after]
        return tuple(sorted(found, key=lambda beside: (beside.due, beside.case))[:limit])

    def first_due(self) -> tuple[int, str]:
        """The earliest due time of all open cases (ms), and whose it is."""
        while self._queue:
            due, name = self._queue[0]
            if self._cases[name][0].due == due:
                return due, name
            heapq.heappop(self._queue)
        return 2**62, ""
