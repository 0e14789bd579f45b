"""Mass events: many complaints with one cause become children of one case of the machine's own.

What is counted is cases, by the members of the cause's link head, which are written together with
each case: no count is lost, and none is made twice.  A contact that joins a case is not counted
again, or whoever has to call five times would look like five people.
"""

from collections.abc import Iterable

from chalicelib.audit.entry import Cause
from chalicelib.cases.commands import MACHINE
from chalicelib.cases.end_commands import Link as LinkCase
from chalicelib.services.alarms import Alarm, raise_alarm
from chalicelib.services.known import HISTORY_MS, Known
from chalicelib.services.link import Member
from chalicelib.services.linking import CAUSES, event_of
from chalicelib.services.parts import Parts
from chalicelib.services.telling import tell
from chalicelib.terms import MINUTE, Tier

POLICY = "alarm.mass_event"
WINDOW_MS = 15 * MINUTE
# So many cases on one cause within the window, or so many of S0 and S1 on one batch in 30 days.
CASES, GRAVE = 5, 3


def looks_like_one(known: Known) -> bool:
    """Whether any cause has so many cases that somebody should look closer."""
    return any(_children(kind, known, _members(kind, known)) for kind in CAUSES)


def gather(parts: Parts, cause: Cause, known: Known) -> None:
    """Open the parent of each mass event that has begun, once while it is open, and tell its cases.

    Done again it changes nothing.  The children keep their own tiers and clocks.
    """
    for kind in CAUSES:
        members = _children(kind, known, _members(kind, known))
        orphans = _without_parent(parts, members)
        event = known.events.get(kind)
        parent = event.case if event and known.is_open(event.case) else ""
        if not parent and _children(kind, known, orphans):
            parent = raise_alarm(parts, cause, _alarm(kind, known, orphans))
        for member in orphans if parent else ():
            tell(parts, cause, member.case, LinkCase(by=MACHINE, other=parent, kind="parent"))


def _members(kind: str, known: Known) -> tuple[Member, ...]:
    """The cause's cases since the last mass event on it was closed."""
    event = known.events.get(kind)
    ended = known.case(event.case) if event else None
    since = ended.closed.at if ended and ended.closed else -1
    return tuple(member for member in known.members(kind) if member.at >= since)


def _children(kind: str, known: Known, members: Iterable[Member]) -> tuple[Member, ...]:
    """The cases that make a mass event; none if there are too few."""
    found = tuple(members)
    near = tuple(m for m in found if m.at >= known.at - WINDOW_MS)
    if len(near) >= CASES:
        return near
    grave = tuple(m for m in found if _is_grave(known, m) and m.at >= known.at - HISTORY_MS)
    return grave if kind == "batch" and len(grave) >= GRAVE else ()


def _is_grave(known: Known, member: Member) -> bool:
    return known.tier(member).rank <= Tier.S1.rank


def _without_parent(parts: Parts, members: tuple[Member, ...]) -> tuple[Member, ...]:
    if not members:
        return ()
    found = parts.ledger.load_all([member.case for member in members])
    free = {one.beside.case for one in found if one.case and not one.case.parent}
    return tuple(member for member in members if member.case in free)


def _alarm(kind: str, known: Known, children: tuple[Member, ...]) -> Alarm:
    """S1 when one of its cases is S0 or S1, and else S2: that there are so many is a sign itself.

    It is weak evidence, so one person of the client may clear it.
    """
    grave = sum(_is_grave(known, child) for child in children)
    return Alarm(
        policy=POLICY,
        about=event_of(known.heads[kind].key),
        since=min(child.at for child in children),
        tier=Tier.S1 if grave else Tier.S2,
        facts={"cause": kind, "cases": len(children), "grave": grave},
        loud=False,
        suspect=True,
        linked=tuple(child.case for child in children),
    )
