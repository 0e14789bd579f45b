"""The invariants of a fleet, checked at every commit in a few dozen microseconds.

For each case the judge keeps the fold of the entries' own bytes, which never takes anything from
the case as it was stored, and what is still owed: pages that were asked for, and the last one.
"""

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from hashlib import sha256
from itertools import pairwise
from operator import itemgetter
from typing import Any

import orjson

from chalicelib.audit.chain import GENESIS, entry_hash
from chalicelib.cases.bell import FALLBACK
from chalicelib.cases.evolve import fold
from chalicelib.cases.ladder import Ladder, Plan, Span
from chalicelib.cases.model import Case
from chalicelib.cases.ropes import REPORTER
from chalicelib.services.complaint import Answer
from chalicelib.services.ports import Commit
from chalicelib.services.stored_form import encoded
from chalicelib.terms import MINUTE, SECOND, Tier
from tests.simulation.fleet.carriers import Carriers
from tests.simulation.fleet.store import FleetLedger
from tests.simulation.fleet.timeline import Timeline
from tests.simulation.fleet.weather import Weather
from tests.simulation.outsiders import OUTSIDERS, OWNING, only_raised, owned_by_right

# A clock is rung so long after its time at most, counting only time in which nothing blocking was
# about: one sweep, what a bell by hand puts off (45 s) or what the storm left of it, and skew.
BOUND_MS = 2 * MINUTE
# The store accepts a clock that is two seconds off, and cuts its own to seconds.
AHEAD_MS = 4 * SECOND
# Three leases (20, 40 and 80 s), each found a sweep late at worst.
PAGE_MS = 140 * SECOND + 3 * BOUND_MS
QUIET_MS = 20 * MINUTE
# The newest commands, told when something is found.
TRAIL = 400
# All of a case for comparing: what is the very same object is equal at once, unlike by ``==``.
FIELDS = itemgetter(*(field.name for field in fields(Case)))


@dataclass(slots=True)
class Seen:
    """What is known of one case by its entries alone."""

    case: Case
    head: str
    post: str
    due: int | None
    paged: int  # when it last paged anybody, or may have been expected to begin
    asked: dict[str, int] = field(default_factory=dict)


class Judge:
    """Watches every commit; ``found`` are violations, ``latest`` the worst lateness by weather."""

    def __init__(
        self, timeline: Timeline, weather: Weather, store: FleetLedger, carriers: Carriers
    ) -> None:
        """Nothing has happened yet."""
        self._timeline = timeline
        self._weather = weather
        self._store = store
        self._carriers = carriers
        self._gaps: dict[int, tuple[Ladder, tuple[int, ...]]] = {}
        self.seen: dict[str, Seen] = {}
        self.receipts: set[str] = set()
        self.trail: deque[tuple[int, Mapping[str, Any], int | None]] = deque(maxlen=TRAIL)
        self._rung = ("", 0)  # by which sweep, and how grave
        self.found: list[str] = []
        self.events: Counter[str] = Counter()
        self.latest: dict[str, int] = {"calm": 0, "losses": 0, "blocking": 0}
        store.watch = self.committed

    def _say(self, what: str) -> None:
        if len(self.found) < 50:
            self.found.append(f"{what} (at {self._timeline.now})")

    # -- one command ---------------------------------------------------------------------------

    def committed(self, commit: Commit) -> None:
        """One command is stored: its entry follows, folds to the case, and rings in time."""
        sealed, case, now = commit.entry, commit.case, self._timeline.now
        entry = orjson.loads(sealed.bytes)
        seen = self.seen.get(case.id)
        self._follows(seen, entry, commit)
        folded = fold(seen.case if seen else None, entry["events"], entry["at_ms"])
        if FIELDS(vars(folded)) != FIELDS(vars(case)):
            self._say(f"P6: {case.id} seq {case.seq} is not the fold of its entries")
        due = min(folded.clocks.values(), default=None)
        if (due is None) != (folded.closed is not None):
            self._say(f"P1: {case.id} is open without a clock, or closed with one")
        if seen is None:
            seen = self.seen[case.id] = Seen(folded, "", "", due, now)
        else:
            self._in_time(seen, now)
        before, seen.case, seen.due = seen.case, folded, due
        seen.head, seen.post = sealed.hash, entry["state"]["post"]
        self._pages(seen, before, entry)
        self.trail.append((now, entry, folded.due))
        kind = entry["cause"]["kind"]
        if kind == "http":
            self.receipts.add(sealed.hash)
        if kind == "sweep":
            self._in_order(before, entry["cause"]["id"])
        if entry["actor"]["role"] in OUTSIDERS and before is not folded:
            for what in only_raised(before, folded, entry):
                self._say(what)

    def adopt(self, case: Case, head: str, post: str) -> None:
        """A case of before this run: what it owes is owed from now on."""
        now = self._timeline.now
        due = max(case.due, now) if case.due else None
        self.seen[case.id] = Seen(case, head, post, due, now)

    def _follows(self, seen: Seen | None, entry: Mapping[str, Any], commit: Commit) -> None:
        case, sealed, at = commit.case, commit.entry, entry["at_ms"]
        prev, pre, last = (seen.head, seen.post, seen.case.last) if seen else (GENESIS, None, 0)
        if entry["prev"] != prev or entry["seq"] != case.seq or sealed.seq != case.seq:
            self._say(f"P6: {case.id} seq {entry['seq']} does not follow")
        if entry_hash(sealed.bytes) != sealed.hash:
            self._say(f"P6: {case.id} seq {case.seq} is not its hash")
        if entry["state"]["pre"] != pre:
            self._say(f"P6: {case.id} seq {case.seq} begins with another state")
        if entry["state"]["post"] != sha256(encoded(case)).hexdigest():
            self._say(f"P6: {case.id} seq {case.seq} ends with another state than is stored")
        if at < last or case.last != at:
            self._say(f"time: {case.id} went back by {last - at} ms")
        if at > last and at > self._timeline.now + AHEAD_MS:
            self._say(f"time: {case.id} is {at - self._timeline.now} ms ahead")

    def _in_time(self, seen: Seen, now: int) -> None:
        """Whoever commits rings what is due first, so this is when it rang."""
        if seen.due is None or now <= seen.due:
            return
        late = now - seen.due
        weather = self._weather
        if weather.healthy(seen.due, now) > BOUND_MS:
            self._say(f"P3: {seen.case.id} {seen.case.tier} rang {late // SECOND} s late")
        if weather.blocked(now) > weather.blocked(seen.due - QUIET_MS):
            kind = "blocking"
        else:
            kind = "losses" if weather.on or now - weather.calm_since < QUIET_MS else "calm"
        self.latest[kind] = max(self.latest[kind], late)

    def _owned(self, entry: Mapping[str, Any]) -> None:
        for what in owned_by_right(entry):
            self._say(what)

    def _in_order(self, case: Case, sweep: str) -> None:
        """In calm weather a sweep rings what is graver first."""
        rank, (last, before) = case.tier.rank, self._rung
        if sweep == last and rank < before and not self._weather.on:
            self._say(f"P3: {case.id} {case.tier} was rung after an S{before}")
        self._rung = sweep, rank

    # -- pages ---------------------------------------------------------------------------------

    def _pages(self, seen: Seen, before: Case, entry: Mapping[str, Any]) -> None:
        now, case, events = self._timeline.now, seen.case, entry["events"]
        for event in events:
            name = event["e"]
            self.events[name] += 1
            if name in OWNING:
                self._owned(entry)
            if name == "page.requested.v1":
                seen.asked[event["page"]] = now
                self._not_silent(seen, before, now)
            elif name == "page.withheld.v1":
                self._not_silent(seen, before, now)
            elif name == "page.sent.v1":
                self._settled(seen, event["page"])
                taken = self._carriers.taken.get(case.id, {})
                if event["page"] in seen.asked and event["page"] not in taken:
                    self._say(f"P7: {case.id} page {event['page']} counts as sent and was not")
                seen.asked.pop(event["page"], None)
            elif name == "page.failed.v1":
                self._settled(seen, event["page"])
                seen.asked.pop(event["page"], None)
                self._brings_the_next(before, case, event["page"], events)
        if len(case.sending) > sum(name.startswith("send.") for name in case.clocks):
            self._say(f"P7: {case.id} has a page without a clock")

    def _settled(self, seen: Seen, page: str) -> None:
        asked = seen.asked.get(page)
        if asked and self._weather.healthy(asked, self._timeline.now) > PAGE_MS:
            waited = (self._timeline.now - asked) // SECOND
            self._say(f"P7: {seen.case.id} page {page} took {waited} s")

    def _brings_the_next(
        self, before: Case, after: Case, page: str, events: list[dict[str, Any]]
    ) -> None:
        """Another page to the same person, or else to somebody, or nobody is left to be asked."""
        failed = before.sending.get(page)
        if failed is None or failed.role == REPORTER or failed.person == FALLBACK:
            return
        same = any(other.person == failed.person for other in after.sending.values())
        paged = after.paged.get(failed.person)
        if same or (paged and paged.last):
            return
        if not any(event["e"] in {"page.requested.v1", "page.withheld.v1"} for event in events):
            self._say(f"P7: {after.id} page {page} failed, and nobody was asked instead")

    def _not_silent(self, seen: Seen, before: Case, now: int) -> None:
        """An unanswered S0 or S1 pages somebody at least as often as its ladder's widest gap."""
        gap = self._gap(before)
        if gap and self._weather.healthy(seen.paged + gap, max(now, seen.paged + gap)) > BOUND_MS:
            silent = (now - seen.paged) // MINUTE
            self._say(f"P3: {before.id} {before.tier} was silent for {silent} min")
        seen.paged = now

    def _gap(self, case: Case) -> int:
        """The widest gap of this case's own ladder in ms; 0 where nothing of the kind is owed."""
        if case.tier.rank > Tier.S1.rank or case.is_answered or case.closed:
            return 0
        known = self._gaps.get(id(case.ladder))
        if known is None:
            known = case.ladder, tuple(map(_widest, case.ladder.plans[: Tier.S1.rank + 1]))
            self._gaps[id(case.ladder)] = known
        return known[1][case.tier.rank]

    # -- answers -------------------------------------------------------------------------------

    def accepted(self, answer: Answer) -> None:
        """A receipt was given; its entry is in the log at this moment, and never leaves it (P5)."""
        receipt = str(answer.body.get("receipt", ""))
        if receipt and receipt not in self.receipts:
            self._say("P5: a receipt was given and nothing was stored")

    # -- now and then, and at the end ------------------------------------------------------------

    def unrung(self) -> None:
        """The case that has been due longest is not overdue by more than the bound."""
        due, case = self._store.first_due()
        now = self._timeline.now
        if due < now - BOUND_MS and self._weather.healthy(due, now) > BOUND_MS:
            self._say(f"P3: {case} is due since {(now - due) // SECOND} s and nobody rings")

    def look_around(self, *, settled: bool = False) -> None:
        """Each case by itself: its clocks, its pages and its place in the due index."""
        now, weather = self._timeline.now, self._weather
        for name, seen in self.seen.items():
            stored = self._store._cases[name]
            if stored[1].hash != seen.head:
                self._say(f"P6: {name} is not where its entries end")
            late = seen.due is not None and now > seen.due
            if late and weather.healthy(seen.due or 0, now) > BOUND_MS:
                self._say(f"P3: {name} {seen.case.tier} is overdue")
            if any(weather.healthy(asked, now) > PAGE_MS for asked in seen.asked.values()):
                self._say(f"P7: {name} has a page that never goes out")
            gap = self._gap(seen.case)
            quiet = gap and now > seen.paged + gap
            if quiet and weather.healthy(seen.paged + gap, now) > BOUND_MS:
                self._say(f"P3: {name} {seen.case.tier} is silent")
            if settled:
                self._store.reread(name)
                if (stored[0].due or None) != seen.due:
                    self._say(f"P1: {name} is not in the index at its time")
        if self._store.misread:
            self._say(f"P6: read back otherwise: {self._store.misread[:3]}")
        self.found += self._carriers.found
        self._carriers.found = []


def _widest(plan: Plan) -> int:
    """The widest gap between two rungs, or two rings of the top one, in ms."""
    times = [rung.at.ms for rung in plan.rungs]
    gaps = [later - sooner for sooner, later in pairwise(times)]
    return max([*gaps, *times[:1], (plan.top or Span()).ms])
