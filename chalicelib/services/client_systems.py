"""The client's own systems (orders, trips, freezes, data packs) behind one port.

Whatever they say names its source.  What they do not say is unknown, which is never a *no*: a
system that is away, slow or lying must neither refuse a complaint nor make it smaller.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked about; every part optional.

    ``phone`` and ``email`` are those that somebody gave for the reporter, to be compared with the
    client's own record of the order or the account.
    """

    order: str = ""
    account: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom or what a case is about, by the client's own id: a driver, a product, an address."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the client's systems know; None is not known, and must not be read as a no.

    ``phone_on_record`` and ``email_on_record`` say whether what was given stands on the client's
    own record for this order or account.
    """

    source: str
    subjects: tuple[Subject, ...] = ()
    phone_on_record: bool | None = None
    email_on_record: bool | None = None
    trip_active: bool | None = None

    @property
    def matches(self) -> bool:
        """An address that was given is the client's own for this order or account."""
        return bool(self.phone_on_record or self.email_on_record)


class State(StrEnum):
    """How a request stands; UNKNOWN is no answer, or none that can be believed."""

    DONE = "done"
    QUEUED = "queued"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a request; ``reference`` is the client's, free text, so it is for the vault.

    After UNKNOWN it may have been done all the same: ask again, it is the same request.
    """

    state: State
    source: str
    reference: str = ""


class ClientSystems(Protocol):
    """None of these raises and none takes longer than its time limit."""

    def look_up(self, question: Question) -> Facts:
        """What is known about an order or an account."""
        ...

    def freeze(self, subject: Subject, case: str, *, on: bool) -> Outcome:
        """Freeze a subject for a case, or (``on`` false) let it go; asked twice it is done once."""
        ...

    def request_data(self, department: str, case: str, wants: Sequence[str]) -> Outcome:
        """Ask a department for data; that it was delivered is told later, as an event."""
        ...


class NoClientSystems:
    """Where none are configured: nothing is known and nothing was done."""

    def look_up(self, question: Question) -> Facts:  # noqa: ARG002  # as the port
        """Nothing is known."""
        return Facts(source=NOBODY)

    def freeze(self, subject: Subject, case: str, *, on: bool) -> Outcome:  # noqa: ARG002
        """Nobody was asked."""
        return Outcome(state=State.UNKNOWN, source=NOBODY)

    def request_data(self, department: str, case: str, wants: Sequence[str]) -> Outcome:  # noqa: ARG002
        """Nobody was asked."""
        return Outcome(state=State.UNKNOWN, source=NOBODY)
