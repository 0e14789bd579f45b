"""What came in: fields that could be read, and those that could not, kept as received."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.terms import Direction, Kind, Speaker


@dataclass(frozen=True, slots=True)
class Problem:
    """One field that was not as it should be; the value itself is in the vault, never here."""

    field: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporter:
    """Who complained; every part optional."""

    name: str = ""
    phone: str = ""
    email: str = ""
    relation: str = ""
    safe_channel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A complaint after lenient reading.

    ``claimed_ms`` is when the caller says it happened (ms UTC).  ``received`` holds whatever could
    not be read into a field, as received, for the vault.  ``attributes`` are flat facts.
    """

    text: str = ""
    channel: str = ""
    language: str = ""
    claimed_ms: int | None = None
    reporter: Reporter = field(default_factory=Reporter)
    subject_kind: str = ""
    subject_id: str = ""
    order: str = ""
    danger_now: bool | None = None
    can_be_reached: bool | None = None
    brand: str = ""
    region: str = ""
    site: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    received: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """No text, no order, no triage answer: nothing to open a case about."""
        answered = self.danger_now is not None or self.can_be_reached is not None
        return not (self.text.strip() or self.order or answered or self.attributes.get("sos"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Anything further said on a case, after lenient reading."""

    text: str = ""
    direction: Direction = Direction.INBOUND
    speaker: Speaker = Speaker.REPORTER
    kind: Kind = Kind.NOTE
    channel: str = ""
    language: str = ""
    claimed_ms: int | None = None
    danger_now: bool | None = None
    can_be_reached: bool | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    received: Mapping[str, Any] = field(default_factory=dict)

    @property
    def says_something(self) -> bool:
        """Words or a triage answer: something that can be judged."""
        answered = self.danger_now is not None or self.can_be_reached is not None
        return bool(self.text.strip()) or answered

    @property
    def is_empty(self) -> bool:
        """Nothing to keep; a call attempt and a transfer are facts even without words."""
        facts = self.kind in {Kind.CALL_ATTEMPT, Kind.TRANSFER}
        return not (self.says_something or self.received or self.attributes or facts)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a use case gives back: an HTTP status, a JSON-able body, and whether it is a replay."""

    status: int
    body: dict[str, Any]
    replayed: bool = False
