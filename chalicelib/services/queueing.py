"""What a commit asks for: its pages, and a look at the case when it is next due.

A crash or a queue that fails in here loses nothing, since each page's sending is a clock.
"""

import logging
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from chalicelib.cases import events as ev
from chalicelib.cases.decide import Decision
from chalicelib.cases.source import lane_of
from chalicelib.services.canaries import is_never_woken
from chalicelib.services.parts import Parts
from chalicelib.services.ports import Look, PageAsked
from chalicelib.terms import Role

log = logging.getLogger(__name__)

_ASKING = frozenset({ev.PAGE_REQUESTED, ev.PAGE_RETRIED, ev.ROPE_REQUESTED})


class Stored(NamedTuple):
    """A decision that is stored, when its case was due before, and the role that commanded it."""

    decision: Decision
    before_due: int | None
    role: Role


def send_what_follows(parts: Parts, stored: Sequence[Stored]) -> None:
    """Ask for the pages, and for a look at each next due time that has changed.

    Never raises: the commands are stored, and an error would have them sent again.
    """
    for send in (_ask_for_pages, _ask_for_looks):
        try:
            send(parts, stored)
        except Exception:  # what is left of this queue is found by the sweep
            cases = [one.decision.case.id for one in stored]
            log.exception("not queued", extra={"cases": cases, "what": send.__name__})


def _ask_for_pages(parts: Parts, stored: Sequence[Stored]) -> None:
    """Ends with the first that fails: with the queue away each would take its whole time limit."""
    pages = [page for one in stored for page in _pages(one)]
    if pages:
        parts.queues.ask_pages(pages)


def _pages(stored: Stored) -> Iterator[PageAsked]:
    case = stored.decision.case
    # What the role did is on the case by now, and says in which lane its pages travel.
    lane = lane_of(case, stored.role)
    for event in stored.decision.events:
        sending = case.sending.get(event["page"]) if event["e"] in _ASKING else None
        if sending:
            yield PageAsked(case.id, event["page"], sending.attempt, lane)


def _ask_for_looks(parts: Parts, stored: Sequence[Stored]) -> None:
    looks = [
        Look(one.decision.case.id, one.decision.case.due)
        for one in stored
        if one.decision.case.due not in {None, one.before_due}
        and not is_never_woken(one.decision.case.id)
    ]
    if looks:
        parts.queues.ask_looks(looks, parts.clock.now())
