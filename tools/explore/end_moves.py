"""What anybody may try about a case's end, with four eyes or two, and between two cases."""

from chalicelib.cases import end_commands as end
from chalicelib.cases.commands import By, Command
from chalicelib.cases.lane_commands import PACK
from chalicelib.terms import Tier
from tools.explore.moves import Build, Move
from tools.explore.world import World

SAMPLED = end.Draw(rule="r", value=0, permille=1000, month="m", commitment="c")
PASSED = end.Draw(rule="r", value=999, permille=1, month="m", commitment="c")
_REASONS = {"lower": "misread", "resolve": "cause_fixed", "close": "unconfirmed"}
# What is proposed, and the group of moves it is walked with.
_PROPOSED = {
    "lower": "lower",
    "unfreeze": "freeze",
    "break_glass": "glass",
    "contact_subject": "subject",
    "decline_hand_over": "handover",
    "release": "police",
    "resolve": "resolve",
    "close": "close",
}


def _propose(what: str, to: Tier | None = None, reason: str = "") -> Build:
    why = reason or _REASONS.get(what, "because")
    contents = PACK if what == "release" else ()

    def build(by: By, _world: World, _which: int) -> Command:
        return end.Propose(by=by, what=what, reason=why, sid="e", to=to, contents=contents)

    return build


def _answer(what: str, *, agrees: bool) -> Build:
    """Approve or reject the standing proposal of this kind, if there is one."""

    def build(by: By, world: World, which: int) -> Command | None:
        standing = world.cases[which].proposals.items()
        identity = next((name for name, proposal in standing if proposal.what == what), None)
        if identity is None:
            return None
        return (end.Approve if agrees else end.Reject)(by=by, proposal=identity)

    return build


def _review(kind: str, *, agrees: bool) -> Build:
    def build(by: By, world: World, which: int) -> Command | None:
        if kind not in world.cases[which].reviews:
            return None
        return end.Review(by=by, kind=kind, agrees=agrees)

    return build


def _proposals() -> tuple[Move, ...]:
    moves = [
        Move("lower", "proposes S2", _propose("lower", Tier.S2)),
        Move("lower", "proposes S4", _propose("lower", Tier.S4)),
        Move("lower", "proposes S3: they deny it", _propose("lower", Tier.S3, end.ONE_SIDED)),
    ]
    for what, tag in _PROPOSED.items():
        if what != "lower":
            moves.append(Move(tag, f"proposes to {what}", _propose(what)))
        moves.append(Move(tag, f"approves to {what}", _answer(what, agrees=True)))
        moves.append(Move(tag, f"rejects to {what}", _answer(what, agrees=False)))
    for kind, tag in {"cleared": "clear", "sample": "delegate", "freeze": "freeze"}.items():
        moves.append(Move(tag, f"agrees with what was {kind}", _review(kind, agrees=True)))
        moves.append(Move(tag, f"disagrees with what was {kind}", _review(kind, agrees=False)))
    moves.append(Move("glass", "reviews the broken glass", _review("glass", agrees=True)))
    return tuple(moves)


def _says(what: str) -> Build:
    """The reporter's word through each link that there is; the first one's, or the second's."""

    def build(by: By, world: World, which: int) -> Command | None:
        ropes = world.cases[which].ropes
        if not ropes:
            return None
        reach = min(ropes) if what != "second" else max(ropes)
        word = end.SOLVED if what == "second" else what
        return end.ReporterSays(by=by, what=word, reach=reach)

    return build


def _verify(by: By, world: World, which: int) -> Command | None:
    open_ends = [sid for sid, rope in world.cases[which].ropes.items() if not rope.verified]
    if not open_ends:
        return None
    return end.VerifyReporter(by=by, reach=min(open_ends), how="called_back", sid="e")


def _try(channel: str) -> Build:
    return lambda by, _world, _which: end.TryConfirm(by=by, channel=channel)


def _delegate(draw: end.Draw | None) -> Build:
    return lambda by, _world, _which: end.CloseDelegated(by=by, draw=draw, sid="e")


ENDS = (
    *_proposals(),
    Move(
        "clear", "clears it", lambda by, _w, _i: end.ClearSuspect(by=by, reason="misread", sid="e")
    ),
    Move("contain", "contains it", lambda by, _w, _i: end.Contain(by=by, sid="e")),
    Move(
        "resolve",
        "resolves it",
        lambda by, _w, _i: end.Resolve(by=by, reason="cause_fixed", sid="e"),
    ),
    Move(
        "resolve",
        "resolves it: they deny it",
        lambda by, _w, _i: end.Resolve(by=by, reason=end.ONE_SIDED, sid="e"),
    ),
    Move("try", "tried to reach the reporter by phone", _try("phone")),
    Move("try", "tried to reach the reporter by sms", _try("sms")),
    Move("close", "closes it", lambda by, _w, _i: end.Close(by=by, reason="unconfirmed", sid="e")),
    Move("delegate", "closes it as delegated", _delegate(PASSED)),
    Move("delegate", "closes it as delegated, and is drawn", _delegate(SAMPLED)),
    Move("delegate", "closes what is not delegated", _delegate(None)),
    Move("rope", "was not called", _says(end.NOT_CALLED)),
    Move("rope", "says that it is solved", _says(end.SOLVED)),
    Move("rope", "says that it is solved, by another's link", _says("second")),
    Move("rope", "withdraws", _says(end.WITHDRAW)),
    Move("verify", "verifies the reporter's address", _verify),
    Move("reopen", "reopens it", lambda by, _w, _i: end.Reopen(by=by, reason="new_fact")),
)


def _absorb(by: By, world: World, which: int) -> Command | None:
    return end.Absorb(by=by, other=world.cases[1 - which]) if len(world.cases) > 1 else None


def _merge(by: By, world: World, which: int) -> Command | None:
    return end.MergeInto(by=by, target=world.cases[1 - which]) if len(world.cases) > 1 else None


def _into_itself(by: By, world: World, which: int) -> Command:
    return end.MergeInto(by=by, target=world.cases[which])


PAIRS = (
    Move(
        "link",
        "proposes to merge",
        lambda by, _w, _i: end.ProposeMerge(by=by, other="x", why="same"),
    ),
    Move("link", "links a child", lambda by, _w, _i: end.Link(by=by, other="x", kind="child")),
    Move("merge", "takes over the other case", _absorb),
    Move("merge", "ends as merged into the other case", _merge),
    Move("merge", "ends as merged into itself", _into_itself),
)
