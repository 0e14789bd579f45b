"""The system clock waits at most one second."""

from unittest.mock import Mock

import pytest

from chalicelib.aws import clock as room
from chalicelib.aws.clock import SystemClock


@pytest.mark.parametrize(("left", "slept"), [(-5, None), (0, None), (400, 0.4), (9_000, 1.0)])
def test_waiting_is_bounded(
    monkeypatch: pytest.MonkeyPatch, left: int, slept: float | None
) -> None:
    """It sleeps out what is left, or one second, or not at all."""
    time = Mock(time_ns=Mock(return_value=5_000_000_000))
    monkeypatch.setattr(room, "time", time)
    SystemClock().wait_until(5_000 + left)
    assert [call.args[0] for call in time.sleep.call_args_list] == ([slept] if slept else [])


def test_now_is_in_whole_milliseconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut, not rounded."""
    monkeypatch.setattr(room, "time", Mock(time_ns=Mock(return_value=1_234_999_999)))
    assert SystemClock().now() == 1_234
