"""The limit on one vendor credential's requests, and what counts them."""

from dataclasses import dataclass
from typing import Protocol


class Counter(Protocol):
    """Counts requests; one that fails lets everybody through."""

    def count(self, key: str, window: int, expires: int) -> int:
        """One more in this window, atomically; how many there are with it."""
        ...


@dataclass(frozen=True, slots=True)
class Throttle:
    """``per_window`` requests in ``throttle.WINDOW_MS`` for a vendor credential; 0 is no limit."""

    per_window: int = 0
    counter: Counter | None = None
