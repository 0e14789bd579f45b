"""What is known already about an order, a reporter or a subject, and what follows from it.

Read before a complaint is committed; the versions of the link heads then say whether it still
holds.  A case that cannot be read is taken as it was when it was linked.
"""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from types import MappingProxyType
from typing import Any, Self

from chalicelib.cases.model import Case, Status
from chalicelib.services.link import Link, Member
from chalicelib.services.linking import CAUSES, event_key
from chalicelib.services.ports import Beside, Ledger, Loaded, UncertainError
from chalicelib.terms import CLIENT_ROLES, DAY, MINUTE, VENDOR_ROLES, Role, Tier, iso

log = logging.getLogger(__name__)

HISTORY_MS = 30 * DAY
# T13: tickets of one reporter that one vendor opened within this time of each other.
SPLIT_MS = DAY
SPLITS_KEPT = 3
# Whoever asks again so soon has not been helped: in Wenzhou seven calls came within an hour.
REPEAT_MS = 20 * MINUTE
CASES_SHOWN = 5
# Links that join, those whose members are looked up, and those that an answer tells of, by name.
JOINING = ("order", "reporter")
LOOKED_UP = (*JOINING, "person", "subject", "batch")
SHOWN = {"order": "order", "person": "reporter", "subject": "subject"}

NOTHING: Mapping[str, Loaded] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Link heads by kind, mass events by the kind of their cause, and the cases behind them.

    ``at`` (ms) is when the complaint came in, which spans count back from.
    """

    at: int
    heads: Mapping[str, Link] = field(default_factory=dict)
    events: Mapping[str, Link] = field(default_factory=dict)
    cases: Mapping[str, Loaded] = field(default_factory=dict)

    @classmethod
    def read(
        cls,
        ledger: Ledger,
        keysets: Sequence[Mapping[str, str]],
        at: int,
        seen: Mapping[str, Loaded] = NOTHING,
    ) -> Self:
        """One read of all heads, and one more of the cases behind them where there are any.

        ``keysets`` are the heads' keys by kind, the newest link key's first; a head that is not
        there yet is what an older one says.  Cases ``seen`` a moment ago are not read again,
        except those that may be joined.
        """
        kinds = list(keysets[0])
        causes = [kind for kind in CAUSES if kind in kinds]
        wanted = [[*keys.values(), *(event_key(keys[kind]) for kind in causes)] for keys in keysets]
        read = ledger.links([key for row in wanted for key in row])
        rows = [read[n : n + len(wanted[0])] for n in range(0, len(read), len(wanted[0]) or 1)]
        found = [_newest(column) for column in zip(*rows, strict=True)]
        heads = dict(zip(kinds, found, strict=False))
        events = dict(zip(causes, found[len(kinds) :], strict=True))
        return cls(at=at, heads=heads, events=events, cases=_cases(ledger, heads, events, seen))

    def newest(self, kind: str) -> str:
        """The case that a head points at, or nothing."""
        head = self.heads.get(kind)
        return head.case if head else ""

    def leading_to(self, case: str, tier: Tier, at: int) -> dict[str, Link]:
        """All heads once they point at a new case, with their members' tiers as they are now."""
        return {
            kind: self._as_now(head).leading_to(case, tier, at) for kind, head in self.heads.items()
        }

    def _as_now(self, head: Link) -> Link:
        members = (member._replace(tier=self.tier(member)) for member in head.history)
        return replace(head, members=tuple(members))

    def members(self, kind: str) -> tuple[Member, ...]:
        """The cases behind a head, the newest first."""
        head = self.heads.get(kind)
        return head.history[::-1] if head else ()

    def case(self, identity: str) -> Case | None:
        """A case that was looked up, if there is one and it can be read."""
        loaded = self.cases.get(identity)
        return loaded.case if loaded else None

    def tier(self, member: Member) -> Tier:
        """The case's tier now, or what it was when it was linked."""
        loaded = self.cases.get(member.case)
        return loaded.beside.tier if loaded else member.tier

    def is_open(self, identity: str) -> bool:
        """Whether anything is still owed on a case that was looked up."""
        loaded = self.cases.get(identity)
        return loaded is not None and loaded.beside.status != Status.CLOSED

    @property
    def raised_by(self) -> str:
        """The case for whose sake a new one on this subject is graver by one tier, or nothing.

        It is of S0 or S1 now, and open, or was within the last 30 days.  One that was found
        harmless has another tier by now.
        """
        grave = [m for m in self.members("subject") if self.tier(m).rank <= Tier.S1.rank]
        counting = [m for m in grave if self.is_open(m.case) or self._is_recent(m)]
        return min(counting, key=lambda m: self.tier(m).rank).case if counting else ""

    def _is_recent(self, member: Member) -> bool:
        case = self.case(member.case)
        return max(member.at, case.last if case else 0) >= self.at - HISTORY_MS

    @property
    def repeats(self) -> int:
        """How often the same order or reporter was heard of in the last 20 minutes, at least.

        A case tells when it was opened, when it was last contacted and how often; of a case that
        cannot be read, only that it was linked.
        """
        since = self.at - REPEAT_MS
        members = {member.case: member for kind in JOINING for member in self.members(kind)}
        return sum(self._heard_since(member, since) for member in members.values())

    def _heard_since(self, member: Member, since: int) -> int:
        case = self.case(member.case)
        if case is None:
            return int(member.at >= since)
        if case.opened >= since:
            return max(case.counts.get("contacts", 0), 1)
        return int(case.contacted >= since)

    def parent(self) -> str:
        """The open mass event that a new case belongs to, of the surest cause, or nothing."""
        open_ones = (link.case for link in self.events.values() if self.is_open(link.case))
        return next(open_ones, "")

    def splits(self, vendor: str, own: str = "") -> tuple[str, ...]:
        """Other open cases that this vendor opened for the same reporter within a day (T13)."""
        if not vendor:
            return ()
        since = self.at - SPLIT_MS
        others = (m.case for m in self.members("person") if m.at >= since and m.case != own)
        return tuple(c for c in others if self._is_of(c, vendor))[:SPLITS_KEPT]

    def _is_of(self, identity: str, vendor: str) -> bool:
        loaded = self.cases.get(identity)
        return self.is_open(identity) and loaded is not None and loaded.beside.vendor == vendor

    def history(self, role: Role, own: str = "") -> dict[str, Any]:
        """Other cases of the last 30 days, or still open, by what they have in common with it.

        Counts for everybody; what dangers they were, and which cases, for the client's people.  A
        vendor is not told what a reporter has complained of past it.
        """
        kinds = {k: name for k, name in SHOWN.items() if k != "person" or role not in VENDOR_ROLES}
        shown = {name: self._others(kind, own) for kind, name in kinds.items()}
        return {name: self._told(found, role) for name, found in shown.items() if found}

    def _others(self, kind: str, own: str) -> list[Loaded]:
        counting = (m for m in self.members(kind) if m.case != own and m.case in self.cases)
        return [
            self.cases[m.case]
            for m in counting
            if self.is_open(m.case) or m.at >= self.at - HISTORY_MS
        ]

    def _told(self, found: list[Loaded], role: Role) -> dict[str, Any]:
        tiers = Counter(loaded.beside.tier.value for loaded in found)
        still_open = sum(self.is_open(loaded.beside.case) for loaded in found)
        told: dict[str, Any] = {"open": still_open, "past": len(found) - still_open}
        if role in VENDOR_ROLES:
            return told
        told |= {tier.value: tiers[tier.value] for tier in Tier if tiers[tier.value]}
        if role not in CLIENT_ROLES:
            return told
        hazards = Counter(h for one in found if one.case for h in one.case.hazards)
        rows = [_row(loaded.beside) for loaded in found[:CASES_SHOWN]]
        return told | {"hazards": dict(hazards), "cases": rows}


def _row(beside: Beside) -> dict[str, str]:
    return {
        "case": beside.case,
        "code": beside.code,
        "tier": beside.tier.value,
        "status": beside.status,
        "opened_at": iso(beside.opened),
    }


def _cases(
    ledger: Ledger,
    heads: Mapping[str, Link],
    events: Mapping[str, Link],
    seen: Mapping[str, Loaded],
) -> dict[str, Loaded]:
    """The cases behind the links, as far as the store gives them: a complaint waits for none."""
    members = {k: [m.case for m in heads[k].history] for k in LOOKED_UP if k in heads}
    joinable = {case for kind in JOINING for case in members.get(kind, ())}
    named = [*chain(*members.values()), *(link.case for link in events.values() if link.case)]
    wanted = [case for case in named if case in joinable or case not in seen]
    if not wanted:
        return dict(seen)
    try:
        found = {loaded.beside.case: loaded for loaded in ledger.load_all(wanted)}
    except UncertainError:
        log.warning("what is known could not be looked up", extra={"cases": len(wanted)})
        return {}
    return {**seen, **found}


def _newest(column: Sequence[Link]) -> Link:
    """One head under each accepted key, the newest key's first: what will be written is that one.

    Until it is, it says what the head under an older key does.
    """
    first = column[0]
    older = next((link for link in column if link.version), first)
    return first if first.version else replace(older, key=first.key, version=0)
