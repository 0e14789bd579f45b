"""Joining the parts: the calendar that a deployment names."""

import logging
from datetime import UTC, date, datetime

import pytest

from chalicelib import wiring
from chalicelib.bundle import load_bundle
from chalicelib.cases.calendar import Calendar
from chalicelib.services.parts import Rules, UnknownCalendarError


def ms(year: int, month: int, day: int) -> int:
    """Noon of that day in UTC."""
    return int(datetime(year, month, day, 12, tzinfo=UTC).timestamp()) * 1000


def test_the_named_calendar_is_used(caplog: pytest.LogCaptureFixture) -> None:
    """While its days are published, nothing is said."""
    calendar = wiring._calendar(Rules(load_bundle()), "cn", ms(2026, 12, 31) - 86_400_000)

    assert calendar == Calendar.from_dict(load_bundle()["calendars"]["cn"])
    assert not calendar.is_working(date(2026, 10, 1))
    assert calendar.is_working(date(2026, 10, 10))
    assert caplog.records == []


def test_a_calendar_that_has_ended_is_said(caplog: pytest.LogCaptureFixture) -> None:
    """Each start of a function counts it, so that an operator sees it without reading policies."""
    with caplog.at_level(logging.WARNING):
        wiring._calendar(Rules(load_bundle()), "cn", ms(2040, 1, 1))

    (record,) = caplog.records
    assert vars(record)["metric"] == "CalendarEnded"
    assert vars(record)["calendar"] == "cn"


def test_an_unknown_calendar_is_refused() -> None:
    """No function starts with working days that nobody published; the message names what is."""
    with pytest.raises(UnknownCalendarError, match=r"no calendar 'mars'.*'cn', 'gb', 'us'"):
        wiring._calendar(Rules(load_bundle()), "mars", 0)
