"""Words of time in English."""

import re
from collections.abc import Iterator

from chalicelib.judging.promises_numbers import EN_NUMBER, EN_ONES, english
from chalicelib.judging.promises_when import CLOSE, MIDNIGHT, NOON, Clock, Day, Part, Span, Value
from chalicelib.terms import DAY, HOUR, MINUTE, SECOND

Word = tuple[int, int, tuple[Value, ...]]
N = EN_NUMBER
UNITS = (
    r"(?:bus?\w{2,4}ss?|working|work|office|biz|bank) ?(?:days?|hours?|hrs?)|bds?\b|calendar days?|"
    r"hours?|hrs?|hr|h|minutes?|minuets?|mintues?|mins?|mns?|m|seconds?|secs?|s|days?|d|"
    r"fortnights?|"
    r"weeks?|wks?|months?|mths?|years?|yrs?"
)
SPAN = re.compile(
    rf"(?<![\w.⁄$£€¥#:])(?:{N}(?: ?(?:{UNITS}))?(?:(?<!ty) ?[-~/] ?| to | or | and (?!an? half)))?"
    rf"(?P<n>{N})(?: ?\(\d{{1,3}}\))?(?P<more> and an? half)?"
    rf"(?P<gap>[ -]|(?<=\d))(?P<unit>{UNITS})(?![a-z])"
    r"(?P<half> and an? half\b)?(?P<two> or (?:two|2)\b)?",
    re.ASCII,
)
A_WHILE_S = 10
THE = re.compile(
    r"(?:(?<=within )|(?<=in )|(?<=inside )|(?<=over ))(?:the |this )(?:next |coming |"
    r"same )?(hour|day|week|month)\b|next hour\b|quarter of an hour\b|"
    r"three quarters of an hour\b",
    re.ASCII,
)
WORKING_DAYS = re.compile(r"(?:b\w{1,7}|working|work|office) ?d|bd")
UNIT_MS = {
    r"(?:b\w{1,7}|working|work|office)? ?h": HOUR, "mi|mn|m$": MINUTE, "s": SECOND, "d|cal": DAY,
    "w": 7 * DAY, "f": 14 * DAY, "y": 365 * DAY,
}  # fmt: skip

WEEKDAYS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
WEEKDAY_NAME = (
    r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tues?|weds?|thur?s?|fri|"
    r"sat|sun)"
)
DAY_WORD = re.compile(
    r"\b(?:(?P<after>(?:the )?day after (?:tomorrow|tmrw))|(?P<today>today|(?<!the )"
    r"(?<!that )same day|this day)|"
    r"(?P<tomorrow>tom{1,3}or{1,3}ow|tmrw?|tmw|2moro|(?:the )?(?:next|following) day))(?:s)?\b",
    re.ASCII,
)
WEEKDAY = re.compile(
    rf"\b(?:(?P<which>next|this|coming|last|every|each) )?(?P<day>{WEEKDAY_NAME})(?P<many>s)?\b",
    re.ASCII,
)
STRETCH = re.compile(
    r"\b(?P<end>(?:the )?(?:end|close) of )?(?P<which>the |this |next |the following |"
    r"the coming |last |every |each )?"
    r"(?P<what>(?:business |working |work )?week|weekend|month|year)\b(?!s|ly| ago| old|[ -]?end)|"
    r"\b(?P<short>eow|eom|(?:the )?months? ?-?end)\b",
    re.ASCII,
)
MONTHS = {
    name: at
    for at, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
MONTH_NAME = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
DATE = re.compile(
    rf"\b(?P<m1>{MONTH_NAME})\.? (?:the )?(?P<d1>\d{{1,2}})(?:st|nd|rd|"
    rf"th)?(?:,? (?P<y1>20\d\d))?(?![\d:])\b|"
    rf"\b(?:the )?end of (?P<whole>{MONTH_NAME})\b|"
    rf"\b(?:the )?(?P<d2>\d{{1,2}})(?:st|nd|rd|"
    rf"th)?(?: of)? (?P<m2>{MONTH_NAME})\b(?:,? (?P<y2>20\d\d))?|"
    r"\b(?P<y3>20\d\d)-(?P<m3>\d{1,2})-(?P<d3>\d{1,2})\b|\bthe (?P<d4>\d{1,2})(?:st|nd|rd|th)\b",
    re.ASCII,
)
PAST = re.compile(
    r"\b(?:yesterday|last (?:night|evening|week|month|year)|(?:the )?other day|(?:the )?day before|"
    r"every ?(?:day|morning|evening|night|week|month)|daily|weekdays|weekends|mornings|"
    r"evenings|since)\b",
    re.ASCII,
)
WORKDAY = re.compile(r"\b(?:the )?(?:next|following) (?:business|working|work) day\b", re.ASCII)
PART = re.compile(
    r"\b(?:(?P<that>(?:that|same|following) )?(?P<today>this )?(?P<part>morning|"
    r"afternoon|evening|night|lunch ?time|lunch|midday|noon|midnight)|"
    r"(?P<tonight>tonight|tonite|2nite)|(?P<first>first thing)|"
    r"(?:(?<=tomorrow )|(?<=tmrw )|(?<=day )|(?<=this ))(?P<letters>[ap])m|"
    r"(?P<close>before (?:we|i|they) (?:close|shut|finish|leave|knock off|clock off|log off)"
    r"(?: up)?|(?:the )?(?:end|close) of (?:the |this |our |your )?(?:business|working|work|"
    r"office)(?: day)?|"
    r"(?:the )?(?:end|close) of (?:the |this |todays |my |our |his |her )?(?:day|play|shift)|"
    r"(?:dinner|tea|supper) ?time|(?<=before )(?:dinner|tea|supper)|eod|cob|eob|eobd|day s end|"
    r"days end|"
    r"(?:the )?close of business))\b(?! hours)",
    re.ASCII,
)
NIGHT = Part(MIDNIGHT, "night")
PARTS: dict[str, Value] = {
    "morning": Part(NOON, "am"), "afternoon": Part(CLOSE, "pm"), "evening": NIGHT, "night": NIGHT,
    "midnight": Clock(MIDNIGHT, 0, exact=True),
}  # fmt: skip
HOURS = rf"\d{{1,2}}|{'|'.join(reversed(EN_ONES[:12]))}"
NEXT_WORD = (
    r"(?= ?(?:$|[,!?;)。\n]|\.(?!\d)|today|tomorrow|tonight|on\b|this\b|in the\b|sharp|at the|"
    r"and\b|or\b|latest|oclock|\w{3,6}day\b|(?:if|so|with|to|for|from|as|but|because|unless|once|when|"
    r"while|either|whatever|regardless|anyway|then|even|just|without|after|before|max|tops|please|ok|okay|"
    r"you|we|i|he|she|they|it|your|our|my|the|a|an|his|her|their|someone|some\w{3,4}|local)\b))"
)
STRUCK = re.compile(r"\b(?:at |by )?the top of the(?: next)? hour\b|\bon the hour\b", re.ASCII)
SAME_TIME = re.compile(
    rf"\b(?:at |by )?(?:this|the same|same) time"
    rf"(?= (?:on )?(?:tom|tmr?w|the day after|day after|next |{WEEKDAY_NAME}))|"
    rf"\bat (?:this|the same) time\b",
    re.ASCII,
)
CLOCK = re.compile(
    rf"(?<![\w.:$£€¥])(?:(?:(?:between|from) )?(?:{HOURS})(?::\d\d)?(?: ?- ?| and | to ))?"
    rf"(?P<hour>{HOURS})(?:[:.](?P<minute>[0-5]\d))? ?(?P<half>[ap]\.? ?m\b\.?)|"
    rf"(?<![\w.:$£€¥])(?P<h24>\d{{1,2}}):(?P<m24>[0-5]\d)(?![\d:])|"
    rf"\b(?P<clock>{HOURS}) ?o ?clock\b|"
    rf"\b(?P<past>half past|quarter past|"
    rf"quarter to) (?P<of>{HOURS})\b(?: ?(?P<half2>[ap]\.?m\b\.?))?|"
    rf"(?:\b(?:by|before|at|until|till|than|around|about) )(?P<bare>{HOURS})"
    rf"(?:\.(?P<bare_minute>[0-5]\d))?{NEXT_WORD}|"
    rf"\b(?:between|from) (?:{HOURS})(?: and | to | ?- ?)(?P<until>{HOURS}){NEXT_WORD}|"
    rf"(?<![\w.:$£€¥])(?:{HOURS})(?: to | ?- ?)(?P<then>{HOURS})"
    r"(?= (?:tonight|tomorrow|(?:this|in the) (?:morning|afternoon|evening)))",
    re.ASCII,
)


def words(text: str) -> Iterator[Word]:
    """Each word of time: where it stands and what it says; words may overlap."""
    for pattern, reader in READERS:
        for match in pattern.finditer(text):
            values = reader(match)
            if values:
                yield match.start(), match.end(), values


def _span(match: re.Match[str]) -> tuple[Value, ...]:
    unit, amount = match["unit"], english(match["n"])
    sort = match["gap"] == "-" and not unit.endswith("s")  # a 3-day trip, a 24-hour line
    letter = match["n"] == "a" and len(unit) == 1
    wink = unit[0] == "s" and amount < A_WHILE_S  # "two secs" is a manner of speaking
    if sort or letter or wink:
        return ()
    amount = 2 if match["two"] else amount + (0.5 if match["more"] or match["half"] else 0)
    if WORKING_DAYS.match(unit):
        return (Span(amount, "work"),)
    if unit.startswith(("month", "mth")):
        return (Span(amount, "month"),)
    return (Span(amount * UNIT_MS[next(u for u in UNIT_MS if re.match(u, unit))]),)


def _the(match: re.Match[str]) -> tuple[Value, ...]:
    if "quarter" in match[0]:
        return (Span((45 if "three" in match[0] else 15) * MINUTE),)
    match match[1]:
        case "day":
            return (Day("ahead"),)
        case "week":
            return (Span(7 * DAY),)
        case "month":
            return (Span(1, "month"),)
    return (Span(HOUR),)


def _day_word(match: re.Match[str]) -> tuple[Value, ...]:
    return (Day("ahead", 2 if match["after"] else 1 if match["tomorrow"] else 0),)


def _weekday(match: re.Match[str]) -> tuple[Value, ...]:
    which = match["which"]
    if which in {"last", "every", "each"} or match["many"]:
        return (Day("past"),)
    week = {"next": 1, "this": 0}.get(which or "")
    return (Day("weekday", WEEKDAYS[match["day"][:3]], week=week),)


def _stretch(match: re.Match[str]) -> tuple[Value, ...]:
    if match["short"]:
        return (
            (Day("weekday", 4, week=0, until=CLOSE),)
            if match["short"] == "eow"
            else (Day("month"),)
        )
    which, what = (match["which"] or "").split(), match["what"]
    if (not which and not match["end"]) or {"last", "every", "each"} & set(which):
        return (Day("past"),) if which else ()
    ahead = 1 if {"next", "following", "coming"} & set(which) else 0
    if what.endswith("week"):
        if match["end"]:
            return (Day("weekday", 4, week=ahead, until=CLOSE),)
        return (Day("week", ahead),) if which != ["the"] else ()
    if which == ["the"] and not match["end"] and what != "weekend":
        return ()
    return (Day({"weekend": "weekend", "month": "month", "year": "year"}[what], ahead),)  # type: ignore[arg-type]


def _date(match: re.Match[str]) -> tuple[Value, ...]:
    groups = match.groupdict()
    if groups["whole"]:
        return (Day("date", 0, month=MONTHS[groups["whole"][:3]]),)
    day = next(int(groups[f"d{at}"]) for at in range(1, 5) if groups[f"d{at}"])
    month = groups["m1"] or groups["m2"]
    number = MONTHS[month[:3]] if month else int(groups["m3"]) if groups["m3"] else None
    year = groups["y1"] or groups["y2"] or groups["y3"]
    return (Day("date", day, month=number, year=int(year) if year else None),)


def _part(match: re.Match[str]) -> tuple[Value, ...]:
    if match["that"]:  # of a day that was named before
        return ()
    if match["tonight"]:
        return (Day("ahead"), NIGHT)
    if match["close"]:
        return (Part(CLOSE, "pm"),)
    if match["first"]:
        return (Part(NOON, "am"),)
    if match["letters"]:
        return (PARTS["morning" if match["letters"] == "a" else "afternoon"],)
    value = PARTS.get(match["part"], Clock(NOON, 0, exact=True))
    return (Day("ahead"), value) if match["today"] else (value,)


def _clock(match: re.Match[str]) -> tuple[Value, ...]:
    groups = match.groupdict()
    half = (groups["half"] or groups["half2"] or "")[:1]
    said = next(
        groups[g] for g in ("hour", "h24", "clock", "of", "bare", "until", "then") if groups[g]
    )
    hour, minute = (
        int(english(said)),
        int(groups["minute"] or groups["m24"] or groups["bare_minute"] or 0),
    )
    if groups["past"]:
        minute = 30 if groups["past"].startswith("half") else 15
        hour, minute = (hour - 1, 45) if groups["past"].endswith("to") else (hour, minute)
    if half:
        hour = hour % NOON + (NOON if half == "p" else 0)
    exact = bool(half) or bool(groups["h24"] and said.startswith("0"))
    return (Clock(hour, minute, exact=exact or hour == 0),) if hour <= MIDNIGHT else ()


READERS = (
    (SPAN, _span),
    (THE, _the),
    (PAST, lambda _: (Day("past"),)),
    (DAY_WORD, _day_word),
    (WORKDAY, lambda _: (Day("work", 1, until=CLOSE),)),
    (STRETCH, _stretch),
    (WEEKDAY, _weekday),
    (DATE, _date),
    (STRUCK, lambda _: (Span(1, "oclock"),)),
    (SAME_TIME, lambda _: (Clock(0, now=True),)),
    (PART, _part),
    (CLOCK, _clock),
)
