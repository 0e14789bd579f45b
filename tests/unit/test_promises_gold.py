"""Phrases that were written without seeing the parser's answers to them."""

import pytest

from tests.support.promised import LANGUAGES, misses, table

TABLES = {
    "promises_gold": 120,
    "promises_second": 120,
    "promises_third": 60,
    "promises_fourth": 40,
}
SHARE = 0.95


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_phrases_are_heard_as_their_author_meant_them(name: str, language: str) -> None:
    """At least 95 in 100 phrases give exactly the instant written down, or none where none is."""
    phrases = table(name)
    wrong = misses(phrases, language)
    assert len(phrases[language]) == TABLES[name]
    assert len(wrong) <= len(phrases[language]) * (1 - SHARE), wrong
