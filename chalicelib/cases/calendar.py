"""Working days as a pure argument: which dates count, and how far local time is from UTC.

Everything that decides is in the value itself, daylight saving too: no database of time zones is
asked, so that a due time can be derived again years later from the bundle of its day.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Any

from chalicelib.terms import DAY, MINUTE

# A calendar without a working day in this many days is a mistake, not a holiday.
SEARCH_LIMIT_DAYS = 60


class NoWorkingDayError(ValueError):
    """The calendar has no working day within ``SEARCH_LIMIT_DAYS``."""


@dataclass(frozen=True)
class Calendar:
    """Weekdays 0 (Monday) … 6 that are free, plus dates that differ from the week's rule.

    ``holidays`` are free days on weekdays; ``make_up`` are working days on free weekdays, as
    China's State Council sets them each year.  ``until`` is the last day for which such dates
    were published: after it the week's rule stands alone; None where there is nothing to publish.
    Local time is ``offset_min`` from UTC, and from the moment of each of ``shifts`` (ms UTC,
    minutes; in order) as that one says.
    """

    offset_min: int = 480
    weekend: frozenset[int] = frozenset({5, 6})
    holidays: frozenset[date] = frozenset()
    make_up: frozenset[date] = frozenset()
    shifts: tuple[tuple[int, int], ...] = ()
    until: date | None = None

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Calendar":
        """Read the compiled form; dates are ISO strings."""
        return cls(
            offset_min=int(data.get("offset_min", 480)),
            weekend=frozenset(data.get("weekend", (5, 6))),
            holidays=frozenset(date.fromisoformat(day) for day in data.get("holidays", ())),
            make_up=frozenset(date.fromisoformat(day) for day in data.get("make_up", ())),
            shifts=tuple((int(at), int(offset)) for at, offset in data.get("shifts", ())),
            until=date.fromisoformat(data["until"]) if data.get("until") else None,
        )

    @cached_property
    def digest(self) -> str:
        """Names this calendar in an entry, so that a due time can be derived again.

        Only what decides is in it: ``until`` is not, since it changes no due time.
        """
        parts: tuple[Any, ...] = (
            self.offset_min,
            sorted(self.weekend),
            sorted(self.holidays),
            sorted(self.make_up),
        )
        # Entries hold digests from before there were shifts; without any they stay the same.
        parts += (self.shifts,) if self.shifts else ()
        return sha256(repr(parts).encode()).hexdigest()[:16]

    def is_working(self, day: date) -> bool:
        """Whether people are expected at work on this local date."""
        if day in self.make_up:
            return True
        return day.weekday() not in self.weekend and day not in self.holidays

    def local_date(self, at_ms: int) -> date:
        """The date that a wall calendar shows at this moment (ms UTC)."""
        return datetime.fromtimestamp(self.wall(at_ms) // 1000, UTC).date()

    def wall(self, at_ms: int) -> int:
        """What a clock on the wall shows at this moment, as ms since its own 1970."""
        return at_ms + self._offset_ms(at_ms)

    def has_ended(self, at_ms: int) -> bool:
        """Whether no special days are known any more for the local date of this moment."""
        return self.until is not None and self.local_date(at_ms) > self.until

    def after(self, at_ms: int, days: int) -> int:
        """The same local time of day on the ``days``-th working day after ``at_ms``.

        Raises:
            NoWorkingDayError: the calendar has no working day for two months.
        """
        day = self.local_date(at_ms)
        time_of_day = self.wall(at_ms) % DAY
        for _ in range(days):
            day = self._next_working(day)
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        return self.moment(int(midnight.timestamp()) * 1000 + time_of_day)

    def moment(self, wall_ms: int) -> int:
        """The moment at which a clock on the wall shows this.

        An hour that comes twice is its first, and one that is skipped is as early as it can be
        read: where daylight saving leaves a choice, the bell rings sooner.
        """
        offsets = {self._offset_ms(wall_ms - DAY), self._offset_ms(wall_ms + DAY)}
        moments = sorted(wall_ms - offset for offset in offsets)
        shown = (at for at in moments if self.wall(at) == wall_ms)
        return next(shown, moments[0])

    def _offset_ms(self, at_ms: int) -> int:
        passed = bisect_right(self.shifts, at_ms, key=lambda shift: shift[0])
        return (self.shifts[passed - 1][1] if passed else self.offset_min) * MINUTE

    def _next_working(self, day: date) -> date:
        for _ in range(SEARCH_LIMIT_DAYS):
            day += timedelta(days=1)
            if self.is_working(day):
                return day
        raise NoWorkingDayError(f"no working day within {SEARCH_LIMIT_DAYS} days after {day}")
