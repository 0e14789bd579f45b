"""What came in: fields that could be read, and those that could not, kept as received."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from chalicelib.terms import Direction, Kind, Speaker


@dataclass(frozen=True, slots=True)
class Problem:
    """One field that was not as it should be; the value itself is in the vault, never here."""

    field: str
    code: str

    def plain(self) -> dict[str, str]:
        """As an answer names it."""
        return {"field": self.field, "code": self.code}

    def __str__(self) -> str:
        """As an entry keeps it."""
        return f"{self.field}:{self.code}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporter:
    """Who complained; every part optional."""

    name: str = ""
    phone: str = ""
    email: str = ""
    relation: str = ""
    safe_channel: str = ""


REPORTER_FIELDS = tuple(part.name for part in fields(Reporter))


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A complaint after lenient reading.

    ``claimed_ms`` is when the caller says it happened (ms UTC).  ``received`` holds whatever could
    not be read into a field, as received, for the vault.  ``attributes`` are flat facts.
    ``heard`` are words out of all other fields, to be judged and not to be stored again.
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
    heard: str = ""

    @property
    def is_empty(self) -> bool:
        """No answer and no character anywhere: nothing to open a case about."""
        answered = self.danger_now is not None or self.can_be_reached is not None
        told = bool(self.text.strip()) or answered or self.claimed_ms is not None
        about = (self.order, self.subject_kind, self.subject_id, asdict(self.reporter))
        where = (self.channel, self.language, self.brand, self.region, self.site)
        beside = (self.heard, self.attributes, self.received)
        return not (told or says_anything((about, where, beside)))


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
    promised_ms: int | None = None
    reporter: Reporter = field(default_factory=Reporter)
    danger_now: bool | None = None
    can_be_reached: bool | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    received: Mapping[str, Any] = field(default_factory=dict)
    heard: str = ""

    @property
    def says_something(self) -> bool:
        """Words or a triage answer: something that can be judged."""
        answered = self.danger_now is not None or self.can_be_reached is not None
        return bool(self.text.strip() or self.heard.strip()) or answered

    @property
    def is_empty(self) -> bool:
        """Nothing to keep; a call attempt and a transfer are facts even without words."""
        told = self.claimed_ms is not None or self.promised_ms is not None
        fact = self.kind in {Kind.CALL_ATTEMPT, Kind.TRANSFER} or told
        who = asdict(self.reporter)
        beside = (self.channel, self.language, self.attributes, self.received, who)
        return not (self.says_something or fact or says_anything(beside))


def pieces(value: Any) -> Iterator[str]:
    """Every string inside a JSON-like value, numbers as text, and one character for a yes."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, bool):
        yield "1" if value else ""
    elif isinstance(value, int | float):
        yield str(value)
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from pieces(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from pieces(inner)


def says_anything(value: Any) -> bool:
    """Whether anything was sent: a character that is neither blank nor one of JSON's marks."""
    return any(
        mark.isprintable() and not mark.isspace() and mark not in _MARKS
        for piece in pieces(value)
        for mark in piece
    )


_MARKS = frozenset('[]{}",:')


@dataclass(frozen=True, slots=True)
class Answer:
    """What a use case gives back: an HTTP status, a JSON-able body, and whether it is a replay."""

    status: int
    body: dict[str, Any]
    replayed: bool = False
