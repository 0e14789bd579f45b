"""The worker's clock and the store's: what an answer says, and for how long."""

import pytest

from chalicelib.aws.agreement import SKEW_MS, SLOWEST_MS, Agreement
from chalicelib.services.ports import ClockSkewError
from chalicelib.terms import HOUR, SECOND
from tests.support.fakes import VirtualClock

AT = 1_795_255_200_000


class Two:
    """A clock that can be set, a steady one, and what is known of them."""

    def __init__(self) -> None:
        """The store has just said that the clock is right."""
        self.clock = VirtualClock(AT)
        self.steady = 5_000
        self.agreement = Agreement(self.clock, lambda: self.steady)
        self.agreement.observe(self.agreement.asking(), AT)

    def wait(self, ms: int) -> None:
        """Time passes."""
        self.clock.advance(ms)
        self.steady += ms

    def is_refused(self, at: int = 0) -> bool:
        """Whether nothing may be written now."""
        try:
            self.agreement.require(at)
        except ClockSkewError:
            return True
        return False


@pytest.fixture
def two() -> Two:
    """They agree."""
    return Two()


def test_agreement_lasts_while_time_passes(two: Two) -> None:
    """A warm worker need not ask again."""
    two.wait(HOUR)
    assert not two.is_refused()


@pytest.mark.parametrize("jump", [-30 * HOUR, -SKEW_MS - 1, SKEW_MS + 1, HOUR])
def test_a_clock_that_is_set_meanwhile_agrees_no_more(two: Two, jump: int) -> None:
    """Whatever it was when the store last answered; and the store may say that it is right."""
    two.clock.advance(jump)
    assert two.is_refused()
    two.agreement.observe(two.agreement.asking(), two.clock.now())
    assert not two.is_refused()


@pytest.mark.parametrize("jump", [-HOUR, HOUR])
def test_a_clock_that_is_set_while_the_store_answers_is_not_known_to_agree(
    two: Two, jump: int
) -> None:
    """It was right before, and the answer lies between before and now; but now is another time."""
    asked = two.agreement.asking()
    two.clock.advance(jump)
    two.agreement.observe(asked, max(AT, AT + jump))
    assert two.is_refused()


def test_a_clock_that_is_set_by_little_is_let_be(two: Two) -> None:
    """Two seconds are what two workers may differ by anyway."""
    two.clock.advance(SKEW_MS)
    assert not two.is_refused()


@pytest.mark.parametrize("at", [AT + SKEW_MS + 1, AT + HOUR, AT - SLOWEST_MS - 1, AT - 30 * HOUR])
def test_what_was_stamped_by_a_clock_that_was_wrong_is_refused(two: Two, at: int) -> None:
    """The clock was put right between the reading and the commit."""
    assert two.is_refused(at)


@pytest.mark.parametrize("at", [AT, AT + SKEW_MS, AT - 29 * SECOND])
def test_a_request_may_take_its_time(two: Two, at: int) -> None:
    """As long as any gateway waits, and longer."""
    assert not two.is_refused(at)


def test_a_clock_that_the_store_disowned_is_refused(two: Two) -> None:
    """And was never asked of is refused, too."""
    two.agreement.observe(two.agreement.asking(), AT + HOUR)
    assert two.is_refused()
    assert not Agreement(two.clock).holds
