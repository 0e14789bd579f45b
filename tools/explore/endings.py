"""Who may lower, resolve and close: what every step towards an end must keep."""

from collections.abc import Callable, Iterator

from chalicelib.cases import commands as cmd
from chalicelib.cases import end_commands as end
from chalicelib.cases.lane_commands import PACK
from chalicelib.cases.lane_events import POLICE_RELEASED as RELEASED
from chalicelib.cases.model import Case
from chalicelib.terms import CLIENT_ROLES, VENDOR_ROLES, Role, Tier
from tools.explore import scale
from tools.explore.promises import Step

_CLIENT = {role.value for role in CLIENT_ROLES}
_SECOND = {Role.DUTY_DIRECTOR, Role.SAFETY_SPECIALIST}


def check(step: Step) -> Iterator[str]:
    """Everything that is wrong with this step's lowering, resolving, closing or merging."""
    for rule in RULES:
        yield from rule(step)


def _two(step: Step, what: str) -> bool:
    """Whether this step is a second person's agreement to a first one's proposal of ``what``."""
    command = step.command
    if not isinstance(command, end.Approve) or command.by.role not in _SECOND:
        return False
    proposal = step.before.proposals.get(command.proposal)
    return bool(
        proposal
        and proposal.what == what
        and proposal.by != command.by.id
        and proposal.role in _CLIENT
    )


def _lowered(step: Step) -> Iterator[str]:
    before, after, command = step.before, step.after, step.command
    if after.tier.rank <= before.tier.rank:
        return
    if _two(step, "lower"):
        roles = {command.by.role.value}
        roles |= {p.role for p in before.proposals.values() if p.what == "lower"}
        if Role.SAFETY_SPECIALIST.value not in roles:
            yield "P4: lowered without the specialist"
        return
    if not isinstance(command, end.ClearSuspect):
        yield f"P4: lowered by {type(command).__name__}"
    elif not before.suspect or command.by.role not in CLIENT_ROLES:
        yield "P4: one person lowered firm danger"
    elif step.firm.rank <= Tier.S1.rank and after.tier.rank > step.firm.rank:
        yield f"P4: one person went below the {step.firm} that somebody vouched for"
    else:
        verdict = after.reviews.get("cleared")
        due = after.clocks.get("review.cleared", 1 << 62)
        if verdict is None or verdict.by != command.by.id or due > step.now + scale.REVIEW:
            yield "P4: what one person cleared is not to be reviewed"


def _glass(step: Step) -> Iterator[str]:
    if step.after.glass != step.before.glass and not _two(step, "break_glass"):
        other = isinstance(step.command, end.Approve) and step.by.role in CLIENT_ROLES
        proposal = step.before.proposals.get(getattr(step.command, "proposal", ""))
        if not step.after.closed and not (other and proposal and proposal.by != step.by.id):
            yield "P4: one person broke the glass"


def _freeze(step: Step) -> Iterator[str]:
    before, after = step.before.freeze, step.after.freeze
    if before and before.state == "frozen" and after != before and after is not None:
        again = isinstance(step.command, cmd.RecordAction)
        if not again and not _two(step, "unfreeze"):
            yield "P4: one person lifted a freeze"


def _released(step: Step) -> Iterator[str]:
    before, after = step.before, step.after
    if not after.police or after.police.state != "released" or before.police == after.police:
        return
    glass = before.glass
    broken = glass and step.by.id in {glass.by, glass.approved} and glass.until > step.now
    alone = step.by.role is Role.SAFETY_SPECIALIST
    if not (alone or broken or _two(step, "release")):
        yield "P4: one person released data to the police"
    if not before.police or before.police.state != "verified":
        yield "P4: data went to police whom nobody verified"
    for event in step.events:
        if event["e"] == RELEASED and not set(PACK) <= {*event["contents"], *event["absent"]}:
            yield "P4: half a pack went to the police"


def _unready(case: Case) -> str:
    if any(task.safety and not task.done for task in case.tasks.values()):
        return "over an open safety task"
    if case.police and case.police.state in {"asked", "verified"}:
        return "while the police wait"
    owed = {"cleared"} & set(case.reviews)
    return "with a review owed" if owed else ""


def _resolved(step: Step) -> Iterator[str]:
    before, after = step.before, step.after
    if before.resolved or not after.resolved:
        return
    if before.tier.rank <= Tier.S1.rank and not _two(step, "resolve"):
        yield "P4: one person resolved S0 or S1"
    if step.by.role not in CLIENT_ROLES:
        yield "P2: resolved by somebody who is not the client's"
    if before.acted is None and before.tier.safety_critical:
        yield "P4: resolved without an action"
    if _unready(before):
        yield f"P4: resolved {_unready(before)}"


def _closed(step: Step) -> Iterator[str]:
    before, after = step.before, step.after
    if before.closed or after.closed is None:
        return
    how = after.closed.how
    fault = _unready(before)
    if fault:
        yield f"P1: closed ({how}) {fault}"
    if not _MAY[how](step):
        yield f"P1: closed ({how}) by {step.by.role}, which may not"


def _confirmed(step: Step) -> bool:
    ended = step.before.resolved is not None or not step.before.tier.safety_critical
    return ended and _own_word(step)


def _withdrawn(step: Step) -> bool:
    return not step.before.tier.safety_critical and _own_word(step)


def _own_word(step: Step) -> bool:
    """The earliest reporter whose address is proved, and nobody forces them."""
    command = step.command
    if not isinstance(command, end.ReporterSays) or step.before.duress:
        return False
    proved = [(rope.at, sid) for sid, rope in step.before.ropes.items() if rope.verified]
    return bool(proved) and min(proved)[1] == command.reach


def _unconfirmed(step: Step) -> bool:
    case = step.before
    tried = len(case.tries) >= 3 and len({attempt.channel for attempt in case.tries}) > 1  # noqa: PLR2004
    waited = case.resolved and step.now - case.resolved.at >= scale.UNCONFIRMED
    two = _two(step, "close")
    alone = not case.worst.safety_critical and step.by.role in CLIENT_ROLES
    return bool(tried and waited and (two or alone))


def _ordinary(step: Step) -> bool:
    return step.before.tier is Tier.S4 and step.by.role in CLIENT_ROLES


def _delegated(step: Step) -> bool:
    if isinstance(step.command, end.Review):
        return _ordinary(step)
    case, command = step.before, step.command
    return (
        isinstance(command, end.CloseDelegated)
        and command.by.role in VENDOR_ROLES
        and command.draw is not None
        and not command.draw.sampled
        and case.worst is Tier.S4
        and not case.degraded
        and not case.duress
    )


def _merged(step: Step) -> bool:
    return step.by.role in CLIENT_ROLES and step.other is not None


_MAY: dict[str, Callable[[Step], bool]] = {
    "confirmed": _confirmed,
    "withdrawn": _withdrawn,
    "unconfirmed": _unconfirmed,
    "resolved": _ordinary,
    "delegated": _delegated,
    "merged": _merged,
}


def _merging(step: Step) -> Iterator[str]:
    """What ended as merged is owed where it went: tier, firmness, duties, and by when."""
    case, into = step.before, step.other
    if step.after.closed is None or step.after.closed.how != "merged" or case.closed:
        return
    if into is None or into.closed or into.id == case.id:
        yield "P1: merged into nothing that is open"
        return
    if into.tier.rank > case.tier.rank:
        yield "P1: merged into a case that is less grave"
    if into.suspect and step.firm.rank <= min(into.tier.rank, Tier.S1.rank):
        yield "P4: merged into a case that one person may clear"
    if into.resolved and not case.resolved:
        yield "P1: merged into a case that is called resolved"
    for name, due in case.clocks.items():
        kept = into.clocks.get(name, 1 << 62) <= max(due, step.now)
        done = name in into.done or into.resolved is not None
        if name in {"K5", "K6", "K7", "K8", "K10", "K13"} and not kept and not done:
            yield f"P1: {name} is owed nowhere after merging"


def _absorbed(step: Step) -> Iterator[str]:
    """Danger that nobody has answered rings in the case that takes it over."""
    command = step.command
    if not isinstance(command, end.Absorb) or step.refused:
        return
    other, after = command.other, step.after
    if not other.is_answered and other.tier.safety_critical and after.is_answered:
        yield "P3: unanswered danger was taken over by an answered case"
    if step.moved() and after.tier is step.before.tier and not step.lapsed:
        late = [n for n in step.moved() if not n.startswith(("proposal.", "review."))]
        if late:
            yield f"P1: taking over moved {', '.join(late)}"


RULES: tuple[Callable[[Step], Iterator[str]], ...] = (
    *(_lowered, _glass, _freeze, _released, _resolved, _closed, _merging, _absorbed),
)
