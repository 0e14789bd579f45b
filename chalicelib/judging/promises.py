"""Times promised in anyone's words, Chinese or English, and when each is owed at the latest.

Pure and linear in the text: words of time are found by patterns of bounded length, neighbours
are joined to phrases, and each phrase is judged by a bounded piece of its own clause.

What a phrase is taken to mean (the reasons are in ADR 0024), at local time:

- a span (两小时, 48 hours) counts from now; 天 and day are 24 hours, working days go by the
  calendar, months by the date; a range (1-3个工作日) means its later bound;
- morning ends at 12:00, noon is 12:00, afternoon, the end of the day and 下班 are 18:00, 傍晚
  is 19:00, evening and tonight end at 24:00, 凌晨 at 6:00;
- a named day ends at its 24:00, with 前, "by" or "before" too; before next week is as it begins;
- a week ends on Sunday at 24:00, "end of the week" on Friday at 18:00, a month on its last day;
- a bare hour is the next such hour on a clock's face; "next business day" ends at 18:00;
- a vague word (稍后, shortly, a few hours) promises no time.
"""

from dataclasses import dataclass

from chalicelib.judging import promises_en_heard, promises_zh_heard
from chalicelib.judging.promises_due import Days, Remembered, due
from chalicelib.judging.promises_phrases import phrases
from chalicelib.judging.promises_text import HAN, Text

__all__ = ["Days", "Promise", "promises"]


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
    folded, calendar = Text(text), Remembered(days)
    found = []
    for start, end, phrase in phrases(folded.text):
        before, after, mark = folded.around(start, end)
        said = folded.text[start:end]
        heard = promises_zh_heard if HAN.search(before + said + after) else promises_en_heard
        when = heard.heard(before, said, after, mark, phrase)
        owed = due(when, at_ms, calendar) if when else None
        if when is None or owed is None or (owed < at_ms and not when.deadline):
            continue
        found.append(Promise(*folded.received(start, end), max(owed, at_ms)))
    return tuple(found)
