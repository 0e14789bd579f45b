"""A proposed change of people or of the roster, from its proposal to its end.

The value that is proposed waits here, in the registry, as people's numbers do; entries hold ids,
names of fields and keyed commitments only.  When the change has ended the value is forgotten.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from chalicelib.terms import DAY

# Each of the two waits so long: for a second person, and then for those who must accept.
WAIT_MS = DAY


class ChangeKind(StrEnum):
    """What is to be changed."""

    ROSTER = "roster"
    PERSON = "person"
    NUMBER = "number"
    NEW_PERSON = "new_person"
    PIN = "pin"
    LEAVE = "leave"
    ORG = "org"


class Stage(StrEnum):
    """Where it stands; the last four are ends."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    APPLIED = "applied"
    REJECTED = "rejected"
    EXPIRED = "expired"
    STALE = "stale"


OPEN = frozenset({Stage.PROPOSED, Stage.APPROVED})


@dataclass(frozen=True, slots=True)
class Need:
    """Somebody who must accept, by a link sent to each of ``ways`` (channel and address).

    Only the newest link counts.  ``failed`` says that every carrier refused for good, ``sent_at``
    that one has taken it.
    """

    person: str
    ways: tuple[tuple[str, str], ...]
    token_hash: str = ""
    asked_at: int = 0
    sent_at: int = 0
    failed: bool = False
    accepted_at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change; ``by`` and ``approver`` are ids of people, times are ms UTC.

    ``value`` holds new values by field; of a roster, ids by role.  ``base`` is a hash of what
    stood there when it was proposed.  ``to_tell`` are those who have not been told of it yet
    where they are reached now, and ``told_at`` is when the last of them was.
    """

    id: str
    kind: ChangeKind
    by: str
    at: int
    expires_at: int
    person: str = ""
    fields: tuple[str, ...] = ()
    value: Mapping[str, Any]
    base: str = ""
    stage: Stage = Stage.PROPOSED
    approver: str = ""
    to_tell: tuple[str, ...] = ()
    told_at: int = 0
    needs: tuple[Need, ...] = ()
    pin_hash: str = ""
    ended_at: int = 0
    version: int = 1

    def stage_at(self, now: int) -> Stage:
        """As it is at this time: what waited too long has expired, whether or not it was noted."""
        return Stage.EXPIRED if self.stage in OPEN and self.expires_at <= now else self.stage

    @property
    def accepted(self) -> bool:
        """Whether everybody who must accept has done so."""
        return all(need.accepted_at for need in self.needs)

    def next(self, **fields: Any) -> "Change":
        """The version after this one."""
        return replace(self, version=self.version + 1, **fields)

    def ended(self, stage: Stage, at: int) -> "Change":
        """The last version: ids and names of fields stay, numbers and names are forgotten."""
        needs = tuple(replace(need, ways=()) for need in self.needs)
        kept = self.value if self.kind in {ChangeKind.ROSTER, ChangeKind.ORG} else {}
        return self.next(stage=stage, ended_at=at, needs=needs, value=kept, pin_hash="")

    def need_of(self, token_hash: str) -> Need | None:
        """Whom the link was sent to, if it is their newest one."""
        found = (need for need in self.needs if token_hash and need.token_hash == token_hash)
        return next(found, None)

    def with_need(self, before: Need, after: Need) -> "Change":
        """The next version, with one of its needs replaced."""
        return self.next(needs=tuple(after if need is before else need for need in self.needs))


def merged(duty: Mapping[str, Sequence[str]], value: Mapping[str, Any]) -> dict[str, list[str]]:
    """The roster after a change: the roles it names are replaced, the others stay."""
    return {role: list(group) for role, group in {**duty, **value}.items()}
