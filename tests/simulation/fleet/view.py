"""One worker's way to the store: its own clock, and whatever goes wrong between the two."""

from collections.abc import Sequence

from chalicelib.audit.chain import Head
from chalicelib.audit.entry import SealedEntry
from chalicelib.aws.agreement import Agreement, Asking
from chalicelib.aws.ledger import check_all, opened_at
from chalicelib.services.ports import (
    Beside,
    Commit,
    ConflictError,
    Link,
    Loaded,
    Once,
    Place,
    SealedWords,
    Slice,
    UncertainError,
)
from chalicelib.terms import SECOND, Tier
from tests.simulation.chaos import CrashError
from tests.simulation.fleet.store import FleetLedger
from tests.simulation.fleet.timeline import Timeline, WorkerClock
from tests.simulation.fleet.weather import Weather

SLOW_MS = 6 * SECOND


class View:
    """``Ledger`` of one worker.  Agreement of the clocks is that of the real adapter."""

    def __init__(
        self, store: FleetLedger, timeline: Timeline, weather: Weather, clock: WorkerClock
    ) -> None:
        """``clock`` is the worker's."""
        self._store = store
        self._timeline = timeline
        self._weather = weather
        self._agreement = Agreement(clock, clock.steady)

    # -- what goes wrong ---------------------------------------------------------------------

    def _asked(self, *, writes: bool = False) -> str:
        """The request is on its way; raises when it never arrives, else how its answer is lost."""
        weather = self._weather
        if not weather.on:
            return ""
        if weather.happens("crash"):
            raise CrashError("before the store")
        if weather.happens("store slow"):
            self._timeline.pass_by(weather.dice.randrange(SLOW_MS))
        if weather.happens("throttled"):
            raise UncertainError("Throttling")
        if not writes:
            return ""
        if weather.happens("conflict"):
            raise ConflictError("case")
        if weather.happens("not stored"):
            raise UncertainError("not stored")
        return "after" if weather.happens("stored but failed") else ""

    def _answered(self, asked: Asking, lost: str = "") -> None:
        """The answer is dated by the store; ``lost`` says that it does not get here."""
        weather = self._weather
        if weather.on:
            if weather.happens("crash"):
                raise CrashError("after the store")
            if lost:
                raise UncertainError("stored")
        self._agreement.observe(asked, self._timeline.now // SECOND * SECOND)

    def _write(self, at: int = 0) -> tuple[Asking, str]:
        """As the real ledger before a write: the store is asked for its time when in doubt."""
        lost = self._asked(writes=True)
        if not self._agreement.holds:
            self._answered(self._agreement.asking())
        self._agreement.require(at)
        return self._agreement.asking(), lost

    # -- the port ----------------------------------------------------------------------------

    def load(self, case: str) -> Loaded | None:
        """As the port."""
        self._asked()
        asked = self._agreement.asking()
        found = self._store.load_quietly(case)
        self._answered(asked)
        if found:
            self._agreement.require()
        return found

    def load_all(self, cases: Sequence[str]) -> tuple[Loaded, ...]:
        """As the port."""
        self._asked()
        asked = self._agreement.asking()
        found = map(self._store.load_quietly, dict.fromkeys(cases))
        loaded = tuple(one for one in found if one)
        self._answered(asked)
        if loaded:
            self._agreement.require()
        return loaded

    def commit(self, commit: Commit) -> None:
        """As the port."""
        self.commit_all((commit,))

    def commit_all(self, commits: Sequence[Commit]) -> None:
        """As the port."""
        check_all(commits)
        asked, lost = self._write(opened_at(commits))
        self._store.commit_all(commits)
        self._answered(asked, lost)

    def put_off(self, beside: Beside, until: int, entry: SealedEntry, before: Head) -> None:
        """As the port."""
        asked, lost = self._write(entry.at_ms)
        self._store.put_off(beside, until, entry, before)
        self._answered(asked, lost)

    def append(self, entry: SealedEntry, before: Head, words: tuple[SealedWords, ...] = ()) -> None:
        """As the port."""
        asked, lost = self._write()
        self._store.append(entry, before, words)
        self._answered(asked, lost)

    def head(self, chain: str) -> Head:
        """As the port."""
        self._asked()
        return self._store.head(chain)

    def entries(self, chain: str, after: int, limit: int) -> tuple[bytes, ...]:
        """As the port."""
        self._asked()
        return self._store.entries(chain, after, limit)

    def due(
        self, slot: int, at: int, limit: int, after: Place | None = None, *, grave: bool = False
    ) -> tuple[Beside, ...]:
        """As the port."""
        self._asked()
        return self._store.due(slot, at, limit, after, grave=grave)

    def once(self, key: str) -> Once | None:
        """As the port."""
        self._asked()
        return self._store.once(key)

    def links(self, keys: Sequence[str]) -> tuple[Link, ...]:
        """As the port."""
        self._asked()
        return self._store.links(keys)

    def board(self, tier: Tier | None, due_before: int, cursor: str, limit: int) -> Slice[Beside]:
        """As the port."""
        return self._store.board(tier, due_before, cursor, limit)

    def entries_between(self, start: int, end: int, cursor: str, limit: int) -> Slice[bytes]:
        """As the port."""
        return self._store.entries_between(start, end, cursor, limit)
