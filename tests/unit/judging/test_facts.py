"""Facts are plain, and hold nobody's name."""

import math
from collections.abc import Mapping

import orjson
import pytest

from chalicelib.judging.facts import facts_of
from chalicelib.judging.statement import Statement


def facts(attributes: Mapping[str, object] | None = None, **fields: object) -> dict[str, object]:
    """The facts of a statement with these fields; ``speed`` is the attribute that is read."""
    statement = Statement(text="x", attributes=attributes or {}, **fields)  # type: ignore[arg-type]
    return facts_of(
        statement, patterns=[], counts={}, language="en", blank=False, attributes={"speed"}
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
