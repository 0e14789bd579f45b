"""Who may call, who is paged, and what a page's link stands for."""

from dataclasses import dataclass

from chalicelib.terms import Role


@dataclass(frozen=True, slots=True)
class Credential:
    """Who a bearer token belongs to.  The secret itself is never stored."""

    id: str
    role: Role
    org: str
    name: str
    secret_hash: str
    person: str = ""
    revoked_at: int = 0
    created_at: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    """One of the client's people, with the ways to reach them."""

    id: str
    name: str
    role: Role
    employer: str
    phone: str = ""
    email: str = ""
    language: str = "zh-CN"
    channels: tuple[str, ...] = ("sms", "email")
    pin_hash: str = ""


@dataclass(frozen=True, slots=True)
class PageLink:
    """What a page's link stands for; the 128-bit token itself is never stored.

    A reporter's own link has ``reporter.<sid>`` for a person, and the language it speaks.
    """

    token_hash: str
    case: str
    person: str
    page: str
    expires_at: int
    wrong_pins: int = 0
    refusals: int = 0
    language: str = ""


@dataclass(frozen=True, slots=True)
class PinTries:
    """What guessing a person's PIN has led to, over all their links.

    ``wrong`` in a row since the last lock, ``locks`` in a row, ``locked_until`` (ms UTC).
    """

    person: str
    wrong: int = 0
    locks: int = 0
    locked_until: int = 0
