"""How long one person alone can keep a case silent, by the real core and the ladder given.

From several moments of a case that nobody answers, one person tries everything that anybody may
ask of a case, again and again; what is kept each time are the states that stay silent longest.
Then nobody does anything, and the time to the next page is measured.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from chalicelib.cases import commands as cmd
from chalicelib.cases import end_commands as end
from chalicelib.cases import events as ev
from chalicelib.cases.body import to_body
from chalicelib.cases.commands import By
from chalicelib.cases.decide import _OF as STEPS  # the matrix that decide itself asks
from chalicelib.cases.decide import decide
from chalicelib.cases.ladder import Plan
from chalicelib.cases.model import Case
from chalicelib.cases.roles import may
from chalicelib.terms import MINUTE, VENDOR_ROLES, Tier
from tools.author.paged import Scene, clock
from tools.explore.end_moves import ENDS, PAIRS
from tools.explore.moves import LANES, OWNING, WORDS
from tools.explore.people import PEOPLE, SECOND
from tools.explore.world import World

MOVES = (*WORDS, *OWNING, *LANES, *ENDS, *PAIRS)
KEPT, DEEP = 4, 9  # states kept after each act, and acts in a row
# Moments on the way of a case that nobody answers: its opening, and after so many pages.
AFTER_PAGES = (0, 2, 6)
FOR_EVER = 1 << 60
LAPSES = 80


@dataclass(frozen=True, slots=True)
class Silence:
    """The longest that one role alone can keep a case silent, by which acts, and what may be."""

    role: str
    minutes: float | None
    allowed: float
    acts: tuple[str, ...]

    @property
    def ended(self) -> bool:
        """Whether no page ever comes: the case was closed."""
        return self.minutes is None


@dataclass(frozen=True, slots=True)
class _State:
    case: Case
    acts: tuple[str, ...]
    silent: int
    at: int


class Searcher:
    """Measures one tier of one ladder; ``delegated`` says whether any vendor may close S4."""

    def __init__(self, scene: Scene, tier: Tier, *, suspect: bool, delegated: bool) -> None:
        self.scene = scene
        self.tier = tier
        self.delegated = delegated
        opened = scene.opened(tier, suspect=suspect).case
        self.moments = list(self._moments(opened))

    def _moments(self, opened: Case) -> Iterator[tuple[Case, int]]:
        case, at = opened, self.scene.start
        for number in range(max(AFTER_PAGES) + 1):
            if number in AFTER_PAGES:
                yield case, at
            for _ in range(LAPSES):
                case, at, events = self.scene.lapse(case)
                if _pages(events):
                    break

    def nobody(self) -> float:
        """Minutes of the longest silence when nobody does anything."""
        return max(self._silent(case, at) for case, at in self.moments) / MINUTE

    def by(self, who: By) -> Silence:
        """What this person alone can do."""
        worst = max((self._search(who, *moment) for moment in self.moments), key=_length)
        allowed = allowed_ms(self.scene, worst.case, worst.at)
        ended = worst.silent >= FOR_EVER
        minutes = None if ended else worst.silent / MINUTE
        return Silence(who.role.value, minutes, allowed / MINUTE, worst.acts)

    def _search(self, who: By, case: Case, at: int) -> _State:
        best = start = _State(case, (), self._silent(case, at), at)
        frontier, seen = [start], {_key(case)}
        for _ in range(DEEP):
            found = []
            for state in frontier:
                for one in self._tries(who, state, at):
                    key = _key(one.case)
                    if key not in seen:
                        seen.add(key)
                        found.append(one)
            frontier = sorted(found, key=lambda one: _rank(one, at))[:KEPT]
            if not frontier:
                break
            best = max([best, *frontier], key=_length)
        return best

    def _tries(self, who: By, state: _State, at: int) -> Iterator[_State]:
        if state.case.closed:
            return
        world = World((state.case,), (self.tier,), at)
        for move in MOVES:
            command = move.build(who, world, 0)
            if command is None or self._is_not_there(command):
                continue
            if not may(who.role, STEPS[type(command)].act):
                continue
            decision = decide(state.case, command, at, self.scene.watch)
            if decision.refused or not decision.events:
                continue
            after = self.scene.taken(decision, at)
            paged = any(event["e"] == ev.PAGE_REQUESTED for event in after.events)
            silent = 0 if paged else self._silent(after.case, at)
            yield _State(after.case, (*state.acts, move.text), silent, at)

    def _is_not_there(self, command: cmd.Command) -> bool:
        """A closure that no row of the delegations allows: the services would not ask for it."""
        drawn = isinstance(command, end.CloseDelegated) and command.draw is not None
        return drawn and not self.delegated

    def _silent(self, case: Case, at: int) -> int:
        """How long from now until somebody is paged, in ms, when nobody does anything more."""
        if case.closed:
            return FOR_EVER
        for _ in range(LAPSES):
            if case.due is None:
                break
            case, due, events = self.scene.lapse(case)
            if _pages(events):
                return due - at
        return FOR_EVER


def _pages(events: tuple[Mapping[str, Any], ...]) -> bool:
    return any(e["e"] == ev.PAGE_REQUESTED and e["role"] != "reporter" for e in events)


def _length(state: _State) -> int:
    return state.silent


def _rank(state: _State, at: int) -> tuple[int, int, int]:
    """The most silent first; of equals, the one that owes least, and the nearest."""
    soon = sum(due - at <= 60 * MINUTE for due in state.case.clocks.values())
    return -state.silent, soon, len(state.acts)


def _key(case: Case) -> str:
    body = {name: value for name, value in to_body(case).items() if name not in {"seq", "last"}}
    return str(body)


def allowed_ms(scene: Scene, case: Case, at: int) -> int:
    """What P3 allows from this moment on: the longest silence of the table for the case's state."""
    plan: Plan = case.ladder.plan(case.tier)
    days = scene.watch.calendar
    spans = [span for span in (plan.top, plan.to_s3) if span]
    if case.acted or case.resolved:
        spans = [span for span in (plan.k9 or plan.k10,) if span]
    elif case.is_owned:
        spans = [span for span in (plan.k4,) if span]
    starts = [0, *(rung.at.after(at, days) - at for rung in plan.rungs)]
    gaps = [later - one for one, later in pairwise(starts)]
    return max([span.after(at, days) - at for span in spans] + ([] if case.acted else gaps))


def silences(
    scene: Scene, tier: Tier, *, suspect: bool = False, delegated: bool = False
) -> tuple[float, list[Silence]]:
    """The silence that nobody's acting leaves, in minutes, and what each role alone makes of it."""
    searcher = Searcher(scene, tier, suspect=suspect, delegated=delegated)
    people = [who for who in PEOPLE if who is not SECOND and who != cmd.MACHINE]
    return searcher.nobody(), [searcher.by(who) for who in people]


def silence_table(
    scene: Scene, tier: Tier, *, suspect: bool = False, delegated: bool = False
) -> list[str]:
    """Lines: the longest silence of each role alone, by which acts, and what P3 allows."""
    nobody, found = silences(scene, tier, suspect=suspect, delegated=delegated)
    lines = [f"{tier}: with nobody acting, at most {clock(nobody)} between pages"]
    for one in found:
        length = "for good" if one.minutes is None else clock(one.minutes)
        acts = ", ".join(one.acts)
        limit = "ends it" if one.ended else f"P3 allows {clock(one.allowed)}"
        longer = one.ended or (one.minutes or 0) > nobody
        told = f"  {limit}: {acts}" if longer else "  adds nothing to it"
        lines.append(f"  {one.role:<18} {length:>9}{told}")
    vendors = [one for one in found if one.role in VENDOR_ROLES]
    silent = any(one.ended or (one.minutes or 0) > nobody for one in vendors)
    lines.append(
        f"  {tier}: a vendor {'CAN make' if silent else 'cannot make'} this case more silent"
    )
    return lines
