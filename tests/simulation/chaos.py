"""What goes wrong in a simulated world, drawn from one seed."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.cases.source import PageLane
from chalicelib.services.deliver import deliver
from chalicelib.services.errors import BusyError
from chalicelib.services.ports import ClockSkewError, ConflictError, TransportError, UncertainError
from chalicelib.services.ring import ring_message
from chalicelib.terms import SECOND
from tests.support.fakes import Queued
from tests.support.world import VISIBILITY_MS, World

# What a worker may raise and a queue or a client then tries again.
PASSING = (BusyError, UncertainError, ConflictError, ClockSkewError, TransportError)

HOPS_DOUBLED = 4
REPEATED = ("重", "(again)", "REPEAT", "sent to you before", "reached you before")


class CrashError(BaseException):
    """The process died here.  A BaseException, so that no handler of ours mistakes it."""


@dataclass
class Weather:
    """How often each thing goes wrong, 0 to 1; all zero is a fine day."""

    lost: float = 0.0
    doubled: float = 0.0
    late: float = 0.0
    not_stored: float = 0.0
    stored_but_failed: float = 0.0
    conflict: float = 0.0
    skew: float = 0.0
    crash: float = 0.0
    carrier: float = 0.0


def stormy(dice: random.Random) -> Weather:
    """A weather for one run: most faults rare, now and then one of them common."""
    weather = Weather()
    for name in vars(weather):
        setattr(weather, name, dice.choice((0.0, 0.0, 0.02, 0.1, 0.4)))
    weather.crash = min(weather.crash, 0.1)
    return weather


class Storm:
    """Puts the weather into a world's ledger, queues and carriers."""

    def __init__(self, world: World, dice: random.Random) -> None:
        """From now on every operation may go wrong."""
        self.world = world
        self.dice = dice
        self.weather = stormy(dice)
        self.sends: dict[tuple[str, str], int] = {}
        self.unlabelled = 0
        world.ledger.fault = self._store
        world.channels.refuse = self._carrier
        self._page, self._wake = world.queues.page, world.queues.wake
        world.queues.page = self._send_page  # type: ignore[method-assign]
        world.queues.wake = self._send_wake  # type: ignore[method-assign]

    def clear(self) -> None:
        """Faults stop."""
        self.weather = Weather()

    def _happens(self, chance: float) -> bool:
        return self.dice.random() < chance

    def _store(self, operation: str) -> str:
        weather = self.weather
        if self._happens(weather.crash / 4):
            raise CrashError(operation)
        if operation == "load":
            return "skew" if self._happens(weather.skew / 8) else ""
        if self._happens(weather.conflict):
            return "conflict:case" if operation == "commit" else "conflict"
        if self._happens(weather.not_stored):
            return "before"
        return "after" if self._happens(weather.stored_but_failed) else ""

    def _carrier(self, _channel: str, _address: str) -> TransportError | None:
        if self._happens(self.weather.crash / 4):
            raise CrashError("carrier")
        if self._happens(self.weather.carrier):
            return TransportError("storm", permanent=self._happens(0.3))
        return None

    def _send_page(self, case: str, page: str, attempt: int, lane: PageLane) -> None:
        if self._happens(self.weather.crash / 4):
            raise CrashError("page queue")
        for _ in range(self._copies()):
            self._page(case, page, attempt, lane)
            self._delay(self.world.queues.pages)

    def _send_wake(self, case: str, due: int, now: int, hop: int = 0) -> None:
        if self._happens(self.weather.crash / 4):
            raise CrashError("wake-up queue")
        # A long wait is many hops: a queue that doubled at each of them would bury any machine.
        for _ in range(self._copies() if hop < HOPS_DOUBLED else 1):
            self._wake(case, due, now, hop)
            self._delay(self.world.queues.wake_ups)

    def _copies(self) -> int:
        if self._happens(self.weather.lost):
            return 0
        return 2 if self._happens(self.weather.doubled) else 1

    def _delay(self, queue: list[Any]) -> None:
        if self._happens(self.weather.late):
            late = self.dice.randrange(1, 90) * SECOND
            queue[-1] = replace(queue[-1], due=queue[-1].due + late)

    # -- workers that may die ----------------------------------------------------------------

    def ring(self, body: Mapping[str, Any]) -> None:
        """A wake-up's worker; what fails is handed out again, once its visibility is over."""
        try:
            ring_message(self.world.parts, dict(body), "wake")
        except (*PASSING, CrashError):
            self._again(self.world.queues.wake_ups, body)

    def pager(self, body: Mapping[str, Any], receives: int) -> int:
        """A pager's worker; returns how often the message has now been handed out in vain."""
        failed = False
        try:
            deliver(self.world.parts, dict(body), receives, "message")
        except (*PASSING, CrashError):
            failed = True
        for sent in self.world.collect():
            self._note(body, sent.text)
        if failed:
            self._again(self.world.queues.pages, body)
            return receives
        return 0

    def _note(self, body: Mapping[str, Any], text: str) -> None:
        """A page that goes out twice must say so the second time."""
        key = (str(body["case"]), str(body["page"]))
        self.sends[key] = self.sends.get(key, 0) + 1
        if self.sends[key] > 1 and not any(label in text for label in REPEATED):
            self.unlabelled += 1

    def _again(self, queue: list[Any], body: Mapping[str, Any]) -> None:
        if not self._happens(self.weather.lost):
            queue.append(Queued(body, self.world.clock.now() + VISIBILITY_MS))
