"""The audit entry: what one command did, who gave it, and what it follows."""

from dataclasses import dataclass
from typing import Any

from chalicelib.audit import canonical
from chalicelib.audit.chain import Head, entry_hash

VERSION = 1
LOG = "tocsin"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who: ``t`` is credential, person, reporter, machine or anonymous; never from a body."""

    t: str
    id: str
    role: str
    org: str = ""

    def plain(self) -> dict[str, str]:
        """As written into an entry."""
        return {"t": self.t, "id": self.id, "role": self.role, "org": self.org}


@dataclass(frozen=True, slots=True)
class Cause:
    """What brought the command: http, wake_up, sweep, page, tool or open, and its id."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Code:
    """Which code decided: function, version, and the digest of the policies it had."""

    fn: str
    ver: str
    policies: str


@dataclass(frozen=True, slots=True)
class Pii:
    """A commitment to personal data: field, the vault item's id, SHA-256 in hex."""

    f: str
    sid: str
    c: str


@dataclass(frozen=True, slots=True)
class SealedEntry:
    """An entry's exact bytes and hash, with the fields that its table item is keyed by."""

    bytes: bytes
    hash: str
    seq: int
    chain: str
    eid: str
    at_ms: int

    @property
    def head(self) -> Head:
        """The chain's head once this entry is stored."""
        return Head(seq=self.seq, hash=self.hash)


@dataclass(slots=True, kw_only=True)
class Entry:
    """One command's record; ``pre`` and ``post`` are hashes of the case, None elsewhere.

    Raises:
        ValueError: a negative time, no event, or an event without its name ``e``.
    """

    chain: str
    eid: str
    seq: int
    prev: str
    type: str
    at_ms: int
    cause: Cause
    actor: Actor
    code: Code
    events: tuple[dict[str, Any], ...]
    pre: str | None
    post: str | None
    pii: tuple[Pii, ...] = ()
    behalf: Actor | None = None

    def __post_init__(self) -> None:
        if self.at_ms < 0:
            raise ValueError("An entry's time cannot be negative.")
        if not self.events:
            raise ValueError("An entry holds at least one event.")
        for event in self.events:
            if type(event.get("e")) is not str:
                raise ValueError("Every event is named by a text under `e`.")

    def to_bytes(self) -> bytes:
        """The exact bytes that are hashed and stored.

        Raises:
            NotCanonicalError: some field lies outside the profile.
        """
        plain = {
            "v": VERSION,
            "log": LOG,
            "chain": self.chain,
            "eid": self.eid,
            "seq": self.seq,
            "prev": self.prev,
            "type": self.type,
            "at_ms": self.at_ms,
            "cause": {"kind": self.cause.kind, "id": self.cause.id},
            "actor": self.actor.plain(),
            "code": {"fn": self.code.fn, "ver": self.code.ver, "policies": self.code.policies},
            "events": self.events,
            "state": {"pre": self.pre, "post": self.post},
            "pii": [{"f": item.f, "sid": item.sid, "c": item.c} for item in self.pii],
        }
        if self.behalf is not None:
            plain["behalf"] = self.behalf.plain()
        return canonical.encode(plain)

    @property
    def hash(self) -> str:
        """The hash of the exact bytes."""
        return entry_hash(self.to_bytes())


def seal(  # noqa: PLR0913 - one keyword for each field of the entry
    *,
    head: Head,
    chain: str,
    eid: str,
    type: str,  # noqa: A002 - the entry's own word
    at_ms: int,
    cause: Cause,
    actor: Actor,
    code: Code,
    events: tuple[dict[str, Any], ...],
    pre: str | None = None,
    post: str | None = None,
    pii: tuple[Pii, ...] = (),
    behalf: Actor | None = None,
) -> SealedEntry:
    """The entry that follows ``head``, ready to be stored.

    Raises:
        ValueError: as ``Entry``.
        NotCanonicalError: some field lies outside the profile.
    """
    entry = Entry(
        chain=chain,
        eid=eid,
        seq=head.seq + 1,
        prev=head.hash,
        type=type,
        at_ms=at_ms,
        cause=cause,
        actor=actor,
        code=code,
        events=events,
        pre=pre,
        post=post,
        pii=pii,
        behalf=behalf,
    )
    data = entry.to_bytes()
    return SealedEntry(data, entry_hash(data), entry.seq, chain, eid, at_ms)
