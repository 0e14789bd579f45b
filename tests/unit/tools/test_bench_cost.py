"""What a complaint costs: the arithmetic, which prices it uses, and what it does not know."""

import re

import pytest

from chalicelib.terms import Tier
from tools.bench.cost_tiers import TEXTS
from tools.bench.prices import ASSUMED, KNOWN, PRICES_USD, Use, per_thousand


def test_a_thousand_costs_a_thousand_times_one() -> None:
    """Each service by its own price; text messages are by far the dearest."""
    use = Use(writes=40, reads=10, messages=5, segments=2, emails=2, api=2, ring=1, herald=4)

    told = per_thousand(use)

    usd = told["usd"]
    assert isinstance(usd, dict)
    assert usd["sms"] == pytest.approx(2_000 * PRICES_USD["sms_segment_us"])
    assert usd["dynamodb"] == pytest.approx(40_000 * 0.625e-6 + 10_000 * 0.125e-6, abs=1e-4)
    assert usd["sqs"] == pytest.approx(15_000 * 0.4e-6, abs=1e-4)
    assert told["write_units"] == 40_000
    assert told["usd_total"] == pytest.approx(sum(usd.values()), abs=0.01)


def test_prices_say_from_when_they_are() -> None:
    """A month stands beside them, and every function that is priced has its assumption."""
    assert re.fullmatch(r"20\d\d-\d\d", KNOWN)
    assert set(ASSUMED) == {"api", "ring", "herald", "open"}
    assert all(price > 0 for price in PRICES_USD.values())
    assert set(TEXTS) == set(Tier)
