"""Working days as a pure argument: which dates count, in one fixed offset from UTC."""

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
    China's State Council sets them each year.
    """

    offset_min: int = 480
    weekend: frozenset[int] = frozenset({5, 6})
    holidays: frozenset[date] = frozenset()
    make_up: frozenset[date] = frozenset()

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Calendar":
        """Read the compiled form; dates are ISO strings."""
        return cls(
            offset_min=int(data.get("offset_min", 480)),
            weekend=frozenset(data.get("weekend", (5, 6))),
            holidays=frozenset(date.fromisoformat(day) for day in data.get("holidays", ())),
            make_up=frozenset(date.fromisoformat(day) for day in data.get("make_up", ())),
        )

    @cached_property
    def digest(self) -> str:
        """Names this calendar in an entry, so that a due time can be derived again."""
        parts = (
            self.offset_min,
            sorted(self.weekend),
            sorted(self.holidays),
            sorted(self.make_up),
        )
        return sha256(repr(parts).encode()).hexdigest()[:16]

    def is_working(self, day: date) -> bool:
        """Whether people are expected at work on this local date."""
        if day in self.make_up:
            return True
        return day.weekday() not in self.weekend and day not in self.holidays

    def after(self, at_ms: int, days: int) -> int:
        """The same local time of day on the ``days``-th working day after ``at_ms``."""
        local = at_ms + self.offset_min * MINUTE
        day = datetime.fromtimestamp(local // 1000, UTC).date()
        time_of_day = local % DAY
        for _ in range(days):
            day = self._next_working(day)
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        return int(midnight.timestamp()) * 1000 + time_of_day - self.offset_min * MINUTE

    def _next_working(self, day: date) -> date:
        for _ in range(SEARCH_LIMIT_DAYS):
            day += timedelta(days=1)
            if self.is_working(day):
                return day
        raise NoWorkingDayError(f"no working day within {SEARCH_LIMIT_DAYS} days after {day}")
