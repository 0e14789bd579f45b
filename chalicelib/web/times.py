"""Times as people and systems write them, read into ms UTC."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

CHINA = timezone(timedelta(hours=8))
EARLIEST = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp()) * 1000
LATEST = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp()) * 1000
# Seconds and milliseconds since 1970 cannot be mistaken between 2000 and 2100.
_SECONDS_BELOW = 100_000_000_000

_NUMBER = re.compile(r"-?[0-9]{1,17}(?:\.[0-9]{1,9})?")
_CHINESE = re.compile(
    r"\s*([0-9]{4})\s*[年/.-]\s*([0-9]{1,2})\s*[月/.-]\s*([0-9]{1,2})\s*[日号]?[T\s]*"
    r"([0-9]{1,2})\s*[:：时点]\s*([0-9]{1,2})\s*分?(?:\s*[:：]?\s*([0-9]{1,2})\s*秒?)?\s*"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """``ms`` is None when there is no time in it; ``fault`` is a problem code or empty."""

    ms: int | None
    fault: str = ""


def read_time(value: Any) -> Reading:
    """RFC 3339, seconds or ms since 1970, or a date and time without a zone, taken as UTC+8."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return Reading(None, "unreadable_time")
    text = str(value).strip()[:60]
    if _NUMBER.fullmatch(text):
        return _bounded(_epoch(text))
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        return _chinese(text)
    if ":" not in text and "T" not in text.upper():
        return Reading(None, "unreadable_time")
    if moment.tzinfo is None:
        return _bounded(_ms(moment.replace(tzinfo=CHINA)), "zone_assumed")
    return _bounded(_ms(moment))


def _epoch(text: str) -> int:
    whole = int(float(text)) if "." in text else int(text)
    return int(float(text) * 1000) if abs(whole) < _SECONDS_BELOW else whole


def _chinese(text: str) -> Reading:
    match = _CHINESE.fullmatch(text)
    if match is None:
        return Reading(None, "unreadable_time")
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=CHINA)
    except ValueError:
        return Reading(None, "unreadable_time")
    return _bounded(_ms(moment), "zone_assumed")


def _ms(moment: datetime) -> int:
    """Exact also at the ends of the calendar, where a change of zone would overflow."""
    offset = moment.utcoffset() or timedelta()
    since = moment.replace(tzinfo=None) - datetime(1970, 1, 1)  # noqa: DTZ001  # both without
    return (since - offset) // timedelta(milliseconds=1)


def _bounded(ms: int, fault: str = "") -> Reading:
    return Reading(ms, fault) if EARLIEST <= ms < LATEST else Reading(None, "absurd_time")


def local(ms: int, now: int | None = None) -> str:
    """Hours and minutes in China, as the page shows them; with the day unless it is ``now``'s."""
    moment = _in_china(ms)
    same = now is None or _in_china(now).date() == moment.date()
    return f"{moment:%H:%M}" if same else f"{moment:%m-%d %H:%M}"


def _in_china(ms: int) -> datetime:
    return datetime.fromtimestamp(ms // 1000, CHINA)
