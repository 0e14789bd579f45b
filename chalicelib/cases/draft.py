"""The steps that deciding is made of: emit an event, set, meet, cancel or hold clocks.

A draft folds each event as it is emitted, so that every later step sees the case as it will be.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from chalicelib.cases import events as ev
from chalicelib.cases.calendar import Calendar
from chalicelib.cases.commands import By
from chalicelib.cases.events import Event
from chalicelib.cases.evolve import begin, evolve
from chalicelib.cases.ladder import Plan, Span
from chalicelib.cases.model import Case
from chalicelib.terms import MINUTE, SECOND

# How long a page may wait for a carrier before it is sent again; doubles with each attempt.
LEASE_MS = 20 * SECOND
# One person gets at most one message per case, channel and three minutes.
GAP_MS = 3 * MINUTE


@dataclass(frozen=True, slots=True)
class OnCall:
    """A person on call, with the channels to try, the preferred one first."""

    person: str
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Watch:
    """What deciding needs to know of the world: who is on call, and which days count.

    ``duty`` maps a roster role to the people on call in it; the role ``fallback`` is the
    client's last resort and should always be there.  ``gap`` (ms) lies between two messages to
    one person on one channel; a machine that is on call needs none.
    """

    duty: Mapping[str, tuple[OnCall, ...]] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=Calendar)
    gap: int = GAP_MS

    def find(self, person: str) -> OnCall | None:
        """The person, if on call in any role."""
        everyone = (on_call for group in self.duty.values() for on_call in group)
        return next((on_call for on_call in everyone if on_call.person == person), None)


class Draft:
    """A case being decided on, and the events so far."""

    def __init__(self, case: Case, at: int, watch: Watch, *opening: Event) -> None:
        """``case`` is already counted on to this entry; ``at`` is in ms."""
        self.case = case
        self.at = at
        self.watch = watch
        self.events: list[Event] = list(opening)
        self._pages = 0

    @classmethod
    def opening(cls, event: Event, at: int, watch: Watch) -> "Draft":
        """A draft that starts with the event that opens the case."""
        return cls(evolve(None, event, at), at, watch, event)

    @classmethod
    def next_entry(cls, case: Case, at: int, watch: Watch) -> "Draft":
        """A draft of what follows on a stored case; its time never runs back."""
        now = max(at, case.last)
        return cls(begin(case, now), now, watch)

    @property
    def plan(self) -> Plan:
        """What the case's tier owes at this moment."""
        return self.case.ladder.plan(self.case.tier)

    def emit(self, event: Event) -> None:
        """Record an event and fold it."""
        self.events.append(event)
        self.case = evolve(self.case, event, self.at)

    def next_page_id(self) -> str:
        """``<entry seq>.<index>``: unique within the case, the same on every retry of a commit."""
        self._pages += 1
        return f"{self.case.seq}.{self._pages - 1}"

    def after(self, span: Span, start: int | None = None) -> int:
        """The moment ``span`` after ``start``, or after now."""
        return span.after(self.at if start is None else start, self.watch.calendar)

    def set_clocks(self, clocks: Mapping[str, int]) -> None:
        """Start clocks; one that runs already, or is held, is only ever brought forward."""
        if self.case.held:
            clocks = self._not_held(clocks)
        running = self.case.clocks
        news = {
            name: due for name, due in clocks.items() if name not in running or due < running[name]
        }
        if news:
            self.emit(ev.clocks_set(news))

    def _not_held(self, clocks: Mapping[str, int]) -> dict[str, int]:
        """The clocks that are not held; what is held and would be due sooner runs again."""
        held = {n: d for n, d in clocks.items() if n in self.case.held}
        sooner = {n: d for n, d in held.items() if d < self.case.held[n]}
        if sooner:
            self.emit(ev.clocks_resumed(sooner))
        return {name: due for name, due in clocks.items() if name not in held}

    def meet(self, names: Iterable[str], by: By) -> None:
        """Stop clocks whose duty was done."""
        known = self._known(names)
        if known:
            self.emit(ev.clocks_met(known, by))

    def cancel(self, names: Iterable[str], by: By, why: str) -> None:
        """Stop clocks that no longer apply, held ones too."""
        known = self._known(names)
        if known:
            self.emit(ev.clocks_cancelled(known, by, why))

    def wait_for(self, party: str) -> None:
        """From now on the case is waiting for this party."""
        if self.case.waiting is None or self.case.waiting.party != party:
            self.emit(ev.waiting_moved(party))

    def _known(self, names: Iterable[str]) -> list[str]:
        return sorted(n for n in names if n in self.case.clocks or n in self.case.held)

    def named(self, *prefixes: str) -> dict[str, int]:
        """Running clocks whose names begin so."""
        return {n: due for n, due in self.case.clocks.items() if n.startswith(prefixes)}
