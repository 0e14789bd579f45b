"""Whether this worker's clock and the store's agree, as far as the store's answers tell."""

from chalicelib.services.ports import Clock, ClockSkewError
from chalicelib.terms import SECOND

SKEW_MS = 2 * SECOND
HEADER_MS = SECOND  # the Date header is cut to whole seconds


class Agreement:
    """What the newest answer said of our clock; nothing was asked yet, so nothing holds."""

    def __init__(self, clock: Clock) -> None:
        """``clock`` is this worker's."""
        self._clock = clock
        self._agrees = False

    def observe(self, before: int, theirs: int) -> None:
        """An answer dated ``theirs`` was made between ``before`` and now (ms), if we are right."""
        late = theirs - SKEW_MS > self._clock.now()
        early = theirs + HEADER_MS + SKEW_MS < before
        self._agrees = not (late or early)

    @property
    def holds(self) -> bool:
        """Whether the newest answer showed our clock within two seconds of the store's."""
        return self._agrees

    def require(self) -> None:
        """Raise ClockSkewError when the newest answer came from another time than ours."""
        if not self.holds:
            raise ClockSkewError("this worker's clock and the store's differ")
