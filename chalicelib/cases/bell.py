"""Ringing: whom a rung, a repeat or a missed duty pages, and on which channels."""

from chalicelib.cases import events as ev
from chalicelib.cases.commands import MACHINE
from chalicelib.cases.draft import LEASE_MS, Draft, OnCall
from chalicelib.cases.ladder import Span
from chalicelib.cases.model import Sending
from chalicelib.cases.ropes import REPORTER, rope_failed

ATTEMPTS = 3
# More people in one role than this are not all paged: a case stays small by construction.
PEOPLE_PER_ROLE = 6
FALLBACK = "fallback"


def fire_rung(draft: Draft, rung: int, why: str) -> None:
    """Page everyone on this rung; if nobody is there, the next rung comes forward to now."""
    rungs = draft.plan.rungs
    step = rungs[min(rung, len(rungs) - 1)]
    if rung >= draft.case.fired:
        draft.emit(ev.rung_fired(rung))
    if draft.plan.top and (rung >= len(rungs) - 1 or _next_is_far(draft, draft.plan.top)):
        draft.set_clocks({"top": draft.after(draft.plan.top)})
    if page_roles(draft, step.roles, rung, why):
        return
    if draft.case.held and not draft.named("rung."):
        jump(draft)  # whoever asked for this rung, past an acknowledgement, asked for somebody
    else:
        advance(draft)


def _next_is_far(draft: Draft, top: Span) -> bool:
    """A rung that came early leaves a gap: then the top's span is the longest that is silent."""
    coming = draft.named("rung.").values()
    return bool(coming) and min(coming) > draft.after(top)


def page_roles(draft: Draft, roles: tuple[str, ...], rung: int, why: str) -> bool:
    """Page all who are on call in these roles; false when there was nobody at all."""
    found = False
    for role in roles:
        people = draft.watch.duty.get(role, ())
        if not people:
            draft.emit(ev.rung_empty(rung, role))
        for on_call in people[:PEOPLE_PER_ROLE]:
            page(draft, on_call, role, rung, why)
            found = True
    return found


def page_somebody(draft: Draft, roles: tuple[str, ...], rung: int, why: str) -> None:
    """Page these roles, and the fallback contact when there is nobody in any of them."""
    if not page_roles(draft, roles, rung, why):
        page_roles(draft, (FALLBACK,), rung, why)


def advance(draft: Draft) -> None:
    """Nobody was reached: the next rung is due now, and past the top the fallback contact."""
    if not draft.case.acted:
        coming = draft.named("rung.")
        if coming:
            draft.set_clocks({min(coming, key=_rung_number): draft.at})
            return
        if draft.case.held:
            return
    page_roles(draft, (FALLBACK,), draft.case.fired, "unreachable")


def tell(draft: Draft, role: str, why: str) -> bool:
    """Page a role beside the ladder, if anybody has it; false when nobody does."""
    people = draft.watch.duty.get(role, ())
    for on_call in people[:PEOPLE_PER_ROLE]:
        page(draft, on_call, role, 0, why)
    return bool(people)


def tell_on_call(draft: Draft, rung: int, why: str) -> None:
    """Page everyone on the rungs up to this one, and always somebody."""
    page_somebody(draft, draft.plan.roles_up_to(rung) or ("owner",), rung, why)


def jump(draft: Draft) -> None:
    """The next rung now, even one that an acknowledgement holds: a repeat is a new fact.

    Past the top the top rung again; where the ladder has stopped, those who are on call.
    """
    case = draft.case
    if case.acted or case.resolved:
        tell_on_call(draft, 0, "escalated")
        return
    waiting = {**case.held, **case.clocks}
    rungs = [name for name in waiting if name.startswith("rung.")]
    if rungs:
        _bring_forward(draft, min(rungs, key=_rung_number))
    elif "top" in waiting:
        _bring_forward(draft, "top")


def _bring_forward(draft: Draft, name: str) -> None:
    if name in draft.case.held:
        draft.emit(ev.clocks_resumed({name: draft.at}))
    else:
        draft.set_clocks({name: draft.at})


def _rung_number(name: str) -> int:
    return int(name.partition(".")[2])


def page(draft: Draft, on_call: OnCall, role: str, rung: int, why: str) -> None:
    """Page one person on every channel that the three-minute rule leaves open."""
    channels = [c for c in on_call.channels if _open(draft, on_call.person, c)]
    _request(draft, on_call.person, role, rung, why, channels)


def page_again(draft: Draft, person: str) -> None:
    """The repeat of an unacknowledged page: one channel, in turn."""
    paged = draft.case.paged[person]
    on_call = draft.watch.find(person)
    if on_call is None:
        # Off the roster since: whoever has the role now is paged in their place.
        if not page_roles(draft, (paged.role,), paged.rung, "repeat"):
            advance(draft)
        return
    channel = on_call.channels[paged.n % len(on_call.channels)]
    channels = [channel] if _open(draft, person, channel) else []
    _request(draft, person, paged.role, paged.rung, "repeat", channels)


def _open(draft: Draft, person: str, channel: str) -> bool:
    waiting = any(s.person == person and s.channel == channel for s in draft.case.sending.values())
    paged = draft.case.paged.get(person)
    last = paged.last.get(channel) if paged else None
    return not waiting and (last is None or draft.at - last >= draft.watch.gap)


def _request(
    draft: Draft, person: str, role: str, rung: int, why: str, channels: list[str]
) -> None:
    before = draft.case.paged.get(person)
    n = before.n if before else 0
    clocks: dict[str, int] = {}
    for number, channel in enumerate(channels, n + 1):
        identity = draft.next_page_id()
        asked = ev.Page(identity, person, role, channel, rung, number, why)
        draft.emit(ev.page_requested(asked))
        # What is to be sent is itself a clock: a crash before the sending is found by the sweep.
        clocks[f"send.{identity}"] = draft.at + LEASE_MS
    if not channels:
        draft.emit(ev.page_withheld(person))
    later = _repeat_later(draft, person) or ({} if channels else _after_the_gap(draft, person))
    draft.set_clocks(clocks | later)


def _repeat_later(draft: Draft, person: str) -> dict[str, int]:
    repeat = draft.plan.repeat
    if repeat is None or draft.case.acted or draft.case.is_owned or person == FALLBACK:
        return {}
    paged = draft.case.paged.get(person)
    newest = max(paged.last.values(), default=draft.at) if paged else draft.at
    due = draft.after(repeat, newest)
    return {f"repeat.{person}": due if due > draft.at else draft.after(repeat)}


def _after_the_gap(draft: Draft, person: str) -> dict[str, int]:
    """What is withheld, and not repeated anyway, is said once the three minutes are over.

    Else whoever asks for rungs in quick succession would use them up.  A page of this very entry
    says all that is owed now.
    """
    mine = f"{draft.case.seq}."
    if any(s.person == person and n.startswith(mine) for n, s in draft.case.sending.items()):
        return {}
    paged = draft.case.paged.get(person)
    over = max(paged.last.values(), default=0) + draft.watch.gap if paged else 0
    return {f"repeat.{person}": over} if over > draft.at else {}


def not_sent_in_time(draft: Draft, identity: str) -> None:
    """The lease of a page ran out: send it again, or call it failed after ``ATTEMPTS``."""
    attempt = draft.case.sending[identity].attempt
    if attempt >= ATTEMPTS:
        failed(draft, identity, "not_sent")
        return
    draft.emit(ev.page_retried(identity, attempt + 1))
    draft.set_clocks({f"send.{identity}": draft.at + LEASE_MS * 2**attempt})


def failed(draft: Draft, identity: str, error: str) -> None:
    """A page cannot arrive: the person's next channel now, else the next rung now."""
    sending = draft.case.sending[identity]
    if sending.role == REPORTER:
        rope_failed(draft, identity, error)
        return
    draft.emit(ev.page_failed(identity, error))
    draft.cancel([f"send.{identity}"], MACHINE, "failed")
    person = sending.person
    on_call = draft.watch.find(person)
    refused = draft.case.paged[person].failed
    left = [c for c in (on_call.channels if on_call else ()) if c not in refused]
    on_its_way = any(other.person == person for other in draft.case.sending.values())
    if on_its_way or any(c in draft.case.paged[person].last for c in left):
        return  # another page to the same person is under way or has been taken
    if left:
        _request(draft, person, sending.role, sending.rung, "failed", left[:1])
    elif person != FALLBACK:
        _unreached(draft, sending)


def _unreached(draft: Draft, sending: Sending) -> None:
    """The next rung; the fallback contact for what was asked since an acknowledgement held it."""
    ack = draft.case.ack
    if ack and ack.holds and sending.asked >= ack.at:
        page_roles(draft, (FALLBACK,), draft.case.fired, "unreachable")
    else:
        advance(draft)
