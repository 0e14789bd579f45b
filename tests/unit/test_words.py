"""The words of a page, in both languages."""

import pytest

from chalicelib.paging.words import (
    GSM7_SEGMENT,
    UCS2_SEGMENT,
    PageFacts,
    fallback_page,
    minutes,
    page_text,
)
from chalicelib.services.page_draft import DUTIES
from chalicelib.terms import HOUR, MINUTE, Tier

LINK = "https://t.example.cn/p/AbCdEfGhIjKlMnOpQrStUv"


def facts(**changes: object) -> PageFacts:
    """A page in the middle of an S0."""
    given: dict[str, object] = {
        "code": "K4F-7QM",
        "tier": Tier.S0,
        "suspect": False,
        "open_ms": 12 * MINUTE,
        "link": LINK,
        "why": "rung",
        "repeat": False,
    }
    return PageFacts(**(given | changes))  # type: ignore[arg-type]


BESIDE = ["K5", "K6", "K7", "K8", "K9", "K10", "K11", "K13", "data", "freeze", "police", "hold"]
BESIDE += ["task", "try", "review", "stall", "withdrawn", "escalated"]


@pytest.mark.parametrize("why", ["rung", "repeat", "top", "failed", "unreachable", *BESIDE])
@pytest.mark.parametrize("suspect", [False, True])
@pytest.mark.parametrize("repeat", [False, True])
def test_every_sms_fits_one_segment(why: str, *, suspect: bool, repeat: bool) -> None:
    """70 characters of UCS-2 for Chinese, 160 of GSM-7 for English, up to three hours in."""
    given = facts(why=why, suspect=suspect, repeat=repeat, open_ms=3 * HOUR, acknowledged_by="")
    assert len(page_text(given, "zh-CN").sms) <= UCS2_SEGMENT
    english = page_text(given, "en").sms
    assert len(english) <= GSM7_SEGMENT
    assert english.isascii()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_reason_beside_the_ladder_has_words_of_its_own(language: str) -> None:
    """Whoever is paged for the police is not told that somebody should own the case."""
    told = {page_text(facts(why=why), language).sms for why in [*BESIDE, "rung"]}
    assert len(told) == len(BESIDE) + 1


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_duty_is_named_in_words_when_it_is_overdue(language: str) -> None:
    """A clock's short name alone would mean nothing on a phone at night."""
    line = {"zh-CN": "已超时：", "en": "Overdue: "}[language]
    for clock in DUTIES:
        assert line in page_text(facts(overdue=(clock,)), language).text, clock


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_page_names_what_is_overdue_what_stops_it_and_who_owns_it(language: str) -> None:
    """The email says all three, and carries the link."""
    given = facts(overdue=("K3",), coming={"K4": 4}, acknowledged_by="owner")
    text = page_text(given, language).text
    words = {
        "zh-CN": ("已超时：有人认领", "4 分钟内必须：采取保护措施", "值班负责人", "什么能让它停下"),
        "en": (
            "Overdue: somebody",
            "Due in 4 minutes: a",
            "owner on call",
            "What stops",
        ),
    }
    assert all(word in text for word in (*words[language], LINK))


def test_a_long_time_is_told_in_hours_and_days() -> None:
    """Nobody counts 4,319 minutes."""
    text = page_text(facts(coming={"K4": 119, "K9": 239, "K10": 4319}), "zh-CN").text
    assert "119 分钟内必须：采取保护措施" in text
    assert "3 小时内必须：给投诉人回音" in text
    assert "2 天内必须：解决" in text


def test_a_repeat_says_that_it_may_be_one() -> None:
    """In the SMS, the subject and the text."""
    for language, word in (("zh-CN", "重"), ("en", "REPEAT")):
        page = page_text(facts(repeat=True), language)
        assert word in page.sms
        assert word in page.subject


def test_the_fallback_page_is_in_both_languages_and_one_segment() -> None:
    """Nobody's language is known."""
    page = fallback_page("K4F-7QM", Tier.S0, HOUR)
    assert len(page.sms) <= UCS2_SEGMENT
    assert "60" in page.sms
    assert "by hand" in page.text
    assert "人工" in page.text


def test_a_time_before_the_beginning_is_no_minutes() -> None:
    """Clocks differ; a page never shows a negative number."""
    assert minutes(-5) == 0
