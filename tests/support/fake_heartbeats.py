"""Heartbeats in memory, with the semantics that their contract holds the real ones to."""

from collections import Counter

from chalicelib.audit.chain import Head
from chalicelib.audit.entry import SealedEntry
from chalicelib.services.heartbeats import Kept, Vitals
from chalicelib.services.ports import UncertainError
from tests.support.fake_ledger import FakeLedger


class FakeHeartbeats:
    """``Heartbeats`` in memory; their entries go into the ledger's chains.

    ``corrupt`` makes a vendor's item unreadable; ``silent`` makes every question fail.
    """

    def __init__(self, ledger: FakeLedger) -> None:
        """Nobody has beaten yet."""
        self._ledger = ledger
        self._kept: dict[str, Kept] = {}
        self._counts: Counter[tuple[str, int]] = Counter()
        self.silent = False

    def corrupt(self, vendor: str) -> None:
        """This release cannot read this vendor's item any more."""
        self._kept[vendor] = Kept(vendor, self._kept[vendor].head, None)

    def load(self, vendor: str) -> Kept | None:
        """As the port."""
        self._speak()
        return self._kept.get(vendor)

    def vendors(self, after: str, limit: int) -> tuple[Kept, ...]:
        """As the port."""
        self._speak()
        names = sorted(name for name in self._kept if name > after)
        return tuple(self._kept[name] for name in names[:limit])

    def save(self, vitals: Vitals, entry: SealedEntry, before: Head) -> None:
        """As the port."""
        try:
            self._ledger.append(entry, before)
        except UncertainError:
            if self._ledger.head(entry.chain) == entry.head:
                self._put(vitals, entry)
            raise
        self._put(vitals, entry)

    def _put(self, vitals: Vitals, entry: SealedEntry) -> None:
        self._kept[vitals.vendor] = Kept(vitals.vendor, entry.head, vitals)

    def count(self, vendor: str, quarter: int) -> None:
        """As the port."""
        self._speak()
        self._counts[vendor, quarter] += 1

    def counted(self, vendor: str, quarter: int) -> int:
        """As the port."""
        self._speak()
        return self._counts[vendor, quarter]

    def _speak(self) -> None:
        if self.silent:
            raise UncertainError("silent")
