"""What has happened: past tense, versioned, and exactly what the entry keeps.

Events are plain mappings because the entry's bytes are the truth: what ``evolve`` folds is what
an auditor reads.  Each builder here is the one place that gives an event its shape.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from chalicelib.cases.commands import AddMessage, By, Judged, Message, OpenCase, Reach
from chalicelib.terms import Tier

type Event = Mapping[str, Any]

OPENED = "case.opened.v1"
RAISED = "tier.raised.v1"
CONFIRMED = "tier.confirmed.v1"
MESSAGE = "message.added.v1"
CONTACT = "contact.added.v1"
CLOCKS_SET = "clocks.set.v1"
CLOCKS_MET = "clocks.met.v1"
CLOCKS_CANCELLED = "clocks.cancelled.v1"
CLOCKS_LAPSED = "clocks.lapsed.v1"
CLOCKS_HELD = "clocks.held.v1"
CLOCKS_RESUMED = "clocks.resumed.v1"
PAGE_REQUESTED = "page.requested.v1"
PAGE_WITHHELD = "page.withheld.v1"
PAGE_RETRIED = "page.retried.v1"
PAGE_SENT = "page.sent.v1"
PAGE_FAILED = "page.failed.v1"
RUNG_FIRED = "rung.fired.v1"
RUNG_EMPTY = "rung.empty.v1"
ACKNOWLEDGED = "acknowledged.v1"
ACK_VOIDED = "acknowledgement.voided.v1"
ACTED = "acted.v1"
ESCALATED = "escalated.v1"
STALL_SEEN = "stall.seen.v1"
CALLED = "reporter.called.v1"
PROMISED = "promise.made.v1"
PROMISE_KEPT = "promise.kept.v1"
PROMISE_BROKEN = "promise.broken.v1"
ROPE_REQUESTED = "rope.requested.v1"
WAITING = "waiting.moved.v1"


def opened(command: OpenCase, start: int, calendar: str) -> Event:
    """The opening, with the ladder pinned; ``start`` is when its clocks begin, in ms."""
    event: dict[str, Any] = {
        "e": OPENED,
        "case": command.case,
        "code": command.code,
        "start": start,
        "ladder": command.ladder.pin(),
        "calendar": calendar,
        **_judged(command.judged),
        **_message(command.message),
    }
    places = ("vendor", "brand", "region", "site", "subject")
    event |= {name: getattr(command, name) for name in places if getattr(command, name)}
    event |= _reach(command.reach, duress=command.duress)
    one = {"raised_by": command.raised_by, "parent": command.parent}
    lists = {"linked": list(command.linked), "problems": list(command.problems), **one}
    return event | {name: value for name, value in lists.items() if value}


def message_added(command: AddMessage) -> Event:
    """Something was said; a *contact* is a complaint that joined the case."""
    name = CONTACT if command.contact else MESSAGE
    event: dict[str, Any] = {"e": name, **_message(command.message)}
    if command.judged:
        event |= _judged(command.judged)
    if command.vendor:
        event["vendor"] = command.vendor
    event |= _reach(command.reach, duress=command.duress)
    return event | ({"problems": list(command.problems)} if command.problems else {})


def _message(message: Message) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "msg": message.id,
        "direction": message.direction.value,
        "speaker": message.speaker.value,
        "kind": message.kind.value,
    }
    extra = {"channel": message.channel, "sid": message.sid}
    fields |= {name: value for name, value in extra.items() if value}
    return fields if message.claimed_ms is None else fields | {"claimed_ms": message.claimed_ms}


def _reach(reach: Reach | None, *, duress: bool) -> dict[str, Any]:
    fields: dict[str, Any] = {"duress": True} if duress else {}
    if reach and reach.channels:
        fields["reach"] = [list(reach.channels), reach.source, reach.verified]
    return fields


def _judged(judged: Judged) -> dict[str, Any]:
    return {
        "tier": judged.tier.value,
        "suspect": judged.suspect,
        "degraded": judged.degraded,
        "judged": dict(judged.record),
    } | ({"hazards": list(judged.hazards)} if judged.hazards else {})


def raised(before: Tier, after: Tier, why: str, *, suspect: bool) -> Event:
    """The tier rose, or danger was reported again on a case already acted upon."""
    return {
        "e": RAISED,
        "from": before.value,
        "to": after.value,
        "why": why,
        "suspect": suspect,
    }


def confirmed(tier: Tier) -> Event:
    """Firm evidence for a tier that was suspect: nobody may clear it alone any more."""
    return {"e": CONFIRMED, "tier": tier.value}


def clocks_set(clocks: Mapping[str, int]) -> Event:
    """These clocks run now, each due at its time; on a running clock only ever earlier."""
    return {"e": CLOCKS_SET, "clocks": dict(clocks)}


def clocks_met(names: list[str], by: By) -> Event:
    """What these clocks asked for was done in time."""
    return {"e": CLOCKS_MET, "clocks": names, "by": by.id}


def clocks_cancelled(names: list[str], by: By, why: str) -> Event:
    """These clocks no longer apply; ``why`` is the authority."""
    return {"e": CLOCKS_CANCELLED, "clocks": names, "by": by.id, "why": why}


def clocks_lapsed(clocks: Mapping[str, int]) -> Event:
    """These clocks fell due unmet."""
    return {"e": CLOCKS_LAPSED, "clocks": dict(clocks)}


def clocks_held(clocks: Mapping[str, int], by: By) -> Event:
    """An acknowledgement holds these clocks until K4 lapses; their due times are kept."""
    return {"e": CLOCKS_HELD, "clocks": dict(clocks), "until": "K4", "by": by.id}


def clocks_resumed(clocks: Mapping[str, int]) -> Event:
    """Held clocks run again with their old due times, or earlier ones."""
    return {"e": CLOCKS_RESUMED, "clocks": dict(clocks)}


def rung_fired(rung: int) -> Event:
    """The ladder has reached this rung (counted from 0)."""
    return {"e": RUNG_FIRED, "rung": rung}


def rung_empty(rung: int, role: str) -> Event:
    """Nobody is on call in this role, so the next rung comes forward."""
    return {"e": RUNG_EMPTY, "rung": rung, "role": role}


class Page(NamedTuple):
    """A page as it is asked for; ``n`` counts the person's pages, ``why`` says what rings."""

    page: str
    person: str
    role: str
    channel: str
    rung: int
    n: int
    why: str


def page_requested(page: Page) -> Event:
    """This person is to be paged on this channel."""
    return {"e": PAGE_REQUESTED, **page._asdict()}


def page_withheld(person: str) -> Event:
    """This person had a message on every channel within the last three minutes."""
    return {"e": PAGE_WITHHELD, "person": person, "why": "paged_recently"}


def page_retried(page: str, attempt: int) -> Event:
    """No carrier took the page in time, so it is sent once more, labelled as a repeat."""
    return {"e": PAGE_RETRIED, "page": page, "attempt": attempt}


def page_sent(page: str, carrier: str) -> Event:
    """A carrier took the page under its own id."""
    return {"e": PAGE_SENT, "page": page, "carrier": carrier}


def page_failed(page: str, error: str) -> Event:
    """The page will not arrive on this channel."""
    return {"e": PAGE_FAILED, "page": page, "error": error}


def acknowledged(by: By, via: str, *, holds: bool) -> Event:
    """A named person owns the case; ``holds`` says whether the higher rungs wait for K4."""
    return {
        "e": ACKNOWLEDGED,
        "person": by.id,
        "role": by.role.value,
        "via": via,
        "holds": holds,
    }


def acknowledgement_voided(person: str, why: str) -> Event:
    """The promise was not kept, or was made before the danger grew."""
    return {"e": ACK_VOIDED, "person": person, "why": why}


def acted(by: By, action: str, sid: str) -> Event:
    """A protective action, coded, with its evidence in the vault."""
    return {"e": ACTED, "person": by.id, "role": by.role.value, "action": action, "sid": sid}


def escalated(by: By, why: str, sid: str = "") -> Event:
    """Somebody asks for the next rung now; ``why`` is asked or repeat."""
    event = {"e": ESCALATED, "person": by.id, "role": by.role.value, "why": why}
    return event | ({"sid": sid} if sid else {})


def stall_seen(tactic: str, who: str) -> Event:
    """A stalling tactic, by its number, and whose it is."""
    return {"e": STALL_SEEN, "tactic": tactic} | ({"who": who} if who else {})


def called(by: By, outcome: str, channel: str, sid: str) -> Event:
    """The client called the reporter."""
    event = {"e": CALLED, "person": by.id, "role": by.role.value}
    event |= {"outcome": outcome, "channel": channel}
    return event | ({"sid": sid} if sid else {})


def promised(due: int, msg: str, *, first: bool) -> Event:
    """Words to the reporter promise something by ``due`` (ms); a later one moves nothing."""
    return {"e": PROMISED, "due": due, "msg": msg, "first": first}


def promise_kept() -> Event:
    """The client's own word came before the promised time."""
    return {"e": PROMISE_KEPT}


def promise_broken(due: int) -> Event:
    """It did not."""
    return {"e": PROMISE_BROKEN, "due": due}


def rope_requested(page: str, reach: str, channel: str, why: str) -> Event:
    """The reporter is to be sent their own link; ``reach`` is whose address (a sid)."""
    return {"e": ROPE_REQUESTED, "page": page, "reach": reach, "channel": channel, "why": why}


def waiting_moved(party: str) -> Event:
    """The case is waiting for this party from now on."""
    return {"e": WAITING, "party": party}
