"""Link heads: what leads from an order, a reporter or a subject to the cases about it."""

from dataclasses import dataclass, replace
from typing import NamedTuple

from chalicelib.terms import Tier

# Members that a head keeps, so that its item stays below one kilobyte, and the newest among them,
# which stay whatever they are.  Of the others an S0 or S1 is the last to go: nobody can make a
# subject's past forgotten by complaining about it often.
MEMBERS_KEPT = 20
NEWEST_KEPT = 10


class Member(NamedTuple):
    """A case behind a link: its tier when it was linked, and when that was (ms)."""

    case: str
    tier: Tier
    at: int

    @property
    def is_grave(self) -> bool:
        """S0 or S1."""
        return self.tier.rank <= Tier.S1.rank


@dataclass(frozen=True, slots=True)
class Link:
    """The newest case that a keyed hash points at, e.g. of an order; ``version`` 0 is absent.

    ``members`` are the newest cases, the oldest of them first.
    """

    key: str
    case: str = ""
    at: int = 0
    version: int = 0
    members: tuple[Member, ...] = ()

    @property
    def history(self) -> tuple[Member, ...]:
        """The members; a head from before there were any has the case that it points at."""
        if self.members or not self.case:
            return self.members
        return (Member(self.case, Tier.S4, self.at),)

    def leading_to(self, case: str, tier: Tier, at: int) -> "Link":
        """The head once it points at this case, which becomes its newest member."""
        others = (member for member in self.history if member.case != case)
        members = [*others, Member(case, tier, at)]
        if len(members) > MEMBERS_KEPT:
            older = members[:-NEWEST_KEPT]
            members.remove(next((one for one in older if not one.is_grave), older[0]))
        return replace(self, case=case, at=at, members=tuple(members))

    def misses(self, case: str, tier: Tier) -> bool:
        """Whether it leads nowhere yet, or does not say that its case has become S0 or S1."""
        told = [member for member in self.history if member.case == case]
        grave = tier.rank <= Tier.S1.rank
        return not self.case or (grave and not all(member.is_grave for member in told))
