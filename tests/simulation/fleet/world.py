"""A client's whole Tocsin with several workers, on one true timeline."""

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

from chalicelib.cases.calendar import Calendar
from chalicelib.cases.draft import OnCall
from chalicelib.cases.source import PageLane
from chalicelib.services.caller import Caller, anonymous
from chalicelib.services.complaint import Answer, Complaint
from chalicelib.services.deliver import deliver_all
from chalicelib.services.intake import take
from chalicelib.services.parts import Parts
from chalicelib.services.people import Person
from chalicelib.services.ports import PageLink, Release
from chalicelib.services.ring import ring_all, sweep
from chalicelib.services.work import Message
from chalicelib.terms import MINUTE, SECOND, Role
from tests.simulation.chaos import CrashError
from tests.simulation.fleet.carriers import Carriers
from tests.simulation.fleet.deploy import Code, first
from tests.simulation.fleet.judge import Judge
from tests.simulation.fleet.queues import FleetQueues
from tests.simulation.fleet.store import KEPT, FleetLedger
from tests.simulation.fleet.timeline import Timeline, WorkerClock
from tests.simulation.fleet.view import View
from tests.simulation.fleet.weather import Weather
from tests.support.fake_changes import FakeChanges
from tests.support.fake_heartbeats import FakeHeartbeats
from tests.support.fakes import FakeRegistry, FakeVault
from tests.support.world import ROSTER

WORKERS = 5
# A sweep has so long before it hands on; in hurried times much less.
SWEEP_MS = 52 * SECOND


class TrueClock:
    """``Clock`` of the store."""

    def __init__(self, timeline: Timeline) -> None:
        """It is never wrong."""
        self._timeline = timeline

    def now(self) -> int:
        """As the port."""
        return self._timeline.now

    def wait_until(self, at: int) -> None:
        """As the port; the store never waits."""


class CountedIds:
    """``Ids`` that are counted: as good as drawn ones where nobody guesses."""

    def __init__(self, dice: random.Random) -> None:
        """The same run gives the same ids."""
        self._dice = dice
        self._number = 0

    def new(self, prefix: str, at: int) -> str:
        """As the port."""
        self._number += 1
        return f"{prefix}_{at:014d}{self._number:012d}"

    def token(self) -> str:
        """As the port."""
        self._number += 1
        return f"{self._number:022d}"

    def jitter(self) -> float:
        """As the port."""
        return self._dice.random()


class FleetRegistry(FakeRegistry):
    """``Registry`` whose roster is put together once a change, and whose links are watched."""

    def __init__(self, carriers: Carriers) -> None:
        """Nobody is on call."""
        super().__init__()
        self._carriers = carriers
        self._on_call: Mapping[str, tuple[OnCall, ...]] = super().duty()

    def put_roster(self, duty: Mapping[str, Any]) -> None:
        """As the fake."""
        super().put_roster(duty)
        self._on_call = super().duty()

    def duty(self) -> Mapping[str, tuple[OnCall, ...]]:
        """As the port."""
        return self._on_call

    def put_links(self, links: Any) -> None:
        """As the port; a link of a page is only needed until the page is out."""
        for link in links:
            self._carriers.remember(link)

    def put_link(self, link: PageLink) -> None:
        """As the port."""
        self._carriers.remember(link)
        super().put_link(link)


class Worker:
    """One function instance: a clock, a way to the store, and the code that it runs now."""

    def __init__(self, fleet: "Fleet", clock: WorkerClock, view: View, code: Code) -> None:
        """It begins with ``code``."""
        self.clock = clock
        self.code = code
        self._fleet = fleet
        self._view = view
        self.parts = self._parts()

    def deploy(self, code: Code) -> None:
        """From its next step on it runs this, unless a newer one came first."""
        if code.version < self.code.version:
            return
        self.code = code
        self.parts = self._parts()

    def _parts(self) -> Parts:
        fleet, code = self._fleet, self.code
        return replace(
            fleet.base,
            ledger=self._view,
            clock=self.clock,
            rules=code.rules,
            release=Release("api", code.version, code.rules.digest),
        )


class Fleet:
    """Everything that a run is made of; ``dice`` draw all that happens."""

    def __init__(
        self, dice: random.Random, start: int, calendar: Calendar, *, kept: int = KEPT
    ) -> None:
        """Begins at ``start`` (ms UTC) with nobody on call; ``kept`` as in ``FleetLedger``."""
        self.dice = dice
        self.timeline = Timeline(start)
        self.weather = Weather(random.Random(dice.random()))
        self.true_clock = TrueClock(self.timeline)
        self.ledger = FleetLedger(self.true_clock, kept=kept)
        self.carriers = Carriers(self.timeline, self.weather)
        self.registry = FleetRegistry(self.carriers)
        self.queues = FleetQueues(self.timeline, self.weather, dice)
        self.judge = Judge(self.timeline, self.weather, self.ledger, self.carriers)
        self.people = {role: self._person(number, role) for number, role in enumerate(ROSTER)}
        self.base = Parts(
            ledger=self.ledger,
            registry=self.registry,
            changes=FakeChanges(self.ledger, self.registry),
            vault=FakeVault(self.ledger),
            queues=self.queues,
            channels=self.carriers,
            clock=self.true_clock,
            ids=CountedIds(dice),
            rules=first().rules,
            release=Release("api", "1.0.0", ""),
            link_base="https://t.example",
            link_key=b"k" * 32,
            calendar=calendar,
            heartbeats=FakeHeartbeats(self.ledger),
        )
        self.workers = [self._worker() for _ in range(WORKERS)]
        self.crashes = self._sweeps = 0
        self.queues.wake_ups.handler = self._ring
        for lane in PageLane:
            self.queues.lanes[lane].handler = self._deliver
        self.timeline.at(start + dice.randrange(MINUTE), self._every_minute)

    def _worker(self) -> Worker:
        clock = WorkerClock(self.timeline, random.Random(self.dice.random()))
        view = View(self.ledger, self.timeline, self.weather, clock)
        return Worker(self, clock, view, first())

    def _person(self, number: int, role: str) -> Person:
        person = Person(
            id=f"per_0000000000000000000000000{number}",
            name=f"Person {number}",
            role=ROSTER[role],
            employer="client",
            phone=f"+8613800001{number:03d}",
            email=f"{role}@client.example",
            language=("zh-CN", "en")[number % 2],
            pin_hash="",
        )
        self.registry.put_person(person)
        return person

    # -- workers -------------------------------------------------------------------------------

    def anybody(self) -> Worker:
        """A worker drawn for the next step."""
        return self.workers[int(self.dice.random() * WORKERS)]

    def _ring(self, messages: list[Message]) -> set[str]:
        worker = self.anybody()
        with worker.code.running():
            until = worker.clock.now() + 10 * SECOND
            return set(ring_all(worker.parts, messages, until))

    def _deliver(self, messages: list[Message]) -> set[str]:
        worker = self.anybody()
        with worker.code.running():
            return set(deliver_all(worker.parts, messages))

    def request(self, work: Callable[[Parts], Answer]) -> Answer:
        """A request over HTTP, by whichever worker; raises what it is answered with."""
        worker = self.anybody()
        with worker.code.running():
            answer = work(worker.parts)
        self.judge.accepted(answer)
        return answer

    # -- the sweep -----------------------------------------------------------------------------

    def _every_minute(self, _: object) -> None:
        now, weather = self.timeline.now, self.weather
        coming = now - now % MINUTE + MINUTE + self.dice.randrange(SECOND)
        self.timeline.at(coming, self._every_minute)
        self.ledger.lag_ms = 90 * SECOND if weather.happens("index stale") else 0
        if weather.happens("sweep dead"):
            return
        if weather.happens("sweep late"):
            self.timeline.at(now + self.dice.randrange(3 * MINUTE), self._sweep)
            return
        self._sweep(None)
        if weather.happens("sweep overlaps"):
            self.timeline.at(now + self.dice.randrange(500), self._sweep)
        self.judge.unrung()

    def _sweep(self, _: object) -> None:
        worker = self.anybody()
        hurried = self.weather.happens("sweep hurried")
        try:
            with worker.code.running():
                span = self.dice.randrange(200) if hurried else SWEEP_MS
                self._sweeps += 1
                sweep(worker.parts, f"sweep{self._sweeps}", worker.clock.now() + span)
        except CrashError:
            self.crashes += 1

    # -- who speaks ----------------------------------------------------------------------------

    def vendor(self, role: Role = Role.VENDOR_AGENT, org: str = "acme") -> Caller:
        """A vendor's credential."""
        name = f"crd_{int(sha256(f'{role}{org}'.encode()).hexdigest()[:12], 16):026d}"
        return Caller(kind="credential", id=name, role=role, org=org, request="req")

    def client(self, role: str) -> Caller:
        """The credential of one of the client's people."""
        person = self.people[role]
        name = f"crd_{person.id[4:]}"
        return Caller(
            kind="credential", id=name, role=person.role, org="client", person=person.id,
            request="req",
        )  # fmt: skip

    def complain(self, text: str, *, public: bool = False, key: str = "", **fields: Any) -> Answer:
        """A complaint comes in."""
        by = anonymous("req") if public else self.vendor()
        body_hash = sha256(f"{text}{fields}".encode()).hexdigest()
        complaint = Complaint(text=text, **fields)
        return self.request(lambda parts: take(parts, by, complaint, key or None, body_hash))
