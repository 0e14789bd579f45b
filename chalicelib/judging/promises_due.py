"""The instant by which a time that was promised has come at the latest.

A promise is read at its latest: a part of the day at its end, a day at the midnight that ends it.
So a clock made of it never rings while the promise still holds.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from chalicelib.judging.promises_when import CLOSE, MIDNIGHT, NOON, Clock, Day, Span, When
from chalicelib.terms import DAY, HOUR, MINUTE

SUNDAY = 6
LONGEST_DAYS = 400  # a longer span is no promise, and counting its days would be work for nothing
HALF_DAY_MIN = NOON * 60
# A bare hour before this one is read as the afternoon's or the night's: nobody calls at 3 a.m.
FIRST_OF_MORNING, FIRST_OF_NOON, LAST_OF_NIGHT = 7, 10, 5


class Days(Protocol):
    """What a promise needs of a calendar."""

    def wall(self, at_ms: int, /) -> int:
        """What a clock on the wall shows at a moment, as ms since its own 1970."""

    def moment(self, wall_ms: int, /) -> int:
        """The moment at which a clock on the wall shows this."""

    def after(self, at_ms: int, days: int, /) -> int:
        """The same local time of day on the ``days``-th working day; ValueError if none."""


class Remembered:
    """A calendar that counts to each number of days once: a text may name one very often."""

    def __init__(self, days: Days) -> None:
        self._days = days
        self._known: dict[tuple[int, int], int] = {}
        self.wall, self.moment = days.wall, days.moment

    def after(self, at_ms: int, days: int, /) -> int:
        """As the calendar; where it knows of no working day, days count as they come."""
        if (at_ms, days) not in self._known:
            try:
                self._known[at_ms, days] = self._days.after(at_ms, days)
            except ValueError:  # nobody works there, and still a time was promised
                self._known[at_ms, days] = at_ms + days * DAY
        return self._known[at_ms, days]


def due(when: When, at_ms: int, days: Remembered) -> int | None:
    """When it is owed, in ms and perhaps before ``at_ms``; None if it promises nothing."""
    try:
        if when.span:
            return _after(when.span, at_ms, days)
        return days.moment(_named(when, at_ms, days))
    except (ValueError, OverflowError):  # no such date, or beyond the calendar's end
        return None


def _after(span: Span, at_ms: int, days: Remembered) -> int:
    if span.amount * (1 if span.unit == "ms" else DAY) > LONGEST_DAYS * DAY:
        raise OverflowError
    if span.unit == "ms":
        return at_ms + int(span.amount)
    if span.unit == "work":
        return days.after(at_ms, int(-(-span.amount // 1)))
    wall = days.wall(at_ms)
    if span.unit == "oclock":
        return days.moment((wall // HOUR + int(span.amount)) * HOUR)
    first, last = _month(_date_of(wall), int(span.amount))
    day = first.replace(day=min(_date_of(wall).day, last.day))
    half = 15 * DAY if span.amount % 1 else 0
    return days.moment(_midnight(day) + wall % DAY + half)


def _named(when: When, at_ms: int, days: Remembered) -> int:
    """What the wall's clock shows when a named time is over."""
    now = days.wall(at_ms)
    today = _date_of(now)
    first, last = _dates(when.day, today, at_ms, days) if when.day else (today, today)
    start, end = _midnight(first), _midnight(last)
    if when.clock and when.clock.now:
        if end <= now:  # "at this time we cannot say" is no time
            raise ValueError("this very moment")
        owed = end + now % DAY
    elif when.clock:
        owed = end + _on_the_dial(when.clock, when, (now - end) // MINUTE) * MINUTE
    elif when.part:
        owed = end + when.part.until * HOUR
    else:
        until = when.day.until if when.day else MIDNIGHT
        owed = start if when.before else end + until * HOUR
    if owed >= now:
        return owed
    if when.day is None:  # office hours are over: the day that has an end is today's, else tomorrow
        closing = when.part and not when.clock and when.part.until == CLOSE
        return end + DAY if closing else owed + DAY
    next_week = when.day.kind == "weekday" and when.day.week is None
    return owed + 7 * DAY if next_week else owed


def _on_the_dial(clock: Clock, when: When, now_min: int) -> int:
    """Minutes after the day's first midnight; a bare hour of today is the next on the dial."""
    hour, minutes = clock.hour, clock.hour * 60 + clock.minute
    night = when.part is not None and when.part.half == "night"
    if hour == 0 and (night or (when.deadline and when.day == Day("ahead"))):
        return minutes + 2 * HALF_DAY_MIN  # "by 0:00 tonight" is the midnight that comes
    if clock.exact or hour > NOON:
        return minutes
    early = minutes % HALF_DAY_MIN
    match when.part.half if when.part else None:
        case "night":  # 12 at night is midnight, and 1 at night comes after it
            halves = 1 if LAST_OF_NIGHT <= hour < NOON else 2
        case "noon":  # 1 at noon is 13:00
            halves = 0 if FIRST_OF_NOON <= hour < NOON else 1
        case "pm":
            halves = 1
        case "dawn":
            halves = 0
        case "am":
            halves = hour // NOON
        case None if when.day and when.day != Day("ahead"):
            halves = 1 if hour < FIRST_OF_MORNING or hour == NOON else 0
        case None:
            passed = -(-max(now_min - minutes, 0) // HALF_DAY_MIN)
            halves = hour // NOON + (min(passed, 1) if when.day else passed)
    return early + halves * HALF_DAY_MIN


def _dates(day: Day, today: date, at_ms: int, days: Remembered) -> tuple[date, date]:
    """The first and the last day of what is named; ValueError if it promises nothing."""
    match day.kind:
        case "ahead":
            first = last = today + timedelta(days=day.number)
        case "weekday" | "week" | "weekend":
            first, last = _week_days(day, today)
        case "month":
            first, last = _month(today, day.number)
            if day.month_day:
                last = first.replace(day=day.month_day)
        case "year":
            first, last = date(today.year, 1, 1), date(today.year, 12, 31)
        case "date":
            first = last = _date(day, today)
        case "work":
            first = last = _date_of(days.wall(days.after(at_ms, day.number)))
        case "past":
            raise ValueError("a time gone by")
    return first, last


def _week_days(day: Day, today: date) -> tuple[date, date]:
    monday = today - timedelta(days=today.weekday())
    if day.kind == "weekday":
        found = monday + timedelta(days=7 * (day.week or 0) + day.number)
        found += timedelta(days=7 if day.week is None and found < today else 0)
        return found, found
    last = monday + timedelta(days=7 * day.number + SUNDAY)
    return last - timedelta(days=SUNDAY if day.kind == "week" else 1), last


def _month(today: date, ahead: int) -> tuple[date, date]:
    months = today.month - 1 + ahead
    year, month = today.year + months // 12, months % 12 + 1
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _date(day: Day, today: date) -> date:
    """The next such date, sought forward from today where the month or the year is not said."""
    if day.month is None:
        found = _month(today, 0 if day.number >= today.day else 1)[0]
        return found.replace(day=day.number)
    year = day.year or today.year
    number = day.number or monthrange(year, day.month)[1]
    found = date(year, day.month, number)
    return found if found >= today or day.year else found.replace(year=year + 1)


def _date_of(wall_ms: int) -> date:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=wall_ms)).date()


def _midnight(day: date) -> int:
    return (day - date(1970, 1, 1)).days * DAY
