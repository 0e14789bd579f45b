"""Folding keeps the way back to the text as received."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.judging.normalise import FOLDS, FOLDS_KEPT, normalise


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
