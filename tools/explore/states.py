"""What must hold in every state, however it was reached."""

import json
from collections.abc import Iterator

from chalicelib.cases.body import from_body, to_body
from chalicelib.cases.model import Case
from chalicelib.terms import Tier

# A case item stays this small by construction.
BODY_MAX = 16_000


def check(case: Case) -> Iterator[str]:
    """Everything that is wrong with this state."""
    if case.is_open:
        yield from _owing(case)
        yield from _holding(case)
        yield from _lanes(case)
    yield from _kept(case)


def _owing(case: Case) -> Iterator[str]:
    """The clocks that a state may not be without."""
    plan, clocks = case.ladder.plan(case.tier), case.clocks
    if case.resolved:
        if not {"K11", "try"} <= set(clocks):
            yield "P1: resolved, and nobody is to ask the reporter"
        return
    if "K10" not in clocks:
        yield "P1: nothing asks whether it is resolved"
    if case.acted and plan.k9 and "K9" not in clocks:
        yield "P3: acted upon, and no word to the reporter is owed"
    climbing = any(name.startswith(("rung.", "top")) for name in clocks)
    if not case.is_answered and case.tier is not Tier.S4 and not climbing:
        yield "P3: the ladder has an end"
    if not case.acted and case.tier is Tier.S4 and "to_s3" not in clocks:
        yield "P3: nothing makes an ordinary case a stalled one"
    for name, span in {"K5": plan.k5, "K6": plan.k6, "K7": plan.k7}.items():
        if span and name not in clocks and name not in case.done:
            yield f"P1: {name} is neither owed nor done"


def _holding(case: Case) -> Iterator[str]:
    holds = case.is_owned and case.tier is not Tier.S4
    if (holds or case.held) and "K4" not in case.clocks and not case.resolved and not case.acted:
        yield "P4: an acknowledgement holds longer than K4"
    if case.held and not case.is_owned:
        yield "P4: clocks are held by nobody"


def _lanes(case: Case) -> Iterator[str]:
    owed = [f"proposal.{identity}" for identity in case.proposals]
    owed += [f"review.{kind}" for kind in case.reviews]
    owed += [f"task.{name}" for name, task in case.tasks.items() if not task.done]
    owed += [f"data.{name}" for name, ask in case.data.items() if not ask.answered]
    owed += [f"send.{page}" for page in case.sending]
    owed += ["hold"] if case.hold else []
    asking = case.police and case.police.state in {"asked", "verified"}
    owed += ["police"] if asking else []
    missing = [name for name in owed if name not in case.clocks]
    if missing:
        yield f"P1: {', '.join(missing)} has no clock"


def _kept(case: Case) -> Iterator[str]:
    """The ledger of minutes, and the stored form."""
    began = case.first.get("received", case.opened)
    if case.waiting:
        counted = sum(case.waited.values()) + case.last - case.waiting.since
        if counted != case.last - began:
            yield f"P6: {counted} ms waited in a case of {case.last - began} ms"
    text = json.dumps(to_body(case))
    if len(text) > BODY_MAX:
        yield f"P6: a body of {len(text)} bytes"
    if from_body(json.loads(text)) != case:
        yield "P6: the stored form reads back as another case"
