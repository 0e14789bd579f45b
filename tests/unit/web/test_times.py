"""Times as people write them."""

import pytest

from chalicelib.web.times import Reading, local, read_time

TEN = 1_795_255_200_000  # 2026-11-21T10:00:00Z


@pytest.mark.parametrize(
    ("value", "reading"),
    [
        ("2026-11-21T10:00:00Z", Reading(TEN)),
        ("2026-11-21T18:00:00+08:00", Reading(TEN)),
        ("2026-11-21t10:00:00.250z", Reading(TEN + 250)),
        (TEN, Reading(TEN)),
        (str(TEN), Reading(TEN)),
        (TEN // 1000, Reading(TEN)),
        (f"{TEN // 1000}.5", Reading(TEN + 500)),
        (float(TEN // 1000), Reading(TEN)),
        ("2026-11-21 18:00", Reading(TEN, "zone_assumed")),
        ("2026-11-21 18:00:00", Reading(TEN, "zone_assumed")),
        ("2026/11/21 18:00", Reading(TEN, "zone_assumed")),
        ("2026年11月21日 18点00分", Reading(TEN, "zone_assumed")),
        ("2026年11月21日18：00", Reading(TEN, "zone_assumed")),
        ("2026-11-21", Reading(None, "unreadable_time")),
        ("20261121", Reading(None, "absurd_time")),
        ("2026-02-30 10:00", Reading(None, "unreadable_time")),
        ("2026/13/41 99:99", Reading(None, "unreadable_time")),
        ("yesterday", Reading(None, "unreadable_time")),
        ("", Reading(None, "unreadable_time")),
        (True, Reading(None, "unreadable_time")),
        ({"at": 1}, Reading(None, "unreadable_time")),
        (0, Reading(None, "absurd_time")),
        (-1, Reading(None, "absurd_time")),
        ("9" * 17, Reading(None, "absurd_time")),
        ("9" * 400, Reading(None, "unreadable_time")),
        ("0001-01-01T00:00:00+23:59", Reading(None, "absurd_time")),
        ("9999-12-31T23:59:59-23:59", Reading(None, "absurd_time")),
    ],
)
def test_a_time_is_read(value: object, reading: Reading) -> None:
    """Zones are respected, their lack is named, and what is absurd is no time."""
    assert read_time(value) == reading


def test_the_page_shows_china_s_time() -> None:
    """Hours and minutes, and the day only when it is another one."""
    assert local(TEN) == "18:00"
    assert local(TEN, TEN + 3_600_000) == "18:00"
    assert local(TEN, TEN + 86_400_000) == "11-21 18:00"
