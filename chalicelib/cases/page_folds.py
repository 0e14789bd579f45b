"""How pages and reporters' links change a case; part of ``cases.evolve``."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from chalicelib.cases import events as ev
from chalicelib.cases.copying import replace
from chalicelib.cases.events import Event
from chalicelib.cases.model import Case, Clocks, Paged, Sending

type Fold = Callable[[Case, Any, int], Case]


def earliest(first: Clocks, name: str, at: int) -> Clocks:
    """With the first time that this happened."""
    return first if name in first else {**first, name: at}


def without[V](mapping: Mapping[str, V], names: Iterable[str]) -> dict[str, V]:
    """All but these."""
    if not mapping:
        return {}
    gone = set(names)
    return {key: value for key, value in mapping.items() if key not in gone}


def _page_requested(case: Case, event: Event, at: int) -> Case:
    person, channel = event["person"], event["channel"]
    before = case.paged.get(person)
    page = Sending(person, event["role"], channel, event["rung"], event["why"], attempt=1, asked=at)
    paged = Paged(
        before.role if before else event["role"],
        min(before.rung, event["rung"]) if before else event["rung"],
        event["n"],
        {**(before.last if before else {}), channel: at},
        before.failed if before else (),
    )
    return replace(
        case,
        paged={**case.paged, person: paged},
        sending={**case.sending, event["page"]: page},
        first=earliest(case.first, "paged", at),
    )


def _page_retried(case: Case, event: Event, _: int) -> Case:
    page = replace(case.sending[event["page"]], attempt=event["attempt"])
    return replace(case, sending={**case.sending, event["page"]: page})


def _page_sent(case: Case, event: Event, _: int) -> Case:
    page = case.sending[event["page"]]
    paged = case.paged.get(page.person)
    if paged is None:  # a reporter's own link
        return replace(
            case,
            sending=without(case.sending, (event["page"],)),
            first=earliest(case.first, "rope", case.last),
        )
    failed = tuple(channel for channel in paged.failed if channel != page.channel)
    return _page_over(case, event, replace(paged, failed=failed))


def _page_failed(case: Case, event: Event, _: int) -> Case:
    # A message nobody got does not count towards the three minutes between two messages.
    page = case.sending[event["page"]]
    paged = case.paged.get(page.person)
    if paged is None:
        return replace(case, sending=without(case.sending, (event["page"],)))
    failed = tuple(dict.fromkeys((*paged.failed, page.channel)))
    last = without(paged.last, (page.channel,))
    return _page_over(case, event, replace(paged, failed=failed, last=last))


def _page_over(case: Case, event: Event, paged: Paged) -> Case:
    person = case.sending[event["page"]].person
    return replace(
        case,
        sending=without(case.sending, (event["page"],)),
        paged={**case.paged, person: paged},
    )


def _rope_requested(case: Case, event: Event, at: int) -> Case:
    person = f"reporter.{event['reach']}"
    page = Sending(person, "reporter", event["channel"], 0, event["why"], attempt=1, asked=at)
    return replace(case, sending={**case.sending, event["page"]: page})


FOLDS: dict[str, Fold] = {
    ev.PAGE_REQUESTED: _page_requested,
    ev.PAGE_RETRIED: _page_retried,
    ev.PAGE_SENT: _page_sent,
    ev.PAGE_FAILED: _page_failed,
    ev.ROPE_REQUESTED: _rope_requested,
}
