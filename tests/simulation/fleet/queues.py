"""The queues: at least once, in any order, some day; what fails comes again, five times."""

import heapq
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.aws.queues import delay_s
from chalicelib.cases.source import PageLane
from chalicelib.services.ports import Look, PageAsked, Slot
from chalicelib.services.work import Message
from chalicelib.terms import SECOND
from tests.simulation.chaos import CrashError
from tests.simulation.fleet.timeline import Timeline
from tests.simulation.fleet.weather import Weather

# As in .chalice/resources.json: receives before the dead letters, messages a batch.
RECEIVES = 5
BATCH = 10
LATEST_S = 600
SLOW = frozenset({"store slow", "sender slow", "clock jumps"})

# Handles a batch; which of its messages go back.
type Handler = Callable[[list[Message]], set[str]]


class SimQueue:
    """One queue; ``handler`` takes its batches, and must be set before time passes."""

    def __init__(self, name: str, timeline: Timeline, weather: Weather, visibility_ms: int) -> None:
        """``name`` is that of its faults: ``wake-up`` or ``page``."""
        self.handler: Handler = lambda _messages: set()
        self.dead = 0
        self._name = name
        self._timeline = timeline
        self._weather = weather
        self._visibility_ms = visibility_ms
        self._waiting: list[tuple[int, int, Message]] = []
        self._number = 0
        self._done: set[str] = set()  # handled, and still to come again

    def __len__(self) -> int:
        return len(self._waiting)

    def send(self, body: Mapping[str, Any], delay: int = 0) -> None:
        """A message that is handed out ``delay`` ms from now, if all goes well."""
        weather = self._weather
        if not weather.on:
            self._push(body, delay)
            return
        if weather.happens("crash"):
            raise CrashError("queue")
        if weather.happens(f"{self._name} lost"):
            return
        if weather.happens(f"{self._name} late"):
            delay += weather.dice.randrange(LATEST_S) * SECOND
        identity = self._push(body, delay)
        if weather.happens(f"{self._name} doubled"):
            # A copy that the queue made by itself counts as received again, as SQS does.
            later = delay + weather.dice.randrange(30 * SECOND)
            self._again(Message(identity, body, 2), self._timeline.now + later)

    def _push(self, body: Mapping[str, Any], delay: int) -> str:
        self._number += 1
        identity = f"m{self._number}"
        self._again(Message(identity, body), self._timeline.now + delay)
        return identity

    def _again(self, message: Message, due: int) -> None:
        self._number += 1
        heapq.heappush(self._waiting, (due, self._number, message))
        self._timeline.at(due, self._hand_out)

    def _hand_out(self, _: object) -> None:
        batch = self._batch()
        if not batch:
            return
        begun = self._timeline.now
        if not SLOW.isdisjoint(self._weather.on):
            # Whoever takes longer than the visibility races the next to be handed the message.
            for message in batch:
                self._back(message, begun)
            self._done |= {message.id for message in batch} - self._handle(batch)
            return
        back = self._handle(batch)
        for message in batch:
            if message.id in back:
                self._back(message, begun)

    def _handle(self, batch: list[Message]) -> set[str]:
        try:
            return self.handler(batch)
        except CrashError:
            return {message.id for message in batch}

    def _batch(self) -> list[Message]:
        now, waiting = self._timeline.now, self._waiting
        batch: list[Message] = []
        while waiting and waiting[0][0] <= now and len(batch) < BATCH:
            message = heapq.heappop(waiting)[2]
            if message.id in self._done:
                self._done.discard(message.id)
            else:
                batch.append(message)
        if self._weather.on and self._weather.happens("batch reordered"):
            self._weather.dice.shuffle(batch)
        return batch

    def _back(self, message: Message, begun: int) -> None:
        if message.receives >= RECEIVES:
            self.dead += 1
            return
        again = Message(message.id, message.body, message.receives + 1)
        self._again(again, max(begun + self._visibility_ms, self._timeline.now))


class FleetQueues:
    """``Queues`` for every worker."""

    def __init__(self, timeline: Timeline, weather: Weather, dice: random.Random) -> None:
        """Nothing queued."""
        self._timeline = timeline
        self._dice = dice
        self.wake_ups = SimQueue("wake-up", timeline, weather, 22 * SECOND)
        self.lanes = {lane: SimQueue("page", timeline, weather, 12 * SECOND) for lane in PageLane}

    def ask_pages(self, pages: Sequence[PageAsked]) -> None:
        """As the port."""
        for page in pages:
            body = {"case": page.case, "page": page.page, "attempt": page.attempt}
            # A queue takes a moment, and not always the same.
            self.lanes[page.lane].send(body, self._dice.randrange(20, 900))

    def ask_looks(self, looks: Sequence[Look], now: int) -> None:
        """As the port."""
        for look in looks:
            self.wake(look.case, look.due, now)

    def wake(self, case: str, due: int, now: int, hop: int = 0) -> None:
        """As the port."""
        body = {"case": case, "due": due, "hop": hop}
        self.wake_ups.send(body, delay_s(due, now) * SECOND)

    def hand_on(self, slot: Slot) -> None:
        """As the port."""
        self.wake_ups.send({"slot": slot.number, "after": slot.after, "hop": slot.hop})

    def follow(self, case: str, links: Mapping[str, str]) -> None:
        """As the port."""
        self.lanes[PageLane.VENDORS].send({"case": case, "follow": dict(links)})

    def change(self, change: str) -> None:
        """As the port."""
        self.lanes[PageLane.FIRST].send({"change": change})
