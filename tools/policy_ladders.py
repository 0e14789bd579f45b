"""Ladders as staff write them: spans of time, rungs in order, and the longest that is allowed."""

import re
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, PlainValidator

from chalicelib.terms import DAY, HOUR, MINUTE
from tools.policy_models import Id, NonEmpty, Strict
from tools.policy_yaml import Document, Loc, Problem

UNITS = {"min": MINUTE, "h": HOUR, "d": DAY}
SPAN = re.compile(r"(0|[1-9]\d{0,4}) (min|h|d|wd)")

type Span = dict[str, int]  # {"ms": n} or, in working days, {"wd": n}

RosterRole = Literal[
    "owner",
    "safety_specialist",
    "owner_second",
    "duty_director",
    "head_of_safety",
    "executive_sponsor",
    "data_owner",
    "data_head",
    "auditor",
    "operator",
    "operator_second",
    "operator_lead",
]


def span(written: object) -> Span:
    """The span of "3 min", "2 h", "1 d" or "1 wd"; raises ValueError for anything else."""
    found = SPAN.fullmatch(written) if isinstance(written, str) else None
    if not found:
        raise ValueError('write a span like "3 min", "2 h", "1 d" or "1 wd"')
    count, unit = int(found[1]), found[2]
    return {"wd": count} if unit == "wd" else {"ms": count * UNITS[unit]}


# What an editor is told of it: the same as ``SPAN``.
WrittenText = Annotated[str, Field(pattern=rf"^{SPAN.pattern}$")]
Written = Annotated[dict[str, int], PlainValidator(span, json_schema_input_type=WrittenText)]


class Rung(Strict):
    """Who is paged this long after the opening."""

    at: Written
    page: list[RosterRole]


class TierClocks(Strict):
    """The rungs and clocks of one tier."""

    rungs: list[Rung]
    top: Written | None = None
    repeat: Written | None = None
    k3: Written | None = None
    k4: Written | None = None
    k5: Written | None = None
    k6: Written | None = None
    k7: Written | None = None
    k7_fast: Written | None = None
    k9: Written | None = None
    k10: Written
    k11: Written | None = None
    k13: Written | None = None
    to_s3: Written | None = None


class Tiers(Strict):
    """All five tiers."""

    S0: TierClocks
    S1: TierClocks
    S2: TierClocks
    S3: TierClocks
    S4: TierClocks


class Ladder(Strict):
    """One ladder file."""

    id: Id
    version: int
    tiers: Tiers
    why: NonEmpty | None = None


CLOCKS = (
    *("top", "repeat", "k3", "k4", "k9", "k10"),
    *("k5", "k6", "k7", "k7_fast", "k13", "k11"),
)

# The longest that a client may be made to wait: rungs, then the clocks above.
LONGEST: dict[str, tuple[tuple[str, ...], tuple[str | None, ...]]] = {
    "S0": (
        ("0 min", "3 min", "5 min", "10 min", "20 min"),
        (
            *("10 min", "3 min", "3 min", "10 min", "30 min", "24 h"),
            *("10 min", "15 min", "10 min", "5 min", "15 min", "7 d"),
        ),
    ),
    "S1": (
        ("0 min", "10 min", "20 min", "40 min", "90 min"),
        (
            *("60 min", "10 min", "10 min", "60 min", "4 h", "3 d"),
            *("30 min", "60 min", "60 min", "5 min", "15 min", "7 d"),
        ),
    ),
    "S2": (
        ("0 min", "2 h", "8 h", "24 h"),
        (
            *("1 d", None, "2 h", "24 h", "1 wd", "10 d"),
            *("8 h", "24 h", "24 h", None, None, "7 d"),
        ),
    ),
}


def compile_ladder(ladder: Ladder) -> dict[str, object]:
    """The ladder as the bundle holds it: a span is ``{"ms": n}`` or ``{"wd": n}``."""
    tiers = {name: _compile_tier(getattr(ladder.tiers, name)) for name in Tiers.model_fields}
    return {"id": ladder.id, "version": ladder.version, "tiers": tiers}


def _compile_tier(tier: TierClocks) -> dict[str, object]:
    rungs = [{"at": rung.at, "roles": list(rung.page)} for rung in tier.rungs]
    return {"rungs": rungs, **{name: getattr(tier, name) for name in (*CLOCKS, "to_s3")}}


def ladder_problems(ladder: Ladder, document: Document) -> list[Problem]:
    """Every way in which a case could wait too long, or a rung page nobody."""
    problems = []
    for name in Tiers.model_fields:
        tier: TierClocks = getattr(ladder.tiers, name)
        problems += _rung_problems(tier, ("tiers", name, "rungs"), document)
        if name in LONGEST:
            problems += _length_problems(name, tier, document)
        elif tier.rungs and tier.top is None:
            problems.append(document.problem(("tiers", name), "a ladder needs a top that repeats"))
        elif not tier.rungs and tier.to_s3 is None:
            problems.append(document.problem(("tiers", name), "without rungs, to_s3 is needed"))
    return problems


def _rung_problems(tier: TierClocks, loc: Loc, document: Document) -> list[Problem]:
    problems = [
        document.problem((*loc, index, "page"), "this rung pages nobody")
        for index, rung in enumerate(tier.rungs)
        if not rung.page
    ]
    for index, (lower, higher) in enumerate(pairwise(tier.rungs), start=1):
        if lower.at.keys() != higher.at.keys() or longer(lower.at, higher.at):
            message = "rungs must be in order, and in one unit"
            problems.append(document.problem((*loc, index, "at"), message))
        elif lower.at == higher.at:
            problems.append(document.problem((*loc, index, "at"), "two rungs at one time"))
    return problems


def _length_problems(name: str, tier: TierClocks, document: Document) -> list[Problem]:
    rungs, clocks = LONGEST[name]
    loc: Loc = ("tiers", name)
    problems = []
    if len(tier.rungs) < len(rungs):
        problems.append(
            document.problem((*loc, "rungs"), f"{name} needs at least {len(rungs)} rungs")
        )
    for index, (rung, longest) in enumerate(zip(tier.rungs, rungs, strict=False)):
        if longer(rung.at, span(longest)):
            place: Loc = (*loc, "rungs", index, "at")
            problems.append(document.problem(place, f"later than {longest}, the latest allowed"))
    for index in range(len(rungs), len(tier.rungs)):
        if _gap_too_long(tier.rungs[index - 1].at, tier.rungs[index].at, span(clocks[0])):
            place = (*loc, "rungs", index, "at")
            problems.append(document.problem(place, f"more than {clocks[0]} after the rung below"))
    for clock, longest_clock in zip(CLOCKS, clocks, strict=True):
        given: Span | None = getattr(tier, clock)
        if longest_clock and (given is None or longer(given, span(longest_clock))):
            message = f"{clock} must be at most {longest_clock}"
            problems.append(document.problem((*loc, clock), message))
    return problems


def longer(one: Span, other: Span) -> bool:
    """Whether ``one`` may last longer; a working day lasts at least 24 h, and may last days."""
    if "wd" in one:
        return "wd" not in other or one["wd"] > other["wd"]
    return one["ms"] > (other["ms"] if "ms" in other else other["wd"] * DAY)


def _gap_too_long(lower: Span, higher: Span, longest: Span) -> bool:
    return "wd" in higher or higher["ms"] - lower.get("ms", 0) > longest["ms"]
