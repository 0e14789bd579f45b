"""The arithmetic of the benches, which themselves are never tests."""

from collections import Counter

from tools.bench import cost, meter, start


def test_units_are_told_apart_by_table_and_index() -> None:
    """A table's own units are what its indexes leave of the total."""
    consumed = {
        "TableName": "cases",
        "CapacityUnits": 7.0,
        "GlobalSecondaryIndexes": {"due": {"CapacityUnits": 2.0}},
    }
    assert meter._split(consumed) == {"cases": 5, "cases.due": 2}
    assert meter._split({"TableName": "vault", "CapacityUnits": 2.0}) == {"vault": 2}


def test_a_bill_over_its_limit_says_so() -> None:
    """The total counts every table and index."""
    bill = meter.Bill(Counter({"cases": 9, "cases.due": 2}), [("cases", "case state", 700)])
    assert bill.total == 11
    assert next(cost.lines("tick", 10, bill)).endswith("11 of 10   OVER")
    assert next(cost.lines("tick", 11, bill)).endswith("11 of 11")


def test_a_ratio_is_of_the_medians() -> None:
    """Milliseconds of the app over those of its libraries."""
    assert start.verdict(320.04, 200.0) == {
        "app_ms": 320.0,
        "baseline_ms": 200.0,
        "ratio": 1.6,
        "limit": 1.6,
    }
