"""What goes wrong, and when: windows in which faults of one kind are common, often two at once."""

import random
from bisect import bisect_right
from collections import Counter
from typing import NamedTuple

from chalicelib.terms import HOUR, MINUTE

# Chance of a fault at each opportunity, and the longest window.  A clock's span counts towards
# its bound only while none of the *blocking* kinds is about: they may keep every worker from it.
LOSSES = {
    "wake-up lost": (0.9, 12 * HOUR),
    "wake-up doubled": (0.3, 2 * HOUR),
    "wake-up late": (0.5, 6 * HOUR),
    "batch reordered": (0.7, 6 * HOUR),
    "page lost": (0.5, 2 * HOUR),
    "page doubled": (0.3, 2 * HOUR),
    "page late": (0.5, 2 * HOUR),
    "sender down": (0.8, 2 * HOUR),
    "sender refuses": (0.5, 2 * HOUR),
    "sweep overlaps": (0.7, 6 * HOUR),
}
BLOCKING = {
    "sweep late": (0.6, 3 * HOUR),
    "sweep dead": (1.0, 5 * HOUR),
    "sweep hurried": (0.5, HOUR),
    "not stored": (0.3, HOUR),
    "stored but failed": (0.3, HOUR),
    "conflict": (0.3, HOUR),
    "throttled": (0.7, HOUR),
    "store slow": (0.05, HOUR),
    "index stale": (1.0, 2 * HOUR),
    "sender slow": (0.3, HOUR),
    "crash": (0.05, HOUR),
    "clock jumps": (0.1, HOUR),
    "old code cannot read": (1.0, HOUR),
}
KINDS = LOSSES | BLOCKING
# After a window of unreadable cases the bell may have put them off for ten minutes.
AFTERMATH_MS = {"old code cannot read": 11 * MINUTE}
# A calm as long as this between the storms, on average.
CALM_MS = 4 * HOUR
AT_ONCE = (1, 1, 2, 2, 2, 3)


class Window(NamedTuple):
    """A kind of fault, from when until when (ms), and how likely at each opportunity."""

    kind: str
    start: int
    end: int
    chance: float


def forecast(dice: random.Random, start: int, end: int) -> list[Window]:
    """Storms of one to three kinds each, with calm between them; calm at both ends."""
    windows = []
    at = start + dice.randrange(10, 60) * MINUTE
    while at < end:
        longest = 0
        for kind in dice.sample(list(KINDS), dice.choice(AT_ONCE)):
            chance, span = KINDS[kind]
            length = dice.randrange(5 * MINUTE, span)
            windows.append(Window(kind, at, min(at + length, end), chance))
            longest = max(longest, length)
        at += longest + int(dice.expovariate(1 / CALM_MS)) + 20 * MINUTE
    return windows


class Weather:
    """Which faults are about now, how often each struck, and how long it was healthy."""

    def __init__(self, dice: random.Random) -> None:
        """A fine day."""
        self.dice = dice
        self.on: dict[str, float] = {}
        self.struck: Counter[str] = Counter()
        self.calm_since = 0
        self._blocking = 0
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._sums: list[int] = [0]

    def happens(self, kind: str) -> bool:
        """Whether a fault of this kind strikes now; it is counted."""
        chance = self.on.get(kind)
        if chance is None or self.dice.random() >= chance:
            return False
        self.struck[kind] += 1
        return True

    def begin(self, window: Window, now: int) -> None:
        """Its faults are about from now on."""
        self.on[window.kind] = window.chance
        if window.kind in BLOCKING:
            self._blocking += 1
            if self._blocking == 1:
                self._starts.append(now)

    def end(self, window: Window, now: int) -> None:
        """Its faults are over."""
        self.on.pop(window.kind, None)
        self.calm_since = now

    def over(self, now: int) -> None:
        """A blocking window's aftermath is over, too."""
        self._blocking -= 1
        if self._blocking == 0:
            self._ends.append(now)
            self._sums.append(self._sums[-1] + now - self._starts[-1])

    def blocked(self, now: int) -> int:
        """Ms of all time up to ``now`` in which a blocking fault was about."""
        begun = bisect_right(self._starts, now)
        if begun == 0:
            return 0
        end = self._ends[begun - 1] if begun <= len(self._ends) else now
        return self._sums[begun - 1] + min(end, now) - self._starts[begun - 1]

    def healthy(self, since: int, now: int) -> int:
        """Ms between the two in which nothing blocking was about."""
        return now - since - (self.blocked(now) - self.blocked(since))
