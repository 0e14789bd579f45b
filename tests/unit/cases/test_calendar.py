"""Working days."""

from datetime import UTC, datetime

import pytest

from chalicelib.cases.calendar import Calendar, NoWorkingDayError
from chalicelib.cases.ladder import Span
from chalicelib.terms import DAY, HOUR


def at(text: str) -> int:
    """A local time in UTC+8, in ms."""
    return int(datetime.fromisoformat(text + "+08:00").timestamp()) * 1000


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-11-20T15:00:00", 1, "2026-11-23T15:00:00"),
        ("2026-11-21T10:00:00", 1, "2026-11-23T10:00:00"),
        ("2026-11-16T09:30:00", 3, "2026-11-19T09:30:00"),
        ("2026-11-16T23:59:59", 5, "2026-11-23T23:59:59"),
    ],
)
def test_weekends_do_not_count(start: str, days: int, end: str) -> None:
    """The same local time of day on the nth working day."""
    assert Calendar().after(at(start), days) == at(end)


def test_holidays_and_make_up_days_differ_from_the_week() -> None:
    """A holiday Thursday is skipped and a working Saturday counts."""
    calendar = Calendar.from_dict({"holidays": ["2026-10-01"], "make_up": ["2026-10-10"]})
    assert calendar.after(at("2026-09-30T12:00:00"), 1) == at("2026-10-02T12:00:00")
    assert calendar.after(at("2026-10-09T12:00:00"), 1) == at("2026-10-10T12:00:00")
    assert calendar.digest != Calendar().digest


def test_a_calendar_without_working_days_is_an_error() -> None:
    """It would be a clock that never falls due."""
    with pytest.raises(NoWorkingDayError):
        Calendar(weekend=frozenset(range(7))).after(0, 1)


def test_the_offset_decides_which_day_it_is() -> None:
    """Sunday evening in UTC is Monday in China, whose next working day is Tuesday."""
    sunday = int(datetime(2026, 11, 22, 18, tzinfo=UTC).timestamp()) * 1000
    assert Calendar(offset_min=0).after(sunday, 1) == sunday + DAY
    assert Calendar().after(sunday, 1) == sunday + DAY
    friday = sunday - 2 * DAY
    assert Calendar(offset_min=0).after(friday, 1) == friday + 3 * DAY
    assert Calendar().after(friday, 1) == friday + 2 * DAY


@pytest.mark.parametrize("text", ["90s", "3m", "2h", "1d", "1wd"])
def test_a_span_reads_what_it_writes(text: str) -> None:
    """Exact, in the largest unit that fits."""
    assert str(Span.parse(text)) == text


def test_a_span_of_nothing_is_in_seconds() -> None:
    """Zero has no larger unit."""
    assert str(Span()) == "0s"
    assert Span.from_dict({"ms": HOUR}) == Span.parse("1h")
