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


@dataclass(frozen=True, slots=True)
class Judged:
    """What the judge said, in the form that an entry keeps."""

    tier: Tier
    suspect: bool = False
    degraded: bool = False
    record: Mapping[str, Any] = field(default_factory=dict)


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
class OpenCase:
    """A first complaint.  ``claimed_ms`` may bring clocks forward by a day, never back."""

    by: By
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


@dataclass(frozen=True, slots=True, kw_only=True)
class AddMessage:
    """Anything further said on a case; ``contact`` marks a complaint linked to it."""

    by: By
    message: Message
    judged: Judged | None = None
    contact: bool = False
    vendor: str = ""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledge:
    """A named client person owns it; ``via`` is the page or the API."""

    by: By
    via: str = "api"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAction:
    """A protective action was taken: one of ``ACTION_CODES`` with its evidence in the vault."""

    by: By
    action: str
    sid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSent:
    """The carrier took the page.  That is not delivery, and stops nothing but the sending."""

    page: str
    carrier: str
    by: By = MACHINE


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFailed:
    """The page cannot be delivered on this channel; ``error`` is a short code."""

    page: str
    error: str
    by: By = MACHINE


@dataclass(frozen=True, slots=True)
class Tick:
    """The empty command: apply what is due."""

    by: By = MACHINE


type Command = OpenCase | AddMessage | Acknowledge | RecordAction | PageSent | PageFailed | Tick

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
