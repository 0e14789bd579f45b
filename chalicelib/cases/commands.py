"""What may be asked of a case.  Ids and judgments are made outside and come in as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.cases.ladder import Ladder
from chalicelib.terms import Direction, Kind, Role, Speaker, Tier


@dataclass(frozen=True, slots=True)
class By:
    """Who asks, taken from the verified credential or the page's token, never from a body."""

    id: str
    role: Role
    org: str = ""


MACHINE = By("machine", Role.MACHINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Anything that is asked of a case, and by whom."""

    by: By


@dataclass(frozen=True, slots=True)
class Judged:
    """What the judge said, in the form that an entry keeps.

    ``hazards`` are the cards of the rules that held, which say what sort of danger it is.
    """

    tier: Tier
    suspect: bool = False
    degraded: bool = False
    record: Mapping[str, Any] = field(default_factory=dict)
    hazards: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How the one who complained may be reached, without a number: the vault has that.

    ``channels`` in the order of trying; empty when there is none, or none that is safe.
    ``source`` says who gave the address: vendor, client, or self.  A vendor's word is not proof,
    so ``verified`` starts true only where the address came from elsewhere.
    """

    channels: tuple[str, ...] = ()
    source: str = "self"
    verified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One thing said on a case; its words are in the vault under ``sid``."""

    id: str
    direction: Direction
    speaker: Speaker
    kind: Kind
    channel: str = ""
    sid: str = ""
    claimed_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase(Command):
    """A first complaint.  ``claimed_ms`` may bring clocks forward by a day, never back.

    ``raised_by`` names a linked case for whose sake the tier is one higher than judged.
    """

    case: str
    code: str
    message: Message
    judged: Judged
    ladder: Ladder
    vendor: str = ""
    brand: str = ""
    region: str = ""
    site: str = ""
    subject: str = ""
    linked: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    reach: Reach | None = None
    duress: bool = False
    raised_by: str = ""
    parent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddMessage(Command):
    """Anything further said on a case; ``contact`` marks a complaint linked to it.

    ``promised_ms`` is the earliest time that outbound words promise something by.
    """

    message: Message
    judged: Judged | None = None
    contact: bool = False
    vendor: str = ""
    problems: tuple[str, ...] = ()
    promised_ms: int | None = None
    reach: Reach | None = None
    duress: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledge(Command):
    """A named client person owns it; ``via`` is the page or the API."""

    via: str = "api"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAction(Command):
    """A protective action was taken: one of ``ACTION_CODES`` with its evidence in the vault.

    ``reference`` says that the evidence holds an authority's own reference.
    """

    action: str
    sid: str
    reference: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Raise(Command):
    """This is graver than it was judged; anybody who may add may say so."""

    tier: Tier
    sid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalate(Command):
    """The next rung now; no quota, nobody's leave, past every supervisor."""

    sid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteStall(Command):
    """A stalling tactic was seen (``tactic`` is its number, e.g. T12): who is on call is told."""

    by: By = MACHINE
    tactic: str
    who: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCall(Command):
    """The client called the reporter: ``outcome`` is one of ``CALL_OUTCOMES``."""

    outcome: str
    channel: str = "phone"
    sid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSent(Command):
    """The carrier took the page.  That is not delivery, and stops nothing but the sending."""

    by: By = MACHINE
    page: str
    carrier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFailed(Command):
    """The page cannot be delivered on this channel; ``error`` is a short code."""

    by: By = MACHINE
    page: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick(Command):
    """The empty command: apply what is due."""

    by: By = MACHINE


# Protective actions: each says that the danger has changed.
ACTION_CODES = (
    "subject_frozen",
    "reporter_reached_safe",
    "person_reached_safe",
    "authority_informed",
    "service_shut",
    "site_visited",
    "recall_decided",
)
INFORMED, FROZEN, REACHED_SAFE = "authority_informed", "subject_frozen", "reporter_reached_safe"

# What came of calling the reporter.  ``not_safe`` is for the reporter whom a call endangers.
CALL_OUTCOMES = ("reached", "no_answer", "wrong_number", "not_safe")
