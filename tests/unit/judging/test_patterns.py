"""Patterns hold where their parts stand together as said, and nowhere else."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.judging.concepts import Finder
from chalicelib.judging.normalise import normalise
from chalicelib.judging.patterns import Patterns
from chalicelib.judging.reading import Reading
from tools.policy_patterns import PatternFile, compile_patterns
from tools.policy_yaml import Document

CONCEPTS = {
    "kin": ["sister", "妹妹"],
    "answer": ["answered", "answer", "回消息"],
    "brake": ["brakes", "刹车"],
    "fail": ["failed", "失灵"],
    "work": ["work", "worked"],
    "game": ["racing game"],
    "cue.negation": ["not", "no", "没", "hasnt"],
}
PLAIN = frozenset({"kin", "brake", "cue.negation"})
FINDER = Finder(CONCEPTS, [], plain=PLAIN)


def holds(find: str, text: str) -> bool:
    """Whether a pattern of one way is found in a text."""
    file = PatternFile.model_validate(
        {
            "patterns": [
                {
                    "id": "it",
                    "says": {"en": "it", "zh-CN": "它"},
                    "find": [find],
                    "match": ["x"],
                    "near_miss": ["y"],
                }
            ]
        }
    )
    document = Document("patterns.yaml", "")
    document.nodes[()] = None  # type: ignore[assignment]  # only looked at when something is wrong
    patterns, problems = compile_patterns([(file, document)], CONCEPTS)
    assert not problems
    folded = normalise(text)
    reading = Reading(folded.text, FINDER.find(folded))
    return bool(Patterns(patterns, PLAIN).find(reading))


@pytest.mark.parametrize(
    ("find", "text", "expected"),
    [
        ("brake + fail", "the brakes failed", True),
        ("brake + fail", "it failed, I mean the brakes", False),  # another clause
        ("brake ~ fail", "it failed, I mean the brakes", True),
        ("brake >> fail", "it failed, I mean the brakes", False),  # another order
        ("brake > fail", "the brakes failed", True),
        ("brake ~ fail", "the brakes. It failed", False),  # another sentence
        ("brake & fail", "the brakes. It failed", True),
        ("brake + fail", "刹车失灵了", True),
        ("brake + !work", "the brakes did not work", True),
        ("brake + !work", "the brakes work", False),
        ("brake + *work", "the brakes did not work", True),
        ("brake + fail -game", "in a racing game the brakes failed", False),
        ("brake + fail --game", "I like a racing game. The brakes failed", False),
        ("brake + fail -game", "I like a racing game. The brakes failed", True),
        ("kin ~ !answer ~ time>=1h", "my sister hasn't answered for four hours", True),
        ("kin ~ !answer ~ time>=1h", "my sister hasn't answered for five minutes", False),
        ("kin ~ !answer ~ time>=1h", "妹妹四个小时没回消息", True),
    ],
)
def test_ways(find: str, text: str, expected: bool) -> None:  # noqa: FBT001  # a table
    """Each joint, stance, measure and exclusion means what the manual says."""
    assert holds(find, text) is expected


def test_far_apart() -> None:
    """In one clause without any punctuation two words may still be too far apart."""
    assert not holds("brake + fail", "the brakes " + "and so on " * 12 + "failed")


def test_spans_are_those_of_the_parts() -> None:
    """What explains a pattern are its parts, in order, in the folded text."""
    concepts: dict[str, Any] = {"a": ["alpha"], "b": ["beta"]}
    way = {"parts": [["", "", "b"], ["+", "", "a"]], "not_in_sentence": [], "not_at_all": []}
    patterns = Patterns([{"id": "it", "find": [way]}], frozenset())
    folded = normalise("alpha then beta")
    reading = Reading(folded.text, Finder(concepts, []).find(folded))

    assert patterns.find(reading) == {"it": [(0, 5), (11, 15)]}


def test_the_first_way_that_holds_explains_it() -> None:
    """Never one that a set happened to give first: the log must say the same again."""
    names = [f"thing-{n}" for n in range(20)]
    ways = [{"parts": [["", "", name]], "not_in_sentence": [], "not_at_all": []} for name in names]
    folded = normalise(" ".join(f"thing{chr(97 + n)}" for n in range(20)))
    concepts = {name: [f"thing{chr(97 + n)}"] for n, name in enumerate(names)}
    reading = Reading(folded.text, Finder(concepts, []).find(folded))

    for first in range(20):
        patterns = Patterns([{"id": "it", "find": ways[first:] + ways[:first]}], frozenset())
        assert patterns.find(reading) == {"it": [(first * 7, first * 7 + 6)]}


@given(st.lists(st.sampled_from(["sister", "answered", "not", ",", ".", "brakes", "妹妹"])))
def test_any_row_of_words(words: list[str]) -> None:
    """No order of words breaks a pattern, and a pattern never holds without its concepts."""
    text = " ".join(words)
    if holds("kin ~ answer", text):
        assert "answered" in text
        assert "sister" in text or "妹妹" in text
