"""Whether a complaint joins a case or opens one: intake's rules, on the explored world.

``services.intake`` does this with the store between its steps.  Here the rules are asked alone; a
test gives both the same complaints and compares.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from chalicelib.audit.chain import Head
from chalicelib.cases import commands as cmd
from chalicelib.cases.commands import By
from chalicelib.cases.decide import Decision, decide, open_case
from chalicelib.cases.draft import Watch
from chalicelib.cases.model import Case
from chalicelib.services.known import JOINING, Known
from chalicelib.services.ports import Beside, Link, Loaded, Member
from chalicelib.services.standing import may_live_again
from chalicelib.terms import VENDOR_ROLES, Direction, Kind, Tier
from tools.explore import scale
from tools.explore.moves import said

ORDER, SUBJECT, STRANGER = "same order", "same subject", "stranger"
# The links that each relation shares with case A.
RELATED = {ORDER: ("order", "subject"), SUBJECT: ("subject",), STRANGER: ()}


@dataclass(frozen=True, slots=True)
class Heard:
    """A complaint: how it is related to case A, and how it was judged."""

    relation: str
    tier: Tier
    suspect: bool = False

    @property
    def judged(self) -> cmd.Judged:
        """The judge's word."""
        return cmd.Judged(self.tier, suspect=self.suspect)


# What intake hears while case A is there.
NEXT = (
    *(
        Heard(relation, tier, suspect)
        for relation in (ORDER, SUBJECT)
        for tier, suspect in ((Tier.S0, True), (Tier.S1, False))
    ),
    Heard(STRANGER, Tier.S2),
)


def told(heard: Heard) -> str:
    """How a story tells a complaint."""
    return f"{heard.tier}{' on weak evidence' if heard.suspect else ''}"


def opening(by: By, heard: Heard, case: str = "A") -> cmd.OpenCase:
    """The opening of a case that nothing links to another."""
    return cmd.OpenCase(
        by=by,
        case=case,
        code=case,
        message=said(Direction.INBOUND, Kind.COMPLAINT, sid="r_0"),
        judged=heard.judged,
        ladder=scale.LADDER,
        vendor=by.org if by.role in VENDOR_ROLES else "",
    )


def joining(by: By, heard: Heard) -> cmd.AddMessage:
    """The complaint as a contact of case A."""
    return cmd.AddMessage(
        by=by,
        message=said(Direction.INBOUND, Kind.COMPLAINT),
        judged=heard.judged,
        contact=True,
        vendor=by.org,
    )


def known_of(heard: Heard, first: Case, at: int) -> Known:
    """What intake would find behind the complaint's links: case A, or nothing for a stranger."""
    member = Member(first.id, first.tier, first.opened)
    head = Link("link", case=first.id, at=first.opened, version=1, members=(member,))
    beside = Beside(
        case=first.id,
        code=first.code,
        tier=first.tier,
        opened=first.opened,
        due=first.due or 0,
        version=1,
        status=first.status,
    )
    loaded = {first.id: Loaded(beside, Head.genesis(), first)}
    return Known(at=at, heads=dict.fromkeys(RELATED[heard.relation], head), cases=loaded)


def take(heard: Heard, by: By, first: Case, at: int, watch: Watch) -> Decision:
    """Join ``first`` or open case B, by the rules that ``services.intake`` goes by."""
    known = known_of(heard, first, at)
    if any(known.newest(kind) for kind in JOINING) and may_live_again(first, at):
        return decide(first, joining(by, heard), at, watch)
    newest = (known.newest(kind) for kind in (*JOINING, "subject"))
    begin = replace(
        opening(by, heard, "B"),
        linked=tuple(dict.fromkeys(case for case in newest if case)),
        raised_by=known.raised_by,
    )
    return open_case(begin, at, watch)


def check(heard: Heard, first: Case, decision: Decision) -> Iterator[str]:
    """Strangers never share a case, and danger on the same subject is not forgotten."""
    case = decision.case
    if case.id == first.id:
        if heard.relation != ORDER:
            yield "P2: strangers were put on one case"
        return
    if heard.relation == STRANGER and case.linked:
        yield "P2: strangers were linked"
    if heard.relation != SUBJECT:
        return
    if first.id not in case.linked:
        yield "P2: two cases on one subject do not know of each other"
    if first.tier.rank <= Tier.S1.rank and case.tier.rank > max(heard.tier.rank - 1, 0):
        yield "P2: danger on the same subject did not raise the tier"
