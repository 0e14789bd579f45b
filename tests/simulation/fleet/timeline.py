"""True time, which only the store knows, and the clocks of workers, which are wrong."""

import heapq
import random
from collections.abc import Callable
from typing import Any

from chalicelib.terms import HOUR, SECOND

# Workers inside of whose steps others work: deeper than this nobody else gets a turn meanwhile.
DEEPEST = 4
# How far a healthy clock is off; the store accepts two seconds.
SKEW_MS = 1_500

type Event = Callable[[Any], None]


class Timeline:
    """True time in ms UTC, and what happens when; what was asked for first happens first."""

    def __init__(self, start: int) -> None:
        """Nothing is to happen yet."""
        self.now = start
        self._events: list[tuple[int, int, Event, Any]] = []
        self._order = 0
        self._depth = 0

    def at(self, when: int, event: Event, what: Any = None) -> None:
        """``event(what)`` happens at ``when`` (ms), or as soon after it as anything can."""
        self._order += 1
        heapq.heappush(self._events, (when, self._order, event, what))

    def run_until(self, end: int) -> None:
        """Let time pass up to ``end`` (ms)."""
        events = self._events
        while events and events[0][0] <= end:
            when, _, event, what = heapq.heappop(events)
            self.now = max(self.now, when)
            event(what)
        self.now = max(self.now, end)

    def pass_by(self, span: int) -> None:
        """``span`` ms pass inside a worker's step, and others work meanwhile."""
        end = self.now + span
        if self._depth >= DEEPEST:
            self.now = end
            return
        self._depth += 1
        try:
            self.run_until(end)
        finally:
            self._depth -= 1


class WorkerClock:
    """``Clock`` of one worker: off by a little, and while it is ``jumpy`` by anything.

    Any reading may be the first after a jump, of which a second holds one at most.
    """

    def __init__(self, timeline: Timeline, dice: random.Random) -> None:
        """A clock that nobody has touched is off by at most ``SKEW_MS``."""
        self._timeline = timeline
        self._dice = dice
        self.skew = self.offset = dice.randrange(-SKEW_MS, SKEW_MS + 1)
        self.jumpy = 0.0
        self.jumps = 0
        self._jumped = 0

    def now(self) -> int:
        """As the port."""
        if self.jumpy and self._dice.random() < self.jumpy:
            self._jump()
        return self._timeline.now + self.offset

    def steady(self) -> int:
        """What a clock that nobody can set would count, in ms."""
        return self._timeline.now

    def _jump(self) -> None:
        if self._timeline.now < self._jumped + SECOND:
            return
        self._jumped = self._timeline.now
        self.jumps += 1
        away = self._dice.choice((5 * SECOND, 70 * SECOND, HOUR, 30 * HOUR))
        self.offset = self._dice.choice((self.skew, self.skew + away, self.skew - away))

    def set_right(self) -> None:
        """The clock is right again."""
        self.jumpy, self.offset = 0.0, self.skew

    def wait_until(self, at: int) -> None:
        """As the port: at most one second passes, and others work meanwhile."""
        left = min(at - self.now(), SECOND)
        if left > 0:
            self._timeline.pass_by(left)
