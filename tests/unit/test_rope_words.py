"""The words of the message with a reporter's own link."""

import pytest

from chalicelib.paging.rope_words import CONTACT, OPENED, RESOLVED, RopeFacts, rope_text
from chalicelib.paging.words import GSM7_SEGMENT, UCS2_SEGMENT

LINK = "https://t.example.cn/r/AbCdEfGhIjKlMnOpQrStUv"
CONTENT = ("危险", "投诉", "警察", "安全", "danger", "complaint", "police", "safety", "help")


@pytest.mark.parametrize("why", [OPENED, CONTACT, RESOLVED])
@pytest.mark.parametrize("repeat", [False, True])
def test_one_segment_with_the_link_and_nothing_of_the_matter(why: str, *, repeat: bool) -> None:
    """70 characters of UCS-2 or 160 of GSM-7; whoever sees the screen learns nothing."""
    chinese = rope_text(RopeFacts(why, LINK, repeat), "zh-CN")
    english = rope_text(RopeFacts(why, LINK, repeat), "en")
    assert len(chinese.sms) <= UCS2_SEGMENT
    assert len(english.sms) <= GSM7_SEGMENT
    assert english.sms.isascii()
    for text in (chinese, english):
        assert text.sms.endswith(f" {LINK}")
        assert f"\n{LINK}\n" in text.text
        said = f"{text.sms}{text.subject}{text.text}".lower()
        assert not [word for word in CONTENT if word in said]


def test_a_repeat_says_so() -> None:
    """In each language, in the SMS and in the email."""
    for language, sms, mail in (("en", "(again)", "before"), ("zh-CN", "警钟重", "重复")):
        text = rope_text(RopeFacts(OPENED, LINK, repeat=True), language)
        assert sms in text.sms
        assert mail in text.text


def test_any_other_reason_or_language_has_words_too() -> None:
    """What a later release calls it is opened, and what is not English is Chinese."""
    assert rope_text(RopeFacts("new", LINK, repeat=False), "fr") == rope_text(
        RopeFacts(OPENED, LINK, repeat=False), "zh-CN"
    )
