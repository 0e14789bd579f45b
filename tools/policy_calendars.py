"""Working-day calendars as staff write them: holidays, make-up days, and daylight saving."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, PlainValidator

from chalicelib.cases.calendar import Calendar, NoWorkingDayError
from chalicelib.terms import HOUR
from tools.policy_models import Id, NonEmpty, Strict, Words
from tools.policy_yaml import Document, Loc, Problem

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
OFFSET = re.compile(r"([+-])(0\d|1[0-4]):([0-5]\d)")
LONGEST_HOLIDAY_DAYS = 31
WARN_DAYS = 60


def offset(written: object) -> int:
    """Minutes of "+08:00" or "-05:00"; raises ValueError for anything else."""
    found = OFFSET.fullmatch(written) if isinstance(written, str) else None
    if not found:
        raise ValueError('write an offset from UTC in quotes, like "+08:00" or "-05:00"')
    minutes = int(found[2]) * 60 + int(found[3])
    return -minutes if found[1] == "-" else minutes


Offset = Annotated[int, PlainValidator(offset)]


class Published(Strict):
    """The first and the last day for which an authority has published the special days."""

    since: date = Field(alias="from")
    until: date


class Shift(Strict):
    """From this moment local time differs from UTC by so much."""

    at: AwareDatetime
    offset: Offset


class Holiday(Strict):
    """Free days from the first to the last; ``to`` may be left out for a single one."""

    first: date = Field(alias="from")
    to: date | None = None
    name: NonEmpty

    @property
    def last(self) -> date:
        """The last free day."""
        return self.to or self.first

    def days(self) -> list[date]:
        """Each of them."""
        return [self.first + timedelta(n) for n in range((self.last - self.first).days + 1)]


class WorkingDays(Strict):
    """One calendar file."""

    id: Id
    title: Words
    source: NonEmpty
    offset: Offset
    weekend: list[Weekday]
    published: Published | None = None
    shifts: list[Shift] = Field(default_factory=list)
    holidays: list[Holiday] = Field(default_factory=list)
    make_up: list[date] = Field(default_factory=list)


def compile_calendar(calendar: WorkingDays) -> dict[str, Any]:
    """The calendar as the bundle holds it, which ``Calendar.from_dict`` reads.

    ``digest`` stands beside it so that the bundle of an entry's calendar can be found by search.
    """
    weekend = {WEEK.index(day) for day in calendar.weekend}
    free = {day for holiday in calendar.holidays for day in holiday.days()}
    compiled = {
        "offset_min": calendar.offset,
        "weekend": sorted(weekend),
        "holidays": sorted(day.isoformat() for day in free if day.weekday() not in weekend),
        "make_up": [day.isoformat() for day in calendar.make_up],
        "shifts": [[_ms(shift.at), shift.offset] for shift in calendar.shifts],
        "until": calendar.published and calendar.published.until.isoformat(),
    }
    return {**compiled, "digest": Calendar.from_dict(compiled).digest}


def _ms(moment: datetime) -> int:
    return int(moment.timestamp()) * 1000


def calendar_problems(calendar: WorkingDays, document: Document) -> list[Problem]:
    """Every way in which a day could count, or not count, without anybody having said so."""
    problems = [
        *_order_problems(calendar, document),
        *_published_problems(calendar, document),
        *_make_up_problems(calendar, document),
    ]
    if not problems:
        problems += _search_problems(calendar, document)
    return problems


def _order_problems(calendar: WorkingDays, document: Document) -> Iterable[Problem]:
    for index, holiday in enumerate(calendar.holidays):
        loc: Loc = ("holidays", index)
        if holiday.last < holiday.first:
            yield document.problem((*loc, "to"), "ends before it begins")
        elif (holiday.last - holiday.first).days >= LONGEST_HOLIDAY_DAYS:
            message = f"longer than {LONGEST_HOLIDAY_DAYS} days"
            yield document.problem((*loc, "to"), message)
    for index, (one, next_one) in enumerate(pairwise(calendar.holidays), start=1):
        if next_one.first <= one.last:
            yield document.problem(("holidays", index), "holidays must be in order and apart")
    for index, (day, next_day) in enumerate(pairwise(calendar.make_up), start=1):
        if next_day <= day:
            yield document.problem(("make_up", index), "make-up days must be in order")
    for index, (shift, later) in enumerate(pairwise(calendar.shifts), start=1):
        if _ms(later.at) - _ms(shift.at) < 48 * HOUR:
            message = "shifts must be in order, and two days apart"
            yield document.problem(("shifts", index), message)


def _published_problems(calendar: WorkingDays, document: Document) -> Iterable[Problem]:
    published = calendar.published
    if published is None:
        if calendar.holidays or calendar.make_up or calendar.shifts:
            yield document.problem((), "say from when to when these days were published")
        return
    if published.until < published.since:
        yield document.problem(("published", "until"), "ends before it begins")
    dated = [
        *((("holidays", n), day) for n, h in enumerate(calendar.holidays) for day in h.days()),
        *((("make_up", n), day) for n, day in enumerate(calendar.make_up)),
        *((("shifts", n), s.at.astimezone(UTC).date()) for n, s in enumerate(calendar.shifts)),
    ]
    for loc, day in dated:
        if not published.since <= day <= published.until:
            yield document.problem(loc, f"{day} lies outside the days that were published")
    years = {day.year for holiday in calendar.holidays for day in holiday.days()}
    for year in range(published.since.year, published.until.year + 1):
        if year not in years:
            message = f"{year} is said to be published, and has no holiday"
            yield document.problem(("published",), message)


def _make_up_problems(calendar: WorkingDays, document: Document) -> Iterable[Problem]:
    free = {day for holiday in calendar.holidays for day in holiday.days()}
    for index, day in enumerate(calendar.make_up):
        if WEEK[day.weekday()] not in calendar.weekend:
            message = f"{day} is a {WEEK[day.weekday()]}, a working day anyway"
            yield document.problem(("make_up", index), message)
        elif day in free:
            yield document.problem(("make_up", index), f"{day} is a holiday too")


def _search_problems(calendar: WorkingDays, document: Document) -> Iterable[Problem]:
    compiled = Calendar.from_dict(compile_calendar(calendar))
    starts: list[tuple[Loc, date]] = [(("weekend",), date(2026, 1, 1))]
    starts += [(("holidays", n), holiday.first) for n, holiday in enumerate(calendar.holidays)]
    for loc, day in starts:
        try:
            compiled.after(_ms(datetime(day.year, day.month, day.day, tzinfo=UTC)), 1)
        except NoWorkingDayError as error:
            yield document.problem(loc, str(error))


def calendar_warnings(calendars: Mapping[str, Any], today: date) -> list[str]:
    """A line for each compiled calendar whose published days have ended or soon will."""
    found = []
    for name, compiled in sorted(calendars.items()):
        if not compiled["until"]:
            continue
        left = (date.fromisoformat(compiled["until"]) - today).days
        if left <= WARN_DAYS:
            said = f"end in {left} days, on" if left >= 0 else "ended on"
            found.append(
                f"calendar {name}: the published days {said} {compiled['until']}; after that only "
                f"weekends are free. Add the next year to policies/calendars/{name}.yaml"
            )
    return found
