"""The ports: all that the services ask of the world outside.

Each is a small Protocol with a contract suite in ``tests/contract`` that runs on the in-memory
fake and on the emulator.  Errors are few and named; anything else a port raises is a fault.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from chalicelib.audit.chain import Head
from chalicelib.audit.entry import Pii, SealedEntry
from chalicelib.cases.model import Case
from chalicelib.services.link import Link as Link  # noqa: PLC0414  # part of the ports
from chalicelib.services.link import Member as Member  # noqa: PLC0414  # part of the ports
from chalicelib.services.people import Credential as Credential  # noqa: PLC0414  # part of the ports
from chalicelib.services.people import PageLink as PageLink  # noqa: PLC0414  # part of the ports
from chalicelib.services.people import Person as Person  # noqa: PLC0414  # part of the ports
from chalicelib.services.people import PinTries as PinTries  # noqa: PLC0414  # part of the ports
from chalicelib.services.registry_port import (
    Registry as Registry,  # noqa: PLC0414  # part of the ports
)
from chalicelib.services.release import Release as Release  # noqa: PLC0414  # part of the ports
from chalicelib.services.vault_reading import UNPROVED
from chalicelib.services.vault_reading import Reading as Reading  # noqa: PLC0414  # part of the ports
from chalicelib.services.work import Look as Look  # noqa: PLC0414  # part of the ports
from chalicelib.services.work import PageAsked as PageAsked  # noqa: PLC0414  # part of the ports
from chalicelib.services.work import Place as Place  # noqa: PLC0414  # part of the ports
from chalicelib.services.work import Slot as Slot  # noqa: PLC0414  # part of the ports
from chalicelib.terms import Tier

# Cases that may share one transaction.
AT_ONCE = 10


class ConflictError(Exception):
    """The transaction lost a race and wrote nothing.

    ``what`` is case, once, link or head; or words, when the vault holds these words already,
    which means that an earlier try of the same command was stored after all.
    """

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class UncertainError(Exception):
    """The store did not answer: the transaction may or may not have been written."""


class ClockSkewError(Exception):
    """This worker's clock differs from the store's by more than two seconds; it commits nothing."""


class TransportError(Exception):
    """A carrier refused a page; ``permanent`` says whether trying again is of no use."""

    def __init__(self, code: str, *, permanent: bool) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a case's body: enough for the fallback bell and for the board.

    ``version`` is 0 where it was read from the due index, which does not follow it, and ``due``
    is 0 on a closed case.
    """

    case: str
    code: str
    tier: Tier
    opened: int
    due: int
    version: int
    vendor: str = ""
    status: str = ""
    rung: int = 0

    @property
    def place(self) -> Place:
        """Where it stands in its slot of the due index."""
        return Place(self.due, self.case)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A case as stored; ``case`` is None when its body could not be read (ring the fallback)."""

    beside: Beside
    head: Head
    case: Case | None
    body: bytes = b""  # as it lies there, in whichever release's form; empty for none


@dataclass(frozen=True, slots=True)
class SealedWords:
    """One message's words and personal data, sealed: opaque parts, and a commitment a field."""

    sid: str
    parts: tuple[bytes, ...]
    pii: tuple[Pii, ...]


@dataclass(frozen=True, slots=True)
class Once:
    """An idempotency record: the first answer given to a credential's key."""

    key: str
    body_hash: str
    answer: str
    expires_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """One command's writes, all or nothing: the case, its entry, and what goes with them.

    ``before`` is the head the case was loaded with (genesis for an opening).  ``links`` are the
    heads as read; each is written with ``version + 1`` and must still have its version.
    """

    case: Case
    before: Head
    entry: SealedEntry
    words: tuple[SealedWords, ...] = ()
    once: Once | None = None
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Slice[T]:
    """Part of a list; ``cursor`` is opaque, and empty at the end."""

    items: tuple[T, ...]
    cursor: str = ""


class Ledger(Protocol):
    """Cases and their log.  One commit a command; there is no other way to change a case."""

    def load(self, case: str) -> Loaded | None:
        """The case, read consistently; raises ClockSkewError when the clocks disagree."""
        ...

    def load_all(self, cases: Sequence[str]) -> tuple[Loaded, ...]:
        """Those of the cases that exist, read consistently in one go, in the order asked for.

        Raises ClockSkewError when the clocks disagree.
        """
        ...

    def commit(self, commit: Commit) -> None:
        """Write all of it in one transaction; raises ConflictError or UncertainError."""
        ...

    def commit_all(self, commits: Sequence[Commit]) -> None:
        """Write several cases' commands in one transaction: all of them or none.

        At most ``AT_ONCE``, of as many cases.  Raises as ``commit`` does.
        """
        ...

    def once(self, key: str) -> Once | None:
        """The first answer given under this key, read consistently."""
        ...

    def links(self, keys: Sequence[str]) -> tuple[Link, ...]:
        """The link heads in the order of the keys, read consistently; version 0 if absent."""
        ...

    def due(
        self, slot: int, at: int, limit: int, after: Place | None = None, *, grave: bool = False
    ) -> tuple[Beside, ...]:
        """Cases of this slot (0–15) due at or before ``at``, the longest overdue first.

        With ``after`` only those that come after that place; with ``grave`` only S0 and S1, as
        far as a bounded search finds them.
        """
        ...

    def board(self, tier: Tier | None, due_before: int, cursor: str, limit: int) -> Slice[Beside]:
        """Open cases by due time within each slot."""
        ...

    def put_off(self, beside: Beside, until: int, entry: SealedEntry, before: Head) -> None:
        """After a fallback bell: move only ``due_at`` of a case, with the entry.

        Raises ConflictError: ``case`` when the case has moved, ``head`` when the chain has.
        """
        ...

    def head(self, chain: str) -> Head:
        """The newest entry of a chain that is not a case's; genesis when there is none."""
        ...

    def append(self, entry: SealedEntry, before: Head, words: tuple[SealedWords, ...] = ()) -> None:
        """Add to a chain that is not a case's; raises ConflictError when the head has moved."""
        ...

    def entries(self, chain: str, after: int, limit: int) -> tuple[bytes, ...]:
        """Exact bytes of a chain's entries with seq > ``after``, in order."""
        ...

    def entries_between(self, start: int, end: int, cursor: str, limit: int) -> Slice[bytes]:
        """Exact bytes of all chains' entries with start <= at_ms < end, day and slot by slot."""
        ...


class Vault(Protocol):
    """Personal data and words: anyone may seal, one function may open."""

    def seal(self, sid: str, fields: Mapping[str, Any]) -> SealedWords:
        """Seal the fields to the public key; needs no secret and no network."""
        ...

    def open(
        self, sids: Sequence[str], reader: str, why: str, reading: Reading = UNPROVED
    ) -> dict[str, dict[str, Any]]:
        """Ask the opening function for words; every opening is an entry of its own."""
        ...


class Queues(Protocol):
    """Work to be done soon, by another worker if this one dies."""

    def ask_pages(self, pages: Sequence[PageAsked]) -> None:
        """Ask the pagers of each page's lane to send it."""
        ...

    def ask_looks(self, looks: Sequence[Look], now: int) -> None:
        """As ``wake``, for several cases."""
        ...

    def hand_on(self, slot: Slot) -> None:
        """Ask for what is due in a slot of the index to be rung, soon."""
        ...

    def wake(self, case: str, due: int, now: int, hop: int = 0) -> None:
        """Look at the case again at ``due``; an earlier look is sent on (900 s at a time).

        ``hop`` counts how often this look has been sent on.
        """
        ...

    def follow(self, case: str, links: Mapping[str, str]) -> None:
        """Ask for what follows from an opening, given its link heads' keys by kind.

        The vendors' lane does that; each case rings by itself meanwhile.
        """
        ...

    def change(self, change: str) -> None:
        """Ask the first lane to go on with a change of people or the roster."""
        ...


class Channels(Protocol):
    """Carriers.  Each returns the carrier's id and raises TransportError."""

    def sms(self, number: str, text: str) -> str:
        """Send one text message."""
        ...

    def email(self, address: str, subject: str, text: str) -> str:
        """Send one email."""
        ...


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> int:
        """UTC in ms."""
        ...

    def wait_until(self, at: int) -> None:
        """Wait out what is left of the last second before a due time; at most one second."""
        ...


class Ids(Protocol):
    """The only source of randomness."""

    def new(self, prefix: str, at: int) -> str:
        """A time-sortable id, e.g. ``cas_`` and 26 characters."""
        ...

    def token(self) -> str:
        """128 random bits, URL-safe, for a page's link."""
        ...

    def jitter(self) -> float:
        """Between 0 and 1."""
        ...
