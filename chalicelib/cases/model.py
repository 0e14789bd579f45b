"""The case: a snapshot that folding its entries gives back.

It is bounded by construction (counts, earliest times, the last ids) and holds no words and no
phone number.  Its stored form is in ``cases.body``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from chalicelib.cases.ladder import Ladder
from chalicelib.terms import MINUTE, Tier, graver

RECENT_IDS = 20
HAZARDS_KEPT = 8
# Two contacts closer than this are one person pressing twice, or two witnesses of one moment.
REPEAT_GAP_MS = MINUTE

type Clocks = Mapping[str, int]


class Status(StrEnum):
    """Where a case stands in its life."""

    CLASSIFIED = "classified"
    PAGED = "paged"
    ACKNOWLEDGED = "acknowledged"
    ACTING = "acting"
    CONTAINED = "contained"
    RESOLVED = "resolved"
    CLOSED = "closed"


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


class Rope(NamedTuple):
    """The link that one reporter holds: how it travels, who gave the address, and its proof.

    It is kept under the ``sid`` of the message that holds the address.
    """

    channels: tuple[str, ...]
    source: str
    verified: bool
    at: int


class Freeze(NamedTuple):
    """Whether the subject is kept from harming others: asked, frozen, declined or lifted."""

    state: str
    by: str
    at: int


class Ask(NamedTuple):
    """A department was asked for data; ``answered`` is 0 until it was."""

    by: str
    at: int
    answered: int = 0


class Police(NamedTuple):
    """Where a request of the police stands: asked, verified, refused or released."""

    state: str
    by: str
    at: int


class Task(NamedTuple):
    """Work with a clock of its own; ``done`` is 0 until it was."""

    department: str
    safety: bool
    at: int
    done: int = 0


class Proposal(NamedTuple):
    """What one person proposed and another may approve; ``until`` is when it expires."""

    what: str
    reason: str
    by: str
    role: str
    until: int
    to: str = ""
    contents: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


class Glass(NamedTuple):
    """The broken glass: what one person may now do that needs two otherwise, and until when."""

    by: str
    approved: str
    until: int


class Verdict(NamedTuple):
    """What another person must look at: who did it alone, and the tier before."""

    by: str
    tier: str
    also: str = ""


class Resolution(NamedTuple):
    """Who said that the cause is fixed, when, and with whom."""

    by: str
    approved: str
    reason: str
    at: int


class Try(NamedTuple):
    """The client asked the reporter whether it is solved, and had no answer."""

    by: str
    channel: str
    at: int


class Closure(NamedTuple):
    """How a case ended: confirmed, unconfirmed, withdrawn, delegated, resolved or merged."""

    how: str
    by: str
    at: int
    into: str = ""


class Waiting(NamedTuple):
    """Whom the case is waiting for, and since when; see ``cases.waiting``."""

    party: str
    since: int


@dataclass(frozen=True, kw_only=True)  # without slots: its many fields are copied as one dict
class Case:
    """Everything that is known of a case between two commands.

    ``vendor`` sent the first complaint that a vendor sent; ``vendors`` are others who added to it.
    ``gravest`` is the most dangerous tier it had before it was lowered, ``firm`` the most
    dangerous one that was vouched for (see ``cases.firm``), ``contacted`` when the newest contact
    came that was not within a minute of another, ``done`` when a duty (K5, K6, K7, K13) was done,
    ``missed`` how often in a row it was not, ``absorbed`` the cases that were merged into this
    one, ``waited`` ms by party.
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
    gravest: Tier | None = None
    firm: Tier | None = None
    hazards: tuple[str, ...] = ()
    duress: bool = False
    contacted: int = 0
    done: Clocks = field(default_factory=dict)
    missed: Mapping[str, int] = field(default_factory=dict)
    ropes: Mapping[str, Rope] = field(default_factory=dict)
    freeze: Freeze | None = None
    data: Mapping[str, Ask] = field(default_factory=dict)
    police: Police | None = None
    hold: int = 0
    tasks: Mapping[str, Task] = field(default_factory=dict)
    proposals: Mapping[str, Proposal] = field(default_factory=dict)
    reviews: Mapping[str, Verdict] = field(default_factory=dict)
    glass: Glass | None = None
    contained: int = 0
    resolved: Resolution | None = None
    tries: tuple[Try, ...] = ()
    withdrawn: int = 0
    closed: Closure | None = None
    waiting: Waiting | None = None
    waited: Mapping[str, int] = field(default_factory=dict)
    parent: str = ""
    absorbed: tuple[str, ...] = ()

    @property
    def status(self) -> Status:
        """The main state; everything else about a case is a flag and stops no clock."""
        if self.closed:
            return Status.CLOSED
        if self.resolved:
            return Status.RESOLVED
        if self.acted:
            return Status.CONTAINED if self.contained else Status.ACTING
        if self.is_owned:
            return Status.ACKNOWLEDGED
        return Status.PAGED if self.paged else Status.CLASSIFIED

    @property
    def is_owned(self) -> bool:
        """Whether an acknowledgement holds the higher rungs now."""
        return self.ack is not None and self.ack.holds

    @property
    def worst(self) -> Tier:
        """The most dangerous tier it has ever had."""
        return graver(self.tier, self.gravest or self.tier)

    @property
    def has_reporter(self) -> bool:
        """Whether anybody complained; the machine opens cases of its own."""
        return self.counts.get("contacts", 0) > 0

    @property
    def is_open(self) -> bool:
        """Whether anything is still owed."""
        return self.closed is None

    @property
    def is_answered(self) -> bool:
        """Owned, acted upon or resolved: danger reported again must ring again."""
        return self.is_owned or self.acted is not None or self.resolved is not None

    @cached_property
    def due(self) -> int | None:
        """When the next clock falls due, in ms; every open case has one, a closed one has none."""
        return min(self.clocks.values(), default=None)
