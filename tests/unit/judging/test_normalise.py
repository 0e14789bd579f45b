"""Folding keeps the way back to the text as received."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.judging.normalise import FOLDS, FOLDS_KEPT, fold, normalise


@pytest.mark.parametrize(
    ("received", "folded"),
    [
        ("ＨＥＬＰ　Ｍｅ", "help me"),
        ("can’t BREATHE", "cant breathe"),
        ("self-harm, e–bike, a_b", "self harm, e bike, a b"),
        ("救\u200b命\ufeff", "救命"),
        ("h\u0336e\u0336lp", "help"),
        ("Ｓ０Ｓ！", "s0s!"),
        ("ﬁre", "fire"),
        ("  a \t b \r\n c  ", "a b\nc"),
        ("a\x00b", "ab"),
        ("\ud83c text", "\ufffd text"),
        ("🆘", "🆘"),
        ("\u2028 \u200b", ""),
    ],
)
def test_fold(received: str, folded: str) -> None:
    """Case, width, accents, apostrophes, dashes, blanks and invisible characters are folded."""
    assert normalise(received).text == folded


def test_span_leads_back() -> None:
    """A span of the folded text names the code points of the text as received."""
    received = "\u200b  说:“Ｏ\u0301ﬃce 着\u200b火了”"
    folded = normalise(received)
    start = folded.text.index("着火")

    begin, end = folded.span(start, start + 2)

    assert received[begin:end] == "着\u200b火"
    office = folded.text.index("office")
    assert received[slice(*folded.span(office, office + 6))] == "Ｏ\u0301ﬃce"


@given(st.text(alphabet=st.characters(exclude_categories=[]), max_size=60))
def test_every_character_has_a_source(received: str) -> None:
    """Whatever the text, the map is as long as the folded text, in order, and inside the text."""
    folded = normalise(received)

    assert len(folded.sources) == len(folded.text)
    assert list(folded.sources) == sorted(folded.sources)
    assert all(source < len(received) for source in folded.sources)
    folded.text.encode()


def test_memory_is_bounded() -> None:
    """A text of every character there is does not make us remember them all."""
    normalise("".join(map(chr, range(2 * FOLDS_KEPT))))

    assert len(FOLDS) == FOLDS_KEPT


@given(st.text(alphabet=st.sampled_from(list("救命ab e\u0301ﬃ\u200b\n\t-.'說啊A")), max_size=40))
def test_the_quick_way_and_the_traced_way_are_one(text: str) -> None:
    """Folding at once and folding with a trace give the same text, character by character."""
    folded = normalise(text)

    assert len(folded.sources) == len(folded.text)
    assert list(folded.sources) == sorted(folded.sources)
    for at, char in enumerate(folded.text):
        start, end = folded.span(at, at + 1)
        assert char in " \n" or char in "".join(map(fold, text[start:end])), (char, start, end)


@pytest.mark.parametrize(
    ("received", "folded"),
    [
        ("救 命 啊", "救命啊"),
        ("救.命", "救命"),
        ("h.e.l.p me", "help me"),
        ("h e l p", "help"),
        ("heeeelp", "help"),
        ("killlled", "killed"),
        ("救命命命命", "救命"),
        ("他說會殺我", "他说会杀我"),
        ("电 话 110000", "电话 110000"),
        ("我要 退货", "我要 退货"),
        ("e.g. a plan", "e.g. a plan"),
        ("cool, all good", "cool, all good"),
    ],
)
def test_written_apart_or_drawn_out(received: str, folded: str) -> None:
    """Spaced and drawn-out letters are put together; words, numbers and double letters stay."""
    assert normalise(received).text == folded


def test_put_together_leads_back() -> None:
    """A span over characters that were written apart names all that stood between them."""
    received = "快来 救.命 啊"
    folded = normalise(received)
    start = folded.text.index("救命")

    assert received[slice(*folded.span(start, start + 2))] == "救.命"
