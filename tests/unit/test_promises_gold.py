"""Phrases that somebody else wrote without seeing the parser."""

import pytest

from tests.support.promised import LANGUAGES, misses, table

GOLD = table("promises_gold")
SHARE = 0.95


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_gold_phrases_are_heard_as_their_author_meant_them(language: str) -> None:
    """At least 95 in 100 phrases give exactly the instant written down, or none where none is."""
    wrong = misses(GOLD, language)
    assert len(GOLD[language]) == 120
    assert len(wrong) <= len(GOLD[language]) * (1 - SHARE), wrong
