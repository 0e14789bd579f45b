"""Who would be paged when, from the real core: a case in memory, and nobody acts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from chalicelib.cases import events as ev
from chalicelib.cases.bell import FALLBACK
from chalicelib.cases.calendar import Calendar
from chalicelib.cases.commands import By, Judged, Message, OpenCase, PageSent, Reach, Tick
from chalicelib.cases.decide import Decision, decide, open_case
from chalicelib.cases.draft import OnCall, Watch
from chalicelib.cases.events import Event
from chalicelib.cases.ladder import Ladder
from chalicelib.cases.model import Case
from chalicelib.terms import DAY, HOUR, MINUTE, Direction, Kind, Role, Speaker, Tier

# A Monday at ten in the morning by the calendar's own time, and no holiday near.
MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)
ROLES = (
    *("owner", "safety_specialist", "owner_second", "duty_director", "head_of_safety"),
    *("executive_sponsor", "data_owner", "data_head", "auditor", FALLBACK),
)
AGENT = By("agent", Role.VENDOR_AGENT, "vendor")


@dataclass(frozen=True, slots=True)
class Scene:
    """A ladder, and a watch with one person in each role, named as the role."""

    ladder: Ladder
    watch: Watch
    start: int

    @classmethod
    def of_bundle(
        cls, bundle: Mapping[str, Any], ladder: str = "", calendar: str = "cn"
    ) -> "Scene":
        """The scene of a compiled bundle; raises KeyError for a name that is not in it."""
        days = Calendar.from_dict(bundle["calendars"][calendar])
        duty = {role: (OnCall(role, ("sms", "email")),) for role in ROLES}
        start = int(MONDAY.timestamp()) * 1000 - days.offset_min * MINUTE
        name = ladder or min(bundle["ladders"])
        return cls(Ladder.from_bundle(bundle["ladders"][name]), Watch(duty, days), start)

    def opened(self, tier: Tier, *, suspect: bool = False) -> Decision:
        """A case as a vendor's agent would open it, its first pages taken by the carriers."""
        message = Message(
            id="m",
            direction=Direction.INBOUND,
            speaker=Speaker.REPORTER,
            kind=Kind.COMPLAINT,
            sid="s",
        )
        begin = OpenCase(
            by=AGENT,
            case="A",
            code="A",
            message=message,
            judged=Judged(tier, suspect=suspect),
            ladder=self.ladder,
            vendor=AGENT.org,
            reach=Reach(channels=("sms",), source="vendor"),
        )
        return self.taken(open_case(begin, self.start, self.watch), self.start)

    def taken(self, decision: Decision, at: int) -> Decision:
        """The decision with every page that it asks for taken by its carrier."""
        while decision.case.sending:
            sent = PageSent(page=min(decision.case.sending), carrier="c")
            after = decide(decision.case, sent, at, self.watch)
            decision = Decision(after.case, decision.events + after.events, decision.refused)
        return decision

    def lapse(self, case: Case) -> tuple[Case, int, tuple[Event, ...]]:
        """The case once the next thing has fallen due, when that was, and what happened."""
        due = case.due if case.due is not None else case.last
        decision = self.taken(decide(case, Tick(), due, self.watch), due)
        return decision.case, due, decision.events


@dataclass(frozen=True, slots=True)
class Paging:
    """One role of the roster in the time that was looked at: minutes at which it is paged."""

    role: str
    why: str
    minutes: tuple[int, ...]
    messages: int


def paging(scene: Scene, tier: Tier, hours: int = 24) -> list[Paging]:
    """Who is paged and when, in the order of their first page, while nobody acts at all."""
    pages: list[tuple[int, str, str]] = []
    opened = scene.opened(tier)
    case, at, events = opened.case, scene.start, opened.events
    while at <= scene.start + hours * HOUR:
        pages += [(at, e["role"], e["why"]) for e in events if e["e"] == ev.PAGE_REQUESTED]
        case, at, events = scene.lapse(case)
    first: dict[str, str] = {}
    for _, role, why in pages:
        first.setdefault(role, why)
    return [_of_role(scene, role, why, pages) for role, why in first.items()]


def _of_role(scene: Scene, role: str, why: str, pages: list[tuple[int, str, str]]) -> Paging:
    times = [at for at, other, _ in pages if other == role]
    minutes = sorted({(at - scene.start) // MINUTE for at in times})
    return Paging(role, why, tuple(minutes), len(times))


def table(scene: Scene, tiers: tuple[Tier, ...], hours: int = 24) -> list[str]:
    """Lines: for each tier who is paged first when, how often after that, and for what."""
    lines = []
    for tier in tiers:
        lines.append(f"{tier}")
        found = paging(scene, tier, hours)
        if not found:
            lines.append(f"  nobody in {hours} h{_later(scene, tier)}")
        lines += [
            f"  {clock(one.minutes[0]):>6}  {one.role:<18} {one.why:<10}"
            f" {one.messages:>4} messages{_rhythm(one.minutes)}"
            for one in found
        ]
    return lines


def _later(scene: Scene, tier: Tier) -> str:
    """When the first page comes, if that is later."""
    case, at = scene.opened(tier).case, scene.start
    for _ in range(50):
        case, at, events = scene.lapse(case)
        roles = [e["role"] for e in events if e["e"] == ev.PAGE_REQUESTED]
        if roles:
            return (
                f"; after {clock((at - scene.start) // MINUTE)}: {', '.join(dict.fromkeys(roles))}"
            )
    return ""


def _rhythm(minutes: tuple[int, ...]) -> str:
    if len(minutes) == 1:
        return ""
    gaps = sorted(b - a for a, b in pairwise(minutes))
    return f", again every {clock(gaps[len(gaps) // 2])}"


def clock(minutes: float) -> str:
    """Hours and minutes, with days where there are many."""
    whole = round(minutes)
    days, rest = divmod(whole, DAY // MINUTE)
    hours, left = divmod(rest, 60)
    return f"{days} d {hours}:{left:02}" if days else f"{hours}:{left:02}"
