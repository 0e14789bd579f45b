"""What the words of a time say: spans, days, parts of a day, hours, and phrases made of them."""

from dataclasses import dataclass, replace
from typing import Literal

NOON, CLOSE, MIDNIGHT = 12, 18, 24  # hours at which parts of the day end


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time: so many ms, working days, months by the calendar, or full hours struck."""

    amount: float
    unit: Literal["ms", "work", "month", "oclock"] = "ms"


@dataclass(frozen=True, slots=True)
class Day:
    """A named day or stretch of days.

    ``kind`` and ``number``: days ahead; a weekday 0–6 in the week ``week`` ahead, or, without
    one, its next coming; a week or month so many ahead; the weekend of a week; a month's n-th
    day, with ``month`` and ``year`` if said; the n-th working day; or a time gone by or one that
    recurs, which promises nothing.
    """

    kind: Literal["ahead", "weekday", "week", "weekend", "month", "year", "date", "work", "past"]
    number: int = 0
    week: int | None = None
    month: int | None = None
    year: int | None = None
    month_day: int | None = None  # for a month: not its last day but this one
    until: int = MIDNIGHT  # the hour at which its last day ends


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the day by the hour that ends it; ``half`` tells 3 in the morning from 15:00."""

    until: int
    half: Literal["dawn", "am", "noon", "pm", "night"]


@dataclass(frozen=True, slots=True)
class Clock:
    """A time on the dial; ``exact`` when written so that it names one of 24 hours.

    ``now`` is the time at which it is said, whatever the dial shows: "this time tomorrow".
    """

    hour: int
    minute: int = 0
    exact: bool = False
    now: bool = False


Value = Span | Day | Part | Clock


@dataclass(frozen=True, slots=True)
class When:
    """All that one phrase says; ``deadline`` if it says by or before, ``before`` if strictly."""

    span: Span | None = None
    day: Day | None = None
    part: Part | None = None
    clock: Clock | None = None
    deadline: bool = False
    before: bool = False

    def having(self, value: Value) -> "When":
        """This with one more word; a word of a kind that it has is replaced."""
        match value:
            case Span():
                return replace(self, span=value)
            case Day():
                return replace(self, day=value)
            case Part():
                return replace(self, part=value)
            case Clock():
                return replace(self, clock=value)

    def has(self, value: Value) -> bool:
        """Whether a word of this kind is taken."""
        held = (self.span, self.day, self.part, self.clock)
        return any(type(one) is type(value) for one in held)
