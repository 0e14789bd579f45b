"""What every single step must keep, whoever takes it: P1, P2, and what P4 rests on.

Each check yields sentences of what is wrong; the first word is the promise.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from chalicelib.cases import commands as cmd
from chalicelib.cases import end_commands as end
from chalicelib.cases import end_events
from chalicelib.cases import events as ev
from chalicelib.cases import lane_commands as lane
from chalicelib.cases.commands import By, Command
from chalicelib.cases.events import Event
from chalicelib.cases.evolve import fold
from chalicelib.cases.model import REPEAT_GAP_MS, Case
from chalicelib.terms import CLIENT_ROLES, VENDOR_ROLES, Direction, Kind, Role, Tier
from tools.explore import scale
from tools.explore.people import OUTSIDERS


@dataclass(frozen=True, slots=True)
class Step:
    """A command on a case with nothing due, and what came of it; ``other`` is the case beside."""

    before: Case
    after: Case
    events: tuple[Event, ...]
    command: Command
    now: int
    firm: Tier
    other: Case | None = None
    other_firm: Tier = Tier.S4
    refused: bool = False

    @property
    def by(self) -> By:
        """Who acts."""
        return self.command.by

    def has(self, name: str) -> bool:
        """Whether this event happened."""
        return any(event["e"] == name for event in self.events)

    @property
    def lapsed(self) -> set[str]:
        """The clocks that fell due in this step."""
        sets = (event["clocks"] for event in self.events if event["e"] == ev.CLOCKS_LAPSED)
        return {name for clocks in sets for name in clocks}

    def moved(self) -> list[str]:
        """Clocks that are gone or due later, except those that fell due."""
        after = {**self.after.held, **self.after.clocks}
        before = {**self.before.held, **self.before.clocks}
        lapsed = self.lapsed
        return [
            n for n, due in before.items() if n not in lapsed and not after.get(n, due + 1) <= due
        ]


def check(step: Step) -> Iterator[str]:
    """Everything that is wrong with this step."""
    for rule in RULES:
        yield from rule(step)


def _clock_ahead(step: Step) -> Iterator[str]:
    after = step.after
    if after.is_open and (after.due is None or after.due <= step.now):
        yield f"P1: no running clock ahead, but {dict(after.clocks)}"
    if after.closed and (after.clocks or after.held):
        yield "P1: a closed case has a clock"


def _outsider(step: Step) -> Iterator[str]:
    """P2: compared with what time alone brings, which is nothing at this very moment."""
    if step.by.role not in OUTSIDERS or step.by.role is Role.AUDITOR:
        return
    before, after = step.before, step.after
    if after.tier.rank > before.tier.rank:
        yield "P2: the tier fell"
    if after.ack and after.ack.role in VENDOR_ROLES:
        yield "P2: a vendor owns the case"
    if before.police and before.police.state == "verified" and after.police != before.police:
        yield "P2: the police must be verified again"
    if after.closed:
        return  # _closed judges whether it may
    graver = after.tier.rank < before.tier.rank or step.has(ev.RAISED)
    dropped = ("to_s3", "proposal.", "review.sample", "review.cleared") if graver else ()
    late = [name for name in step.moved() if not name.startswith(dropped or ("\0",))]
    if late:
        yield f"P2: {', '.join(late)} later or gone"
    if after.acted != before.acted and not graver and after.acted is not None:
        yield "P2: a protective action by an outsider"


# Words and requests: whoever says them, no clock may end or move out for it.
_WORDS = (
    *(cmd.AddMessage, cmd.Raise, cmd.Escalate, cmd.NoteStall, lane.AskFreeze, lane.PoliceAsk),
    *(lane.RequestData, lane.AttemptHandOver, lane.PlaceHold, lane.AddTask, lane.ContactSubject),
    *(end.Propose, end.ProposeMerge, end.Link, end.Contain, end.VerifyReporter, end.Reject),
)


def _words(step: Step) -> Iterator[str]:
    command = step.command
    if not isinstance(command, _WORDS) or step.after.closed:
        return
    allowed: tuple[str, ...] = ("to_s3", "proposal.", "review.") if step.has(ev.RAISED) else ()
    if isinstance(command, end.Reject):
        allowed = ("proposal.",)
    if isinstance(command, cmd.AddMessage) and command.by.role in CLIENT_ROLES:
        allowed += ("K8", "K9") if command.message.direction is Direction.OUTBOUND else ()
    if isinstance(command, lane.PlaceHold):
        allowed += ("hold",)
    late = [name for name in step.moved() if not (allowed and name.startswith(allowed))]
    if late:
        yield f"P2: {', '.join(late)} later or gone by {type(command).__name__}"


def _k4(step: Step) -> Iterator[str]:
    """P4: the first protective action is owed until somebody acts, or two say otherwise."""
    before, after, command = step.before, step.after, step.command
    if "K4" not in before.clocks or "K4" in after.clocks or "K4" in step.lapsed:
        return
    coded = isinstance(command, cmd.RecordAction)
    if coded and command.action in cmd.ACTION_CODES and command.sid:  # type: ignore[attr-defined]
        if step.by.role not in CLIENT_ROLES:
            yield "P4: K4 met by somebody who is not the client's"
        if command.action == cmd.INFORMED and not command.reference:  # type: ignore[attr-defined]
            yield "P4: an authority that gave no reference was informed"
        return
    if not (step.has(end_events.LOWERED) or after.resolved or after.closed):
        yield f"P4: K4 gone by {type(command).__name__}"


def _acknowledged(step: Step) -> Iterator[str]:
    if not isinstance(step.command, cmd.Acknowledge) or not step.after.is_open:
        return
    before, after = step.before, step.after
    quiet = ("K3", "repeat.", "silence.")
    late = [name for name in step.moved() if not name.startswith(quiet)]
    if late:
        yield f"P4: an acknowledgement moved {', '.join(late)}"
    if after.clocks.get("K4") != before.clocks.get("K4"):
        yield "P4: an acknowledgement moved K4"
    k4 = before.ladder.plan(before.tier).k4
    limit = step.now + (k4.ms if k4 else 0)
    if any(due > limit for name, due in after.clocks.items() if name.startswith("silence.")):
        yield "P4: an acknowledgement buys more quiet than K4"


def _raised(step: Step) -> Iterator[str]:
    """A raise starts what its tier owes, and leaves nothing standing that was agreed before."""
    if not step.has(ev.RAISED) or not step.after.is_open:
        return
    after = step.after
    if after.proposals:
        yield "P4: a proposal survived a raise"
    if after.is_answered:
        yield "P4: an answer survived a raise"
    plan = after.ladder.plan(after.tier)
    owed = {"K3": plan.k3, "K4": plan.k4, "K5": plan.k5, "K10": plan.k10}
    for name, span in owed.items():
        if (
            span
            and name not in step.lapsed
            and after.clocks.get(name, 1 << 62) > step.now + span.ms
        ):
            yield f"P2: {name} is not within its limit after a raise"


def _undone(step: Step) -> Iterator[str]:
    """What one person cleared and nobody reviewed goes back to its tier."""
    verdict = step.before.reviews.get("cleared")
    if verdict and "review.cleared" in step.lapsed and step.after.tier.rank > int(verdict.tier[1]):
        yield "P4: a clearing that nobody reviewed stands"


def _repeated(step: Step) -> Iterator[str]:
    """Whoever asks again without an action brings the next rung."""
    command, before = step.command, step.before
    if not isinstance(command, cmd.AddMessage) or command.message.kind is not Kind.COMPLAINT:
        return
    if before.closed and not step.after.closed:
        return
    if before.resolved and step.after.resolved:
        yield "P3: a contact left the resolution standing"
    soon = step.now - before.contacted < REPEAT_GAP_MS
    if soon or before.acted or before.resolved or before.tier is Tier.S4:
        return
    rung = any(name.startswith(("rung.", "top")) for name in step.lapsed)
    if not rung and not step.has(ev.RAISED):
        yield "P3: a repeat brought no rung"


def _promised(step: Step) -> Iterator[str]:
    command = step.command
    if not isinstance(command, cmd.AddMessage) or command.promised_ms is None:
        return
    before, after = step.before.clocks, step.after.clocks
    if not step.after.is_open or step.before.closed:
        return
    allowed = {"K8", "K9"} if command.by.role in CLIENT_ROLES else {"K8"}
    if "K8" in before and after.get("K8", 1 << 62) > before["K8"] and "K8" not in step.lapsed:
        yield "P4: a promise moved or kept the first"
    changed = {n for n in {*before, *after} if before.get(n) != after.get(n)}
    if changed - allowed:
        yield f"P4: a promise moved {', '.join(sorted(changed - allowed))}"
    if after.get("K8", 1 << 62) > command.promised_ms:
        yield "P4: a promise is owed later than it was given for"


def _once_in_three(step: Step) -> Iterator[str]:
    for event in step.events:
        if event["e"] != ev.PAGE_REQUESTED:
            continue
        paged = step.before.paged.get(event["person"])
        last = paged.last.get(event["channel"]) if paged else None
        if last is not None and step.now - last < scale.STEP:
            yield f"P3: {event['person']} is paged twice within three minutes"


def folds(step: Step) -> Iterator[str]:
    """The entry gives back the case; for steps that lead somewhere new."""
    if fold(step.before, step.events, step.now) != step.after:
        yield "P6: the case is not the fold of its entry"


RULES: tuple[Callable[[Step], Iterator[str]], ...] = (
    *(_clock_ahead, _outsider, _words, _k4, _acknowledged, _raised, _undone, _repeated),
    *(_promised, _once_in_three),
)
