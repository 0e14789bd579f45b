"""What a case's lanes, pairs of eyes and end look like to the client's own people."""

from typing import Any

from chalicelib.cases.model import Case
from chalicelib.terms import MINUTE, iso


def lanes(case: Case) -> dict[str, Any]:
    """Freeze, data, police, hand-over, legal hold and tasks: who, since when, and by when."""
    clocks = {**case.held, **case.clocks}
    freeze, police = case.freeze, case.police
    return {
        "freeze": freeze
        and {"state": freeze.state, "person": freeze.by, "at": iso(freeze.at)}
        | _due(clocks, "review.freeze", "review_by"),
        "data": [
            {"department": name, "asked_by": ask.by, "asked_at": iso(ask.at)}
            | ({"answered_at": iso(ask.answered)} if ask.answered else {})
            | _due(clocks, f"data.{name}")
            for name, ask in case.data.items()
        ],
        "police": police
        and {"state": police.state, "person": police.by, "at": iso(police.at)}
        | _due(clocks, "police"),
        "hand_over": {
            "attempts": case.counts.get("hand_over_attempts", 0),
            "declined": bool(case.counts.get("hand_over_declined", 0)),
        },
        "hold": {"since": iso(case.hold)} | _due(clocks, "hold", "ask_by") if case.hold else None,
        "tasks": [
            {"task": name, "department": task.department, "safety": task.safety}
            | {"added_at": iso(task.at)}
            | ({"finished_at": iso(task.done)} if task.done else {})
            | _due(clocks, f"task.{name}")
            for name, task in case.tasks.items()
        ],
    }


def eyes(case: Case) -> dict[str, Any]:
    """What waits for a second person, what one did alone, and whether the glass is broken."""
    glass = case.glass
    return {
        "proposals": [
            {"proposal": number, "what": other.what, "reason": other.reason, "person": other.by}
            | {"role": other.role, "until": iso(other.until)}
            | ({"to": other.to} if other.to else {})
            | ({"contents": list(other.contents)} if other.contents else {})
            | ({"absent": list(other.absent)} if other.absent else {})
            for number, other in case.proposals.items()
        ],
        "reviews": [
            {"kind": kind, "of": [who for who in (owed.by, owed.also) if who]}
            | _due(case.clocks, f"review.{kind}")
            for kind, owed in case.reviews.items()
        ],
        "glass": glass
        and {"person": glass.by, "approved": glass.approved, "until": iso(glass.until)},
    }


def ending(case: Case) -> dict[str, Any]:
    """Contained, resolved, tried, closed: four facts and their times."""
    resolved, closed = case.resolved, case.closed
    return {
        "contained_at": iso(case.contained) if case.contained else None,
        "resolved": resolved
        and {"person": resolved.by, "approved": resolved.approved, "reason": resolved.reason}
        | {"at": iso(resolved.at)},
        "tries": [
            {"person": attempt.by, "channel": attempt.channel, "at": iso(attempt.at)}
            for attempt in case.tries
        ],
        "withdrawn_at": iso(case.withdrawn) if case.withdrawn else None,
        "closed": closed
        and {"how": closed.how, "person": closed.by, "at": iso(closed.at)}
        | ({"into": closed.into} if closed.into else {}),
        "absorbed": [other.partition("@")[0] for other in case.absorbed],
        "parent": case.parent,
    }


def reporters(case: Case) -> list[dict[str, Any]]:
    """Everybody who holds a link of their own, without a number: ``reach`` is its id."""
    return [
        {"reach": sid, "channels": list(rope.channels), "source": rope.source}
        | {"verified": rope.verified, "since": iso(rope.at)}
        for sid, rope in case.ropes.items()
    ]


def waiting(case: Case, now: int) -> dict[str, Any]:
    """Whom the case has waited for, in ms that sum to its age, and in whole minutes."""
    spent = dict(case.waited)
    if case.waiting:
        running = max(0, now - case.waiting.since)
        spent[case.waiting.party] = spent.get(case.waiting.party, 0) + running
    return {
        "on": case.waiting.party if case.waiting else None,
        "since": iso(case.waiting.since) if case.waiting else None,
        "ms": spent,
        "minutes": {party: ms // MINUTE for party, ms in spent.items()},
    }


def tally(case: Case) -> dict[str, Any]:
    """Promises made, kept and broken; how often somebody asked again; how often it came back."""
    counts = case.counts
    return {
        "promises": {name: counts.get(was, 0) for name, was in _PROMISES.items()},
        "repeats": max(0, counts.get("contacts", 0) - 1),
        "reopened": counts.get("reopened", 0),
        "missed": dict(case.missed),
    }


_PROMISES = {"made": "promised", "kept": "kept", "broken": "broken"}


def _due(clocks: Any, clock: str, name: str = "due_at") -> dict[str, str]:
    return {name: iso(clocks[clock])} if clock in clocks else {}
