"""Words of time joined to phrases: tomorrow + morning + at nine; three to five days."""

import re
from collections.abc import Iterator

from chalicelib.judging import promises_en, promises_zh
from chalicelib.judging.promises_when import Day, Part, Span, Value, When

JOIN = re.compile(
    r"(?:,? ?(?:on|at|by|before|of|in|around|about|sometime|is|late|early)? ?(?:the )?|"
    r"[ ,]?的?[ ,]?|大概|大约|约|最晚|最迟|s |' )"
)
RANGE = re.compile(
    r"(?: ?[-~/、] ?|到|至|或者?是?|和| to | or | and | through | thru | or on | or by |,? or )"
)
GLOSS = re.compile(r" ?\(|, ?| ")
ADD = re.compile(r",? ?(?:and )?|零|又|加")
TUESDAY, THURSDAY = 1, 3
FARTHEST = 16  # characters between two words of one phrase


def phrases(text: str) -> Iterator[tuple[int, int, When]]:
    """Neighbouring words of time that belong together, joined."""
    start = end = 0
    when = When()
    for word_start, word_end, values in _words(text):
        near = bool(end) and word_start - end < FARTHEST
        joined = _joined(when, values, text[end:word_start]) if near else None
        if joined is None:
            if end:
                yield start, end, when
            start, joined = word_start, When()
            for value in values:
                joined = joined.having(value)
        when, end = joined, word_end
    if end:
        yield start, end, when


def _words(text: str) -> Iterator[promises_zh.Word]:
    """The words of both languages, in order; of two that overlap the earlier, then the longer."""
    every = [*promises_zh.words(text), *promises_en.words(text)]
    every.sort(key=lambda word: (word[0], -word[1]))
    free = 0
    for word in every:
        if word[0] >= free:
            free = word[1]
            yield word


def _joined(when: When, values: tuple[Value, ...], gap: str) -> When | None:
    """The phrase with one more word, or None if that word begins another."""
    for value in values:
        if (when.span is None) == isinstance(value, Span):
            return None
        joins = JOIN.fullmatch(gap)
        if not when.has(value):
            chosen = value if joins else None
        elif RANGE.fullmatch(gap):
            chosen = _later(when, value)
        else:
            chosen = _together(when, value, gap)
        if chosen is None:
            return None
        when = when.having(chosen)
    return when


def _together(when: When, value: Value, gap: str) -> Value | None:
    """One word for two of a kind that stand together, or None if they do not."""
    match value:
        case Day() if when.day and GLOSS.fullmatch(gap):  # Friday (6 March)
            return value if value.kind in {"date", "past"} else when.day
        case Span() if when.span and ADD.fullmatch(gap):  # an hour and ten minutes
            smaller = when.span.unit == value.unit == "ms" and value.amount < when.span.amount
            return Span(when.span.amount + value.amount) if smaller else _stretched(value, gap)
        case Part() if JOIN.fullmatch(gap):  # first thing in the morning
            return value
    return None


def _stretched(value: Span, gap: str) -> Span | None:
    """十天半个月 says a range without a word for it: the second span is its later bound."""
    return None if gap else value


def _later(when: When, value: Value) -> Value:
    """The later bound of a range; from Monday to the week's end is when somebody is open."""
    first = when.day
    if isinstance(value, Day) and first and value.kind == first.kind == "weekday":
        week = first.number < TUESDAY and value.number > THURSDAY
        return Day("past") if week else value
    return value
