"""What one heartbeat means: sequence, windows, and the comparison of counts."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.audit import canonical
from chalicelib.services.heartbeats import INTERVAL_MS, QUARTER_MS, NoHeartbeats, Vitals
from chalicelib.services.pulse import (
    GRACE_MS,
    WINDOWS_MAX,
    Beat,
    compared,
    follow,
    is_repeat,
    is_short,
    ripe,
    told,
)
from chalicelib.services.vendor_watch import Checked, check
from chalicelib.terms import DAY, MINUTE
from tests.support.world import World

AT = 1_795_255_200_000  # a quarter of an hour begins
VITALS = Vitals(vendor="acme", at=AT, seq=4)


@pytest.mark.parametrize(
    ("counts", "contacts"),
    [
        ({"answered": 7, "offered": 9, "chats": 2}, 9),
        ({"offered": 9}, 9),
        ({"chats": 2, "cases": 5}, 2),
        ({"answered": 0}, 0),
        ({"cases": 5, "agents_on": 3}, None),
    ],
)
def test_contacts_are_those_that_an_agent_had(counts: dict[str, int], contacts: int | None) -> None:
    """Answered calls, or those offered where nobody says how many were answered; and chats."""
    assert Beat(counts=counts).contacts == contacts


@pytest.mark.parametrize(
    ("seq", "missed", "code"),
    [
        (5, 0, ""),
        (6, 1, "numbers_missing"),
        (105, 100, "numbers_missing"),
        (4, 0, "not_the_next"),
        (1, 0, "not_the_next"),
        (None, 0, ""),
    ],
)
def test_numbers_left_out_are_counted(seq: int | None, missed: int, code: str) -> None:
    """One that went back, as after a restart, is noted and counted from; a missing one is not."""
    step = follow(VITALS, "acme", Beat(seq=seq), AT + INTERVAL_MS)
    assert step.vitals.missed == missed
    assert [problem.code for problem in step.problems] == ([code] if code else [])
    assert step.vitals.seq == (4 if seq is None else seq)


@pytest.mark.parametrize(
    ("window", "kept", "code"),
    [
        (None, AT - INTERVAL_MS, ""),
        (AT - MINUTE, AT - MINUTE, ""),
        (AT + 1, AT - INTERVAL_MS, "absurd_time"),
        (AT - DAY - 1, AT - INTERVAL_MS, "absurd_time"),
    ],
)
def test_a_window_that_cannot_be_is_the_last_five_minutes(
    window: int | None, kept: int, code: str
) -> None:
    """Counts of tomorrow or of last week are counted where they came."""
    step = follow(None, "acme", Beat(seq=1, window=window, counts={"answered": 3}), AT)
    assert step.vitals.windows == {kept: 3}
    assert [problem.code for problem in step.problems] == ([code] if code else [])


def test_a_window_told_twice_counts_with_its_greater_number() -> None:
    """A retry adds nothing, and a correction can only raise."""
    vitals = VITALS
    for answered in (5, 9, 2):
        beat = Beat(window=AT, counts={"answered": answered})
        vitals = follow(vitals, "acme", beat, AT + INTERVAL_MS).vitals
    assert vitals.windows == {AT: 9}


def test_a_window_that_was_compared_is_not_compared_again() -> None:
    """It is noted; what comes late cannot clear what was found."""
    late = replace(VITALS, compared=AT + QUARTER_MS)
    step = follow(late, "acme", Beat(window=AT, counts={"answered": 9}), AT + DAY)
    assert [problem.code for problem in step.problems] == ["compared_already"]
    assert ripe(step.vitals, AT + DAY) == ()


def test_the_windows_that_wait_are_few() -> None:
    """A vendor that makes up a window for every second keeps only the newest ones."""
    vitals = VITALS
    for second in range(2 * WINDOWS_MAX):
        beat = Beat(window=AT + second * 1_000, counts={"answered": 1})
        vitals = follow(vitals, "acme", beat, AT + DAY // 2).vitals
    assert len(vitals.windows) == WINDOWS_MAX
    assert max(vitals.windows) == AT + (2 * WINDOWS_MAX - 1) * 1_000


def test_a_quarter_is_compared_ten_minutes_after_its_end_and_once() -> None:
    """An agent logs a call when it is over."""
    windows = {AT: 4, AT + 5 * MINUTE: 3, AT + 10 * MINUTE: 2, AT + QUARTER_MS: 7}
    vitals = replace(VITALS, windows=windows)
    end = AT + QUARTER_MS + GRACE_MS
    assert ripe(vitals, end - 1) == ()
    assert ripe(vitals, end) == (AT,)
    assert told(vitals, AT) == 9
    after = compared(vitals, AT)
    assert after.windows == {AT + QUARTER_MS: 7}
    assert ripe(after, end) == ()


@pytest.mark.parametrize(
    ("telephony", "logged", "short"),
    [
        (0, 0, False),
        (10, 10, False),
        (10, 11, False),
        (10, 9, True),
        (50, 49, False),
        (49, 48, True),
        (1_000, 997, False),
        (1_000, 996, True),
    ],
)
def test_t16_is_more_than_two_per_cent_or_three_calls(
    telephony: int, logged: int, *, short: bool
) -> None:
    """Just at the bound is not beyond it; more logged than answered is nobody's stall."""
    assert is_short(telephony, logged) is short


def test_the_same_number_within_its_interval_is_a_retry() -> None:
    """But not after it, nor without a number, nor when the vendor was dark or ended."""
    beat = Beat(seq=4)
    assert is_repeat(VITALS, beat, AT + INTERVAL_MS - 1)
    assert not is_repeat(VITALS, beat, AT + INTERVAL_MS)
    assert not is_repeat(VITALS, Beat(), AT)
    assert not is_repeat(None, beat, AT)
    assert not is_repeat(replace(VITALS, dark_since=AT), beat, AT)
    assert not is_repeat(replace(VITALS, ended=AT), beat, AT)


NUMBERS = st.integers(0, 2**53 - 1)
BEATS = st.builds(
    Beat,
    seq=st.none() | NUMBERS,
    window=st.none() | NUMBERS,
    counts=st.dictionaries(
        st.sampled_from(["offered", "answered", "chats"]), st.integers(0, 10**6)
    ),
)


@given(st.lists(st.tuples(BEATS, st.integers(0, DAY)), max_size=8))
def test_any_beat_keeps_its_vendor_alive(beats: list[tuple[Beat, int]]) -> None:
    """Whatever it says, its event can be written and its vendor is not dark."""
    vitals, at = None, AT
    for beat, pause in beats:
        at += pause
        step = follow(vitals, "acme", beat, at)
        vitals = step.vitals
        assert canonical.encode(step.event)
        assert vitals.at == at
        assert not vitals.is_dark(at + 2 * INTERVAL_MS)
        assert vitals.is_dark(at + 2 * INTERVAL_MS + 1)


def test_where_nobody_watches_vendors_nothing_is_found() -> None:
    """Parts made for a tool or a bench have no heartbeats, and say so when one is sent."""
    world = World()
    parts = replace(world.parts, heartbeats=NoHeartbeats())
    assert check(parts) == Checked()
    assert parts.heartbeats.load("acme") is None
    parts.heartbeats.count("acme", AT)
    assert parts.heartbeats.counted("acme", AT) == 0
    with pytest.raises(NotImplementedError):
        parts.heartbeats.save(VITALS, None, None)  # type: ignore[arg-type]
