"""Playing a scenario: each step at its time, all that falls due in between, nobody acting.

The services and the core are the deployed ones; only the store, the queues and the carriers are
in memory.  A case that nobody answers rings on for months in one rhythm: ``FULLY_MS`` after a step,
with every rung behind it, the clock strides from one slow clock (a hold, a review) to the next,
and the output says so.
"""

from dataclasses import dataclass, field
from typing import Any

from chalicelib.audit.canonical import decode
from chalicelib.cases import end_commands as end
from chalicelib.cases import lane_commands as lane
from chalicelib.cases.commands import By, Command, RecordAction
from chalicelib.cases.model import Case
from chalicelib.services.complaint import Reporter
from chalicelib.services.promising import earliest
from chalicelib.services.ring import sweep
from chalicelib.terms import HOUR, MINUTE, Direction, Kind, Speaker, Tier
from tests.support.world import World
from tools.replay.scenario import Scenario, Step

FULLY_MS = 6 * HOUR
# Clocks that a stride stops at; all others ring in a rhythm that does not change any more.
SLOW = ("hold", "to_s3", "review.")


@dataclass
class Course:
    """A scenario being played; ``cases`` maps case ids to the scenario's own names."""

    scenario: Scenario
    world: World
    cases: dict[str, str] = field(default_factory=dict)
    refused: list[dict[str, str]] = field(default_factory=list)
    strides: list[tuple[int, int]] = field(default_factory=list)
    received: dict[int, str] = field(default_factory=dict)


def play(scenario: Scenario) -> Course:
    """From the first step to the end, with every page and clock on its way."""
    world = World(sweeping=False)
    start = scenario.at_ms(scenario.steps[0].t)
    world.clock.set(start)
    world.start = start
    course = Course(scenario, world)
    for number, step in enumerate(scenario.steps):
        _pass_to(course, scenario.at_ms(step.t))
        course.received[number] = _STEPS[step.do](course, step)
        world.settle()
        world.collect()
    _pass_to(course, scenario.at_ms(scenario.until))
    return course


def _pass_to(course: Course, at: int) -> None:
    """Every due time up to ``at``; in strides where the ringing has become a rhythm."""
    world = course.world
    steady = world.clock.now() + FULLY_MS
    while world.clock.now() < at and (world.clock.now() < steady or _is_climbing(world)):
        world.fast_forward(min(at - world.clock.now(), HOUR) / MINUTE)
        world.collect()
    if world.clock.now() == at:
        return
    course.strides.append((world.clock.now(), at))
    while (stop := _next_slow(world, at)) < at:
        _jump(world, stop)
    _jump(world, at)


def _is_climbing(world: World) -> bool:
    """Whether any case has rungs before it still."""
    clocks = (_case(world, identity).clocks for identity in world.ledger.cases)
    return any(name.startswith(("rung.", "to_s3")) for running in clocks for name in running)


def _next_slow(world: World, end_: int) -> int:
    slow = [
        due
        for identity in world.ledger.cases
        for name, due in _case(world, identity).clocks.items()
        if name.startswith(SLOW) and due > world.clock.now()
    ]
    return min([*slow, end_])


def _jump(world: World, to: int) -> None:
    world.queues.wake_ups.clear()
    world.clock.set(to)
    sweep(world.parts)
    world.settle()
    world.collect()


def _case(world: World, identity: str) -> Case:
    loaded = world.ledger.load(identity)
    if loaded is None or loaded.case is None:
        raise LookupError(identity)
    return loaded.case


def _of(course: Course, step: Step) -> str:
    """The newest case under the scenario's name for it."""
    return next(identity for identity, name in reversed(course.cases.items()) if name == step.case)


def _context(_course: Course, _step: Step) -> str:
    return ""


def _complain(course: Course, step: Step) -> str:
    claimed = course.scenario.at_ms(step.claimed) if step.claimed else None
    complaint: dict[str, Any] = {
        "order": step.order,
        "subject_kind": "subject" if step.subject else "",
        "subject_id": step.subject,
        "reporter": Reporter(phone=step.reporter, relation=step.who),
        "attributes": step.attributes,
        "claimed_ms": claimed,
    }
    body = course.world.complain(step.text, **complaint).body
    identity = str(body["case"])
    course.cases.setdefault(identity, step.case)
    what = "joins the case" if body["joined"] else "opens a case"
    policies = ", ".join(dict.fromkeys(reason["policy"] for reason in body["why"]))
    return f"{what} at {body['tier']}" + (f" ({policies})" if policies else "")


def _reply(course: Course, step: Step) -> str:
    world = course.world
    promised = earliest(step.text, world.clock.now(), world.parts.calendar)
    case = _of(course, step)
    before = _case(world, case).clocks.get("K8")
    world.say(
        case,
        world.vendor(),
        text=step.text,
        direction=Direction.OUTBOUND,
        speaker=Speaker.VENDOR_AGENT,
        kind=Kind.REPLY,
    )
    if promised is None:
        return "a reply stops nothing"
    if before is not None and before <= promised:
        return f"a later promise; the first stands, due {course.scenario.iso(before)}"
    return f"a promise: K8 falls due {course.scenario.iso(promised)}"


def _police(course: Course, step: Step) -> str:
    _give(course, step, lane.PoliceAsk(by=course.world.vendor().by, sid="vlt_police"))
    return "the police lane opens: call the station back and hand over within 10 min"


def _hold(course: Course, step: Step) -> str:
    _give(course, step, lane.PlaceHold(by=_client(course), sid="vlt_hold"))
    return "a hold pauses nothing; it is asked about every 7 days"


def _attempt(course: Course, step: Step) -> str:
    _give(course, step, lane.AttemptHandOver(by=_client(course), authority=step.act))
    return "an attempt without a reference is not a hand-over; K7 goes on"


def _try(course: Course, step: Step) -> str:
    refused = _give(course, step, _TRIES[step.act](course))
    return f"{step.act}: refused ({refused})" if refused else f"{step.act}: accepted"


def _client(course: Course) -> By:
    return course.world.client("owner").by


def _give(course: Course, step: Step, command: Command) -> str:
    world = course.world
    applied = world.do(_of(course, step), command)
    refused = applied.decision.refused
    if refused is None:
        return ""
    at = course.scenario.iso(world.clock.now())
    course.refused.append(
        {"at": at, "actor": step.who, "act": step.act or step.do, "why": refused.code}
    )
    return refused.code


_STEPS = {
    "context": _context,
    "complain": _complain,
    "reply": _reply,
    "police": _police,
    "try": _try,
    "hold": _hold,
    "attempt": _attempt,
}

# What people tried to end such cases with.
_TRIES: dict[str, Any] = {
    "close_by_denial": lambda course: end.Close(
        by=_client(course), reason=end.ONE_SIDED, sid="vlt_denial"
    ),
    "lower_by_denial": lambda course: end.Propose(
        by=_client(course), what="lower", reason=end.ONE_SIDED, sid="vlt_denial", to=Tier.S3
    ),
    "close_by_vendor": lambda course: end.Close(
        by=course.world.vendor().by, reason="unconfirmed", sid="vlt_close"
    ),
    "contact_subject": lambda course: lane.ContactSubject(by=_client(course), sid="vlt_contact"),
    "withdraw_by_vendor": lambda course: end.ReporterSays(
        by=course.world.vendor().by, what=end.WITHDRAW, reach="none"
    ),
    "resolve_alone": lambda course: end.Resolve(
        by=_client(course), reason="no_hazard_found", sid="vlt_resolve"
    ),
    "act_without_evidence": lambda course: _act(course, ""),
    "inform_without_reference": lambda course: _act(course, "vlt_call"),
}


def _act(course: Course, sid: str) -> Command:
    return RecordAction(by=_client(course), action="authority_informed", sid=sid)


def entries(course: Course) -> list[tuple[str, dict[str, Any]]]:
    """Every entry of every case, by the scenario's name, in order of time."""
    found = [
        (name, decode(line))
        for identity, name in course.cases.items()
        for line in course.world.ledger.entries(f"case#{identity}", 0, 10_000_000)
    ]
    return sorted(found, key=lambda pair: (pair[1]["at_ms"], pair[1]["seq"]))
