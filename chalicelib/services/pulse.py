"""What one beat means for a vendor's vitals: pure, and lenient about everything but its sender."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from chalicelib.services.complaint import Problem
from chalicelib.services.heartbeats import COUNTS, INTERVAL_MS, QUARTER_MS, Vitals
from chalicelib.terms import DAY, MINUTE

# A quarter of an hour is compared this long after its end: agents log a call when it is over.
GRACE_MS = 10 * MINUTE
# Windows that wait to be compared; a vendor that sends more has only itself to thank.
WINDOWS_MAX = 60
# T16: off-book contacts.
SHORT_PERCENT = 2
SHORT_CALLS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """One heartbeat after lenient reading; None where nothing could be read.

    ``window`` is the start of the five minutes it tells of (ms UTC).
    """

    seq: int | None = None
    window: int | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def contacts(self) -> int | None:
        """Contacts that an agent had: answered calls, or those offered, and chats."""
        calls = self.counts.get("answered", self.counts.get("offered"))
        chats = self.counts.get("chats")
        return None if calls is None and chats is None else (calls or 0) + (chats or 0)


@dataclass(frozen=True, slots=True)
class Step:
    """The vitals after a beat, and the event that says what it was."""

    vitals: Vitals
    event: dict[str, Any]
    problems: tuple[Problem, ...]


def is_repeat(vitals: Vitals | None, beat: Beat, at: int) -> bool:
    """The newest beat again, within its interval: a retry, which changes nothing."""
    return (
        vitals is not None
        and not vitals.ended
        and not vitals.dark_since
        and beat.seq is not None
        and vitals.seq == beat.seq
        and at - vitals.at < INTERVAL_MS
    )


def follow(vitals: Vitals | None, vendor: str, beat: Beat, at: int) -> Step:
    """Take a beat that came at ``at`` (ms); nothing in it can keep it from counting as one."""
    before = vitals or Vitals(vendor=vendor, at=at)
    missed, problems = _sequence(before, beat)
    window, more = _window(before, beat, at)
    after = replace(
        before,
        at=max(at, before.at),
        seq=before.seq if beat.seq is None else beat.seq,
        missed=before.missed + missed,
        newest=dict(beat.counts),
        windows=_with(before.windows, window, beat.contacts),
        dark_since=0,
        case="",
        ended=0,
    )
    problems = (*beat.problems, *problems, *more)
    event: dict[str, Any] = {"e": "heartbeat.received.v1", "vendor": vendor, "window": window}
    event |= {name: beat.counts[name] for name in COUNTS if name in beat.counts}
    event |= {"seq": beat.seq} if beat.seq is not None else {}
    event |= {"missed": missed} if missed else {}
    event |= {"dark_since": before.dark_since} if before.dark_since else {}
    event |= {"ended_before": before.ended} if before.ended else {}
    event |= {"problems": list(map(str, problems))} if problems else {}
    return Step(after, event, problems)


def _sequence(before: Vitals, beat: Beat) -> tuple[int, tuple[Problem, ...]]:
    """How many numbers were left out before this one."""
    if beat.seq is None or before.seq is None:
        return 0, ()
    if beat.seq <= before.seq:
        return 0, (Problem("seq", "not_the_next"),)
    missed = beat.seq - before.seq - 1
    return missed, (Problem("seq", "numbers_missing"),) if missed else ()


def _window(before: Vitals, beat: Beat, at: int) -> tuple[int, tuple[Problem, ...]]:
    """The five minutes that the counts are of; the last ones where that cannot be."""
    assumed = (at - INTERVAL_MS) // MINUTE * MINUTE
    if beat.window is None:
        return assumed, ()
    if not at - DAY <= beat.window <= at:
        return assumed, (Problem("window_start", "absurd_time"),)
    if beat.window < before.compared:
        return beat.window, (Problem("window_start", "compared_already"),)
    return beat.window, ()


def _with(windows: Mapping[int, int], start: int, contacts: int | None) -> dict[int, int]:
    """The windows with this one; told twice, the greater number counts."""
    if contacts is None:
        return dict(windows)
    added = {**windows, start: max(contacts, windows.get(start, 0))}
    return dict(sorted(added.items())[-WINDOWS_MAX:])


def quarter_of(at: int) -> int:
    """The start of the quarter of an hour that a time is in."""
    return at // QUARTER_MS * QUARTER_MS


def ripe(vitals: Vitals, now: int) -> tuple[int, ...]:
    """The quarters that have been told of, are over, and have not been compared; oldest first."""
    quarters = sorted({quarter_of(start) for start in vitals.windows})
    return tuple(
        quarter
        for quarter in quarters
        if quarter >= vitals.compared and quarter + QUARTER_MS + GRACE_MS <= now
    )


def told(vitals: Vitals, quarter: int) -> int:
    """The contacts that a vendor's telephony and chats had in a quarter of an hour."""
    return sum(n for start, n in vitals.windows.items() if quarter_of(start) == quarter)


def compared(vitals: Vitals, quarter: int) -> Vitals:
    """The vitals once this quarter, and whatever came before it, is done with."""
    until = quarter + QUARTER_MS
    left = {start: n for start, n in vitals.windows.items() if start >= until}
    return replace(vitals, windows=left, compared=max(vitals.compared, until))


def is_short(telephony: int, logged: int) -> bool:
    """T16: more than 2 % of the contacts, or more than 3 of them, are in no log."""
    short = telephony - logged
    return short > SHORT_CALLS or short * 100 > telephony * SHORT_PERCENT
