"""Daylight saving, and where a calendar's published days end."""

from datetime import UTC, date, datetime

import pytest

from chalicelib.cases.calendar import Calendar
from chalicelib.terms import DAY, HOUR, MINUTE


def utc(text: str) -> int:
    """A moment of UTC, in ms."""
    return int(datetime.fromisoformat(text + "+00:00").timestamp()) * 1000


SPRING, AUTUMN = utc("2026-03-29T01:00"), utc("2026-10-25T01:00")
LONDON = Calendar(offset_min=0, shifts=((SPRING, 60), (AUTUMN, 0)), until=date(2026, 12, 31))
# Every day counts, so that what is asked falls on the very nights of the change.
NIGHTS = Calendar(offset_min=0, weekend=frozenset(), shifts=LONDON.shifts)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-03-27T16:00", 1, "2026-03-30T15:00"),
        ("2026-10-23T15:00", 1, "2026-10-26T16:00"),
        ("2026-06-01T23:30", 1, "2026-06-02T23:30"),
    ],
)
def test_the_wall_clock_counts_across_daylight_saving(start: str, days: int, end: str) -> None:
    """Four in the afternoon stays four in the afternoon, and after midnight it is the next day."""
    assert LONDON.after(utc(start), days) == utc(end)


def test_an_hour_that_comes_twice_is_its_first() -> None:
    """At 01:30 the day before the clocks go back, a day later is the first 01:30."""
    assert NIGHTS.after(utc("2026-10-24T00:30"), 1) == utc("2026-10-25T00:30")


def test_an_hour_that_is_skipped_rings_early() -> None:
    """At 01:30 the day before the clocks go forward, the next 01:30 does not exist: no later."""
    due = NIGHTS.after(utc("2026-03-28T01:30"), 1)
    assert due == utc("2026-03-29T00:30")
    assert due < SPRING


def test_each_moment_has_the_date_on_the_wall() -> None:
    """An hour before midnight in UTC is the next day in a British summer, and not in winter."""
    assert LONDON.local_date(utc("2026-07-01T23:00")) == date(2026, 7, 2)
    assert LONDON.local_date(utc("2026-12-01T23:00")) == date(2026, 12, 1)
    assert Calendar().local_date(utc("2026-12-01T16:00")) == date(2026, 12, 2)


def test_a_day_is_an_hour_more_or_less_only_where_the_clocks_change() -> None:
    """From any hour of a year the next day is on the same clock, or in the hour that is skipped."""
    for hour in range(366 * 24):
        at = utc("2026-01-01T00:30") + hour * HOUR
        due = NIGHTS.after(at, 1)
        shown = [moment + NIGHTS._offset_ms(moment) for moment in (at, due)]
        assert due - at in {DAY - HOUR, DAY, DAY + HOUR}
        assert shown[1] - shown[0] == DAY or SPRING - HOUR <= due < SPRING


def test_a_calendar_ends_with_its_last_published_day() -> None:
    """The last day still counts as known, to its last local minute; the next one does not."""
    midnight = utc("2027-01-01T00:00")
    assert not LONDON.has_ended(midnight - MINUTE)
    assert LONDON.has_ended(midnight)
    assert not Calendar().has_ended(midnight)


def test_after_the_end_plain_weekdays_count() -> None:
    """Nothing is guessed: beyond what was published the week's rule stands alone."""
    known = Calendar(holidays=frozenset({date(2026, 12, 31)}), until=date(2026, 12, 31))
    wednesday = int(datetime(2026, 12, 30, 4, tzinfo=UTC).timestamp()) * 1000
    assert known.after(wednesday, 1) == wednesday + 2 * DAY
    assert known.after(wednesday, 2) == wednesday + 5 * DAY


def test_the_digest_names_what_decides() -> None:
    """Digests in old entries stay true; daylight saving changes one, and the end does not."""
    plain = Calendar(offset_min=0)
    assert Calendar().digest == "161b0005d55bafa3"
    assert LONDON.digest != plain.digest
    assert Calendar(offset_min=0, until=date(2030, 1, 1)).digest == plain.digest
