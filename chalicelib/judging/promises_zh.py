"""Words of time in Chinese."""

import re
from collections.abc import Iterator

from chalicelib.judging.promises_numbers import ZH_NUMBER, chinese
from chalicelib.judging.promises_when import CLOSE, MIDNIGHT, NOON, Clock, Day, Part, Span, Value
from chalicelib.terms import DAY, HOUR, MINUTE, SECOND

Word = tuple[int, int, tuple[Value, ...]]
N = ZH_NUMBER

SPAN = re.compile(
    rf"(?<![\d.第])(?:{N}个?(?:到|至|-|~|或者?|/))?(?P<n>{N})(?:\(\d{{1,3}}\))?来?(?P<more>个半)?[个粒]?"
    r"(?P<unit>工[作做][日曰]|工作天|自然日|工作小时|小时|钟头|钟(?!头)|分[钟种]?|刻钟|秒钟?|天(?!前台)|"
    r"日(?=之?内|以内|之?后|以后)|星期|礼拜|周(?![一二三四五六日末年])|月(?!\d|[底末初中份])|年(?![\d一二级])|"
    r"h(?:ou)?rs?|hrs?|h|mins?|days?)(?![a-z])(?P<half>半(?![个天年月]))?"
)
MS = {
    "小时": HOUR, "工作小时": HOUR, "钟头": HOUR, "钟": HOUR, "分": MINUTE, "分钟": MINUTE,
    "分种": MINUTE,
    "刻钟": 15 * MINUTE, "秒": SECOND, "秒钟": SECOND, "天": DAY, "日": DAY, "自然日": DAY,
    "星期": 7 * DAY, "礼拜": 7 * DAY, "周": 7 * DAY, "年": 365 * DAY,
}  # fmt: skip
LATIN = {"h": HOUR, "m": MINUTE, "d": DAY}

DAYS = {
    "今天": 0, "今日": 0, "本日": 0, "当天": 0, "当日": 0, "今": 0, "明天": 1, "明日": 1, "明": 1,
    "听": 1, "听日": 1, "今儿个": 0, "明儿个": 1,
    "次日": 1, "隔天": 1, "第二天": 1, "隔日": 1, "翌日": 1, "后天": 2, "后日": 2, "大后天": 3,
    "大后日": 3, "今儿": 0, "明儿": 1, "后儿": 2, "明后天": 2, "明后两天": 2, "今明两天": 1,
}  # fmt: skip
DAY_WORD = re.compile(
    "|".join(sorted((d for d in DAYS if len(d) > 1), key=len, reverse=True))
    + "|[今明听](?=早|晚|晨|夜|朝)"
)
WEEKDAY = re.compile(
    r"(?P<week>下下个?|下个?|本|这个?|上个?|每个?)?(?<![一两三四五六七八九十\d])"
    r"(?:周|星期|礼拜)(?:(?P<end>末|六日)|(?P<day>[一二三四五六日天1-6])(?![次圈年]))"
)
WEEK = re.compile(
    r"(?P<week>下下个?|下个?|本|这个?|当|上个?|每个?)(?:周|星期|礼拜)(?![一二三四五六日天末])"
)
MONTH = re.compile(
    r"(?P<month>下下个?|下个?|本|这个?|当|上个?|每个?|\d{1,2}|十[一二]?|[一二三四五六七八九])?月"
    r"(?P<third>底|末|初|上旬|中旬|下旬)|(?P<whole>下个?|本|这个?|当|上个?|每个?)月内?"
)
DATE = re.compile(
    rf"(?:(?P<year>\d{{4}})年)?(?P<month>\d{{1,2}}|[一二三四五六七八九十]{{1,2}})月"
    rf"(?P<day>{N})[日号]?|(?P<y>\d{{4}})[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}})(?!\d)|"
    rf"(?P<of>本|这个?|当|下个?)月(?P<nth>\d{{1,2}}|[一二三四五六七八九十廿]{{1,3}})[号日]|"
    rf"(?<![\d第工尾车])(?P<only>\d{{1,2}}|[一二三四五六七八九十廿]{{1,3}})"
    r"(?:号(?=之?前|以前|当|上午|下午|中午|晚|早|内|会|给|把|将|回|[(,。\s]|$|到|至|或|出|左右|完)|日(?=之?前|以前))"
)
PAST = re.compile(
    r"昨天|昨日|[琴寻]日|[琴寻]晚|昨晚|昨夜|昨|大?前天|前日|前晚|那天|去年|往年|每天|每日|每晚|每早|每周|每月|天天|刚才|刚刚|"
    r"上一?周|上个?(?:星期|礼拜)|上个?月|平时|平日"
)
WORKDAY = re.compile(r"(?:下一?个?|次一?个?|第二个)工作[日天]")
YEAR = re.compile(r"(?:今|本)?年(?:底|末|内)")
PART = re.compile(
    r"凌晨|清晨|一大早|大清早|大早上|一早|早上|早晨|早间|朝早|上午|上昼|午前|中午|正午|晌午|午间|下午|下昼|"
    r"晏昼|午后|傍晚|"
    r"晚上|晚间|夜晚|夜里|夜间|深夜|半夜|午夜|(?:[下收]班|收工|[午中晚][饭餐]|夜班)"
    r"(?=之?前|以前|时)|"
    r"(?<=[今明听天日当一二三四五六])(?:早|晨|朝|晚|夜)(?![些点于到了]|一些|一点(?!半|钟|整|之?前|以前|左右))"
)
PARTS = {
    **dict.fromkeys(("凌晨",), Part(6, "dawn")),
    **dict.fromkeys(("中午", "正午", "晌午", "午间"), Part(NOON, "noon")),
    **dict.fromkeys(("午饭", "午餐", "中饭", "中餐"), Part(NOON, "noon")),
    **dict.fromkeys(("下午", "午后", "下昼", "晏昼"), Part(CLOSE, "pm")),
    **dict.fromkeys(("晚饭", "晚餐"), Part(CLOSE, "pm")),
    **dict.fromkeys(("傍晚",), Part(CLOSE + 1, "pm")),
    **dict.fromkeys(
        ("晚上", "晚间", "夜晚", "夜里", "夜间", "深夜", "晚", "夜"), Part(MIDNIGHT, "night")
    ),
    **dict.fromkeys(("半夜", "午夜", "夜班"), Part(MIDNIGHT, "night")),
    **dict.fromkeys(("下班", "收班", "收工"), Part(CLOSE, "pm")),
}
MORNING = Part(NOON, "am")
HOUR_ZH = r"\d{1,2}|十[一二]?|二十[一二三四]?|[零〇一二两三四五六七八九]"
CLOCK = re.compile(
    rf"(?<![\d.:第几多])(?P<hour>{HOUR_ZH})(?:点(?![击赞评餐子儿])|时(?=之?前|以前|整|许|\d|[一二三四五六七八九十]))"
    r"(?P<minute>半|[一三]刻|钟|整|(?:\d{1,2}|[一二三四五]?十[一二三四五六七八九]?)分?)?|"
    r"(?<![\d:.])(?P<h>\d{1,2}):(?P<m>\d{2})(?![\d:])"
)
STRUCK = re.compile(r"下一?个?整点(?:之?前|以前|时)?|整点(?:之?前|以前|时)")
SAME_TIME = re.compile(
    r"(?<=[天日一二三四五六])的?(?:这个?|同一个?|此|同样的)(?:时候|时间|时刻|点儿?|时)(?!段)"
)
FEASTS = {"元旦": (1, 1), "五一": (5, 1), "六一": (6, 1), "国庆": (10, 1), "圣诞": (12, 25)}
FEAST = re.compile(
    rf"(?P<name>{'|'.join(FEASTS)})(?:劳动|儿童)?节?(?:长假|假期|放假|小长假)?(?=之?前|以前|当[天日]|那天)"
)
POINTS = re.compile(r"[以下这共有][二两三四五六七八九]点")  # so many points, not o'clock
ONE_OCLOCK = re.compile(
    r"(?:[午晨晚上早里间夜天日:]|\b)一点|.?一点(?:半|钟|整|左右|之?前|以前|到|至|[一三]刻|[零\d二三四五]|$)"
)
JUST_A_BIT = re.compile(r"[早晚快慢有差大小多少好那这]一点(?!半|钟|整|之?前|以前)")


def words(text: str) -> Iterator[Word]:
    """Each word of time: where it stands and what it says; words may overlap."""
    for pattern, reader in READERS:
        for match in pattern.finditer(text):
            values = reader(match)
            if values:
                yield match.start(), match.end(), values


def _span(match: re.Match[str]) -> tuple[Value, ...]:
    unit = match["unit"]
    amount = chinese(match["n"]) + (0.5 if match["more"] or match["half"] else 0)
    if unit == "分" and not match.string.startswith(
        ("内", "之内", "以内", "后", "之后"), match.end()
    ):
        return ()  # a mark or a fraction, not minutes
    if unit[:1] == "工" and "小时" not in unit:
        return (Span(amount, "work"),)
    if unit == "月":
        return (Span(amount, "month"),) if "个" in match[0] or "半" in match[0] else ()
    return (Span(amount * (MS.get(unit) or LATIN[unit[0]])),)


def _ahead(word: str | None) -> int:
    """How many weeks or months ahead; below zero for one gone by or one that recurs."""
    if not word:
        return 0
    return -1 if word[0] in "上每" else word.count("下")


def _weekday(match: re.Match[str]) -> tuple[Value, ...]:
    week = match["week"]
    if _ahead(week) < 0:
        return (Day("past"),)
    if match["end"]:
        return (Day("weekend", _ahead(week)),)
    day = "一二三四五六日".find(match["day"].replace("天", "日"))
    number = day if day >= 0 else int(match["day"]) - 1
    return (Day("weekday", number, week=_ahead(week) if week else None),)


def _week(match: re.Match[str]) -> tuple[Value, ...]:
    ahead = _ahead(match["week"])
    return (Day("past"),) if ahead < 0 else (Day("week", ahead),)


def _month(match: re.Match[str]) -> tuple[Value, ...]:
    named = match["month"] or match["whole"]
    if named and (named.isdigit() or named[0] in ZH_MONTHS):
        return (
            Day(
                "date",
                {"初": 10, "上旬": 10, "中旬": 20}.get(match["third"], 0),
                month=int(chinese(named)),
            ),
        )
    ahead = _ahead(named)
    if ahead < 0:
        return (Day("past"),)
    into = {"初": 10, "上旬": 10, "中旬": 20}.get(match["third"] or "")
    return (Day("month", ahead, month_day=into),)


ZH_MONTHS = "一二三四五六七八九十"


def _date(match: re.Match[str]) -> tuple[Value, ...]:
    if match["y"]:
        return (Day("date", int(match["d"]), month=int(match["m"]), year=int(match["y"])),)
    if match["of"]:  # so many days into that month
        return (Day("month", _ahead(match["of"]), month_day=int(chinese(match["nth"]))),)
    if match["only"]:
        return (Day("date", int(chinese(match["only"]))),)
    year = int(match["year"]) if match["year"] else None
    return (Day("date", int(chinese(match["day"])), month=int(chinese(match["month"])), year=year),)


def _feast(match: re.Match[str]) -> tuple[Value, ...]:
    month, day = FEASTS[match["name"]]
    return (Day("date", day, month=month),)


def _part(match: re.Match[str]) -> tuple[Value, ...]:
    return (PARTS.get(match[0], MORNING),)


def _clock(match: re.Match[str]) -> tuple[Value, ...]:
    if match["h"]:
        hour, minute = int(match["h"]), int(match["m"])
        exact = len(match["h"]) == 2 and match["h"][0] == "0"  # noqa: PLR2004  # two digits
    else:
        hour, minute, exact = int(chinese(match["hour"])), _minute(match["minute"] or ""), False
        if not _on_the_dial(match):
            return ()
    return (Clock(hour, minute, exact or hour == 0),) if hour <= MIDNIGHT else ()


def _on_the_dial(match: re.Match[str]) -> bool:
    """Whether 点 says a time: 一点 is mostly "a bit", 三点 may be three points."""
    text, before = match.string, max(match.start() - 1, 0)
    if match["hour"] == "一" and not match["minute"]:
        return not JUST_A_BIT.match(text, before) and bool(ONE_OCLOCK.match(text, before))
    return not POINTS.match(text, before)


def _minute(word: str) -> int:
    if word == "半":
        return 30
    if word.endswith("刻"):
        return 15 if word[0] == "一" else 45
    word = word.rstrip("分")
    return int(chinese(word)) if word and word not in {"钟", "整"} else 0


READERS = (
    (SPAN, _span),
    (PAST, lambda _: (Day("past"),)),
    (DAY_WORD, lambda match: (Day("ahead", DAYS[match[0]]),)),
    (WEEKDAY, _weekday),
    (WEEK, _week),
    (MONTH, _month),
    (DATE, _date),
    (WORKDAY, lambda _: (Day("work", 1, until=CLOSE),)),
    (YEAR, lambda _: (Day("year"),)),
    (FEAST, _feast),
    (STRUCK, lambda _: (Span(1, "oclock"),)),
    (SAME_TIME, lambda _: (Clock(0, now=True),)),
    (PART, _part),
    (CLOCK, _clock),
)
