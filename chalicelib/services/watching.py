"""What Tocsin knows of its own health: the checks, how they stand, and where that is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from chalicelib.terms import MINUTE

# The sweep writes the state each minute; older than this, nobody knows.
FRESH_MS = 3 * MINUTE


class Check(StrEnum):
    """Each has a part of its own name in the runbook."""

    LATE_PAGES = "late_pages"
    DEAD_LETTERS = "dead_letters"
    AUDIT_STREAM = "audit_stream"
    RELEASES = "releases"
    SMS_SPEND = "sms_spend"
    CANARY = "canary"

    @property
    def runbook(self) -> str:
        """Where it is told what to do."""
        return f"docs/runbooks/self-checks.md#{self.value.replace('_', '-')}"


# These do not still the heartbeat: the monitor hears by itself that a canary is silent, and the
# one that sings must be let through.
HEARD_OUTSIDE = frozenset({Check.CANARY})


@dataclass(frozen=True, slots=True)
class Found:
    """What one look found; ``figure`` is a number or a short code, and no personal data."""

    check: Check
    holds: bool
    figure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a check stands: failing ``since`` (ms UTC), or 0; and the case that was opened for it."""

    figure: str = ""
    since: int = 0
    case: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """All checks as of ``at`` (ms UTC)."""

    at: int = 0
    checks: Mapping[Check, Standing] = field(default_factory=dict)

    def failing(self, now: int) -> tuple[str, ...]:
        """What stills the heartbeat, by name; ``stale`` when nobody has looked of late."""
        if now - self.at > FRESH_MS or self.checks.keys() != set(Check):
            return ("stale",)
        return tuple(
            check.value
            for check, standing in self.checks.items()
            if standing.since and check not in HEARD_OUTSIDE
        )


@dataclass(frozen=True, slots=True)
class Song:
    """When a canary last came through the pager, and when the monitor last took it (ms UTC)."""

    at: int = 0
    taken: int = 0


@dataclass(frozen=True, slots=True)
class Running:
    """A function that did some work: when it last said so, and with which policies."""

    function: str
    policies: str
    at: int


class Watching(Protocol):
    """Whatever the checks ask, and where their answers are kept.

    Each raises what goes wrong: a check that cannot be asked does not hold.
    """

    def state(self) -> State:
        """As last saved."""

    def save(self, state: State) -> None:
        """Replace it."""

    def song(self, path: str) -> Song:
        """Of one canary."""

    def sing(self, path: str, song: Song) -> None:
        """Replace it."""

    def report(self, running: Running) -> None:
        """Say that a function runs, and on which policies."""

    def running(self) -> tuple[Running, ...]:
        """What each function last said."""

    def dead_letters(self) -> Mapping[str, int]:
        """Messages in each dead-letter queue."""

    def stream_is_on(self) -> bool:
        """Whether the audit table's changes are streamed."""

    def sms_spend(self) -> tuple[float, float]:
        """USD spent on SMS this month, and the limit."""


class NoWatching:
    """A deployment that nobody outside listens to: nothing is kept, and nothing is asked."""

    def state(self) -> State:
        """Never looked at."""
        return State()

    def save(self, state: State) -> None:
        """Kept nowhere."""

    def song(self, path: str) -> Song:  # noqa: ARG002
        """Never sung."""
        return Song()

    def sing(self, path: str, song: Song) -> None:
        """Kept nowhere."""

    def report(self, running: Running) -> None:
        """Kept nowhere."""

    def running(self) -> tuple[Running, ...]:
        """Nobody said anything."""
        return ()

    def dead_letters(self) -> Mapping[str, int]:
        """There is nothing to ask."""
        raise NotWatchingError

    def stream_is_on(self) -> bool:
        """There is nothing to ask."""
        raise NotWatchingError

    def sms_spend(self) -> tuple[float, float]:
        """There is nothing to ask."""
        raise NotWatchingError


class NotWatchingError(RuntimeError):
    """This function has no business with the checks."""


class Outside(Protocol):
    """The monitor outside."""

    def ping(self, path: str, body: Mapping[str, object]) -> bool:
        """Tell it that a canary came through; whether it took it.  Never raises."""
