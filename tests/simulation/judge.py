"""The invariants: what must hold after every step, and what must hold when the storm is over."""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from chalicelib.audit.canonical import decode
from chalicelib.audit.chain import GENESIS, entry_hash, state_hash
from chalicelib.aws.items import SLOTS, case_item, item_bytes
from chalicelib.cases.body import to_body
from chalicelib.cases.evolve import fold
from chalicelib.cases.model import Case
from chalicelib.services.caller import Caller
from chalicelib.services.complaint import Answer
from chalicelib.services.errors import BusyError, RefusedError
from chalicelib.services.ports import Loaded
from chalicelib.terms import CLIENT_ROLES, DAY, MINUTE, Tier
from tests.simulation.bounds import silent_until
from tests.simulation.outsiders import OUTSIDERS, VENDORS, only_raised
from tests.support.world import World
from tools.export import export
from tools.verify_log import verify

# Two sweeps of healthy time, and the work itself.
GRACE_MS = 2 * MINUTE + 30_000
# What a storm may cost a page: a dead sweep, lost wake-ups, a store that refuses and refuses.
STORM_MS = 12 * MINUTE
ITEM_BYTES = 16 * 1024
CLIENTS = {role.value for role in CLIENT_ROLES}
PAGES = {"page.requested.v1", "page.withheld.v1"}
SEVERAL = Tier.S1.rank

type Entry = dict[str, Any]


class Judge:
    """Reads every new entry once, folds it, and compares."""

    def __init__(self, world: World) -> None:
        """Nothing has been seen yet."""
        self.world = world
        self.receipts: set[str] = set()
        self.folded: dict[str, Case] = {}
        self.heads: dict[str, str] = {}
        self.silent: dict[str, int | None] = {}  # by when a page must come, nobody acting
        self.events: Counter[str] = Counter()
        self.found: list[str] = []

    # -- answers -------------------------------------------------------------------------------

    def accepted(self, answer: Answer) -> None:
        """A 201 was given with this receipt; its entry must be there, always (P5)."""
        self.receipts.add(str(answer.body["receipt"]))

    def same_answer(self, first: Answer, again: Answer) -> None:
        """A retry gives the first answer."""
        if first.body != again.body:
            self.found.append("P5: a retry gave another answer")

    def must_be_refused(self, case: str, attempt: Callable[[], object], *, notes: bool) -> None:
        """No vendor act but adding and raising reaches a case (P2).

        ``notes``: the attempt by itself is told of, as a stall, and that is an entry of the case.
        """
        before = self.world.ledger.load_quietly(case)
        try:
            attempt()
        except RefusedError:
            pass
        except BusyError:
            return
        else:
            self.found.append("P2: a vendor was let through")
        if not notes and self.world.ledger.load_quietly(case) != before:
            self.found.append("P2: a vendor's refused act changed the case")

    def shown(self, by: Caller, answer: Answer, secrets: Iterable[str]) -> None:
        """No vendor's answer holds anything by which the reporter's link could be had."""
        if by.role.value not in VENDORS:
            return
        told = json.dumps(answer.body)
        if "/r/" in told or '"reach"' in told or any(secret in told for secret in secrets):
            self.found.append("P2: a vendor was shown what is the reporter's own")

    # -- after every step ----------------------------------------------------------------------

    def after_step(self, *, calm: bool) -> list[str]:
        """Fold what is new on every case, and check it; returns what was found since last time."""
        indexed = self._indexed()
        for case in self.world.ledger.cases:
            loaded = self._fold(case)
            if loaded and loaded.case:
                self._item(case, loaded, loaded.case, indexed=case in indexed)
                if calm:
                    self._not_overdue(case, loaded, loaded.case)
        found, self.found = self.found, []
        return found

    def _indexed(self) -> set[str]:
        far = self.world.clock.now() + 365 * DAY
        ledger = self.world.ledger
        return {b.case for slot in range(SLOTS) for b in ledger.due(slot, far, 1000)}

    def _fold(self, case: str) -> Loaded | None:
        before = self.folded.get(case)
        lines = self.world.ledger.entries(f"case#{case}", before.seq if before else 0, 100_000)
        for line in lines:
            self._entry(case, line)
        stored = self.world.ledger.load_quietly(case)
        after = self.folded.get(case)
        if stored is None or stored.case is None or after is None:
            self.found.append(f"P6: {case} has a case without entries, or the other way round")
            return None
        if lines and to_body(after) != to_body(stored.case):
            self.found.append(f"P6: {case} is not the fold of its entries")
        return stored

    def _item(self, name: str, stored: Loaded, case: Case, *, indexed: bool) -> None:
        """P1: an open case has a clock and stands in the index, a closed one has and does not."""
        if stored.head.hash != self.heads[name]:
            self.found.append(f"P6: {name} has not this chain's head")
        if indexed != case.is_open:
            self.found.append(f"P1: {name} is not in the due index, or still there")
        if bool(case.clocks) != case.is_open or (case.closed and case.held):
            self.found.append(f"P1: {name} is open without a clock, or closed with one")
            return
        rung_by_hand = self.world.ledger.head(f"fallback#{name}").seq
        if (stored.beside.due or None) != case.due and not rung_by_hand:
            self.found.append(f"P1: {name}'s due time is not beside its body")
        size = item_bytes(case_item(case, stored.head))
        if size > ITEM_BYTES:
            self.found.append(f"P1: {name} is {size} bytes")

    def _not_overdue(self, name: str, stored: Loaded, case: Case) -> None:
        now = self.world.clock.now()
        if case.is_open and stored.beside.due < now - GRACE_MS:
            self.found.append(f"P3: {name} is overdue by {(now - stored.beside.due) // 1000} s")
        if any(now - sending.asked > 30 * MINUTE for sending in case.sending.values()):
            self.found.append(f"P7: {name} has a page that never goes out")
        limit = self.silent[name]
        if limit is not None and now > limit + GRACE_MS:
            self.found.append(f"P3: {name} ({case.status}) is silent {(now - limit) // 1000} s")

    # -- one entry -----------------------------------------------------------------------------

    def _entry(self, case: str, line: bytes) -> None:
        entry = decode(line)
        before = self.folded.get(case)
        if entry["prev"] != self.heads.get(case, GENESIS):
            self.found.append(f"P6: {case} seq {entry['seq']} does not follow")
        after = fold(before, entry["events"], entry["at_ms"])
        if entry["state"]["post"] != state_hash(to_body(after)):
            self.found.append(f"P6: {case} seq {entry['seq']} post is not the fold")
        self.events.update(event["e"] for event in entry["events"])
        self._waiting(after)
        if before and entry["actor"]["role"] in OUTSIDERS:
            self.found += only_raised(before, after, entry)
        if before and entry["actor"]["role"] not in OUTSIDERS:
            self._two(before, after, entry)
        self._rings(before, after, entry)
        self.folded[case] = after
        self.heads[case] = entry_hash(line)

    def _waiting(self, case: Case) -> None:
        """Every millisecond of a case's age belongs to one party."""
        since = case.waiting.since if case.waiting else case.last
        if sum(case.waited.values()) + case.last - since != case.last - case.first["received"]:
            self.found.append(f"P6: the waiting of {case.id} does not sum to its age")

    def _two(self, before: Case, after: Case, entry: Entry) -> None:
        """Four eyes: what one of the client's people did is undone, or another agreed to it."""
        approved = [e for e in entry["events"] if e["e"] == "proposal.approved.v1"]
        pairs = {
            (before.proposals[e["proposal"]].by, e["person"])
            for e in approved
            if e["proposal"] in before.proposals
        }
        two = any(one != other for one, other in pairs)
        if after.tier.rank > before.tier.rank and not two:
            owed = after.reviews.get("cleared")
            if not (before.suspect and owed and Tier(owed.tier).rank <= before.tier.rank):
                self.found.append(f"four eyes: one person lowered {after.id}")
        if after.resolved and not before.resolved and before.tier.rank <= SEVERAL and not two:
            self.found.append(f"four eyes: one person resolved {after.id} of {before.tier}")
        if after.closed and not before.closed:
            merged = after.closed.how == "merged"
            if before.worst.safety_critical and before.tier is not Tier.S4 and not (two or merged):
                self.found.append(f"four eyes: one person closed {after.id} of {before.tier}")
            if not merged and (before.reviews.keys() - {"sample"} or _work(before)):
                self.found.append(f"four eyes: {after.id} was closed over open work")

    def _rings(self, before: Case | None, after: Case, entry: Entry) -> None:
        """P3 over real time: a page comes within the table's bound, whatever outsiders do."""
        at, calendar = entry["at_ms"], self.world.parts.calendar
        limit = self.silent.get(after.id)
        paged = any(event["e"] in PAGES for event in entry["events"])
        fresh = silent_until(after, at, calendar)
        if before is None or paged or entry["actor"]["role"] in CLIENTS:
            if limit is not None and at > limit + STORM_MS:
                late = (at - limit) // 1000
                self.found.append(f"P3: {after.id} was silent {late} s longer than it may be")
            self.silent[after.id] = fresh
        else:
            known = [moment for moment in (limit, fresh) if moment is not None]
            self.silent[after.id] = min(known, default=None) if fresh is not None else None

    # -- at the end ----------------------------------------------------------------------------

    def at_the_end(self) -> list[str]:
        """Every receipt given is an entry that is there (P5), and the offline check passes (P8)."""
        ledger = self.world.ledger
        stored = {
            entry_hash(line)
            for case in ledger.cases
            for line in ledger.entries(f"case#{case}", 0, 100_000)
        }
        missing = len(self.receipts - stored)
        found = [f"P5: {missing} receipts have no entry"] if missing else []
        return [*found, *self._verified()]

    def _verified(self) -> list[str]:
        """The auditor's own check of the whole log; a storm may make lapses late."""
        world = self.world
        with TemporaryDirectory() as folder:
            export(world.ledger, Path(folder), world.clock, world.start - DAY)
            report = verify(Path(folder), as_of=world.clock.now(), grace_s=STORM_MS // 1000)
        unknown = [f"P8: {name} is unknown to the verifier" for name in report.unknown]
        return [f"P8: {finding}" for finding in report.findings] + unknown


def _work(case: Case) -> bool:
    """Work that nobody's word may end a case over."""
    tasks = any(task.safety and not task.done for task in case.tasks.values())
    return tasks or bool(case.police and case.police.state in {"asked", "verified"})
