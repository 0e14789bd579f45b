"""The author's desk in the local run: what its page is given."""

import pytest

from tools.local.trying import LONGEST, Trying


@pytest.fixture(scope="module")
def trying() -> Trying:
    """A desk over the real policies."""
    return Trying()


def test_a_text_that_fires(trying: Trying) -> None:
    """Tier, marks in code points, what fired in both languages, and who would be paged."""
    answer = trying.answer({"text": "😀 充电宝起火了", "danger_now": "yes"})

    assert answer["tier"] == "S0"
    fired = [(start, end) for start, end, what, _ in answer["marks"] if what == "fired"]
    assert "起火" in {answer["text"][start:end] for start, end in fired}
    assert {"danger-now", "fire"} <= {policy["policy"] for policy in answer["fired"]}
    assert all(policy["title"].keys() == {"en", "zh-CN"} for policy in answer["fired"])
    first = {page["role"]: page["at"] for page in answer["pages"]}
    assert (first["owner"], first["owner_second"]) == (0, 3)


def test_what_is_near_is_told_in_both_languages(trying: Trying) -> None:
    """Each reason has both its sentences."""
    answer = trying.answer({"text": "my sister answered after four hours"})

    assert answer["near"]
    assert all(near["why"].keys() == {"en", "zh-CN"} for near in answer["near"])


@pytest.mark.parametrize(
    "asked", [None, [], {}, {"text": 7}, {"text": "x", "attributes": "trip_active"}]
)
def test_a_question_that_is_none(trying: Trying, asked: object) -> None:
    """What cannot be answered is said to be so, and breaks nothing."""
    assert trying.answer(asked).keys() == {"error"}


def test_a_text_is_cut(trying: Trying) -> None:
    """No text keeps the desk busy for long."""
    assert len(trying.answer({"text": "a" * 3 * LONGEST})["text"]) == LONGEST
