"""Walk every reachable state of the real core and check promises P1 to P4 in each.

The core is the deployed one.  Only the ladder is small: its spans are whole steps of three
minutes, so that the states, taken with times relative to now, are finitely many and the walk
ends by itself (``fixpoint``).  In every state every command is tried by every role, and time is
advanced step by step.  Last line of output: JSON with states, transitions, depth, fixpoint and
violations.
"""

import argparse
import json
import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from chalicelib.cases import commands as cmd
from chalicelib.cases import events as ev
from chalicelib.cases.bell import GAP_MS
from chalicelib.cases.decide import Decision, decide, open_case
from chalicelib.cases.draft import OnCall, Watch
from chalicelib.cases.events import Event
from chalicelib.cases.ladder import Ladder, Plan, Rung, Span
from chalicelib.cases.model import Case
from chalicelib.terms import Direction, Kind, Role, Speaker, Tier

STEP = GAP_MS
START = 1_800_000_000_000
OUTSIDERS = (Role.VENDOR_AGENT, Role.VENDOR_SUPERVISOR, Role.CLIENT_APP, Role.REPORTER)
PEOPLE = {"owner": Role.OWNER, "duty_director": Role.DUTY_DIRECTOR}


def _steps(number: int) -> Span:
    return Span(ms=number * STEP)


def _plan(rungs: tuple[int, ...], repeat: int, **limits: int) -> Plan:
    roles = (("owner",), ("duty_director",))
    spans = {name: _steps(steps) for name, steps in limits.items()}
    return Plan(
        rungs=tuple(Rung(_steps(at), roles[n]) for n, at in enumerate(rungs)),
        repeat=_steps(repeat) if repeat else None,
        **spans,
    )


LADDER = Ladder(
    "explored/1",
    (
        _plan((0, 1), 1, top=2, k3=1, k4=2, k9=1, k10=4),
        _plan((0, 1), 1, top=2, k3=1, k4=3, k9=1, k10=4),
        _plan((0, 1), 0, top=2, k3=1, k4=2, k9=2, k10=4),
        _plan((1, 2), 0, top=1, k3=1, k4=2, k9=1, k10=4),
        Plan(to_s3=_steps(1), k10=_steps(4)),
    ),
)
WATCH = Watch(
    {role: (OnCall(f"per_{role}", ("sms",)),) for role in (*PEOPLE, "fallback")},
)


DESERTED = Watch({role: people for role, people in WATCH.duty.items() if role != "owner"})


@dataclass
class Walk:
    """What has been seen, and what has been found wrong.

    ``refusing`` carriers refuse every page; with ``deserted`` nobody is on call in rung 0's role.
    """

    refusing: bool
    deserted: bool = False
    seen: set[Any] = field(default_factory=set)
    queue: deque[tuple[Case, int, int]] = field(default_factory=deque)
    transitions: int = 0
    depth: int = 0
    violations: list[str] = field(default_factory=list)

    @property
    def watch(self) -> Watch:
        """Who is on call in this walk."""
        return DESERTED if self.deserted else WATCH

    def blame(self, promise: str, case: Case, now: int, what: str) -> None:
        """Note a violation with enough to see it again."""
        if len(self.violations) < 50:  # noqa: PLR2004
            state = f"tier={case.tier} status={case.status} after={(now - START) // STEP}"
            self.violations.append(f"{promise}: {what} [{state}]")


def explore(limit: int, *, refusing: bool = False, deserted: bool = False) -> tuple[Walk, bool]:
    """Breadth first from every opening, until nothing new is found or ``limit`` states."""
    walk = Walk(refusing, deserted)
    for tier in Tier:
        for suspect in {False, tier is Tier.S0}:
            opened = open_case(_opening(tier, suspect=suspect), START, walk.watch)
            _visit(walk, _settle(walk, opened, START), START, 0)
    while walk.queue:
        if len(walk.seen) > limit:
            return walk, False
        case, now, depth = walk.queue.popleft()
        _check_silence(walk, case, now)
        _advance(walk, case, now, depth)
        _command(walk, case, now, depth)
    return walk, True


def _advance(walk: Walk, case: Case, now: int, depth: int) -> None:
    due = case.due
    later = min(due, now + STEP)
    tick = decide(case, cmd.Tick(), later, walk.watch)
    walk.transitions += 1
    _visit(walk, _settle(walk, tick, later), later, depth + 1)


def _command(walk: Walk, case: Case, now: int, depth: int) -> None:
    idle = decide(case, cmd.Tick(), now, walk.watch)
    for command in _commands():
        decision = decide(case, command, now, walk.watch)
        walk.transitions += 1
        if command.by.role in OUTSIDERS and case.tier is not Tier.S4:
            _check_p2(walk, idle, decision, command, now)
        if not decision.refused:
            _visit(walk, _settle(walk, decision, now), now, depth + 1)


def _visit(walk: Walk, decision: Decision, now: int, depth: int) -> None:
    case = decision.case
    if not case.clocks or case.due <= now:
        walk.blame("P1", case, now, f"no running clock ahead: {dict(case.clocks)}")
        return
    key = _key(case, now)
    if key not in walk.seen:
        walk.seen.add(key)
        walk.depth = max(walk.depth, depth)
        walk.queue.append((case, now, depth))


def _settle(walk: Walk, decision: Decision, now: int) -> Decision:
    """Every page that was asked for is taken by its carrier, or every one is refused."""
    asked = set(decision.case.sending)
    while decision.case.sending:
        page = min(decision.case.sending)
        # A refused page may ask for another, which is taken: one refusal each is enough.
        refused = walk.refusing and page in asked
        command: cmd.Command = cmd.PageSent(page=page, carrier="c")
        if refused:
            command = cmd.PageFailed(page=page, error="refused")
        decision = decide(decision.case, command, now, walk.watch)
    return decision


def _check_p2(walk: Walk, idle: Decision, after: Decision, command: cmd.Command, now: int) -> None:
    """An outsider only adds or raises, compared with what time alone brings."""
    if after.case.tier.rank > idle.case.tier.rank:
        walk.blame("P2", idle.case, now, f"{command} lowered the tier")
    if not after.case.clocks:
        walk.blame("P2", idle.case, now, f"{command} ended the case")
    lapsed = {name for e in after.events if e["e"] == ev.CLOCKS_LAPSED for name in e["clocks"]}
    for name, due in {**idle.case.held, **idle.case.clocks}.items():
        new = {**after.case.held, **after.case.clocks}.get(name)
        gone = new is None and name not in lapsed and name != "to_s3"
        later = new is not None and new > due and name not in lapsed
        if gone or later:
            walk.blame("P2", idle.case, now, f"{type(command).__name__} moved {name}")
    raised = after.case.tier.rank < idle.case.tier.rank
    if not raised and name_gone("to_s3", idle.case, after.case) and "to_s3" not in lapsed:
        walk.blame("P2", idle.case, now, f"{command} stopped to_s3")


def name_gone(name: str, before: Case, after: Case) -> bool:
    """Whether a clock that ran does not run any more."""
    return name in before.clocks and name not in after.clocks


def _check_silence(walk: Walk, case: Case, now: int) -> None:
    """P3: a page within the bound if nobody acts.  P4: none higher before K4, one at its lapse."""
    bound = _longest_silence(case, now)
    holds = case.ack is not None and case.ack.holds
    k4 = case.clocks.get("K4", 0)
    later, current = now, case
    while True:
        later = current.due
        tick = decide(current, cmd.Tick(), later, walk.watch)
        pages = [e for e in tick.events if e["e"] == ev.PAGE_REQUESTED]
        if holds and later < k4 and _climbs(pages, case):
            walk.blame("P4", case, now, "a higher rung was paged before K4")
        if holds and later == k4 and not pages:
            walk.blame("P4", case, now, "K4 lapsed without a page")
        if pages or later - now > bound:
            break
        current = tick.case
    if later - now > bound:
        walk.blame("P3", case, now, f"silent for {(later - now) // STEP} > {bound // STEP} steps")


def _climbs(pages: list[Event], case: Case) -> bool:
    return any(page["rung"] >= case.fired and page["why"] == "rung" for page in pages)


def _longest_silence(case: Case, now: int) -> int:
    """The bound of the table for this state and tier, in ms from now."""
    plan = LADDER.plan(case.tier)
    if case.tier is Tier.S4 and not case.acted:
        to_s3 = (plan.to_s3 or Span()).ms
        return to_s3 + max(rung.at.ms for rung in LADDER.plan(Tier.S3).rungs)
    if case.acted:
        return (plan.k9 or plan.k10 or Span()).ms
    if case.ack and case.ack.holds:
        return max(case.clocks.get("K4", now) - now, 0)
    ats = [rung.at.ms for rung in plan.rungs]
    gaps = [ats[0], *(b - a for a, b in pairwise(ats)), (plan.top or Span()).ms]
    return max(gaps)


def _opening(tier: Tier, *, suspect: bool) -> cmd.OpenCase:
    return cmd.OpenCase(
        by=cmd.By("crd", Role.VENDOR_AGENT, "v"),
        case="cas",
        code="C",
        message=_message(Direction.INBOUND, Kind.COMPLAINT),
        judged=cmd.Judged(tier, suspect=suspect),
        ladder=LADDER,
        vendor="v",
    )


def _message(direction: Direction, kind: Kind) -> cmd.Message:
    return cmd.Message(id="m", direction=direction, speaker=Speaker.REPORTER, kind=kind, sid="s")


def _commands() -> list[cmd.Command]:
    """Every command, by every role, with each tier a message may be judged to be."""
    return [command for role in Role for command in _commands_of(role)]


def _commands_of(role: Role) -> Iterator[cmd.Command]:
    person = next((f"per_{name}" for name, of in PEOPLE.items() if of is role), f"id_{role}")
    by = cmd.By(person, role, "v")
    inbound = _message(Direction.INBOUND, Kind.COMPLAINT)
    for tier in (Tier.S0, Tier.S1, Tier.S2, Tier.S3, Tier.S4):
        yield cmd.AddMessage(by=by, message=inbound, judged=cmd.Judged(tier))
    yield cmd.AddMessage(by=by, message=inbound, judged=cmd.Judged(Tier.S0, suspect=True))
    yield cmd.AddMessage(
        by=by, message=_message(Direction.INTERNAL, Kind.NOTE), judged=cmd.Judged(Tier.S4)
    )
    yield cmd.AddMessage(by=by, message=_message(Direction.OUTBOUND, Kind.REPLY))
    yield cmd.Acknowledge(by=by)
    yield cmd.RecordAction(by=by, action=cmd.ACTION_CODES[0], sid="s")
    yield cmd.RecordAction(by=by, action="hoped_for_the_best", sid="s")
    yield cmd.PageSent(page="0.0", carrier="c", by=by)
    yield cmd.PageFailed(page="0.0", error="x", by=by)
    yield cmd.Tick(by=by)


def _key(case: Case, now: int) -> Any:
    """The state with times relative to now; what no decision here reads is left out."""
    paged = tuple(
        (person, paged.failed, *((c, min(now - at, STEP)) for c, at in paged.last.items()))
        for person, paged in sorted(case.paged.items())
    )
    return (
        case.tier,
        case.suspect,
        case.fired,
        tuple(sorted((name, due - now) for name, due in case.clocks.items())),
        tuple(sorted((name, max(due - now, 0)) for name, due in case.held.items())),
        paged,
        case.ack is not None and case.ack.holds,
        case.acted and min(case.acted.missed, len(PEOPLE)),
    )


def main() -> int:
    """Walk, print, and fail on any violation or when the walk did not end by itself."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=int, default=60_000, help="states to give up at")
    limit = parser.parse_args().limit
    weathers: tuple[dict[str, bool], ...] = ({}, {"refusing": True}, {"deserted": True})
    walks = [explore(limit, **weather) for weather in weathers]
    violations = [violation for walk, _ in walks for violation in walk.violations]
    for violation in violations:
        print(violation, file=sys.stderr)
    result = {
        "states": sum(len(walk.seen) for walk, _ in walks),
        "transitions": sum(walk.transitions for walk, _ in walks),
        "depth": max(walk.depth for walk, _ in walks),
        "fixpoint": all(fixpoint for _, fixpoint in walks),
        "violations": len(violations),
    }
    print(json.dumps(result))
    return 0 if result["fixpoint"] and not violations else 1


if __name__ == "__main__":
    sys.exit(main())
