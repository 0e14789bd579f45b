"""The invariants: what must hold after every step, and what must hold when the storm is over."""

from collections.abc import Callable

from chalicelib.audit.canonical import decode
from chalicelib.audit.chain import GENESIS, entry_hash, state_hash
from chalicelib.cases.body import to_body
from chalicelib.cases.evolve import fold
from chalicelib.cases.model import Case
from chalicelib.services import acting
from chalicelib.services.caller import Caller
from chalicelib.services.complaint import Answer
from chalicelib.services.errors import BusyError, RefusedError
from chalicelib.terms import MINUTE, Role
from tests.support.world import World

# Two sweeps of healthy time, and the work itself.
GRACE_MS = 2 * MINUTE + 30_000
VENDOR = {Role.VENDOR_AGENT.value, Role.VENDOR_SUPERVISOR.value, Role.REPORTER.value}


class Judge:
    """Reads every new entry once, folds it, and compares."""

    def __init__(self, world: World) -> None:
        """Nothing has been seen yet."""
        self.world = world
        self.receipts: dict[str, set[str]] = {}
        self.folded: dict[str, Case] = {}
        self.heads: dict[str, str] = {}
        self.found: list[str] = []

    def accepted(self, case: str, receipt: str) -> None:
        """A 201 was given with this receipt; its entry must be there, always (P5)."""
        self.receipts.setdefault(case, set()).add(receipt)

    def same_answer(self, first: Answer, again: Answer) -> None:
        """A retry gives the first answer."""
        if first.body != again.body:
            self.found.append("P5: a retry gave another answer")

    def vendor_tries(self, case: str, vendor: Caller) -> None:
        """No vendor act but adding reaches a case (P2)."""
        parts = self.world.parts
        attempts: tuple[Callable[[], Answer], ...] = (
            lambda: acting.acknowledge(parts, vendor, case),
            lambda: acting.act(parts, vendor, case, "subject_frozen", {"text": "x"}),
        )
        for attempt in attempts:
            before = self.world.ledger.load_quietly(case)
            try:
                attempt()
            except RefusedError:
                pass
            except BusyError:
                continue
            else:
                self.found.append("P2: a vendor was let through")
            if self.world.ledger.load_quietly(case) != before:
                self.found.append("P2: a vendor's refused act changed the case")

    def after_step(self, *, calm: bool) -> list[str]:
        """Fold what is new on every case, and check it; returns what was found since last time."""
        for case in self.world.ledger.cases:
            self._fold(case)
            if calm:
                self._not_overdue(case)
        found, self.found = self.found, []
        return found

    def _fold(self, case: str) -> None:
        before = self.folded.get(case)
        lines = self.world.ledger.entries(f"case#{case}", before.seq if before else 0, 100_000)
        for line in lines:
            self._entry(case, line)
        stored = self.world.ledger.load_quietly(case)
        after = self.folded.get(case)
        if stored is None or stored.case is None or after is None:
            self.found.append(f"P6: {case} has a case without entries, or the other way round")
            return
        if to_body(after) != to_body(stored.case):
            self.found.append(f"P6: {case} is not the fold of its entries")
        if stored.head.hash != self.heads[case] or not stored.case.clocks:
            self.found.append(f"P1: {case} has no clock, or not this chain's head")
        rung_by_hand = self.world.ledger.head(f"fallback#{case}").seq
        if stored.beside.due != stored.case.due and not rung_by_hand:
            self.found.append(f"P1: {case}'s due time is not beside its body")

    def _entry(self, case: str, line: bytes) -> None:
        entry = decode(line)
        before = self.folded.get(case)
        if entry["prev"] != self.heads.get(case, GENESIS):
            self.found.append(f"P6: {case} seq {entry['seq']} does not follow")
        after = fold(before, entry["events"], entry["at_ms"])
        if entry["state"]["post"] != state_hash(to_body(after)):
            self.found.append(f"P6: {case} seq {entry['seq']} post is not the fold")
        if before and entry["actor"]["role"] in VENDOR:
            self._only_raised(case, before, after, entry["events"])
        self.folded[case] = after
        self.heads[case] = entry_hash(line)

    def _only_raised(
        self, case: str, before: Case, after: Case, events: list[dict[str, object]]
    ) -> None:
        """P2 over real entries: no clock of an outsider's entry is later, unless it had lapsed."""
        if after.tier.rank > before.tier.rank:
            self.found.append(f"P2: {case} was lowered")
        lapsed: set[str] = set()
        for event in events:
            if event["e"] == "clocks.lapsed.v1":
                lapsed |= set(event["clocks"])  # type: ignore[call-overload]
        now = {**after.held, **after.clocks}
        for name, due in {**before.held, **before.clocks}.items():
            if name in lapsed or name == "to_s3":
                continue
            if now.get(name, due + 1) > due:
                self.found.append(f"P2: an outsider moved {name} of {case}")

    def _not_overdue(self, case: str) -> None:
        stored = self.world.ledger.load_quietly(case)
        now = self.world.clock.now()
        if stored and stored.beside.due < now - GRACE_MS:
            self.found.append(f"P3: {case} is overdue by {(now - stored.beside.due) // 1000} s")
        if (
            stored
            and stored.case
            and any(now - sending.asked > 30 * MINUTE for sending in stored.case.sending.values())
        ):
            self.found.append(f"P7: {case} has a page that never goes out")

    def at_the_end(self) -> list[str]:
        """Every receipt given is the hash of an entry that is there (P5)."""
        found = []
        for case, receipts in self.receipts.items():
            lines = self.world.ledger.entries(f"case#{case}", 0, 100_000)
            missing = receipts - {entry_hash(line) for line in lines}
            if missing:
                found.append(f"P5: {len(missing)} receipts of {case} have no entry")
        return found
