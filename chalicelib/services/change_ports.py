"""The port of changes: each step, its entry and its effect are one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from chalicelib.audit.chain import Head
from chalicelib.audit.entry import SealedEntry
from chalicelib.services.change_model import Change
from chalicelib.services.people import Person

type Duty = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class AcceptLink:
    """What the link in an acceptance's message stands for; the token is never stored."""

    token_hash: str
    change: str
    expires_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a change that is applied writes besides itself; each must still be as it was read.

    ``was`` is None for somebody new.  ``duty`` is the whole roster after, ``duty_was`` before.
    """

    person: Person | None = None
    was: Person | None = None
    duty: Duty | None = None
    duty_was: Duty | None = None
    org: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a change.  ``change`` is its next version; 1 must not be there yet."""

    change: Change
    entry: SealedEntry
    before: Head
    link: AcceptLink | None = None
    effect: Effect | None = None


class Changes(Protocol):
    """Proposed changes of people and the roster."""

    def change(self, identity: str) -> Change | None:
        """Read consistently."""
        ...

    def since(self, at: int) -> tuple[Change, ...]:
        """All proposed at or after this time (ms), the oldest first."""
        ...

    def listing(self, cursor: str, limit: int) -> tuple[tuple[Change, ...], str]:
        """The newest first, and the cursor of the next part, empty at the end.

        Raises ValueError for a strange cursor.
        """
        ...

    def link(self, token_hash: str) -> AcceptLink | None:
        """What a link stands for, or None."""
        ...

    def roster(self) -> dict[str, tuple[str, ...]]:
        """Who is on the roster at this moment: ids by role, read consistently."""
        ...

    def record(self, step: Step) -> None:
        """Write the step, its entry and its effect, or nothing.

        Raises ConflictError: ``head`` when another entry came first, ``change`` when another step
        did, ``effect`` when what it changes is no longer as it was read.  UncertainError: it may
        or may not have been written.
        """
        ...
