"""What the words of a time say, and the instant by which it has come at the latest.

A promise is read at its latest: a range at its later bound, a part of the day at its end, a day
at the midnight that ends it. So a clock made of it never rings while the promise still holds.
"""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal, Protocol

from chalicelib.terms import DAY, HOUR, MINUTE

NOON, CLOSE, MIDNIGHT = 12, 18, 24
SUNDAY = 6
MANY_DAYS = 400  # past this a span is no promise, and counting its working days is work for nothing


class Days(Protocol):
    """What a promise needs of a calendar."""

    @property
    def offset_min(self) -> int:
        """Minutes by which local time is ahead of UTC."""

    def after(self, at_ms: int, days: int, /) -> int:
        """The same local time of day on the ``days``-th working day; ValueError if none."""


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time: so many ms, working days, or months by the calendar."""

    amount: float
    unit: Literal["ms", "work", "month"] = "ms"


@dataclass(frozen=True, slots=True)
class Day:
    """A named day or stretch of days.

    ``kind`` and ``number``: days ahead; a weekday 0–6 in the week ``week`` ahead, or, without
    one, its next coming; a week or month so many ahead; the weekend of a week; a month's n-th
    day, with ``month`` and ``year`` if said; the n-th working day; or a time gone by or one that
    recurs, which promises nothing.
    """

    kind: Literal["ahead", "weekday", "week", "weekend", "month", "year", "date", "work", "past"]
    number: int = 0
    week: int | None = None
    month: int | None = None
    year: int | None = None
    until: int = MIDNIGHT  # the hour at which its last day ends


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the day by the hour that ends it; ``half`` tells 3 in the morning from 15:00."""

    until: int
    half: Literal["dawn", "am", "noon", "pm", "night"]


@dataclass(frozen=True, slots=True)
class Clock:
    """A time on the dial; ``exact`` when written so that it names one of 24 hours."""

    hour: int
    minute: int = 0
    exact: bool = False


Value = Span | Day | Part | Clock


@dataclass(frozen=True, slots=True)
class When:
    """All that one phrase says; ``deadline`` if it says by or before, ``before`` if strictly."""

    span: Span | None = None
    day: Day | None = None
    part: Part | None = None
    clock: Clock | None = None
    deadline: bool = False
    before: bool = False

    def having(self, value: Value) -> "When":
        """This with one more word; a word of a kind that it has is replaced."""
        match value:
            case Span():
                return replace(self, span=value)
            case Day():
                return replace(self, day=value)
            case Part():
                return replace(self, part=value)
            case Clock():
                return replace(self, clock=value)

    def has(self, value: Value) -> bool:
        """Whether a word of this kind is taken."""
        held = (self.span, self.day, self.part, self.clock)
        return any(type(one) is type(value) for one in held)


def due(when: When, at_ms: int, days: Days) -> int | None:
    """When it is owed, in ms and perhaps before ``at_ms``; None for a time that promises nothing."""
    try:
        if when.span:
            return _after(when.span, at_ms, days)
        return _named(when, at_ms, days)
    except (ValueError, OverflowError):  # no such date, or beyond the calendar's end
        return None


def _after(span: Span, at_ms: int, days: Days) -> int | None:
    if span.unit == "ms":
        return at_ms + int(span.amount) if span.amount <= MANY_DAYS * DAY else None
    whole = int(-(-span.amount // 1))
    if whole > MANY_DAYS:
        return None
    if span.unit == "work":
        return _working(whole, at_ms, days)
    local = _local(at_ms, days.offset_min)
    months = local.month - 1 + int(span.amount)
    year, month = local.year + months // 12, months % 12 + 1
    day = date(year, month, min(local.day, monthrange(year, month)[1]))
    half = 15 * DAY if span.amount % 1 else 0
    return at_ms + (day - local).days * DAY + half


def _working(number: int, at_ms: int, days: Days) -> int:
    try:
        return days.after(at_ms, number)
    except ValueError:  # a calendar without working days still has days
        return at_ms + number * DAY


def _named(when: When, at_ms: int, days: Days) -> int | None:
    offset_min = days.offset_min
    first = last = today = _local(at_ms, offset_min)
    if when.day and when.day.kind == "work":
        first = last = _local(_working(when.day.number, at_ms, days), offset_min)
    elif when.day:
        first, last = _dates(when.day, today)
    start = _midnight(today, offset_min)
    if when.clock:
        minutes = _on_the_dial(when, (at_ms - start) // MINUTE)
        due_ms = _midnight(last, offset_min) + minutes * MINUTE
    elif when.part:
        due_ms = _midnight(last, offset_min) + when.part.until * HOUR
        if due_ms < at_ms and not when.day and when.part.until == CLOSE:
            return start + DAY  # the close of a day whose office hours are over: its midnight
    elif when.day:
        ends = _midnight(last, offset_min) + when.day.until * HOUR
        return _midnight(first, offset_min) if when.before else ends
    else:
        return None
    return due_ms + DAY if due_ms < at_ms and not when.day else due_ms


def _on_the_dial(when: When, now_min: int) -> int:
    """Minutes after the day's first midnight; a bare hour is the next such on a clock's face."""
    clock, part = when.clock or Clock(0), when.part
    hour, minutes = clock.hour, clock.hour * 60 + clock.minute
    half = 12 * 60
    if clock.exact or hour > NOON or part is None:
        if clock.exact or hour > NOON:
            return minutes
        if when.day and when.day != Day("ahead"):
            return minutes + half if hour < 7 else minutes  # noqa: PLR2004  # nobody calls at 3 at night
        return minutes + half if hour < NOON and minutes < now_min else minutes
    if part.half == "night" and (hour == NOON or hour < 5):  # noqa: PLR2004  # 1 at night is after midnight
        return minutes % half + 24 * 60
    if part.half == "noon":
        return minutes + half if hour < 4 else minutes  # noqa: PLR2004  # 1 at noon is 13:00
    if part.half in {"pm", "night"}:
        return minutes % half + half
    return minutes % half if part.half == "dawn" else minutes


def _dates(day: Day, today: date) -> tuple[date, date]:
    """The first and the last day of what is named."""
    monday = today - timedelta(days=today.weekday())
    match day.kind:
        case "ahead":
            first = last = today + timedelta(days=day.number)
        case "weekday":
            first = monday + timedelta(days=7 * (day.week or 0) + day.number)
            if day.week is None and first < today:
                first += timedelta(days=7)
            last = first
        case "week":
            first = monday + timedelta(days=7 * day.number)
            last = first + timedelta(days=SUNDAY)
        case "weekend":
            last = monday + timedelta(days=7 * day.number + SUNDAY)
            first = last - timedelta(days=1)
        case "month":
            first, last = _month(today, day.number)
            if day.month:  # so many days into it
                last = first + timedelta(days=day.month - 1)
        case "year":
            first, last = date(today.year + day.number, 1, 1), date(today.year + day.number, 12, 31)
        case "date":
            first = last = _date(day, today)
        case _:
            raise ValueError("a time gone by")
    return first, last


def _month(today: date, ahead: int) -> tuple[date, date]:
    months = today.month - 1 + ahead
    year, month = today.year + months // 12, months % 12 + 1
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _date(day: Day, today: date) -> date:
    """The next such date; one without a month or a year is sought forward from today."""
    if day.year:
        return date(day.year, day.month or 1, day.number)
    if day.month:
        found = date(today.year, day.month, day.number)
        return found if found >= today else date(today.year + 1, day.month, day.number)
    if day.number >= today.day:
        return today.replace(day=day.number)
    return _month(today, 1)[0].replace(day=day.number)


def _local(at_ms: int, offset_min: int) -> date:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at_ms + offset_min * MINUTE)).date()


def _midnight(day: date, offset_min: int) -> int:
    return (day - date(1970, 1, 1)).days * DAY - offset_min * MINUTE
