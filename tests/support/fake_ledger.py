"""The ledger in memory, with the same semantics as the real one, and faults on demand."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace

from chalicelib.audit.chain import Head
from chalicelib.audit.entry import SealedEntry
from chalicelib.aws import cursors
from chalicelib.aws.items import SLOTS, beside_of, case_key, indexed, is_still, read_case, slot_of
from chalicelib.aws.ledger import check, check_all, check_follows
from chalicelib.cases.model import Case
from chalicelib.services.ports import (
    Beside,
    Clock,
    ClockSkewError,
    Commit,
    ConflictError,
    Link,
    Loaded,
    Once,
    Place,
    SealedWords,
    Slice,
    UncertainError,
)
from chalicelib.services.stored_form import encoded
from chalicelib.terms import DAY, Tier

type Stored = tuple[Beside, Head, bytes]
type Fault = Callable[[str], str]


def no_fault(_operation: str) -> str:
    """Nothing goes wrong."""
    return ""


class FakeLedger:
    """``Ledger`` in memory.

    ``fault`` is asked before every operation (``load``, ``commit``, ``append``, ``put_off``) and
    may answer ``before`` (UncertainError, nothing stored), ``after`` (UncertainError, stored),
    ``skew`` (ClockSkewError), or ``conflict`` or ``conflict:<what>`` (ConflictError).
    ``fail_next`` queues such answers for the next writes.  ``lag_ms`` makes the due index stale:
    it shows the cases as they were that long ago.
    """

    def __init__(self, clock: Clock, fault: Fault = no_fault) -> None:
        """An empty ledger."""
        self.clock = clock
        self.fault = fault
        self.lag_ms = 0
        self.vault: dict[str, tuple[bytes, ...]] = {}
        self.commits = 0
        self._cases: dict[str, Stored] = {}
        self._index: dict[str, list[tuple[int, Beside]]] = {}
        self._entries: dict[str, list[SealedEntry]] = {}
        self._once: dict[str, Once] = {}
        self._links: dict[str, Link] = {}
        self._next: deque[str] = deque()
        self._lock = threading.RLock()

    def fail_next(self, *faults: str) -> None:
        """The next writes fail so, one each; an empty text lets one pass."""
        self._next.extend(faults)

    def corrupt(self, case: str, body: bytes = b"{}") -> None:
        """Put a body in its place that this release cannot read."""
        beside, head, _ = self._cases[case]
        self._cases[case] = (beside, head, body)

    @property
    def chains(self) -> tuple[str, ...]:
        """All chains that have an entry, sorted."""
        return tuple(sorted(self._entries))

    @property
    def cases(self) -> tuple[str, ...]:
        """All case ids, sorted."""
        return tuple(sorted(self._cases))

    def load(self, case: str) -> Loaded | None:
        """As the port."""
        self._raise(self.fault("load"))
        return self.load_quietly(case)

    def load_quietly(self, case: str) -> Loaded | None:
        """As the port, but no fault strikes: for whoever judges."""
        with self._lock:
            stored = self._cases.get(case)
        return stored and Loaded(stored[0], stored[1], _read(stored), stored[2])

    def load_all(self, cases: Sequence[str]) -> tuple[Loaded, ...]:
        """As the port."""
        self._raise(self.fault("load_all"))
        found = map(self.load_quietly, dict.fromkeys(cases))
        return tuple(loaded for loaded in found if loaded)

    def commit(self, commit: Commit) -> None:
        """As the port."""
        check(commit)
        fault = self._take("commit")
        with self._lock:
            if not self._has(commit.entry):
                self._commit(commit)
        self._raise_after(fault)

    def commit_all(self, commits: Sequence[Commit]) -> None:
        """As the port."""
        check_all(commits)
        fault = self._take("commit")
        with self._lock:
            fresh = [commit for commit in commits if not self._has(commit.entry)]
            for commit in fresh:
                self._require_unmoved(commit)
            for commit in fresh:
                self._commit(commit)
        self._raise_after(fault)

    def _require_unmoved(self, commit: Commit) -> None:
        stored = self._cases.get(commit.case.id)
        if (stored[1] if stored else Head.genesis()) != commit.before:
            raise ConflictError("case")

    def _commit(self, commit: Commit) -> None:
        case, entry = commit.case, commit.entry
        once, at = commit.once, entry.at_ms
        if once and once.key in self._once and self._once[once.key].expires_ms > at:
            raise ConflictError("once")
        if any(self._link(link.key).version != link.version for link in commit.links):
            raise ConflictError("link")
        self._require_unmoved(commit)
        self._new_words(commit.words)
        self._put(beside_of(case), entry.head, encoded(case))
        self._entries.setdefault(entry.chain, []).append(entry)
        self.vault |= {sealed.sid: sealed.parts for sealed in commit.words}
        self._links |= {link.key: replace(link, version=link.version + 1) for link in commit.links}
        if once:
            self._once[once.key] = once
        self.commits += 1

    def _new_words(self, words: tuple[SealedWords, ...]) -> None:
        if any(sealed.sid in self.vault for sealed in words):
            raise ConflictError("words")

    def _put(self, beside: Beside, head: Head, body: bytes) -> None:
        self._cases[beside.case] = (beside, head, body)
        history = self._index.setdefault(beside.case, [])
        history.append((self.clock.now(), beside))
        if not self.lag_ms:
            del history[:-1]

    def _has(self, entry: SealedEntry) -> bool:
        """The very same entry again is the very same transaction again."""
        stored = self._entries.get(entry.chain, [])
        return entry.seq <= len(stored) and stored[entry.seq - 1].hash == entry.hash

    def once(self, key: str) -> Once | None:
        """As the port."""
        once = self._once.get(key)
        return once if once and once.expires_ms > self.clock.now() else None

    def _link(self, key: str) -> Link:
        return self._links.get(key) or Link(key)

    def links(self, keys: Sequence[str]) -> tuple[Link, ...]:
        """As the port."""
        with self._lock:
            return tuple(self._link(key) for key in keys)

    def due(
        self, slot: int, at: int, limit: int, after: Place | None = None, *, grave: bool = False
    ) -> tuple[Beside, ...]:
        """As the port."""
        found = [b for b in self._indexed() if b.due <= at and slot_of(b.case) == slot]
        if after:
            found = [b for b in found if (b.due, b.case) > after]
        if grave:
            found = [b for b in found if b.tier.rank <= Tier.S1.rank]
        return tuple(sorted(found, key=lambda b: (b.due, b.case))[:limit])

    def _indexed(self) -> list[Beside]:
        """Each open case as the index shows it: as it was ``lag_ms`` ago."""
        seen = self.clock.now() - self.lag_ms
        with self._lock:
            histories = [[b for at, b in rows if at <= seen] for rows in self._index.values()]
        return [indexed(rows[-1]) for rows in histories if rows and rows[-1].due]

    def board(self, tier: Tier | None, due_before: int, cursor: str, limit: int) -> Slice[Beside]:
        """As the port."""
        after = tuple(cursors.decode(cursor, int, int, str)) if cursor else ()
        if after and not 0 <= int(after[0]) < SLOTS:
            raise ValueError("That is not a cursor of this list.")
        rows = sorted(
            ((slot_of(b.case), b.due, b.case), b)
            for b in self._indexed()
            if b.due < due_before and tier in {None, b.tier}
        )
        left = [row for row in rows if row[0] > after]
        more = cursors.encode(*left[limit - 1][0]) if len(left) > limit else ""
        return Slice(tuple(beside for _, beside in left[:limit]), more)

    def put_off(self, beside: Beside, until: int, entry: SealedEntry, before: Head) -> None:
        """As the port."""
        fault = self._take("put_off")
        with self._lock:
            stored = self._cases.get(beside.case)
            if stored is None or not is_still(beside, stored[0]):
                raise ConflictError("case")
            self._append(entry, before)
            self._put(replace(stored[0], due=until), stored[1], stored[2])
        self._raise_after(fault)

    def head(self, chain: str) -> Head:
        """As the port."""
        stored = self._entries.get(chain)
        return stored[-1].head if stored else Head.genesis()

    def append(self, entry: SealedEntry, before: Head, words: tuple[SealedWords, ...] = ()) -> None:
        """As the port."""
        fault = self._take("append")
        with self._lock:
            if not self._has(entry):
                self._new_words(words)
                self._append(entry, before)
                self.vault |= {sealed.sid: sealed.parts for sealed in words}
        self._raise_after(fault)

    def _append(self, entry: SealedEntry, before: Head) -> None:
        check_follows(entry, before)
        if self.head(entry.chain) != before:
            raise ConflictError("head")
        self._entries.setdefault(entry.chain, []).append(entry)

    def entries(self, chain: str, after: int, limit: int) -> tuple[bytes, ...]:
        """As the port."""
        stored = self._entries.get(chain, [])
        return tuple(entry.bytes for entry in stored[after : after + limit])

    def entries_between(self, start: int, end: int, cursor: str, limit: int) -> Slice[bytes]:
        """As the port."""
        after = tuple(cursors.decode(cursor, int, int, str)) if cursor else ()
        if after and not start // DAY * SLOTS <= int(after[0]) < (end // DAY + 1) * SLOTS:
            raise ValueError("That is not a cursor of this span.")
        rows = sorted(
            ((entry.at_ms // DAY * SLOTS + slot_of(chain), entry.at_ms, entry.eid), entry.bytes)
            for chain, stored in self._entries.items()
            for entry in stored
            if start <= entry.at_ms < end
        )
        left = [row for row in rows if row[0] > after]
        more = cursors.encode(*left[limit - 1][0]) if len(left) > limit else ""
        return Slice(tuple(data for _, data in left[:limit]), more)

    def _take(self, operation: str) -> str:
        fault = self._next.popleft() if self._next else self.fault(operation)
        self._raise(fault)
        return fault

    def _raise(self, fault: str) -> None:
        if fault == "before":
            raise UncertainError("not stored")
        if fault == "skew":
            raise ClockSkewError("injected")
        if fault.startswith("conflict"):
            raise ConflictError(fault.partition(":")[2] or "case")

    def _raise_after(self, fault: str) -> None:
        if fault == "after":
            raise UncertainError("stored")


def _read(stored: Stored) -> Case | None:
    beside, _, body = stored
    return read_case({"pk": case_key(beside.case), "version": beside.version, "body": body})
