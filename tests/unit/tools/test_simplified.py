"""The committed table of traditional characters is the library's."""

from tools.simplified import TABLE, pairs, source


def test_the_table_is_what_the_library_says() -> None:
    """Generated, committed, and not edited by hand."""
    assert TABLE.read_text(encoding="utf-8") == source(pairs())
