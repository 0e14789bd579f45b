"""Walk the world breadth first: every move by everybody in every state, and time.

A state is walked on from only along the moves of the job's tags; every other move is tried where
the job says so, to see that it breaks nothing there.
"""

import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from chalicelib.cases import commands as cmd
from chalicelib.cases import events as ev
from chalicelib.cases.commands import By, Command
from chalicelib.cases.decide import _OF as STEPS  # the matrix that decide itself asks
from chalicelib.cases.decide import ClocklessCaseError, Decision, decide, open_case
from chalicelib.cases.lapses import RunawayLadderError
from chalicelib.cases.model import Case
from chalicelib.cases.roles import may
from chalicelib.terms import Tier, graver
from tools.explore import endings, intake, promises, scale, states
from tools.explore.end_moves import ENDS, PAIRS
from tools.explore.intake import Heard
from tools.explore.moves import LANES, OWNING, WORDS, Move
from tools.explore.people import AGENT, ALIKE, APP, OUTSIDERS, PEOPLE, REPORTER, SECOND, name_of
from tools.explore.promises import Step
from tools.explore.silence import Silence
from tools.explore.story import Node, tell
from tools.explore.vouched import alone, firm_after
from tools.explore.world import Weather, World, key_of, settle

MOVES = (*WORDS, *OWNING, *LANES, *ENDS, *PAIRS)
# Just before an instant is where a race would be lost.
JUST = 1_000


@dataclass(frozen=True, slots=True)
class Job:
    """One walk: from an opening, along some tags, so deep; ``depth`` 0 is until nothing is new.

    ``wide`` is up to which depth every move is tried and not only those of the tags.  ``people``
    are the only client persons who act, when given.  ``second`` says that intake may open B.
    """

    name: str
    opening: Heard
    tags: frozenset[str]
    depth: int
    wide: int = 1
    weather: Weather = field(default_factory=Weather)
    people: tuple[str, ...] = ()
    second: bool = False
    just_before: bool = True
    limit: int = 1 << 60


@dataclass
class Found:
    """What a walk has seen, and what was wrong, as stories."""

    job: str
    states: int = 0
    transitions: int = 0
    depth: int = 0
    fixpoint: bool = True
    cpu_s: float = 0
    stories: list[str] = field(default_factory=list)


class Walk:
    """One walk; ``run`` makes it."""

    def __init__(self, job: Job, *, stop: bool = False) -> None:
        """With ``stop`` the walk ends at the first violation."""
        self.job = job
        self.stop = stop
        self.watch = job.weather.watch
        self.silence = Silence(job.weather)
        self.found = Found(job.name)
        self.seen: set[Any] = set()
        self.nodes: list[Node] = []
        self.queue: deque[tuple[World, int, int]] = deque()
        self.told: set[str] = set()
        tagged = [move for move in MOVES if move.tag in job.tags]
        self.wide = [(move, by) for move in MOVES for by in self._actors(move, wide=True)]
        self.narrow = [(move, by) for move in tagged for by in self._actors(move, wide=False)]

    def run(self) -> Found:
        """Walk until the depth, the limit or the end of what is new."""
        began = time.process_time()
        self._open()
        while self.queue and not (self.stop and self.found.stories):
            world, depth, node = self.queue.popleft()
            if self.job.depth and depth >= self.job.depth:
                self.found.fixpoint = False
                continue
            if len(self.seen) > self.job.limit:
                self.found.fixpoint = False
                break
            self._time(world, depth, node)
            self._moves(world, depth, node)
            self._intake(world, depth, node)
        self.found.states = len(self.seen)
        self.found.cpu_s = round(time.process_time() - began, 1)
        return self.found

    def _open(self) -> None:
        heard = self.job.opening
        by = REPORTER if "rope" in self.job.tags and heard.tier is Tier.S4 else AGENT
        begin = intake.opening(by, heard)
        if {"rope", "verify"} & self.job.tags:
            begin = replace(begin, reach=cmd.Reach(channels=("sms",), source="vendor"))
        decision = settle(open_case(begin, scale.START, self.watch), scale.START, self.job.weather)
        firm = Tier.S4 if heard.suspect else heard.tier
        world = World((decision.case,), (firm,), scale.START)
        self._visit(
            world, 0, Node(None, "", f"{name_of(by)} opens {intake.told(heard)}", scale.START)
        )

    # -- moves ---------------------------------------------------------------------------------

    def _time(self, world: World, depth: int, node: int) -> None:
        due = world.due
        if due is None:
            self._pass(world, world.now + 3 * scale.STEP, depth, node)
            return
        if self.job.just_before and due - JUST > world.now:
            self._pass(world, due - JUST, depth, node)
        self._pass(world, due, depth, node)

    def _pass(self, world: World, at: int, depth: int, node: int) -> None:
        later = replace(world, now=at)
        for index, case in enumerate(world.cases):
            tick = decide(case, cmd.Tick(), at, self.watch)
            self.found.transitions += 1
            step = self._step(later, index, case, tick, cmd.Tick())
            self._judge(step, promises.check(step), node, "time passes")
            self._judge(step, endings.check(step), node, "time passes")
            firm = firm_after(step)
            later = later.put(index, settle(tick, at, self.job.weather).case, firm)
        self._visit(later, depth + 1, Node(node, "", "", at))

    def _moves(self, world: World, depth: int, node: int) -> None:
        wide = depth <= self.job.wide
        last = self.nodes[node]
        for index in range(len(world.cases)):
            # What touches A alone and what touches B alone commute: A's go first in an instant.
            late = index == 0 and last.where == "B" and last.at == world.now
            for move, by in self._who(wide=wide):
                if late and move.tag != "merge":
                    continue
                command = move.build(by, world, index)
                # By whom a command is refused for the role alone is tried where it is wide.
                if command and (wide or may(by.role, STEPS[type(command)].act)):
                    self._try(world, index, move, command, depth, node)

    def _who(self, *, wide: bool) -> list[tuple[Move, By]]:
        return self.wide if wide else self.narrow

    def _actors(self, move: Move, *, wide: bool) -> Iterator[By]:
        """Everybody where it is wide; else one of each kind that deciding tells apart."""
        for by in PEOPLE:
            kept = not self.job.people or by.id in self.job.people or by.role in OUTSIDERS
            alike = by in ALIKE or (by is SECOND and not move.personal)
            if kept and (wide or not alike):
                yield by

    def _try(
        self, world: World, index: int, move: Move, command: Command, depth: int, node: int
    ) -> None:
        case = world.cases[index]
        self.found.transitions += 1
        try:
            decision = decide(case, command, world.now, self.watch)
        except (ClocklessCaseError, RunawayLadderError) as error:
            self._tell(
                f"P1: {type(error).__name__}", node, f"{name_of(command.by)} {move.text}", world.now
            )
            return
        if not decision.events:
            return
        label = f"{name_of(command.by)} {move.text}"
        step = self._step(world, index, case, decision, command)
        where = "AB"[index] if len(world.cases) > 1 else ""
        if move.tag == "merge":
            where = ""
        self._judge(step, promises.check(step), node, label, where)
        self._judge(step, endings.check(step), node, label, where)
        self._slower(step, node, label)
        if self.job.people and not decision.refused:
            self._judge(step, alone(step), node, label, where)
        if decision.refused or move.tag not in self.job.tags:
            return
        settled = settle(decision, world.now, self.job.weather)
        later = world.put(index, settled.case, firm_after(step))
        self._judge(step, promises.folds(step), node, label, where)
        if len(world.cases) > 1:
            label += f" [{'AB'[index]}]"
        self._visit(later, depth + 1, Node(node, where, label, world.now))

    def _slower(self, step: Step, node: int, label: str) -> None:
        """P2: after an outsider's act the next page comes no later than it would have."""
        both_open = step.after.is_open and step.before.is_open
        if step.by.role not in OUTSIDERS or not both_open or step.before.tier is Tier.S4:
            return
        # Whoever is not paged because of the three-minute rule has this case's page in hand.
        if step.has(ev.PAGE_REQUESTED) or step.has(ev.PAGE_WITHHELD):
            return
        before = self.silence.next_page(step.before, step.now)
        if self.silence.next_page(step.after, step.now) > before:
            self._judge(step, ["P2: the next page comes later"], node, label)

    def _intake(self, world: World, depth: int, node: int) -> None:
        if not self.job.second or len(world.cases) > 1:
            return
        for heard in intake.NEXT:
            for by in (AGENT, APP)[: 1 + (depth <= self.job.wide)]:
                first = world.cases[0]
                decision = intake.take(heard, by, first, world.now, self.watch)
                self.found.transitions += 1
                label = f"{name_of(by)} sends {intake.told(heard)}, {heard.relation}"
                firm = Tier.S4 if heard.suspect else heard.tier
                index = int(decision.case.id != first.id)
                if index == 0:
                    firm = graver(world.firm[0], firm)
                    command = intake.joining(by, heard)
                    step = self._step(world, 0, first, decision, command)
                    self._judge(step, promises.check(step), node, label)
                for wrong in intake.check(heard, first, decision):
                    self._tell(wrong, node, label, world.now)
                settled = settle(decision, world.now, self.job.weather)
                later = world.put(index, settled.case, firm)
                self._visit(later, depth + 1, Node(node, "", label, world.now))

    # -- judging -------------------------------------------------------------------------------

    def _step(
        self, world: World, index: int, case: Case, decision: Decision, command: Command
    ) -> Step:
        other = world.cases[1 - index] if len(world.cases) > 1 else None
        return Step(
            case,
            decision.case,
            decision.events,
            command,
            world.now,
            world.firm[index],
            other,
            world.firm[1 - index] if other else Tier.S4,
            refused=decision.refused is not None,
        )

    def _judge(self, step: Step, wrong: Any, node: int, label: str, where: str = "") -> None:
        for what in wrong:
            self._tell(what, node, f"{label} [{where}]" if where else label, step.now)

    def _visit(self, world: World, depth: int, node: Node) -> None:
        name = key_of(world)
        if name in self.seen:
            return
        self.seen.add(name)
        self.nodes.append(node)
        self.found.depth = max(self.found.depth, depth)
        identity = len(self.nodes) - 1
        for case in world.cases:
            wrong = [*states.check(case), *self.silence.check(case, world.now)]
            for what in wrong:
                self._tell(what, identity, "", world.now)
        self.queue.append((world, depth, identity))

    def _tell(self, what: str, node: int, label: str, now: int) -> None:
        """One story for each thing that is wrong: the first found is among the shortest."""
        sentence = what.partition(" in state ")[0]
        if sentence not in self.told and len(self.told) < 20:  # noqa: PLR2004
            self.told.add(sentence)
            self.found.stories.append(tell(self.nodes, node, label, now, what))
