"""Vendors' heartbeats as they are kept: one item a vendor, and how many contacts each logged.

The port is here and not in ``ports``, with what stands for it where there is none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from chalicelib.audit.chain import Head
from chalicelib.audit.entry import SealedEntry
from chalicelib.terms import MINUTE

INTERVAL_MS = 5 * MINUTE
QUARTER_MS = 15 * MINUTE
# What a beat counts beside its number and its window.
COUNTS = ("offered", "answered", "chats", "cases", "agents_on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """What is known of one vendor's pulse; times in ms UTC.

    ``missed`` counts the numbers that never came.  ``windows`` holds the contacts that the
    vendor's telephony and chats had in each window that has not been compared yet, and
    ``compared`` is the end of the last quarter of an hour that has.  ``dark_since`` is the last
    beat before the vendor went dark, 0 while it beats, and ``case`` its alarm.  ``ended`` is when
    the client ended the watch, 0 while it lasts.
    """

    vendor: str
    at: int
    seq: int | None = None
    missed: int = 0
    newest: Mapping[str, int] = field(default_factory=dict)
    windows: Mapping[int, int] = field(default_factory=dict)
    compared: int = 0
    dark_since: int = 0
    case: str = ""
    ended: int = 0

    def is_dark(self, now: int) -> bool:
        """Two beats are missing, and nobody has ended the watch."""
        return not self.ended and now - self.at > 2 * INTERVAL_MS


@dataclass(frozen=True, slots=True)
class Kept:
    """A vendor's item; ``vitals`` is None when this release cannot read it.

    ``head`` is the newest entry of the vendor's chain, which each write must follow.
    """

    vendor: str
    head: Head
    vitals: Vitals | None


def chain_of(vendor: str) -> str:
    """The name of a vendor's chain of heartbeats."""
    return f"heartbeats#{vendor}"


class Heartbeats(Protocol):
    """Reads and writes of them; all may raise UncertainError."""

    def load(self, vendor: str) -> Kept | None:
        """One vendor's, read consistently; None when it has never sent one."""
        ...

    def vendors(self, after: str, limit: int) -> tuple[Kept, ...]:
        """Those of vendors whose name comes after ``after``, in order, at most ``limit``."""
        ...

    def save(self, vitals: Vitals, entry: SealedEntry, before: Head) -> None:
        """Item and entry in one transaction; raises ConflictError when the chain has moved."""
        ...

    def count(self, vendor: str, quarter: int) -> None:
        """One more contact that the vendor logged in the quarter of an hour from ``quarter``."""
        ...

    def counted(self, vendor: str, quarter: int) -> int:
        """How many there were, read consistently."""
        ...


class NoHeartbeats:
    """Where nobody watches vendors: tools and benches that only need the rest of the parts."""

    def load(self, vendor: str) -> Kept | None:  # noqa: ARG002  # as the port
        """None has ever come."""
        return None

    def vendors(self, after: str, limit: int) -> tuple[Kept, ...]:  # noqa: ARG002
        """There are none."""
        return ()

    def save(self, vitals: Vitals, entry: SealedEntry, before: Head) -> None:
        """Always raises NotImplementedError: a beat that is not kept must not be answered."""
        raise NotImplementedError

    def count(self, vendor: str, quarter: int) -> None:
        """Nobody compares."""

    def counted(self, vendor: str, quarter: int) -> int:  # noqa: ARG002
        """Nobody counts."""
        return 0
