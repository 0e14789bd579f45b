"""The calendars that are published here, day by day against libraries that others keep."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

import chinese_calendar
import holidays
import pytest
import yaml

from chalicelib.bundle import load_bundle
from chalicelib.cases.calendar import Calendar
from chalicelib.terms import HOUR
from tools import calendars
from tools.policies import ROOT, main, warnings
from tools.policy_calendars import WARN_DAYS, calendar_warnings

PUBLISHED = load_bundle()["calendars"]


def calendar(name: str) -> Calendar:
    """As it is compiled."""
    return Calendar.from_dict(PUBLISHED[name])


def days(first: int, last: int) -> Iterator[date]:
    """Each day of these years."""
    for ordinal in range(date(first, 1, 1).toordinal(), date(last + 1, 1, 1).toordinal()):
        yield date.fromordinal(ordinal)


def test_china_by_two_libraries() -> None:
    """Each day from 2018 on is worked or free as both say, make-up days included."""
    last = calendars.COUNTRIES["cn"].last
    ours, other = calendar("cn"), holidays.country_holidays("CN", years=range(2018, last + 1))
    said = {
        day: (ours.is_working(day), chinese_calendar.is_workday(day), other.is_working_day(day))
        for day in days(2018, last)
    }

    assert {day: answers for day, answers in said.items() if len(set(answers)) > 1} == {}
    assert last >= 2026
    assert ours.until
    assert ours.until >= date(last, 12, 31)


def test_china_as_the_notice_for_2026_says() -> None:
    """The Spring Festival of 2026 is free from the 15th to the 23rd, and two Saturdays make up."""
    ours = calendar("cn")
    start = int(datetime(2026, 2, 13, 4, tzinfo=UTC).timestamp()) * 1000
    worked = [
        datetime.fromtimestamp(ours.after(start, n) / 1000, UTC).date().isoformat()
        for n in range(1, 8)
    ]

    assert worked == [
        "2026-02-14",
        "2026-02-24",
        "2026-02-25",
        "2026-02-26",
        "2026-02-27",
        "2026-02-28",
        "2026-03-02",
    ]


@pytest.mark.parametrize(("name", "part"), [("gb", "ENG"), ("us", None)])
def test_other_countries_by_a_library(name: str, part: str | None) -> None:
    """Each published day is worked or free as it says."""
    country, ours = calendars.COUNTRIES[name], calendar(name)
    years = range(country.first, country.last + 2)
    other = holidays.country_holidays(name.upper(), subdiv=part, years=years)
    said = {
        day: (ours.is_working(day), other.is_working_day(day))
        for day in days(country.first, country.last)
    }

    assert {day: answers for day, answers in said.items() if len(set(answers)) > 1} == {}


@pytest.mark.parametrize("name", sorted(calendars.COUNTRIES))
def test_local_time_by_the_database_of_zones(name: str) -> None:
    """At each hour of the published years the wall clock shows what the zone's rules say."""
    country, ours = calendars.COUNTRIES[name], calendar(name)
    with files("tzdata.zoneinfo").joinpath(*country.zone.split("/")).open("rb") as data:
        zone = ZoneInfo.from_file(data)
    moment = datetime(country.first, 1, 1, tzinfo=UTC)
    while moment.year <= country.last:
        expected = (moment.astimezone(zone).utcoffset() or timedelta()) / timedelta(hours=1)
        assert ours._offset_ms(int(moment.timestamp()) * 1000) / HOUR == expected, moment
        moment += timedelta(hours=1)


def test_weekdays_are_the_default() -> None:
    """The calendar without holidays is the one that a case had before there were others."""
    assert calendar("weekdays") == Calendar()
    assert PUBLISHED["weekdays"]["digest"] == Calendar().digest


@pytest.mark.parametrize("name", sorted(PUBLISHED))
def test_each_calendar_can_be_found_by_its_digest(name: str) -> None:
    """What an entry says stands in the bundle of its day, beside the calendar that it names."""
    assert PUBLISHED[name]["digest"] == calendar(name).digest


@pytest.mark.parametrize("name", sorted(calendars.COUNTRIES))
def test_the_tool_writes_what_is_committed(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """For the years that the libraries know, the file it prints holds the same days."""
    assert calendars.main([name]) == 0
    printed = yaml.safe_load(capsys.readouterr().out)
    path = ROOT / "policies" / "calendars" / f"{name}.yaml"
    committed = yaml.safe_load(path.read_text("utf-8"))
    until = printed["published"]["until"]

    assert {h["from"] for h in printed["holidays"]} == {
        h["from"] for h in committed["holidays"] if h["from"] <= until
    }
    assert printed.get("make_up", []) == [d for d in committed.get("make_up", []) if d <= until]
    assert printed.get("shifts", []) == [
        s for s in committed.get("shifts", []) if s["at"].date() <= until
    ]


END = date(2026, 12, 31)


@pytest.mark.parametrize(
    ("days_left", "said"),
    [
        (WARN_DAYS + 1, None),
        (WARN_DAYS, "end in 60 days, on 2026-12-31"),
        (0, "end in 0 days, on 2026-12-31"),
        (-1, "ended on 2026-12-31"),
    ],
)
def test_the_end_of_what_is_published_is_said(days_left: int, said: str | None) -> None:
    """Two months before and ever after, and never of a calendar that cannot end."""
    known = {"cn": {"until": "2026-12-31"}, "weekdays": {"until": None}}
    lines = calendar_warnings(known, END - timedelta(days=days_left))

    assert len(lines) == (said is not None)
    assert all(line.startswith(f"calendar cn: the published days {said}") for line in lines)


def test_the_check_says_so_and_passes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`tools.policies check` warns on the error channel, and the check is not lost by it."""
    monkeypatch.setattr("tools.policies._today", lambda: date(2040, 1, 1))

    assert main(["check"]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    for name in calendars.COUNTRIES:
        assert f"warning: calendar {name}: the published days ended on" in said.err
    assert warnings(date(2024, 1, 1)) == []
