"""Whether this worker's clock and the store's agree, as far as the store's answers tell."""

import time
from collections.abc import Callable
from typing import NamedTuple

from chalicelib.services.ports import Clock, ClockSkewError
from chalicelib.terms import MINUTE, SECOND

SKEW_MS = 2 * SECOND
HEADER_MS = SECOND  # the Date header is cut to whole seconds
# No request is on its way for longer, from its first look at the clock to its commit.
SLOWEST_MS = MINUTE


def elapsed() -> int:
    """Ms since some moment, by a clock that nobody can set."""
    return time.monotonic_ns() // 1_000_000


class Asking(NamedTuple):
    """When a request was sent, in ms: by our clock, and by the steady one."""

    at: int
    steady: int


class Agreement:
    """What the newest answer said of our clock; nothing was asked yet, so nothing holds.

    A clock may be set between that answer and the commit: a worker that slept, or that gave a
    page to a slow carrier meanwhile.  So it must since have gone on as a steady one has.
    """

    def __init__(self, clock: Clock, steady: Callable[[], int] = elapsed) -> None:
        """``clock`` is this worker's; ``steady`` counts ms and is never set."""
        self._clock = clock
        self._steady = steady
        self._ahead: int | None = None  # of the steady one, when they last agreed

    def asking(self) -> Asking:
        """Called before a request, for ``observe`` after its answer."""
        return Asking(self._clock.now(), self._steady())

    def observe(self, asked: Asking, theirs: int) -> None:
        """An answer dated ``theirs`` (ms) was made between ``asked`` and now, if we are right."""
        now, steady = self._clock.now(), self._steady()
        late = theirs - SKEW_MS > now
        early = theirs + HEADER_MS + SKEW_MS < asked.at
        was_set = abs(now - asked.at - (steady - asked.steady)) > SKEW_MS
        self._ahead = None if late or early or was_set else now - steady

    @property
    def holds(self) -> bool:
        """Whether the newest answer showed our clock within two seconds, and it is so still."""
        if self._ahead is None:
            return False
        return abs(self._clock.now() - self._steady() - self._ahead) <= SKEW_MS

    def require(self, at: int = 0) -> None:
        """Raise ClockSkewError when our clock is another than the store's, or was at ``at``.

        ``at`` is what our clock read when it was asked what time to write down; 0 for never.
        """
        now = self._clock.now()
        if not self.holds or (at and not now - SLOWEST_MS <= at <= now + SKEW_MS):
            raise ClockSkewError("this worker's clock and the store's differ")
