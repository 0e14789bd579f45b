"""Write a calendar anew from well-kept libraries: ``python -m tools.calendars cn``.

Prints the YAML of policies/calendars/<name>.yaml.  The libraries are for developers only; what
they say is reviewed as a diff, and the days of what is committed are compared with theirs by a
test.  Where an authority has published more than a library knows, write it by hand.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from itertools import pairwise
from zoneinfo import ZoneInfo

import chinese_calendar.constants as china
import holidays

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
CHINESE = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
}


@dataclass(frozen=True, slots=True)
class Country:
    """What is known of a calendar besides its days.  ``last`` is the last year published."""

    title: str
    title_zh: str
    source: str
    zone: str
    first: int
    last: int
    subdivision: str | None = None


COUNTRIES = {
    "cn": Country(
        "Working days in mainland China, with make-up days",
        "中国大陆工作日，含调休上班",
        "General Office of the State Council, yearly notice; the one for 2027 is not in here",
        "Asia/Shanghai",
        2018,
        2026,
    ),
    "gb": Country(
        "Working days in England, bank holidays excepted",
        "英格兰工作日，不含银行假日",
        "Banking and Financial Dealings Act 1971 and royal proclamations, as gov.uk lists them",
        "Europe/London",
        2018,
        2027,
        "ENG",
    ),
    "us": Country(
        "Working days in Washington, D.C., federal holidays excepted",
        "美国华盛顿工作日，不含联邦假日",
        "5 U.S.C. 6103, as the Office of Personnel Management lists it",
        "America/New_York",
        2014,
        2030,
    ),
}


@dataclass(frozen=True, slots=True)
class Span:
    """Free days in a row that have one name."""

    first: date
    last: date
    name: str


def china_spans(first: int, last: int) -> list[Span]:
    """The State Council's holidays of these years, weekends within them included."""
    found = {d: n for d, n in china.holidays.items() if first <= d.year <= last}
    return list(_spans((day, f"{CHINESE[name]} {name}") for day, name in sorted(found.items())))


def china_make_up(first: int, last: int) -> list[date]:
    """Working days on weekends."""
    return sorted(day for day in china.workdays if first <= day.year <= last)


def other_spans(name: str, first: int, last: int) -> list[Span]:
    """Public holidays on weekdays; where one is moved, the day that is free instead."""
    code, part = name.upper(), COUNTRIES[name].subdivision
    # A New Year's Day that falls on a Saturday may be kept on the Friday, in the year before.
    known = holidays.country_holidays(code, subdiv=part, years=range(first, last + 2))
    free = {d: n for d, n in known.items() if first <= d.year <= last and d.weekday() < 5}  # noqa: PLR2004
    return [Span(day, day, said) for day, said in sorted(free.items())]


def shifts(zone: str, first: int, last: int) -> tuple[int, list[tuple[datetime, int]]]:
    """The offset (min) at the first moment of these years, and each change of it (UTC).

    Read from the pinned ``tzdata``, never from whatever the machine happens to have.
    """
    with files("tzdata.zoneinfo").joinpath(*zone.split("/")).open("rb") as data:
        rules = ZoneInfo.from_file(data, zone)
    start = datetime(first, 1, 1, tzinfo=UTC)
    hours = [start + n * HOUR for n in range((date(last + 1, 1, 1) - start.date()).days * 24)]
    offsets = [(hour, _offset_min(hour, rules)) for hour in hours]
    return offsets[0][1], [later for one, later in pairwise(offsets) if one[1] != later[1]]


def _offset_min(moment: datetime, zone: ZoneInfo) -> int:
    difference = moment.astimezone(zone).utcoffset() or timedelta()
    return int(difference.total_seconds()) // 60


def _spans(days: Iterable[tuple[date, str]]) -> Iterator[Span]:
    span: Span | None = None
    for day, name in days:
        if span and span.name == name and day == span.last + DAY:
            span = Span(span.first, day, name)
            continue
        if span:
            yield span
        span = Span(day, day, name)
    if span:
        yield span


def render(name: str) -> str:
    """The whole file."""
    country = COUNTRIES[name]
    first, last = country.first, country.last
    spans = china_spans(first, last) if name == "cn" else other_spans(name, first, last)
    make_up = china_make_up(first, last) if name == "cn" else []
    offset, changes = shifts(country.zone, first, last)
    lines = [
        f"# Made by `python -m tools.calendars {name}`; what is free or worked, day by day.",
        "# When the next year is published, add its days and move `until` (docs/policies.md).",
        f"id: {name}",
        f"title: {{en: '{country.title}', zh-CN: '{country.title_zh}'}}",
        f"source: '{country.source}'",
        f'offset: "{_written(offset)}"',
        "weekend: [saturday, sunday]",
        f"published: {{from: {first}-01-01, until: {last}-12-31}}",
        *_listed("shifts", (_shift(*change) for change in changes)),
        *_listed("holidays", map(_holiday, spans)),
        *_listed("make_up", (f"{day}  # {day:%A}" for day in make_up)),
    ]
    return "\n".join(lines) + "\n"


def _listed(field: str, rows: Iterable[str]) -> list[str]:
    found = [f"  - {row}" for row in rows]
    return [f"{field}:", *found] if found else []


def _shift(at: datetime, offset: int) -> str:
    return f'{{at: {at:%Y-%m-%dT%H:%M:%SZ}, offset: "{_written(offset)}"}}'


def _holiday(span: Span) -> str:
    to = f", to: {span.last}" if span.last > span.first else ""
    return f'{{from: {span.first}{to}, name: "{span.name}"}}'


def _written(offset: int) -> str:
    hours, minutes = divmod(abs(offset), 60)
    return f"{'-' if offset < 0 else '+'}{hours:02}:{minutes:02}"


def main(arguments: list[str] | None = None) -> int:
    """The command; prints one calendar."""
    parser = argparse.ArgumentParser(prog="python -m tools.calendars", description=__doc__)
    parser.add_argument("name", choices=sorted(COUNTRIES))
    sys.stdout.write(render(parser.parse_args(arguments).name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
