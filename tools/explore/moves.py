"""What anybody may try on one case: words, owning, raising, calling, and the lanes.

A move builds a command from who acts and the world as it is; None where it would mean nothing.
Moves of one ``tag`` are walked on together; every move is tried wherever the walk says so.
"""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.cases import commands as cmd
from chalicelib.cases import lane_commands as lane
from chalicelib.cases.commands import By, Command
from chalicelib.terms import VENDOR_ROLES, Direction, Kind, Speaker, Tier
from tools.explore.scale import STEP
from tools.explore.world import World

type Build = Callable[[By, World, int], Command | None]


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that can be tried: ``text`` is how a story tells it."""

    tag: str
    text: str
    build: Build

    @property
    def personal(self) -> bool:
        """Whether it matters who somebody is, and not only what role they have."""
        return self.text.startswith(("approves", "rejects", "agrees", "disagrees", "reviews"))


def said(direction: Direction, kind: Kind = Kind.REPLY, sid: str = "s") -> cmd.Message:
    """Something said; who spoke is no matter to deciding."""
    return cmd.Message(id="m", direction=direction, speaker=Speaker.REPORTER, kind=kind, sid=sid)


def _complaint(tier: Tier, *, suspect: bool = False, duress: bool = False) -> Build:
    def build(by: By, _world: World, _which: int) -> Command:
        return cmd.AddMessage(
            by=by,
            message=said(Direction.INBOUND, Kind.COMPLAINT),
            judged=cmd.Judged(tier, suspect=suspect),
            vendor=by.org,
            duress=duress,
        )

    return build


def _note(by: By, _world: World, _which: int) -> Command:
    message = said(Direction.INTERNAL, Kind.NOTE)
    return cmd.AddMessage(by=by, message=message, judged=cmd.Judged(Tier.S4))


def _reply(promised: int | None) -> Build:
    def build(by: By, world: World, _which: int) -> Command:
        due = None if promised is None else world.now + promised * STEP
        return cmd.AddMessage(by=by, message=said(Direction.OUTBOUND), promised_ms=due)

    return build


def _reach(by: By, world: World, which: int) -> Command | None:
    """A message with an address: a vendor's is not proved, anybody else's is."""
    if len(world.cases[which].ropes) >= 2:  # noqa: PLR2004
        return None
    vendor = by.role in VENDOR_ROLES
    message = said(Direction.INBOUND, Kind.NOTE, sid=f"r_{by.id}")
    reach = cmd.Reach(channels=("sms",), source="vendor" if vendor else "self", verified=not vendor)
    return cmd.AddMessage(by=by, message=message, reach=reach)


def _plain[C: Command](make: Callable[[By], C]) -> Build:
    return lambda by, _world, _which: make(by)


def _act(code: str, *, sid: str = "e", reference: bool = False) -> Build:
    return _plain(lambda by: cmd.RecordAction(by=by, action=code, sid=sid, reference=reference))


def _call(outcome: str) -> Build:
    return _plain(lambda by: cmd.RecordCall(by=by, outcome=outcome))


WORDS = (
    Move("contact", "complains again (S4)", _complaint(Tier.S4)),
    Move("contact", "reports S1", _complaint(Tier.S1)),
    Move("contact", "reports S0", _complaint(Tier.S0)),
    Move("contact", "reports S0 on weak evidence", _complaint(Tier.S0, suspect=True)),
    Move("duress", "complains again under duress", _complaint(Tier.S4, duress=True)),
    Move("note", "adds a note", _note),
    Move("reply", "replies to the reporter", _reply(None)),
    Move("promise", "promises an answer in one step", _reply(1)),
    Move("promise", "promises an answer in nine steps", _reply(9)),
    Move("reach", "gives the reporter's address", _reach),
    Move("raise", "says it is S0", _plain(lambda by: cmd.Raise(by=by, tier=Tier.S0))),
    Move("raise", "says it is S2", _plain(lambda by: cmd.Raise(by=by, tier=Tier.S2))),
    Move("escalate", "asks for the next rung", _plain(lambda by: cmd.Escalate(by=by))),
    Move("stall", "notes a stall", _plain(lambda by: cmd.NoteStall(by=by, tactic="T1"))),
)

OWNING = (
    Move("ack", "acknowledges", _plain(lambda by: cmd.Acknowledge(by=by))),
    Move("act", "acts: site visited", _act("site_visited")),
    Move("act", "acts: reporter reached safe", _act(cmd.REACHED_SAFE)),
    Move("freeze", "acts: subject frozen", _act(cmd.FROZEN)),
    Move("handover", "acts: authority informed", _act(cmd.INFORMED, reference=True)),
    Move("handover", "acts: authority informed, no reference", _act(cmd.INFORMED)),
    Move("act", "acts: no known code", _act("hoped_for_the_best")),
    Move("act", "acts: no evidence", _act("site_visited", sid="")),
    Move("call", "called and reached the reporter", _call("reached")),
    Move("call", "called in vain", _call("no_answer")),
    Move("call", "says that a call is not safe", _call("not_safe")),
)


def _pack(by: By) -> lane.ReleaseToPolice:
    return lane.ReleaseToPolice(by=by, contents=lane.PACK, sid="e")


def _half_pack(by: By) -> lane.ReleaseToPolice:
    return lane.ReleaseToPolice(by=by, contents=lane.PACK[:1], sid="e")


def _genuine(genuine: bool) -> Build:  # noqa: FBT001
    return _plain(lambda by: lane.VerifyPolice(by=by, genuine=genuine, sid="e"))


def _task(safety: bool) -> Build:  # noqa: FBT001
    name = "safety" if safety else "other"
    return _plain(lambda by: lane.AddTask(by=by, task=name, department="data", safety=safety))


LANES = (
    Move("freeze", "asks for a freeze", _plain(lambda by: lane.AskFreeze(by=by))),
    Move("freeze", "declines to freeze", _plain(lambda by: lane.DeclineFreeze(by=by, sid="e"))),
    Move("subject", "talks to the accused", _plain(lambda by: lane.ContactSubject(by=by, sid="e"))),
    Move("data", "asks for data", _plain(lambda by: lane.RequestData(by=by, department="data"))),
    Move(
        "data",
        "delivers data",
        _plain(lambda by: lane.AnswerData(by=by, department="data", sid="e")),
    ),
    Move(
        "handover",
        "calls an authority in vain",
        _plain(lambda by: lane.AttemptHandOver(by=by, authority="fire")),
    ),
    Move(
        "police", "brings the police's request", _plain(lambda by: lane.PoliceAsk(by=by, sid="e"))
    ),
    Move("police", "finds the police genuine", _genuine(True)),  # noqa: FBT003
    Move("police", "finds the police false", _genuine(False)),  # noqa: FBT003
    Move("police", "releases the pack", _plain(_pack)),
    Move("police", "releases half a pack", _plain(_half_pack)),
    Move("hold", "places a legal hold", _plain(lambda by: lane.PlaceHold(by=by, sid="e"))),
    Move("hold", "lifts the hold", _plain(lambda by: lane.LiftHold(by=by))),
    Move("task", "adds a safety task", _task(True)),  # noqa: FBT003
    Move("task", "adds a task", _task(False)),  # noqa: FBT003
    Move(
        "task",
        "finishes the safety task",
        _plain(lambda by: lane.FinishTask(by=by, task="safety", sid="e")),
    ),
)
