"""What an act is to the API: the core's command, who may, and what it takes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from chalicelib.cases.commands import Command
from chalicelib.cases.roles import Act, may
from chalicelib.services.unfit import UNFIT, RecordedError
from chalicelib.terms import Role


class Shape(StrEnum):
    """How a field is read; all but the sealed ones stand in the log in clear."""

    CODE = "code"  # a short word of ours or of the client's: [a-z][a-z0-9_-]*, four digits at most
    CODES = "codes"
    TIER = "tier"
    YES = "yes_or_no"
    CASE = "case"
    REACH = "reach"  # the address of a reporter, by the id that the case's view gives it
    NUMBER = "number"
    PROPOSAL = "proposal"  # the number that proposing answered with
    SEALED = "sealed"  # anything at all, into the vault


class Evidence(StrEnum):
    """Whether an act needs something for the vault, and whether it has a place for it."""

    NEEDED = "needed"
    TAKEN = "taken"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an act; without ``choices`` any value of its shape will do.

    ``kept``: it stands in no event, so the vault keeps it with the evidence.
    """

    name: str
    shape: Shape
    needed: bool = True
    choices: tuple[str, ...] = ()
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """What came with an act, read: values by field, and whatever else was sent, for the vault.

    ``unreadable`` names the fields whose value is of no such shape.  ``readings`` are proofs that
    the words were opened (``services.seen``).
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    sealed: Mapping[str, Any] = field(default_factory=dict)
    readings: tuple[str, ...] = ()
    unreadable: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Spec:
    """An act: ``make`` builds its command from ``by``, ``sid`` and the fields by their names.

    ``seen``: it asks for a proof that the words were opened.  ``path`` where it has another route.
    ``hints`` are names under which its evidence usually comes.
    """

    act: Act
    make: Callable[..., Command]
    fields: tuple[Field, ...] = ()
    evidence: Evidence = Evidence.TAKEN
    seen: bool = False
    hints: tuple[str, ...] = ()
    path: str = "/v1/cases/{case}/acts/{act}"

    @property
    def roles(self) -> tuple[Role, ...]:
        """Everybody who may ever do it."""
        return tuple(role for role in Role if may(role, self.act))


class FieldError(RecordedError):
    """A field of the request is missing or unreadable; ``field`` is one of our own names.

    Whoever raises it has written its entry.
    """

    def __init__(self, code: str, name: str) -> None:
        super().__init__(UNFIT, code)
        self.field = name
