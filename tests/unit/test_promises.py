"""Times promised in words: what is heard, when it is owed, and what is no promise."""

import importlib
import re
from collections.abc import Iterator
from itertools import pairwise
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.cases.calendar import Calendar
from chalicelib.judging import promises_en, promises_phrases, promises_text, promises_zh
from chalicelib.judging.promises import promises
from chalicelib.judging.promises_text import AFTER, BEFORE, Text
from chalicelib.services import promising
from chalicelib.terms import DAY, HOUR, MINUTE
from tests.support.promised import LANGUAGES, misses, ms, table

DEV = table("promises_dev")
WEDNESDAY = ms(DEV["at"])
CALENDAR = Calendar()
TEXTS = st.text(alphabet=st.characters(exclude_categories=[]), max_size=80)
PIECES = """
一 两 三 十 半 个 小时 天 工作日 分钟 内 前 明天 今晚 周五 上午 八点 20:00 月底 会 给您 了 不 , 。
号 99 个月
within 24 3-5 hours business days by Friday tomorrow noon 5pm EOD half an and a ago for will not
waited please 9999 31 February 30
"""
WORDS = st.lists(st.sampled_from(PIECES.split()), max_size=14)
HOSTILE = [
    *("400个工作日,", "一", "1", "a ", "one and ", "明天或", "　", "—", "not ", "by 5 ", "."),
    *("within 24 hours ", "no more than ", "不会", "please you have ", "between 1 and ", "周一到"),
    *("\ud800", "½", "9999年99月99日"),
]


def at(iso: str) -> int:
    """A local time in UTC+8, in ms."""
    return ms(iso + "+08:00")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_development_phrases_are_heard(language: str) -> None:
    """Every phrase of our own table gives its instant, or none where nothing is promised."""
    assert len(DEV[language]) >= 60
    assert misses(DEV, language) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("您好！　专员会在１～３个工作日内联系您", "１～３个工作日"),
        ("兩個小時內會回覆您", "兩個小時"),
        ("👍 We\u2019ll call\u200b you  back within 24 – 48  hours!", "24 – 48  hours"),
        ("Ｂｙ 5 p.m. tomorrow, I promise", "5 p.m. tomorrow"),
    ],
)
def test_a_promise_names_its_words_as_received(text: str, words: str) -> None:
    """The offsets lead to the words in the text as it came, wide, traditional and invisible too."""
    (promise,) = promises(text, WEDNESDAY, CALENDAR)
    assert text[promise.start : promise.end] == words


def test_each_promise_of_a_message_is_heard() -> None:
    """Several promises in one message come in their order, and the first one owed is earliest."""
    text = "今晚八点前给您回电。退款3-5个工作日到账。We'll email you within 2 hours."
    dues = [promise.due_ms for promise in promises(text, WEDNESDAY, CALENDAR)]
    assert dues == [at("2026-03-04T20:00"), at("2026-03-11T10:00"), at("2026-03-04T12:00")]
    assert promising.earliest(text, WEDNESDAY, CALENDAR) == at("2026-03-04T12:00")


@pytest.mark.parametrize(
    ("said", "text", "due"),
    [
        ("2026-03-04T21:00", "明天早上九点给您回电", "2026-03-05T09:00"),
        ("2026-03-04T21:00", "八点前给您回电", "2026-03-05T08:00"),
        ("2026-03-04T16:00", "We will call you by 3pm", "2026-03-05T15:00"),
        ("2026-03-04T13:00", "We will call you by 12", "2026-03-05T00:00"),
        ("2026-03-04T16:00", "today by 3pm we will call", "2026-03-04T16:00"),
        ("2026-03-04T19:00", "下班前回复您", "2026-03-05T00:00"),
        ("2026-03-06T17:00", "1个工作日内回复您", "2026-03-09T17:00"),
        ("2026-03-06T17:00", "on the next business day we will call", "2026-03-09T18:00"),
        ("2026-03-04T16:00", "周三上午给您回电", "2026-03-11T12:00"),
        ("2026-01-31T10:00", "一个月内处理", "2026-02-28T10:00"),
        ("2026-12-20T10:00", "by January 5th you will have it", "2027-01-06T00:00"),
        ("2026-03-20T10:00", "5号之前给您退款", "2026-04-06T00:00"),
        ("2026-03-04T10:00", "we will pay before the end of the month", "2026-04-01T00:00"),
        ("2026-03-04T10:00", "今晚零点之前给您回电", "2026-03-05T00:00"),
        ("2026-03-04T10:00", "today by 12am we will call", "2026-03-05T00:00"),
        ("2026-03-04T10:00", "明天0:30前给您回电", "2026-03-05T00:30"),
        ("2026-03-04T10:00", "2月底前给您结果", "2027-03-01T00:00"),
        ("2026-03-04T10:00", "今晚一点前司机会到", "2026-03-05T01:00"),
        ("2026-03-04T10:00", "中午一点给您回电", "2026-03-04T13:00"),
        ("2026-03-04T17:20", "this time tomorrow we will ring you", "2026-03-05T17:20"),
        ("2026-03-04T17:20", "整点前给您回电", "2026-03-04T18:00"),
        ("2026-12-20T10:00", "元旦前给您修好", "2027-01-02T00:00"),
        ("2026-03-04T10:00", "this morning's call: we will ring at 5 to you", "2026-03-04T17:00"),
    ],
)
def test_the_hour_of_saying_it_counts(said: str, text: str, due: str) -> None:
    """A time is the next one of its kind; a deadline gone by when it is named is owed at once."""
    assert promising.earliest(text, at(said), CALENDAR) == at(due)


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("We're sending it on in the next 6 hours", "2026-03-04T16:00"),
        ("We were waiting for 6 hours", None),
        ("We’d like to settle it and will ring by 5pm", "2026-03-04T17:00"),
        ("Wed is when we will ring", "2026-03-05T00:00"),
        ("Friday's when we will ring", "2026-03-07T00:00"),
        ("We're always there Fridays", None),
        ("You came that night and will hear more", None),
        ("Prices go up on 1 April", None),
        ("At this time we will not say more", None),
        ("今天这个时候我们没有结果", None),
    ],
)
def test_a_word_that_looks_like_a_time_is_none(text: str, due: str | None) -> None:
    """A contraction is not the word that it is spelled like, and "at this time" names no time."""
    assert promising.earliest(text, WEDNESDAY, CALENDAR) == (at(due) if due else None)


def test_holidays_and_other_zones_are_the_calendars() -> None:
    """Working days and midnights are counted by the calendar that is given."""
    holiday = Calendar.from_dict({"holidays": ["2026-03-05"], "offset_min": 480})
    assert promising.earliest("1个工作日内", WEDNESDAY, holiday) == at("2026-03-06T10:00")
    utc = Calendar(offset_min=0)
    assert promising.earliest("by tomorrow noon", WEDNESDAY, utc) == ms("2026-03-05T12:00+00:00")
    nobody_works = Calendar(weekend=frozenset(range(7)))
    assert promising.earliest("3个工作日内", WEDNESDAY, nobody_works) == WEDNESDAY + 3 * DAY


def test_clocks_that_go_forward_are_followed() -> None:
    """A time of the day is the wall's, and a number of hours is a number of hours."""
    summer = ms("2026-03-29T01:00+00:00")  # London's clocks go from 01:00 to 02:00
    london = Calendar(offset_min=0, shifts=((summer, 60),))
    friday = ms("2026-03-27T10:00+00:00")
    for text, due in (
        ("by noon on Monday", "2026-03-30T12:00+01:00"),
        ("within 72 hours", "2026-03-30T10:00+00:00"),
        ("within one business day", "2026-03-30T10:00+01:00"),
        ("in a month we will write", "2026-04-27T10:00+01:00"),
    ):
        assert promising.earliest(text, friday, london) == ms(due), text


def test_far_promises_are_dropped() -> None:
    """What is promised for more than 400 days ahead is no promise."""
    assert promising.earliest("within 400 days", WEDNESDAY, CALENDAR) == WEDNESDAY + 400 * DAY
    for text in (
        "within 401 days",
        "9999个工作日内",
        "14个月内处理",
        "by 2031-01-01",
        "99月99日前",
    ):
        assert promising.earliest(text, WEDNESDAY, CALENDAR) is None, text


def test_a_record_holds_no_words() -> None:
    """An entry gets offsets and due times, earliest first, and not more than twenty of them."""
    text = "张三先生,三天内回复,一小时内回电"
    assert promising.record(text, WEDNESDAY, CALENDAR) == [
        {"start": 11, "end": 14, "due": WEDNESDAY + HOUR},
        {"start": 5, "end": 7, "due": WEDNESDAY + 3 * DAY},
    ]
    assert len(promising.record("一小时内回电。" * 50, WEDNESDAY, CALENDAR)) == 20


@given(TEXTS | WORDS.map("".join) | WORDS.map(" ".join), st.integers(0, 2**42))
def test_no_text_is_too_strange(text: str, said: int) -> None:
    """Whatever is said and whenever, nothing raises, and every promise is ahead and in the text."""
    found = promises(text, said, CALENDAR)
    assert all(promise.due_ms >= said for promise in found)
    assert all(0 <= promise.start < promise.end <= len(text) for promise in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


@given(
    st.sampled_from([row for lang in LANGUAGES for row in DEV[lang]]),
    st.sampled_from(
        ["您好。", "很抱歉给您带来不便!\n", "Hello there. ", "Sorry about that!\n", "好的;"]
    ),
    st.sampled_from(
        ["。谢谢您的理解", "\n祝好", "\nThank you for your patience.", "\nKind regards, Li"]
    ),
)
def test_sentences_around_it_change_nothing(row: dict[str, str], before: str, after: str) -> None:
    """A sentence is heard alike alone and between harmless ones."""
    alone = [(p.start, p.end, p.due_ms) for p in promises(row["text"], WEDNESDAY, CALENDAR)]
    whole = promises(before + row["text"] + after, WEDNESDAY, CALENDAR)
    shift = len(before)
    assert [(p.start - shift, p.end - shift, p.due_ms) for p in whole] == alone


class CountingCalendar:
    """Counts how often it is asked for working days; its clocks show UTC."""

    def __init__(self) -> None:
        self.asked = 0

    def wall(self, at_ms: int, /) -> int:
        """UTC."""
        return at_ms

    def moment(self, wall_ms: int, /) -> int:
        """UTC."""
        return wall_ms

    def after(self, at_ms: int, days: int, /) -> int:
        """As if every day were a working day."""
        self.asked += 1
        return at_ms + days * DAY


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_is_work_in_proportion(piece: str) -> None:
    """100,000 characters give at most one promise for each piece, and one look at the calendar."""
    calendar = CountingCalendar()
    found = promises((piece * 100_000)[:100_000], WEDNESDAY, calendar)
    assert len(found) <= 1 + 100_000 // len(piece)
    assert calendar.asked <= 1


@given(WORDS, st.integers(0, 40), st.integers(1, 20))
def test_what_is_judged_is_a_window(words: list[str], start: int, length: int) -> None:
    """However long a clause is, a bounded piece of it on either side is looked at."""
    text = Text("x" * 200 + " ".join(words) + "x" * 200)
    before, after, mark = text.around(180 + start, 180 + start + length)
    assert len(before) <= BEFORE
    assert len(after) <= AFTER
    assert len(mark) <= 1


def patterns(room: ModuleType) -> Iterator[re.Pattern[str]]:
    """The patterns that a module keeps."""
    return (value for value in vars(room).values() if isinstance(value, re.Pattern))


def longest(pattern: re.Pattern[str]) -> int:
    """The most characters that a pattern can match."""
    parser: Any = importlib.import_module("re._parser")
    _, most = parser.parse(pattern.pattern, pattern.flags).getwidth()
    return int(most)


@pytest.mark.parametrize("room", [promises_zh, promises_en, promises_phrases, promises_text])
def test_what_runs_over_the_whole_text_is_bounded(room: ModuleType) -> None:
    """No pattern of words can match more than 200 characters, so the search is linear."""
    assert {p.pattern: longest(p) for p in patterns(room) if longest(p) > 200} == {}


def test_minutes_and_seconds_are_exact() -> None:
    """A span counts from the very millisecond at which it was said."""
    assert promising.earliest("90秒内回电", WEDNESDAY + 7, CALENDAR) == WEDNESDAY + 7 + 90_000
    soon = promising.earliest("in an hour and a half", WEDNESDAY + 7, CALENDAR)
    assert soon == WEDNESDAY + 7 + 90 * MINUTE
