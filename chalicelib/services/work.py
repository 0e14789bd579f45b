"""Work that waits in a queue: what is asked for, and a message as a worker is handed it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from chalicelib.cases.source import PageLane


class PageAsked(NamedTuple):
    """A page that is to be sent by the pagers of its lane."""

    case: str
    page: str
    attempt: int
    lane: PageLane


class Look(NamedTuple):
    """A case that is to be looked at when it is due (ms)."""

    case: str
    due: int


class Place(NamedTuple):
    """How far a slot of the due index has been read: all up to this case at this due time."""

    due: int
    case: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot of the due index that is to be rung on behind ``after``.

    ``hop`` counts how often it has been handed on.
    """

    number: int
    after: Place | None = None
    hop: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    """A queue's message: ``receives`` is how often it has been handed out, this time included."""

    id: str
    body: Mapping[str, Any]
    receives: int = 1


# What went wrong, by the message's id: those go back to the queue.
type Failures = dict[str, Exception]


class AtOnce(Protocol):
    """Runs jobs that wait for somebody else, at the same time if it can; results in order."""

    def __call__[T](self, jobs: Sequence[Callable[[], T]]) -> list[T]:
        """Raises what a job raised."""
        ...


def one_by_one[T](jobs: Sequence[Callable[[], T]]) -> list[T]:
    """One after the other."""
    return [job() for job in jobs]
