"""Concepts are found where they are meant."""

import re

import pytest

from chalicelib.judging.concepts import Finder, Mask, Span
from chalicelib.judging.normalise import normalise

FINDER = Finder(
    {
        "fire": ["fire", "on fire", "着火", "车着火了", "火光冲天"],
        "fire.weak": ["smoke"],
        "help": ["help me", "sos", "救命", "打110"],
    },
    [
        Mask(re.compile("fire sale|films? .{0,9}fire"), frozenset({"fire"})),
        Mask(re.compile("救命(稻草|恩人)|电影.{0,9}着火"), frozenset({"help", "fire"})),
    ],
)


def found(text: str) -> dict[str, list[Span]]:
    """The concepts found in a text."""
    return FINDER.find(normalise(text))


@pytest.mark.parametrize("text", ["firewall", "misfire", "sosig", "打1100元", "help men"])
def test_latin_terms_stand_alone(text: str) -> None:
    """A term with a letter or a digit at its edge is not found inside a longer word."""
    assert found(text) == {}


@pytest.mark.parametrize(
    ("text", "concept"),
    [("FIRE!", "fire"), ("说sos吧", "help"), ("快打110了", "help"), ("help\nme", "help")],
)
def test_terms_are_found(text: str, concept: str) -> None:
    """Chinese around a Latin term, punctuation and line breaks do not hide it."""
    assert list(found(text)) == [concept]


def test_longest_term_of_a_concept_counts() -> None:
    """Overlapping terms of one concept are one hit, the longest."""
    assert found("我的车着火了") == {"fire": [(2, 6)]}
    assert found("着火光冲天") == {"fire": [(1, 5)]}
    assert found("it is on fire") == {"fire": [(6, 13)]}


def test_mask_cancels_only_inside_itself() -> None:
    """A figure of speech cancels its own words and nothing beside it."""
    assert found("救命稻草") == {}
    assert found("救命稻草,救命啊") == {"help": [(5, 7)]}
    assert found("the fire sale burned: fire") == {"fire": [(22, 26)]}


@pytest.mark.parametrize(
    "text", ["a film, fire", "a film\nfire", "film . fire", "电影 着火", "电影。着火"]
)
def test_mask_does_not_cross_clauses(text: str) -> None:
    """A mask ends with its clause: a topic named before a danger does not hide it."""
    assert list(found(text)) == ["fire"]


@pytest.mark.parametrize("text", ["a film about fire", "电影里着火"])
def test_mask_within_a_clause(text: str) -> None:
    """Within one clause the topic hides the word."""
    assert found(text) == {}
