"""One seed, one world: commands at random, time in jumps, faults as the weather has it.

After every step the invariants are checked; at the end the faults stop and all must settle.
"""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from chalicelib.services.caller import anonymous
from chalicelib.services.errors import RefusedError
from chalicelib.services.ring import sweep
from chalicelib.terms import HOUR, MINUTE, SECOND, Tier
from tests.simulation.cast import HAZARD, REPORTER, Cast
from tests.simulation.chaos import PASSING, CrashError, Storm
from tests.simulation.judge import Judge
from tests.support.world import DANGER_EN, DANGER_ZH, ORDINARY, World

# Enough for links and races between cases; more would only repeat what these show.
CASES_MAX = 6
# Above this a pause is of days.
LONG = 0.94


@dataclass
class Outcome:
    """What one seed showed."""

    seed: int
    commands: int = 0
    case_ms: int = 0
    violations: list[str] = field(default_factory=list)
    events: Counter[str] = field(default_factory=Counter)


class Simulation:
    """A world in a storm."""

    def __init__(self, seed: int) -> None:
        """Everything that follows is drawn from ``seed``."""
        self.dice = random.Random(seed)
        self.world = World(seed)
        self.storm = Storm(self.world, self.dice)
        self.judge = Judge(self.world)
        self.cast = Cast(self.world, self.dice, self.judge)
        self.outcome = Outcome(seed)
        self.receives: dict[tuple[str, str, int], int] = {}
        self.next_sweep = self.world.start + MINUTE
        self.sweeps_dead_until = 0

    def run(self, steps: int) -> Outcome:
        """``steps`` commands with time between them, then calm; the outcome."""
        for _ in range(steps):
            self._attempt(self.dice.choice(self._acts()))
            self._pass_time(self._pause())
            self._check()
            if self.outcome.violations:
                return self.outcome
        self.storm.clear()
        self.sweeps_dead_until = 0
        self._pass_time(30 * MINUTE)
        self._check(calm=True)
        self.outcome.violations += self.judge.at_the_end()
        self.outcome.events = self.judge.events
        if self.storm.unlabelled:
            self.outcome.violations.append(f"{self.storm.unlabelled} repeats without a label")
        return self.outcome

    def _check(self, *, calm: bool = False) -> None:
        self.outcome.violations += self.judge.after_step(calm=calm)

    def _pause(self) -> int:
        """Mostly minutes, sometimes nothing, rarely hours; days where nobody is in danger."""
        dice = self.dice.random()
        if dice > LONG and not self._is_loud():
            return self.dice.randrange(1, 72) * HOUR
        if dice < 0.2:
            return 0
        if dice < 0.97:
            return self.dice.randrange(1, 12 * 60) * SECOND
        return self.dice.randrange(1, 180) * MINUTE

    def _is_loud(self) -> bool:
        cases = self.judge.folded.values()
        grave = [case for case in cases if case.is_open and case.tier.rank <= Tier.S1.rank]
        return any(not (case.acted or case.resolved) or case.tier is Tier.S0 for case in grave)

    # -- commands ----------------------------------------------------------------------------

    def _attempt(self, act: Callable[[], object]) -> None:
        """One request.  A crash or a busy store is the caller's to try again, and many do not."""
        self.outcome.commands += 1
        try:
            act()
        except (*PASSING, RefusedError, CrashError):
            return

    def _acts(self) -> list[Callable[[], object]]:
        few = len(self.world.ledger.cases) < CASES_MAX
        acts = [self._complain] * 3 if few else []
        return acts + (self.cast.acts() if self.world.ledger.cases else [])

    def _complain(self) -> None:
        fields: dict[str, Any] = {"key": f"k{self.dice.randrange(20)}"}
        if self.dice.random() < 0.5:
            fields["order"] = f"o{self.dice.randrange(4)}"
        if self.dice.random() < 0.7:
            fields["reporter"] = REPORTER
        if self.dice.random() < 0.2:
            fields["claimed_ms"] = self.world.clock.now() - self.dice.randrange(10**8)
        if self.dice.random() < 0.3:
            fields["by"] = anonymous("req")
            del fields["key"]
        text = self.dice.choice((DANGER_ZH, DANGER_EN, ORDINARY, ORDINARY, HAZARD))
        answer = self.world.complain(text, **fields)
        self.judge.accepted(answer)
        if self.dice.random() < 0.3 and "key" in fields and "claimed_ms" not in fields:
            again = self.world.complain(text, **fields)
            self.judge.same_answer(answer, again)

    # -- time --------------------------------------------------------------------------------

    def _pass_time(self, ms: int) -> None:
        world = self.world
        end = world.clock.now() + ms
        self._settle()
        while (coming := self._next()) <= end:
            self.outcome.case_ms += len(world.ledger.cases) * max(coming - world.clock.now(), 0)
            world.clock.set(max(coming, world.clock.now()))
            self._sweep_if_due()
            self._settle()
        self.outcome.case_ms += len(world.ledger.cases) * max(end - world.clock.now(), 0)
        world.clock.set(max(end, world.clock.now()))

    def _next(self) -> int:
        queues = self.world.queues
        return min([m.due for m in (*queues.wake_ups, *queues.pages)] + [self.next_sweep])

    def _sweep_if_due(self) -> None:
        now = self.world.clock.now()
        if self.next_sweep > now:
            return
        self.next_sweep = now + MINUTE
        if now < self.sweeps_dead_until:
            return
        if self.dice.random() < self.storm.weather.late / 20:
            self.sweeps_dead_until = now + self.dice.randrange(1, 5) * MINUTE
            return
        try:
            sweep(self.world.parts)
        except (*PASSING, CrashError):
            pass
        finally:
            self.world.collect()

    def _settle(self) -> None:
        queues = self.world.queues
        for _ in range(200):
            wake_ups, pages = queues.take_wake_ups(), queues.take_pages()
            if not (wake_ups or pages):
                return
            self.dice.shuffle(wake_ups)
            for body in wake_ups:
                self.storm.ring(body)
                self.world.collect()
            for body in pages:
                key = (
                    str(body["case"]),
                    str(body.get("page", "follow")),
                    int(body.get("attempt", 0)),
                )
                # A copy that the queue made by itself counts as received again, as SQS does.
                received = self.receives.get(key, 0) + 1
                self.receives[key] = received
                self.storm.pager(body, received)
