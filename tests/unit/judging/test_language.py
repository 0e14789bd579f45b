"""What cannot be read is said to be unknown."""

import pytest

from chalicelib.judging.language import script_of
from chalicelib.judging.normalise import normalise


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("我的订单还没到", "zh"),
        ("我的 iPhone 充不了电", "zh"),
        ("退款 https://example.com/a/b/c/d", "zh"),
        ("Where is my refund?", "en"),
        ("@shop THANKS #nope", "en"),
        ("refund", "en"),
        ("", "unknown"),
        ("12345 👍", "unknown"),
        ("ช่วยฉันด้วย", "unknown"),
        ("助けてください、ドアが開かない", "unknown"),
        ("el conductor no me deja bajar", "unknown"),
        ("le chauffeur ne me laisse pas sortir", "unknown"),
        ("shifu bu rang wo xia che", "unknown"),
        ("\ufffd\ufffd", "unknown"),
    ],
)
def test_guess(text: str, language: str) -> None:
    """Chinese and English are known, and everything else is not."""
    assert script_of(normalise(text).text).language == language


@pytest.mark.parametrize(
    ("claim", "language"),
    [("en-US", "en"), ("zh_CN", "en"), ("中文", "en"), ("", "en"), ("es", "unknown")],
)
def test_claim_may_only_raise(claim: str, language: str) -> None:
    """A claim of an unread language makes it unknown; no other claim changes the guess."""
    assert script_of("where is my refund", claim).language == language
    assert script_of("no me deja", claim).language == "unknown"
