"""The only place that reads a clock."""

import time

LONGEST_WAIT_MS = 1_000


class SystemClock:
    """UTC as this worker knows it; the ledger compares it with the store's own."""

    def now(self) -> int:
        """UTC in ms."""
        return time.time_ns() // 1_000_000

    def wait_until(self, at: int) -> None:
        """Sleep until ``at`` (ms), or for one second if that is sooner."""
        left = min(at - self.now(), LONGEST_WAIT_MS)
        if left > 0:
            time.sleep(left / 1_000)
