"""Durations and ages in a folded text: "four hours", "四个小时", "15 month old", "两岁"."""

import re

from chalicelib.judging.concepts import Span

NUMBERS = {
    "a": 1.0, "an": 1.0, "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0,
    "six": 6.0, "seven": 7.0, "eight": 8.0, "nine": 9.0, "ten": 10.0, "eleven": 11.0,
    "twelve": 12.0, "twenty": 20.0, "thirty": 30.0, "forty": 40.0, "fifty": 50.0,
    "several": 3.0, "few": 3.0, "couple": 2.0, "half": 0.5,
    "半": 0.5, "一": 1.0, "二": 2.0, "两": 2.0, "俩": 2.0, "三": 3.0, "四": 4.0, "五": 5.0,
    "六": 6.0, "七": 7.0, "八": 8.0, "九": 9.0, "十": 10.0, "几": 3.0, "好几": 3.0, "数": 3.0,
}  # fmt: skip
MINUTES = {
    "minute": 1.0, "min": 1.0, "hour": 60.0, "hr": 60.0, "day": 1440.0, "night": 1440.0,
    "week": 10080.0, "wk": 10080.0, "month": 43200.0, "year": 525600.0, "yr": 525600.0,
    "分钟": 1.0, "刻钟": 15.0, "小时": 60.0, "钟头": 60.0, "天": 1440.0, "夜": 1440.0,
    "宿": 1440.0, "周": 10080.0, "星期": 10080.0, "礼拜": 10080.0, "个月": 43200.0, "年": 525600.0,
    "岁": 525600.0,
}  # fmt: skip
BOUND = re.compile(r"(time|age)(>=|<=)(\d+)(min|h|d|w|m|y)")
UNITS = {"min": 1, "h": 60, "d": 1440, "w": 10080, "m": 43200, "y": 525600}

_EN = "|".join(sorted((n for n in NUMBERS if n.isascii()), key=len, reverse=True))
TIME_EN = re.compile(
    rf"\b(\d{{1,4}}(?:\.\d)?|{_EN})(?: (?:of|an?|and a half|more|long|or (?:so|two|more)))?"
    r" ?(minute|min|hour|hr|day|night|week|wk|month|year|yr)s?\b"
)
AGE_EN = re.compile(
    rf"\b(\d{{1,3}}(?:\.\d)?|{_EN})(?: and a half)? ?(day|week|wk|month|year|yr)s?(?: | of )old\b"
    r"|\b(?:aged?|age:) (\d{1,3})\b|\b(\d{1,3}) ?(?:yo|y/o)\b"
)
_ZH = "[半一二两俩三四五六七八九十几数]"
TIME_ZH = re.compile(
    rf"(\d{{1,4}}(?:\.\d)?|好?{_ZH}{{1,3}}) ?(?:来|多)?(个月|个?)(?:多|半)?"
    "(分钟|刻钟|小时|钟头|天|夜|宿|周|星期|礼拜|年)?"
)
AGE_ZH = re.compile(rf"(\d{{1,3}}|{_ZH}{{1,3}}) ?(?:来|多)?(岁|个月)(?:大|的|多|半|宝|娃)?")


def quantities(text: str, bound: str) -> list[Span]:
    """Where the text names a time or an age within a bound like ``time>=1h``, in order."""
    found = BOUND.fullmatch(bound)
    if not found:
        raise ValueError(f"{bound!r} is not a bound like time>=1h or age<=12y")
    kind, relation, number, unit = found.groups()
    limit = int(number) * UNITS[unit]
    measured = _times(text) if kind == "time" else _ages(text)
    return sorted(
        span
        for span, minutes in measured
        if (minutes >= limit if relation == ">=" else minutes <= limit)
    )


def _times(text: str) -> list[tuple[Span, float]]:
    times = [
        (found.span(), _number(found[1]) * MINUTES[found[2]]) for found in TIME_EN.finditer(text)
    ]
    for found in TIME_ZH.finditer(text):
        unit = found[2] if found[2] == "个月" else found[3]
        if unit:
            times.append((found.span(), _number(found[1]) * MINUTES[unit]))
    return times


def _ages(text: str) -> list[tuple[Span, float]]:
    ages = []
    for found in AGE_EN.finditer(text):
        unit = MINUTES[found[2]] if found[2] else MINUTES["year"]
        ages.append((found.span(), _number(found[1] or found[3] or found[4]) * unit))
    return ages + [
        (found.span(), _number(found[1]) * MINUTES[found[2]]) for found in AGE_ZH.finditer(text)
    ]


def _number(written: str) -> float:
    if written in NUMBERS:
        return NUMBERS[written]
    if written[0].isdigit():
        return float(written)
    head, tens, tail = written.removeprefix("好").partition("十")
    if tens:
        return NUMBERS.get(head, 1.0) * 10 + NUMBERS.get(tail, 0.0)
    return NUMBERS.get(written[0], 1.0)
