"""The core alone, as fast as it goes: no queue, no worker, no weather, and the same judge.

Each case is rung at its time, and each page that it asks for is taken at once.
"""

import heapq
import random
import time
from typing import Any

from chalicelib.audit.entry import Cause
from chalicelib.cases.calendar import Calendar
from chalicelib.cases.commands import Command, PageSent, Tick
from chalicelib.services.engine import from_machine, plan
from chalicelib.services.ports import Loaded
from tests.simulation.cast import HAZARD
from tests.simulation.fleet.world import Fleet
from tests.support.world import DANGER_EN, DANGER_ZH

TEXTS = (DANGER_ZH, DANGER_EN, HAZARD, HAZARD)
WAKE = from_machine(Cause("wake_up", "core"))
# 21 November 2026, 10:00 UTC.
STARTED = 1_795_255_200_000
PAGE = from_machine(Cause("page", "core"))


class Core:
    """Cases that nobody answers, and whoever is on call is paged for as long as it runs."""

    def __init__(self, cases: int) -> None:
        """All are opened at once, of S0 and S1."""
        self.fleet = Fleet(random.Random(1), STARTED, Calendar())
        people = {role: [person.id] for role, person in self.fleet.people.items()}
        self.fleet.registry.put_roster(people)
        for number in range(cases):
            self.fleet.complain(TEXTS[number % len(TEXTS)], key=f"k{number}", order=f"o{number}")
        self._due = [(seen.due, name) for name, seen in self.fleet.judge.seen.items() if seen.due]
        heapq.heapify(self._due)

    def run(self, commands: int) -> dict[str, Any]:
        """So many commands, and how long one core took for them."""
        fleet, before, began = self.fleet, self.fleet.ledger.commits, time.process_time()
        while fleet.ledger.commits - before < commands and not fleet.judge.found:
            due, name = heapq.heappop(self._due)
            fleet.timeline.now = max(fleet.timeline.now, due)
            self._ring(name)
        done, seconds = fleet.ledger.commits - before, time.process_time() - began
        fleet.judge.look_around(settled=True)
        return {
            "commands": done,
            "seconds": round(seconds, 1),
            "commands_per_s": round(done / seconds),
            "violations": fleet.judge.found,
        }

    def _ring(self, name: str) -> None:
        loaded = self._decided(name, WAKE, Tick())
        for page in loaded.case.sending if loaded and loaded.case else ():
            self.fleet.carriers.taken[name] = {page: self.fleet.timeline.now}
            loaded = self._decided(name, PAGE, PageSent(page=page, carrier="core"))
        case = loaded.case if loaded else None
        if case and case.due:
            heapq.heappush(self._due, (case.due, name))

    def _decided(self, name: str, origin: Any, command: Command) -> Loaded | None:
        ledger, parts = self.fleet.ledger, self.fleet.base
        loaded = ledger.load_quietly(name)
        planned = plan(parts, origin, loaded, command) if loaded else None
        if planned and planned.commit:
            ledger.commit(planned.commit)
        return ledger.load_quietly(name)
