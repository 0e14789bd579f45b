"""How long guessing at a PIN shuts the guesser out."""

from chalicelib.services.pins import DOUBLED_MAX, LOCK_MS, WRONG_PINS_MAX, tried
from chalicelib.services.ports import PinTries
from chalicelib.terms import HOUR

NOW = 1_795_255_200_000


def test_four_tries_lock_nothing_and_the_fifth_locks() -> None:
    """The count starts again with each lock."""
    state = PinTries("per_1")
    for number in range(1, WRONG_PINS_MAX):
        state = tried(state, NOW)
        assert (state.wrong, state.locked_until) == (number, 0)
    state = tried(state, NOW)
    assert (state.wrong, state.locked_until) == (0, NOW + LOCK_MS)


def test_each_lock_is_twice_as_long_up_to_eight_hours() -> None:
    """Nobody's own PIN is shut out for days by whoever found their link."""
    lengths = [
        tried(PinTries("per_1", WRONG_PINS_MAX - 1, locks), NOW).locked_until - NOW
        for locks in range(DOUBLED_MAX + 3)
    ]
    assert lengths[:3] == [LOCK_MS, 2 * LOCK_MS, 4 * LOCK_MS]
    assert lengths[-1] == lengths[DOUBLED_MAX] == 8 * HOUR
