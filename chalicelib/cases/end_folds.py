"""How the events about a case's end change it; part of ``cases.evolve``."""

from collections.abc import Callable
from typing import Any

from chalicelib.cases import end_events as ev
from chalicelib.cases.copying import replace
from chalicelib.cases.model import (
    HAZARDS_KEPT,
    Case,
    Closure,
    Glass,
    Proposal,
    Resolution,
    Try,
    Verdict,
)
from chalicelib.cases.page_folds import without
from chalicelib.terms import Tier

type Fold = Callable[[Case, Any, int], Case]

TRIES_KEPT = 10
LINKED_KEPT = 20
ABSORBED_KEPT = 20


def _proposed(case: Case, event: Any, _at: int) -> Case:
    proposal = Proposal(
        event["what"],
        event["reason"],
        event["person"],
        event["role"],
        event["until"],
        event.get("to", ""),
        tuple(event.get("contents", ())),
        tuple(event.get("absent", ())),
    )
    return replace(case, proposals={**case.proposals, event["proposal"]: proposal})


def _proposal_over(case: Case, event: Any, _at: int) -> Case:
    return replace(case, proposals=without(case.proposals, [event["proposal"]]))


def _lowered(case: Case, event: Any, _at: int) -> Case:
    """The ladder of the new tier begins at its bottom; who was paged stays known."""
    return replace(case, gravest=case.worst, tier=Tier(event["to"]), suspect=False, fired=0)


def _review_owed(case: Case, event: Any, _at: int) -> Case:
    verdict = Verdict(event["by"], event["tier"], event.get("also", ""))
    return replace(case, reviews={**case.reviews, event["kind"]: verdict})


def _reviewed(case: Case, event: Any, _at: int) -> Case:
    return replace(case, reviews=without(case.reviews, [event["kind"]]))


def _glass(case: Case, event: Any, _at: int) -> Case:
    return replace(case, glass=Glass(event["person"], event["approved"], event["until"]))


def _contained(case: Case, _event: Any, at: int) -> Case:
    return replace(case, contained=at, first={"contained": at, **case.first})


def _resolved(case: Case, event: Any, at: int) -> Case:
    resolution = Resolution(event["person"], event.get("approved", ""), event["reason"], at)
    first = {"resolved": at, **case.first}
    return replace(case, resolved=resolution, tries=(), first=first)


def _unresolved(case: Case, _event: Any, _at: int) -> Case:
    return replace(case, resolved=None, acted=None, contained=0, tries=())


def _tried(case: Case, event: Any, at: int) -> Case:
    attempt = Try(event["person"], event["channel"], at)
    return replace(case, tries=(*case.tries, attempt)[-TRIES_KEPT:])


def _reporter_said(case: Case, event: Any, at: int) -> Case:
    name = f"said_{event['what']}"
    counts = {**case.counts, name: case.counts.get(name, 0) + 1}
    withdrawn = at if event["what"] == "withdraw" and event["verified"] else case.withdrawn
    first = {name: at, **case.first}
    return replace(case, counts=counts, withdrawn=withdrawn, first=first)


def _reporter_verified(case: Case, event: Any, _at: int) -> Case:
    rope = case.ropes[event["reach"]]._replace(verified=True)
    return replace(case, ropes={**case.ropes, event["reach"]: rope})


def _unchanged(case: Case, _event: Any, _at: int) -> Case:
    return case


def _closed(case: Case, event: Any, at: int) -> Case:
    """Nothing is owed any more, so nothing is sent and nothing can be approved."""
    closure = Closure(event["how"], event["person"], at, event.get("into", ""))
    return replace(
        case,
        closed=closure,
        clocks={},
        held={},
        sending={},
        proposals={},
        reviews={},
        glass=None,
        first={"closed": at, **case.first},
    )


def _reopened(case: Case, _event: Any, _at: int) -> Case:
    """Everything is owed again, from the ladder's first rung."""
    counts = {**case.counts, "reopened": case.counts.get("reopened", 0) + 1}
    return replace(
        case,
        closed=None,
        resolved=None,
        acted=None,
        ack=None,
        contained=0,
        tries=(),
        withdrawn=0,
        fired=0,
        done={},
        missed={},
        counts=counts,
    )


def _absorbed(case: Case, event: Any, _at: int) -> Case:
    """Its reporter is to be asked here, and whoever may not be written to is not, from here."""
    known = event["other"].partition("@")[0]
    again = any(other.partition("@")[0] == known for other in case.absorbed)
    contacts = case.counts.get("contacts", 0) + (0 if again else event.get("contacts", 0))
    return replace(
        case,
        absorbed=(*case.absorbed, event["other"])[-ABSORBED_KEPT:],
        counts={**case.counts, "contacts": contacts} if contacts else case.counts,
        duress=case.duress or event.get("duress", False),
        hazards=tuple(dict.fromkeys((*case.hazards, *event.get("hazards", ()))))[:HAZARDS_KEPT],
    )


def _linked(case: Case, event: Any, _at: int) -> Case:
    linked = tuple(dict.fromkeys((*case.linked, event["other"])))[-LINKED_KEPT:]
    parent = event["other"] if event["kind"] == "parent" else case.parent
    return replace(case, linked=linked, parent=parent)


FOLDS: dict[str, Fold] = {
    ev.PROPOSED: _proposed,
    ev.APPROVED: _proposal_over,
    ev.REJECTED: _proposal_over,
    ev.EXPIRED: _proposal_over,
    ev.LOWERED: _lowered,
    ev.REVIEW_OWED: _review_owed,
    ev.REVIEWED: _reviewed,
    ev.GLASS_BROKEN: _glass,
    ev.CONTAINED: _contained,
    ev.RESOLVED: _resolved,
    ev.UNRESOLVED: _unresolved,
    ev.TRIED: _tried,
    ev.REPORTER_SAID: _reporter_said,
    ev.REPORTER_VERIFIED: _reporter_verified,
    ev.SAMPLE_DRAWN: _unchanged,
    ev.CLOSED: _closed,
    ev.REOPENED: _reopened,
    ev.MERGE_PROPOSED: _unchanged,
    ev.ABSORBED: _absorbed,
    ev.LINKED: _linked,
}
