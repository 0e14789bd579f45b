"""What the terminal shows while things are set up: each step, and the seconds since the start."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

STILL_S = 10


class Progress:
    """Lines with elapsed seconds; a step that takes long says that it is still going."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._started

    def say(self, line: str) -> None:
        """One line."""
        print(f"[{self.elapsed:5.1f} s] {line}", flush=True)

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Say what begins, and every ten seconds that it has not ended yet."""
        self.say(what)
        over = threading.Event()
        teller = threading.Thread(target=self._tell, args=(what, over), daemon=True)
        teller.start()
        try:
            yield
        finally:
            over.set()
            teller.join()

    def _tell(self, what: str, over: threading.Event) -> None:
        while not over.wait(STILL_S):
            self.say(f"  … still {what}")
