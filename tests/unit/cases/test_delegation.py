"""Which S4 cases a vendor may close by itself."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from chalicelib.bundle import load_bundle
from chalicelib.cases.calendar import Calendar
from chalicelib.cases.delegation import LEAST_PERMILLE, Delegation, Grant, Row
from chalicelib.services.parts import Rules
from tests.support.world import World

SMALL = Row(
    id="small-refunds",
    vendor="acme-care",
    category="refund",
    limit_minor=20_000,
    currency="CNY",
    permille=100,
    since=date(2027, 1, 4),
    probation_until=date(2027, 7, 2),
)
LOST = Row(
    id="lost-property",
    vendor="acme-care",
    category="lost-property",
    limit_minor=None,
    currency="",
    permille=50,
    since=date(2027, 1, 4),
)
ROWS = Delegation((SMALL, LOST))


def at(text: str) -> int:
    """A local time in UTC+8, in ms."""
    return int(datetime.fromisoformat(text + "+08:00").timestamp()) * 1000


LATER = at("2027-08-01T12:00")


@pytest.mark.parametrize("amount", [0, 1, 20_000])
def test_an_amount_within_the_limit_is_granted(amount: int) -> None:
    """From nothing up to the limit itself."""
    grant = Grant("small-refunds", 100)
    assert ROWS.find("acme-care", "refund", amount, "CNY", LATER) == grant


@pytest.mark.parametrize("amount", [20_001, -1, None, float("nan"), 1.0, True, "5", 10**30])
def test_an_amount_that_cannot_be_compared_is_not(amount: int | None) -> None:
    """More than the limit, less than nothing, no number, or none at all."""
    assert ROWS.find("acme-care", "refund", amount, "CNY", LATER) is None


@pytest.mark.parametrize(
    ("vendor", "category", "currency"),
    [
        ("other-care", "refund", "CNY"),
        ("", "refund", "CNY"),
        ("acme-care", "", "CNY"),
        ("acme-care", "Refund", "CNY"),
        ("acme-care", "damage", "CNY"),
        ("acme-care", "refund", "USD"),
        ("acme-care", "refund", ""),
    ],
)
def test_only_what_is_named_is_granted(vendor: str, category: str, currency: str) -> None:
    """Another vendor, another category, another currency: no grant."""
    assert ROWS.find(vendor, category, 100, currency, LATER) is None


@pytest.mark.parametrize("amount", [None, 0, 10**12, -1])
def test_without_a_limit_any_amount_will_do(amount: int | None) -> None:
    """A category that has no money in it is granted whatever is said of money."""
    grant = ROWS.find("acme-care", "lost-property", amount, "", LATER)
    assert grant == Grant("lost-property", 50)


@pytest.mark.parametrize(
    ("moment", "permille"),
    [
        ("2027-01-03T23:59:59", None),
        ("2027-01-04T00:00:00", 1000),
        ("2027-07-02T23:59:59", 1000),
        ("2027-07-03T00:00:00", 100),
    ],
)
def test_delegation_and_probation_turn_at_local_midnight(moment: str, permille: int | None) -> None:
    """The first day counts from its first moment, and probation to the end of its last day."""
    grant = ROWS.find("acme-care", "refund", 100, "CNY", at(moment))
    assert (grant and grant.sample_permille) == permille


def test_the_clients_own_midnight_counts() -> None:
    """At the same moment probation is over in China and not yet in England."""
    london = Delegation(ROWS.rows, Calendar(offset_min=0))
    moment = at("2027-07-03T00:00:00")
    found = [one.find("acme-care", "refund", 1, "CNY", moment) for one in (ROWS, london)]
    assert [grant and grant.sample_permille for grant in found] == [100, 1000]


def test_the_smallest_limit_that_covers_counts() -> None:
    """A row for larger sums, or for any, does not change how small ones are sampled."""
    larger = replace(SMALL, id="large-refunds", limit_minor=100_000, permille=500)
    any_sum = replace(SMALL, id="a", limit_minor=None, permille=900)
    rows = Delegation((any_sum, larger, SMALL))
    found = [rows.find("acme-care", "refund", n, "CNY", LATER) for n in (20_000, 20_001, 100_001)]
    assert [grant and grant.rule_id for grant in found] == ["small-refunds", "large-refunds", "a"]


def test_nothing_is_delegated_as_shipped() -> None:
    """Until somebody writes a row no vendor may close anything."""
    assert Rules(load_bundle()).grants == ()
    assert World().parts.delegation.find("acme-care", "refund", 0, "CNY", LATER) is None


def test_rows_are_read_from_the_bundle() -> None:
    """What the build compiles is what is asked, with the working days in use."""
    bundle = load_bundle()
    row = {
        "id": "small-refunds",
        "vendor": "acme-care",
        "category": "refund",
        "limit_minor": 20_000,
        "currency": "CNY",
        "permille": 100,
        "since": "2027-01-04",
        "probation_until": "2027-07-02",
    }
    without = {**row, "id": "b", "probation_until": None}
    rules = Rules({**bundle, "delegation": [row, without]})
    assert rules.grants == (SMALL, replace(SMALL, id="b", probation_until=None))
    assert SMALL.permille >= LEAST_PERMILLE
