"""What a replay shows: the two stories side by side, minutes between, and one line of JSON."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from chalicelib.terms import MINUTE
from tools.replay.course import Course, entries

CLOCKS = ("K", "police", "hold")
INDENT = " " * 18


class PageRow(NamedTuple):
    """A page that a carrier took."""

    at: int
    case: str
    tier: str
    rung: int
    role: str
    channel: str
    why: str


class ClockRow(NamedTuple):
    """A duty: when it was due, and when it lapsed (0 if it was met, or replaced by an earlier)."""

    case: str
    clock: str
    due: int
    lapsed: int


def pages(course: Course) -> list[PageRow]:
    """Every page to a person, when its carrier took it."""
    asked: dict[tuple[str, str], tuple[str, dict[str, Any]]] = {}
    tiers: dict[str, str] = {}
    rows = []
    for name, entry in entries(course):
        chain = str(entry["chain"])
        for event in entry["events"]:
            kind = event["e"]
            if kind == "case.opened.v1":
                tiers[chain] = event["tier"]
            elif kind in {"tier.raised.v1", "tier.lowered.v1"}:
                tiers[chain] = event["to"]
            elif kind == "page.requested.v1":
                asked[chain, event["page"]] = (tiers[chain], event)
            elif kind == "page.sent.v1" and (chain, event["page"]) in asked:
                tier, page = asked[chain, event["page"]]
                rows.append(
                    PageRow(
                        entry["at_ms"],
                        name,
                        tier,
                        page["rung"],
                        page["role"],
                        page["channel"],
                        page["why"],
                    )
                )
    return rows


def clocks(course: Course) -> list[ClockRow]:
    """Every duty clock that was set, with its lapse."""
    rows: list[ClockRow] = []
    running: dict[tuple[str, str], int] = {}
    for name, entry in entries(course):
        chain = str(entry["chain"])
        for event in entry["events"]:
            for clock, due in _set(event):
                running[chain, clock] = due
            lapsed = event["e"] == "clocks.lapsed.v1"
            if lapsed or event["e"] in {"clocks.met.v1", "clocks.cancelled.v1"}:
                for clock in event["clocks"]:
                    if (chain, clock) in running:
                        at = entry["at_ms"] if lapsed else 0
                        rows.append(ClockRow(name, clock, running.pop((chain, clock)), at))
    rows += [
        ClockRow(course.cases[chain.removeprefix("case#")], clock, due, 0)
        for (chain, clock), due in running.items()
    ]
    return sorted(rows, key=lambda row: (row.due, row.case, row.clock))


def _set(event: dict[str, Any]) -> Iterator[tuple[str, int]]:
    if event["e"] == "clocks.set.v1":
        for clock, due in event["clocks"].items():
            if clock.startswith(CLOCKS):
                yield clock, due


def as_json(course: Course) -> dict[str, Any]:
    """The machine's line; pages within a stride are counted there and not listed."""
    iso, shown = course.scenario.iso, pages(course)
    return {
        "scenario": course.scenario.id,
        "pages": [
            {
                "at": iso(row.at),
                "case": row.case,
                "tier": row.tier,
                "rung": row.rung,
                "role": row.role,
                "channel": row.channel,
            }
            for row in shown
            if not _in_stride(course, row.at)
        ],
        "clocks": [
            {
                "case": row.case,
                "clock": row.clock,
                "due": iso(row.due),
                "lapsed": iso(row.lapsed) if row.lapsed else None,
            }
            for row in clocks(course)
        ],
        "refused": course.refused,
        "strides": [
            {
                "from": iso(start),
                "to": iso(end),
                "pages": sum(start < row.at < end for row in shown),
            }
            for start, end in course.strides
        ],
    }


def _in_stride(course: Course, at: int) -> bool:
    return any(start < at < end for start, end in course.strides)


def story(course: Course) -> Iterator[str]:
    """What happened, and under each step what Tocsin does until the next."""
    scenario = course.scenario
    yield scenario.title
    yield f"Sources: {'; '.join(scenario.sources)}."
    yield ""
    times = [scenario.at_ms(step.t) for step in scenario.steps]
    shown = pages(course)
    for number, step in enumerate(scenario.steps):
        yield f"{_clock(scenario.iso(times[number]))}  {step.who}: {step.told}  [{step.sure}]"
        if course.received[number]:
            yield f"{INDENT}→ {course.received[number]}"
        end = times[number + 1] if number + 1 < len(times) else scenario.at_ms(scenario.until)
        yield from _rung(course, [row for row in shown if times[number] <= row.at < end])
    yield ""
    yield from _between(course)
    yield ""
    yield from scenario.reading


def _rung(course: Course, rows: list[PageRow]) -> Iterator[str]:
    """Pages of one moment on one line; what only comes again is counted."""
    seen: set[tuple[object, ...]] = set()
    moments: dict[tuple[int, str, str, str], list[str]] = {}
    again = 0
    for row in rows:
        new = (row.case, row.tier, row.why, row.role, row.rung)
        if row.why in {"repeat", "top"} or (new in seen and not _same_minute(moments, row)):
            again += 1
            continue
        seen.add(new)
        who = moments.setdefault((row.at // MINUTE * MINUTE, row.case, row.tier, row.why), [])
        if row.role not in who:
            who.append(row.role)
    for (at, case, tier, why), roles in moments.items():
        reason = "" if why == "rung" else f" ({why})"
        line = f"{case} {tier} pages {', '.join(roles)}{reason}"
        yield f"{INDENT}♪ {_clock(course.scenario.iso(at))} {line}"
    if again:
        yield f"{INDENT}♪ … and {again} more messages to people paged before"
    for start, end in course.strides:
        if rows and start <= rows[-1].at <= end:
            yield f"{INDENT}  (from {_clock(course.scenario.iso(start))} in strides)"


def _same_minute(moments: dict[tuple[int, str, str, str], list[str]], row: PageRow) -> bool:
    """Whether this is the other channel of a page that is shown already."""
    return row.role in moments.get((row.at // MINUTE * MINUTE, row.case, row.tier, row.why), ())


def _between(course: Course) -> Iterator[str]:
    """The moments that matter, Tocsin's beside history's."""
    scenario = course.scenario
    yield "Minutes between"
    for row in scenario.compare:
        after = scenario.at_ms(row.after) if row.after else 0
        at = _moment(course, row.case, row.clock, row.rung, after)
        ours = _clock(scenario.iso(at)) if at else "never"
        line = f"  {row.what}: Tocsin {ours}"
        if row.actual and at:
            actual = scenario.at_ms(row.actual)
            gap = (actual - at) / MINUTE
            line += f", in fact {_clock(scenario.iso(actual))}: {gap:+,.0f} min"
        elif row.actual is None:
            line += ", in fact never"
        yield line


def _moment(course: Course, case: str, clock: str, rung: int | None, after: int) -> int:
    """When a clock was first due, or a rung first paged, at or after a time; 0 if never."""
    if clock:
        dues = [r.due for r in clocks(course) if (r.case, r.clock) == (case, clock)]
        return min((due for due in dues if due >= after), default=0)
    sent = [r.at for r in pages(course) if r.case == case and r.rung == rung]
    return min((at for at in sent if at >= after), default=0)


def _clock(iso: str) -> str:
    return iso[:16].replace("T", " ")
