"""How like a danger a text is: what it is weighed by, how far it is read, what explains it."""

from typing import Any

import pytest

from chalicelib.judging.judge import judge
from chalicelib.judging.likeness import PIECE, READ, UNHEARD, Likeness, gram_set, grams, pieces
from chalicelib.judging.rulebook import Rulebook
from chalicelib.judging.statement import Statement
from chalicelib.terms import Tier

WEIGHTS = {"门": 30, "门口": 20, "退": -40, "door": 35, "he door": 15, "refund": -60}
LIKENESS = Likeness(WEIGHTS, -10)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("门口", {"门", "口", "门口"}),
        ("doors", {"door"}),
        ("my doors", {"my", "door", "my door"}),
        ("waited 40 minutes", {"wait", "0", "minut", "wait 0", "0 minut"}),
        ("bus", {"bus"}),
        ("在door前", {"在", "door", "前"}),
        ("?! …", set()),
    ],
)
def test_what_a_text_is_weighed_by(text: str, expected: set[str]) -> None:
    """Characters, stems and pairs; no pair reaches over a change of script."""
    assert gram_set(text) == expected
    assert {gram for gram, _ in grams(text)} == expected


def spans(text: str) -> list[tuple[int, int]]:
    """Where the words stand that spoke loudest."""
    return LIKENESS.spans(LIKENESS.weigh(text))


def test_places_of_grams() -> None:
    """A gram's place is where its words stand, whatever their endings."""
    assert dict(grams("the doors"))["the door"] == (0, 9)
    assert dict(grams("a门口"))["门口"] == (1, 3)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("门口", 4),  # 30 and 20 of three grams: 50 by the root of 3 and FEW, less 10
        ("he doors", 4),
        ("refund", -28),
        ("", UNHEARD),
        ("!!", UNHEARD),
        ("zz", -10),
    ],
)
def test_a_sum(text: str, expected: int) -> None:
    """What was never seen in learning says nothing of itself; without a letter nothing is said."""
    assert LIKENESS.of(text) == expected


def test_a_few_words_say_little() -> None:
    """The same weights come to more where more words say so."""
    assert LIKENESS.of("门口") < LIKENESS.of("门口 he doors")


def test_a_danger_within_a_long_text_is_not_talked_down() -> None:
    """Each piece is weighed by itself, so that what else is said takes nothing away."""
    x = "x " * (PIECE // 2)
    for padding in ("", "refund " * (PIECE // 7)):
        assert LIKENESS.of(f"{padding}{x}door {x}{padding}") >= -2
        assert LIKENESS.of(f"{padding}{x}{x}{padding}") == -10


def test_of_a_very_long_text_both_ends_are_read() -> None:
    """What it costs is bounded; patterns read all of it."""
    middle = "x " * READ
    assert LIKENESS.of("door " + middle) == LIKENESS.of(middle + "door") == -1
    assert sum(len(piece) for _, piece in pieces(middle)) <= 2 * READ


def test_words_that_spoke_loudest() -> None:
    """In their order; none that spoke against it."""
    text = "refund for the bus, he doors"
    assert [text[a:b] for a, b in spans(text)] == ["he doors", "doors"]
    assert spans("") == []


def test_spans_of_the_piece_that_was_most_like() -> None:
    """Places are those of the whole text."""
    text = "x " * PIECE + "门口"
    assert [text[a:b] for a, b in spans(text)] == ["门口"]


def test_a_rule_that_asks_for_it_is_explained_by_words(bundle: Any, rule: Any) -> None:
    """A fact like others; the words are shown under its name."""
    asks = rule("like", "likeness >= 1", shows=["likeness"], suspect=True)
    book = Rulebook.from_bundle(bundle(asks, likeness={"bias": -10, "weights": WEIGHTS}))
    judgment = judge(Statement(text="他在门口"), book)
    assert (judgment.tier, judgment.suspect, judgment.facts["likeness"]) == (Tier.S1, True, 2)
    [finding] = judgment.findings
    assert [(m.concept, m.start, m.end) for m in finding.matches] == [("likeness", 2, 4)]
    assert judge(Statement(text="门口的退款"), book).tier is Tier.S4
