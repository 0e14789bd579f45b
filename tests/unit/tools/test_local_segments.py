"""How an SMS is counted."""

import pytest

from tools.local.segments import Size, size


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Size("GSM-7", 0, 1, 160)),
        ("x" * 160, Size("GSM-7", 160, 1, 160)),
        ("x" * 161, Size("GSM-7", 161, 2, 306)),
        ("x" * 307, Size("GSM-7", 307, 3, 459)),
        ("钟" * 70, Size("UCS-2", 70, 1, 70)),
        ("钟" * 71, Size("UCS-2", 71, 2, 134)),
        ("x" * 69 + "钟", Size("UCS-2", 70, 1, 70)),
    ],
)
def test_a_text_is_counted_as_carriers_do(text: str, expected: Size) -> None:
    """One segment holds 160 septets or 70 units; joined ones hold 153 or 67 each."""
    assert size(text) == expected


def test_some_characters_count_twice() -> None:
    """Brackets and the euro are escaped in GSM's alphabet; emoji take two UTF-16 units."""
    assert size("[€]").used == 6
    assert size("🔥").used == 2


def test_tildes_and_backslashes_stay_in_the_alphabet() -> None:
    """Links with a tilde do not turn a text into UCS-2."""
    assert size("http://t.example/~a").encoding == "GSM-7"
