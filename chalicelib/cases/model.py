"""The case: a snapshot that folding its entries gives back.

It is bounded by construction (counts, earliest times, the last ids) and holds no words and no
phone number.  ``to_body`` and ``from_body`` are the stored form, schema 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from chalicelib.cases.ladder import Ladder
from chalicelib.terms import Tier

SCHEMA = 1
RECENT_IDS = 20

type Clocks = Mapping[str, int]


class Status(StrEnum):
    """Where a case stands in its life."""

    CLASSIFIED = "classified"
    PAGED = "paged"
    ACKNOWLEDGED = "acknowledged"
    ACTING = "acting"


class UnreadableCaseError(ValueError):
    """The stored body is not one that this release can read; the fallback bell must ring."""


@dataclass(frozen=True, slots=True)
class Paged:
    """A person who has been paged: in which role, how often, and when last on each channel.

    ``failed`` holds the channels that have refused a page since one was last taken.
    """

    role: str
    rung: int
    n: int
    last: Mapping[str, int]
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sending:
    """A page that was asked for and that no carrier has taken yet."""

    person: str
    role: str
    channel: str
    rung: int
    why: str
    attempt: int
    asked: int


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Who said *I own it*, when, and whether it still holds the higher rungs."""

    person: str
    role: str
    at: int
    holds: bool


@dataclass(frozen=True, slots=True)
class Action:
    """The newest protective action, and how often the reporter's next word was missed since."""

    person: str
    code: str
    at: int
    missed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Everything that is known of a case between two commands.

    ``vendor`` sent the first complaint that a vendor sent; ``vendors`` are others who added to it.
    """

    id: str
    code: str
    seq: int
    opened: int
    last: int
    tier: Tier
    suspect: bool = False
    degraded: bool = False
    vendor: str = ""
    brand: str = ""
    region: str = ""
    site: str = ""
    vendors: tuple[str, ...] = ()
    subject: str = ""
    linked: tuple[str, ...] = ()
    ladder: Ladder
    fired: int = 0
    clocks: Clocks = field(default_factory=dict)
    held: Clocks = field(default_factory=dict)
    paged: Mapping[str, Paged] = field(default_factory=dict)
    sending: Mapping[str, Sending] = field(default_factory=dict)
    ack: Acknowledgement | None = None
    acted: Action | None = None
    first: Clocks = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    recent: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()

    @property
    def status(self) -> Status:
        """The main state; everything else about a case is a flag and stops no clock."""
        if self.acted:
            return Status.ACTING
        if self.is_owned:
            return Status.ACKNOWLEDGED
        return Status.PAGED if self.paged else Status.CLASSIFIED

    @property
    def is_owned(self) -> bool:
        """Whether an acknowledgement holds the higher rungs now."""
        return self.ack is not None and self.ack.holds

    @property
    def due(self) -> int:
        """When the next clock falls due, in ms; every open case has one."""
        return min(self.clocks.values())


def to_body(case: Case) -> dict[str, Any]:
    """The case as canonical-JSON-able data; empty fields are left out to keep it small."""
    body: dict[str, Any] = {
        "schema": SCHEMA,
        "id": case.id,
        "code": case.code,
        "seq": case.seq,
        "opened": case.opened,
        "last": case.last,
        "tier": case.tier.value,
        "suspect": case.suspect,
        "degraded": case.degraded,
        "vendor": case.vendor,
        "brand": case.brand,
        "region": case.region,
        "site": case.site,
        "vendors": list(case.vendors),
        "subject": case.subject,
        "linked": list(case.linked),
        "ladder": case.ladder.pin(),
        "fired": case.fired,
        "clocks": dict(case.clocks),
        "held": dict(case.held),
        "paged": {k: _paged_row(p) for k, p in case.paged.items()},
        "sending": {k: _sending_row(s) for k, s in case.sending.items()},
        "ack": case.ack and [case.ack.person, case.ack.role, case.ack.at, case.ack.holds],
        "acted": case.acted and _action_row(case.acted),
        "first": dict(case.first),
        "counts": dict(case.counts),
        "recent": list(case.recent),
        "policies": list(case.policies),
    }
    return {key: value for key, value in body.items() if value not in (None, "", False, [], {})}


def _paged_row(p: Paged) -> list[Any]:
    row = [p.role, p.rung, p.n, dict(p.last)]
    return [*row, list(p.failed)] if p.failed else row


def _read_paged(row: list[Any]) -> Paged:
    role, rung, n, last, *failed = row
    return Paged(role, rung, n, last, tuple(failed[0]) if failed else ())


def _sending_row(s: Sending) -> list[Any]:
    return [s.person, s.role, s.channel, s.rung, s.why, s.attempt, s.asked]


def _action_row(action: Action) -> list[Any]:
    return [action.person, action.code, action.at, action.missed]


def from_body(body: Mapping[str, Any]) -> Case:
    """Read a stored body; raises UnreadableCaseError when this release cannot."""
    if body.get("schema") != SCHEMA:
        raise UnreadableCaseError(f"case schema {body.get('schema')!r} is not {SCHEMA}")
    try:
        return _read(body)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableCaseError(f"case body: {type(error).__name__} {error}") from error


def _read(body: Mapping[str, Any]) -> Case:
    ack, acted = body.get("ack"), body.get("acted")
    return Case(
        id=body["id"],
        code=body["code"],
        seq=body["seq"],
        opened=body["opened"],
        last=body["last"],
        tier=Tier(body["tier"]),
        suspect=body.get("suspect", False),
        degraded=body.get("degraded", False),
        vendor=body.get("vendor", ""),
        brand=body.get("brand", ""),
        region=body.get("region", ""),
        site=body.get("site", ""),
        vendors=tuple(body.get("vendors", ())),
        subject=body.get("subject", ""),
        linked=tuple(body.get("linked", ())),
        ladder=Ladder.unpin(body["ladder"]),
        fired=body.get("fired", 0),
        clocks=body["clocks"],
        held=body.get("held", {}),
        paged={k: _read_paged(row) for k, row in body.get("paged", {}).items()},
        sending={k: Sending(*row) for k, row in body.get("sending", {}).items()},
        ack=Acknowledgement(*ack) if ack else None,
        acted=Action(*acted) if acted else None,
        first=body.get("first", {}),
        counts=body.get("counts", {}),
        recent=tuple(body.get("recent", ())),
        policies=tuple(body.get("policies", ())),
    )
