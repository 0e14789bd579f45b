"""Facts are plain, and hold nobody's name."""

import math
from collections.abc import Mapping

import orjson
import pytest

from chalicelib.judging.facts import facts_of
from chalicelib.judging.language import Script
from chalicelib.judging.statement import Statement


def facts(attributes: Mapping[str, object] | None = None, **fields: object) -> dict[str, object]:
    """The facts of a statement with these fields; ``speed`` is the attribute that is read."""
    statement = Statement(text="x", attributes=attributes or {}, **fields)  # type: ignore[arg-type]
    return facts_of(
        statement,
        patterns=[],
        counts={},
        script=Script("en"),
        likeness=0,
        attributes={"speed"},
    )


@pytest.mark.parametrize(
    ("received", "kept"),
    [("Hotline", "hotline"), (" app ", "app"), ("张三", "other"), ("13800000000", "other")],
)
def test_words(received: str, kept: str) -> None:
    """A plain word is kept in lower case; anything else becomes ``other``."""
    assert facts(channel=received)["channel"] == kept


@pytest.mark.parametrize(
    ("received", "kept"),
    [
        (True, True),
        (120, 120),
        (120.4, 120),
        ("1.5", 2),
        ("true", True),
        ("13800000000", "other"),
        ("fast", "fast"),
        ("Zhang San", "other"),
        (2**60, "other"),
        (math.nan, "other"),
        (math.inf, "other"),
        (None, "other"),
        ([1], "other"),
    ],
)
def test_attributes(received: object, kept: object) -> None:
    """Truths, safe whole numbers and plain words pass; an attribute no rule reads does not."""
    assert facts({"speed": received, "name": "Zhang"})["attributes"] == {"speed": kept}


@pytest.mark.parametrize(
    ("relation", "third_party"),
    [(None, False), ("Self", False), ("本人", False), ("friend", True), ("警察", True)],
)
def test_third_party(relation: str | None, third_party: bool) -> None:  # noqa: FBT001
    """Whoever does not say that they are the subject reports for somebody else."""
    assert facts(relation=relation)["third_party"] is third_party


def test_answers_have_three_values() -> None:
    """Not asked is neither yes nor no, and facts are canonical JSON."""
    answered = facts(danger_now=False, can_be_reached=True)

    assert (answered["danger_now"], answered["can_be_reached"]) == ("no", "yes")
    assert facts()["danger_now"] == ""
    assert orjson.loads(orjson.dumps(answered)) == answered


@pytest.mark.parametrize(
    ("attributes", "percent"),
    [
        ({"transcript_confidence": 0.42}, 42),
        ({"asr_confidence": 35}, 35),
        ({"confidence": 1}, 100),
        ({"confidence": -3}, -1),
        ({"confidence": True}, -1),
        ({"confidence": "high"}, -1),
        ({}, -1),
    ],
)
def test_confidence_of_a_transcript(attributes: dict[str, object], percent: int) -> None:
    """Shares and percents are read alike; what is neither says nothing."""
    assert facts(attributes)["transcript_confidence"] == percent


@pytest.mark.parametrize(
    ("attributes", "low"),
    [
        ({"category": "一般"}, True),
        ({"priority": " Low "}, True),
        ({"类别": "咨询"}, True),
        ({"category": "safety"}, False),
        ({"remark": "low"}, False),
        ({"priority": 4}, False),
    ],
)
def test_labelled_low(attributes: dict[str, object], low: bool) -> None:  # noqa: FBT001  # a table
    """A desk's word for what can wait is known in both languages, in the fields of labels."""
    assert facts(attributes)["labelled_low"] is low
