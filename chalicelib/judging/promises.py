"""Times promised in anyone's words, Chinese or English, and when each is owed at the latest.

Pure and linear in the text: words of time are found by patterns of bounded length, neighbours
are joined to phrases, and each phrase is judged by a bounded piece of its own clause.

What a phrase is taken to mean (the reasons are in ADR 0024), at local time:

- a span (两小时, 48 hours) counts from now; 天 and day are 24 hours, working days go by the
  calendar, months by the date; a range (1-3个工作日) means its later bound;
- morning ends at 12:00, noon is 12:00, afternoon, the end of the day and 下班 are 18:00, 傍晚
  is 19:00, evening and tonight end at 24:00, 凌晨 at 6:00;
- a named day ends at its 24:00, with 前 or "by" too; "before Friday" ends as Friday begins;
- a week ends on Sunday at 24:00, "end of the week" on Friday at 18:00, a month on its last day;
- a bare hour is the next such hour on a clock's face; "next business day" ends at 18:00;
- a vague word (稍后, shortly, a few hours) promises no time.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.judging import promises_en, promises_en_heard, promises_zh, promises_zh_heard
from chalicelib.judging.promises_text import HAN, Text
from chalicelib.judging.promises_when import Day, Days, Part, Span, Value, When, due

__all__ = ["Days", "Promise", "promises"]

JOIN = re.compile(
    r"(?:,? ?(?:on|at|by|before|of|in|around|about|sometime|is|late|early)? ?(?:the )?|[ ,]?的?[ ,]?|大概|大约|约|最晚|最迟|s )"
)
RANGE = re.compile(r"(?: ?[-~/、] ?|到|至|或者?是?|和| to | or | and | through | thru | or on | or by |,? or )")
GLOSS = re.compile(r" ?\(|, ?| ")
ADD = re.compile(r",? ?(?:and )?|零|又|加")
TUESDAY, THURSDAY = 1, 3


@dataclass(frozen=True, slots=True)
class Promise:
    """The words at ``start:end`` of the text as received, and the instant, in ms, it is owed by."""

    start: int
    end: int
    due_ms: int


def promises(text: str, at_ms: int, days: Days) -> tuple[Promise, ...]:
    """The promises in ``text``, said at ``at_ms``, in their order; none is due before ``at_ms``.

    A deadline that has passed when it is named is due at once. Survives any text.
    """
    folded = Text(text)
    found = []
    for start, end, phrase in _phrases(folded.text):
        before, after, mark = folded.around(start, end)
        said = folded.text[start:end]
        heard = promises_zh_heard if HAN.search(before + said + after) else promises_en_heard
        when = heard.heard(before, said, after, mark, phrase)
        owed = due(when, at_ms, days) if when else None
        if when is None or owed is None or (owed < at_ms and not when.deadline):
            continue
        found.append(Promise(*folded.received(start, end), max(owed, at_ms)))
    return tuple(found)


def _phrases(text: str) -> Iterator[tuple[int, int, When]]:
    """Neighbouring words of time that belong together, joined."""
    start = end = 0
    when = When()
    for word_start, word_end, values in _words(text):
        joined = _joined(when, values, text[end:word_start]) if end and word_start - end < 16 else None  # noqa: PLR2004
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
        taken = when.has(value)
        if taken and isinstance(value, Day) and when.day and GLOSS.fullmatch(gap):
            better = value if value.kind in {"date", "past"} else when.day
            when = when.having(better)
        elif taken and isinstance(value, Span) and when.span and ADD.fullmatch(gap):
            if not when.span.unit == value.unit == "ms" or value.amount >= when.span.amount:
                return None
            when = when.having(Span(when.span.amount + value.amount))
        elif taken and RANGE.fullmatch(gap):
            when = when.having(_later(when, value))
        elif isinstance(value, Part) and JOIN.fullmatch(gap):  # first thing … morning
            when = when.having(value)
        elif taken or not JOIN.fullmatch(gap):
            return None
        else:
            when = when.having(value)
    return when


def _later(when: When, value: Value) -> Value:
    """The later bound of a range; from Monday to the week's end is when somebody is open."""
    first = when.day
    if isinstance(value, Day) and first and value.kind == first.kind == "weekday":
        if first.number < TUESDAY and value.number > THURSDAY:
            return Day("past")
    return value
