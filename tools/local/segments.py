"""How many SMS segments a text takes: what a carrier bills, and delivers in pieces."""

from typing import NamedTuple

# GSM 03.38: one septet each; the second row of characters takes two.
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")

GSM_ONE, GSM_MANY = 160, 153
UCS2_ONE, UCS2_MANY = 70, 67


class Size(NamedTuple):
    """``used`` counts septets or UTF-16 units, ``room`` what the segments could hold."""

    encoding: str
    used: int
    segments: int
    room: int


def size(text: str) -> Size:
    """The size of a text as an SMS; one character outside GSM's alphabet makes all of it UCS-2."""
    if all(character in _BASIC or character in _EXTENDED for character in text):
        used = sum(2 if character in _EXTENDED else 1 for character in text)
        return _size("GSM-7", used, GSM_ONE, GSM_MANY)
    return _size("UCS-2", len(text.encode("utf-16-le")) // 2, UCS2_ONE, UCS2_MANY)


def _size(encoding: str, used: int, one: int, many: int) -> Size:
    if used <= one:
        return Size(encoding, used, 1, one)
    segments = -(-used // many)
    return Size(encoding, used, segments, segments * many)
