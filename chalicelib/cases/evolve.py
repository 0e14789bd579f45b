"""Fold events into a case: pure, and the only way a case changes."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from chalicelib.cases import end_folds, lane_folds, page_folds
from chalicelib.cases import events as ev
from chalicelib.cases.copying import replace
from chalicelib.cases.events import Event
from chalicelib.cases.firm import vouched
from chalicelib.cases.ladder import Ladder
from chalicelib.cases.model import (
    HAZARDS_KEPT,
    RECENT_IDS,
    REPEAT_GAP_MS,
    Acknowledgement,
    Action,
    Case,
    Clocks,
    Rope,
    Waiting,
)
from chalicelib.cases.page_folds import earliest, without
from chalicelib.cases.source import INDEPENDENT
from chalicelib.terms import Tier

# Rules kept on the case for its readers; the entries keep all of them.
POLICIES_KEPT = 12
VENDORS_KEPT = 8
# Reporters of one case who hold a link of their own; later ones are heard through their messages.
ROPES_KEPT = 6
# Duties that stay done once they are, and whose misses in a row are counted.
DUTIES = frozenset({"K5", "K6", "K7", "K13"})
UNATTRIBUTED = "unattributed"


def begin(case: Case, at: int) -> Case:
    """What every entry does first: count itself and move the case's time on to ``at`` (ms)."""
    return replace(case, seq=case.seq + 1, last=at)


def fold(case: Case | None, entry_events: Iterable[Event], at: int) -> Case:
    """Apply one entry's events; raises KeyError on an event this release does not know."""
    current = begin(case, at) if case else None
    for event in entry_events:
        current = evolve(current, event, at)
    if current is None:
        raise ValueError("an entry without events opens nothing")
    return current


def evolve(case: Case | None, event: Event, at: int) -> Case:
    """The case after one event that happened at ``at`` (ms)."""
    if case is None:
        return vouched(_opened(event, at), event)
    return vouched(_FOLDS[event["e"]](case, event, at), event)


def _opened(event: Event, at: int) -> Case:
    case = Case(
        id=event["case"],
        code=event["code"],
        seq=1,
        opened=event["start"],
        last=at,
        tier=Tier(event["tier"]),
        suspect=event["suspect"],
        degraded=event["degraded"],
        vendor=event.get("vendor", ""),
        brand=event.get("brand", ""),
        region=event.get("region", ""),
        site=event.get("site", ""),
        subject=event.get("subject", ""),
        linked=tuple(event.get("linked", ())),
        parent=event.get("parent", ""),
        ladder=Ladder.unpin(event["ladder"]),
        first={"received": at},
    )
    return _message(case, event, at)


def _message(case: Case, event: Event, at: int) -> Case:
    is_contact = event["kind"] == "complaint" and event["direction"] == "inbound"
    counts = _counted(case.counts, event["direction"])
    if is_contact:
        counts = _counted(counts, "contacts")
    fired = tuple(found["policy"] for found in event.get("judged", {}).get("findings", ()))
    return replace(
        case,
        counts=counts,
        first=_heard(case.first, event, at),
        recent=(*case.recent, event["msg"])[-RECENT_IDS:],
        policies=tuple(dict.fromkeys(case.policies + fired))[:POLICIES_KEPT],
        degraded=case.degraded or event.get("degraded", False),
        hazards=tuple(dict.fromkeys((*case.hazards, *event.get("hazards", ()))))[:HAZARDS_KEPT],
        duress=case.duress or event.get("duress", False),
        contacted=_contacted(case, at) if is_contact else case.contacted,
        ropes=_ropes(case, event, at),
        **_vendors(case, event.get("vendor", "")),
    )


def _contacted(case: Case, at: int) -> int:
    """Contacts within a minute are of one moment, however many follow each other so closely."""
    return at if at - case.contacted >= REPEAT_GAP_MS else case.contacted


def _heard(first: Clocks, event: Event, at: int) -> Clocks:
    """The first word in each direction, and the first of anybody but a vendor."""
    heard = earliest(first, event["direction"], at)
    return heard if event.get("vendor") else earliest(heard, INDEPENDENT, at)


def _ropes(case: Case, event: Event, at: int) -> Mapping[str, Rope]:
    """A few are kept; one that no vendor gave takes the place of the newest that a vendor gave.

    Whoever fills a case with numbers must not keep the reporter's out, nor the first one.
    """
    reach, sid = event.get("reach"), event.get("sid", "")
    if not reach or not sid or sid in case.ropes:
        return case.ropes
    channels, source, verified = reach
    kept = dict(case.ropes)
    if len(kept) >= ROPES_KEPT:
        later = sorted((rope.at, name) for name, rope in kept.items())[1:]
        given = [name for _, name in later if kept[name].source == "vendor"]
        if source == "vendor" or not given:
            return case.ropes
        del kept[given[-1]]
    return kept | {sid: Rope(tuple(channels), source, verified, at)}


def _counted(counts: Mapping[str, int], name: str) -> dict[str, int]:
    return {**counts, name: counts.get(name, 0) + 1}


def _vendors(case: Case, vendor: str) -> dict[str, Any]:
    """Who has sent something on this case: the first to do so, and a few others."""
    if not vendor or vendor in {case.vendor, *case.vendors}:
        return {}
    if not case.vendor:
        return {"vendor": vendor}
    return {"vendors": (*case.vendors, vendor)[:VENDORS_KEPT]}


def _raised(case: Case, event: Event, _: int) -> Case:
    return replace(
        case,
        tier=Tier(event["to"]),
        suspect=event["suspect"],
        acted=None,
        resolved=None,
        contained=0,
        tries=(),
    )


def _confirmed(case: Case, _event: Event, _at: int) -> Case:
    return replace(case, suspect=False)


def _clocks_set(case: Case, event: Event, _: int) -> Case:
    return replace(case, clocks={**case.clocks, **event["clocks"]})


def _clocks_gone(case: Case, event: Event, _: int) -> Case:
    gone = event["clocks"]
    acted = case.acted
    if acted and "K9" in gone and event["e"] == ev.CLOCKS_LAPSED:
        acted = replace(acted, missed=acted.missed + 1)
    if acted and "K9" in gone and event["e"] == ev.CLOCKS_MET:
        acted = replace(acted, missed=0)
    return replace(
        case,
        clocks=without(case.clocks, gone),
        held=without(case.held, gone),
        acted=acted,
        **_duties(case, event),
    )


def _duties(case: Case, event: Event) -> dict[str, Any]:
    """K5 to K7 and K13 stay done once they are; each miss in a row is counted."""
    names = [name for name in event["clocks"] if name in DUTIES]
    if not names:
        return {}
    if event["e"] == ev.CLOCKS_MET:
        done = {**case.done, **dict.fromkeys(names, case.last)}
        return {"done": done, "missed": without(case.missed, names)}
    if event["e"] == ev.CLOCKS_LAPSED:
        return {"missed": {**case.missed, **{n: case.missed.get(n, 0) + 1 for n in names}}}
    return {"missed": without(case.missed, names)}


def _clocks_held(case: Case, event: Event, _: int) -> Case:
    clocks = event["clocks"]
    return replace(case, clocks=without(case.clocks, clocks), held={**case.held, **clocks})


def _clocks_resumed(case: Case, event: Event, _: int) -> Case:
    clocks = event["clocks"]
    return replace(case, clocks={**case.clocks, **clocks}, held=without(case.held, clocks))


def _rung_fired(case: Case, event: Event, _: int) -> Case:
    return replace(case, fired=max(case.fired, event["rung"] + 1))


def _acknowledged(case: Case, event: Event, at: int) -> Case:
    ack = Acknowledgement(event["person"], event["role"], at, event["holds"])
    return replace(case, ack=ack, first=earliest(case.first, "acknowledged", at))


def _ack_voided(case: Case, _event: Event, _at: int) -> Case:
    return replace(case, ack=case.ack and replace(case.ack, holds=False))


def _acted(case: Case, event: Event, at: int) -> Case:
    action = Action(event["person"], event["action"], at)
    return replace(case, acted=action, first=earliest(case.first, "acted", at))


def _counts(name: str) -> Callable[[Case, Any, int], Case]:
    def fold(case: Case, _event: Event, at: int) -> Case:
        counts = _counted(case.counts, name)
        return replace(case, counts=counts, first=earliest(case.first, name, at))

    return fold


def _waiting(case: Case, event: Event, at: int) -> Case:
    """Every millisecond since the first complaint came in belongs to one party."""
    before = case.waiting or Waiting(UNATTRIBUTED, case.first.get("received", at))
    waited = dict(case.waited)
    if at > before.since:
        waited[before.party] = waited.get(before.party, 0) + at - before.since
    return replace(case, waited=waited, waiting=Waiting(event["party"], at))


def _unchanged(case: Case, _event: Event, _at: int) -> Case:
    return case


_FOLDS: dict[str, Callable[[Case, Any, int], Case]] = {
    ev.MESSAGE: _message,
    ev.CONTACT: _message,
    ev.RAISED: _raised,
    ev.CONFIRMED: _confirmed,
    ev.CLOCKS_SET: _clocks_set,
    ev.CLOCKS_MET: _clocks_gone,
    ev.CLOCKS_CANCELLED: _clocks_gone,
    ev.CLOCKS_LAPSED: _clocks_gone,
    ev.CLOCKS_HELD: _clocks_held,
    ev.CLOCKS_RESUMED: _clocks_resumed,
    ev.RUNG_FIRED: _rung_fired,
    ev.RUNG_EMPTY: _unchanged,
    ev.PAGE_WITHHELD: _unchanged,
    ev.ACKNOWLEDGED: _acknowledged,
    ev.ACK_VOIDED: _ack_voided,
    ev.ACTED: _acted,
    ev.ESCALATED: _counts("escalated"),
    ev.STALL_SEEN: _counts("stalls"),
    ev.CALLED: _counts("calls"),
    ev.PROMISED: _counts("promised"),
    ev.PROMISE_KEPT: _counts("kept"),
    ev.PROMISE_BROKEN: _counts("broken"),
    ev.WAITING: _waiting,
    **page_folds.FOLDS,
    **lane_folds.FOLDS,
    **end_folds.FOLDS,
}
