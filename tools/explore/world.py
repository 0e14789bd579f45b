"""The world that is explored: one case or two linked ones, and the time."""

from dataclasses import dataclass, replace
from typing import Any

from chalicelib.cases import commands as cmd
from chalicelib.cases.bell import FALLBACK
from chalicelib.cases.decide import Decision, decide
from chalicelib.cases.draft import Watch
from chalicelib.cases.merging import absorb_from
from chalicelib.cases.model import REPEAT_GAP_MS, Case
from chalicelib.terms import Tier
from tools.explore import scale
from tools.explore.people import DESERTED, WATCH

# Counters saturate here: further misses, attempts and contacts decide nothing new.
MISSES, TRIES, CONTACTS = 2, 3, 3


@dataclass(frozen=True, slots=True)
class Weather:
    """Carriers that take or refuse every page, and whether anybody is on call in rung 0's role."""

    refusing: bool = False
    deserted: bool = False

    @property
    def watch(self) -> Watch:
        """Who is on call."""
        return DESERTED if self.deserted else WATCH


@dataclass(frozen=True, slots=True)
class World:
    """Cases A and, once intake has opened it, B.

    ``firm`` is what the core is not asked about: for each case the gravest tier that somebody
    vouched for, which no single person may go below.
    """

    cases: tuple[Case, ...]
    firm: tuple[Tier, ...]
    now: int

    def put(self, index: int, case: Case, firm: Tier) -> "World":
        """With this case in place of the one at ``index``, or beside the others."""
        cases = (*self.cases[:index], case, *self.cases[index + 1 :])
        firms = (*self.firm[:index], firm, *self.firm[index + 1 :])
        return replace(self, cases=cases, firm=firms)

    @property
    def due(self) -> int | None:
        """The next instant at which anything falls due."""
        return min((case.due for case in self.cases if case.due is not None), default=None)


def settle(decision: Decision, now: int, weather: Weather) -> Decision:
    """Every page that was asked for is taken by its carrier, or refused unless the fallback's."""
    asked = set(decision.case.sending)
    while decision.case.sending:
        page = min(decision.case.sending)
        # A refused page may ask for another, which is taken: one refusal each is enough.
        command: cmd.Command = cmd.PageSent(page=page, carrier="c")
        person = decision.case.sending[page].person
        if weather.refusing and page in asked and person != FALLBACK:
            command = cmd.PageFailed(page=page, error="refused")
        after = decide(decision.case, command, now, weather.watch)
        decision = Decision(after.case, decision.events + after.events, decision.refused)
    return decision


def key_of(world: World) -> Any:
    """The world with times relative to now; what no decision reads is left out."""
    cases = tuple(key(case, world.now) for case in world.cases)
    if len(cases) == 1:
        return cases, world.firm
    first, second = world.cases
    taken = (
        absorb_from(first) in second.absorbed,
        absorb_from(second) in first.absorbed,
    )
    return cases, world.firm, taken


def key(case: Case, now: int) -> Any:
    """One case with times relative to ``now``, counters saturated."""
    if case.closed:
        ago = min(now - case.closed.at, 3 * scale.STEP)
        return case.tier, case.worst, case.closed.how, ago, _evidence(case)
    return (
        case.tier,
        case.gravest,
        case.suspect,
        case.fired,
        tuple(sorted([(name, due - now) for name, due in case.clocks.items()])),
        tuple(sorted([(name, max(due - now, 0)) for name, due in case.held.items()])),
        _paged(case, now),
        case.is_owned,
        case.acted and min(case.acted.missed, MISSES),
        min(now - case.contacted, REPEAT_GAP_MS),
        min(case.counts.get("contacts", 0), CONTACTS) if case.tier is Tier.S4 else 0,
        _lanes(case),
        _eyes(case, now),
        _end(case, now),
        _evidence(case),
    )


def _paged(case: Case, now: int) -> Any:
    return tuple(
        (person, paged.failed, *((c, min(now - at, scale.STEP)) for c, at in paged.last.items()))
        for person, paged in sorted(case.paged.items())
    )


def _lanes(case: Case) -> Any:
    missed = [(name, min(times, MISSES)) for name, times in case.missed.items()]
    return (
        tuple(sorted(case.done)),
        tuple(sorted(missed)),
        case.freeze and case.freeze.state,
        tuple(sorted((name, bool(ask.answered)) for name, ask in case.data.items())),
        case.police and case.police.state,
        bool(case.hold),
        tuple(sorted((name, task.safety, bool(task.done)) for name, task in case.tasks.items())),
    )


def _eyes(case: Case, now: int) -> Any:
    glass = case.glass
    return (
        tuple(sorted((p.what, p.by, p.to) for p in case.proposals.values())),
        tuple(sorted((kind, *verdict) for kind, verdict in case.reviews.items())),
        glass and (glass.by, glass.approved, max(glass.until - now, 0)),
    )


def _end(case: Case, now: int) -> Any:
    tried = (
        min(len(case.tries), TRIES),
        tuple(sorted({attempt.channel for attempt in case.tries})),
        min(now - case.tries[-1].at, scale.STEP) if case.tries else 0,
    )
    return (
        bool(case.contained),
        case.resolved and min(now - case.resolved.at, scale.UNCONFIRMED),
        tried,
    )


def _evidence(case: Case) -> Any:
    ropes = tuple((rope.source, rope.verified) for _, rope in sorted(case.ropes.items()))
    return case.degraded, case.duress, case.hazards, ropes
