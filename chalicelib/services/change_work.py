"""What a change asks of a worker: to tell, to ask, to apply, to note that it has expired.

The pager does it, since it alone may send messages, and it alone may write a person or the
roster: the function that answers to the internet may only write that somebody asked for it.
Each run does whatever is next; a run too many does nothing, and the sweep finds what is left.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace

from chalicelib.paging import notices
from chalicelib.paging.words import PageText
from chalicelib.services import change_proposal as proposal
from chalicelib.services import employers
from chalicelib.services.caller import Caller, machine
from chalicelib.services.change_model import OPEN, WAIT_MS, Change, ChangeKind, Need, Stage, merged
from chalicelib.services.change_ports import AcceptLink, Effect
from chalicelib.services.change_steps import write
from chalicelib.services.parts import Parts
from chalicelib.services.people import Person
from chalicelib.services.ports import ConflictError, TransportError
from chalicelib.services.tokens import token_hash
from chalicelib.terms import MINUTE

log = logging.getLogger(__name__)

# A worker that has begun to ask is given so long before the sweep has it done again.
TRIED_MS = MINUTE

_WHAT = {
    ChangeKind.ROSTER: notices.DUTY,
    ChangeKind.PERSON: notices.DETAILS,
    ChangeKind.NUMBER: notices.NUMBER,
    ChangeKind.NEW_PERSON: notices.NEW_PERSON,
    ChangeKind.PIN: notices.PIN,
    ChangeKind.LEAVE: notices.LEAVE,
}


def find(parts: Parts) -> int:
    """Queue every change that waits for a worker; how many.  The sweep's part, each minute."""
    now = parts.clock.now()
    # Two waits and an hour: whatever was proposed before that has ended or is noted by now.
    recent = parts.changes.since(now - 3 * WAIT_MS)
    waiting = [change for change in recent if change.stage in OPEN and _has_work(change, now)]
    for change in waiting:
        parts.queues.change(change.id)
    return len(waiting)


def _has_work(change: Change, now: int) -> bool:
    if change.stage_at(now) is Stage.EXPIRED or not change.told_at:
        return True
    if change.stage is not Stage.APPROVED:
        return False
    return change.accepted or any(_is_unsent(need, now - TRIED_MS) for need in change.needs)


def _is_unsent(need: Need, tried_by: int) -> bool:
    """Whether no carrier has had the question, and nobody has tried since ``tried_by`` (ms)."""
    return not (need.sent_at or need.failed or need.accepted_at) and need.asked_at <= tried_by


def carry(parts: Parts, identity: str, message_id: str) -> None:
    """Go on with one change; what a carrier refused for the moment is left to the next minute."""
    caller = machine(message_id)
    try:
        change = parts.changes.change(identity)
        if change is None:
            log.warning("a change that is not there", extra={"change": identity[:40]})
        elif change.stage in OPEN:
            _carry(parts, caller, change)
    except ConflictError:
        log.info("another step came first", extra={"change": identity[:40]})


def _carry(parts: Parts, caller: Caller, change: Change) -> None:
    if change.stage_at(parts.clock.now()) is Stage.EXPIRED:
        _end(parts, caller, change, Stage.EXPIRED, {"e": "change.expired.v1"})
        return
    if not change.told_at:
        change = _tell(parts, caller, change)
    if change.stage is Stage.APPROVED:
        change = _ask(parts, caller, change)
        if change.accepted:
            _apply(parts, caller, change)


def _end(
    parts: Parts, caller: Caller, change: Change, stage: Stage, event: Mapping[str, str]
) -> None:
    write(parts, caller, change.ended(stage, parts.clock.now()), event)


def _tell(parts: Parts, caller: Caller, change: Change) -> Change:
    """A word to everybody concerned, at every address where they are known now."""
    notice = notices.Notice(_WHAT[change.kind], change.id)
    told = []
    for person in proposal.to_tell(parts, change):
        text = notices.tell(notice, person.language)
        taken, passing = _send(parts, proposal.addresses(person), text)
        if passing and not taken:
            return change
        told.append({"person": person.id, "channels": taken})
    after = change.next(told_at=parts.clock.now())
    write(parts, caller, after, {"e": "change.told.v1", "told": told})
    return after


def _ask(parts: Parts, caller: Caller, change: Change) -> Change:
    for index in range(len(change.needs)):
        if _is_unsent(change.needs[index], parts.clock.now()):
            change = _ask_one(parts, caller, change, change.needs[index])
    return change


def _ask_one(parts: Parts, caller: Caller, change: Change, need: Need) -> Change:
    """A fresh link, written down before it is sent: the one before it leads nowhere from now on.

    A crash before the sending is known of leaves it unsent, and somebody is asked twice.
    """
    token = parts.ids.token()
    asked = replace(need, token_hash=token_hash(token), asked_at=parts.clock.now())
    change = change.with_need(need, asked)
    told = {"person": need.person, "channels": [channel for channel, _ in need.ways]}
    link = AcceptLink(asked.token_hash, change.id, change.expires_at)
    write(parts, caller, change, {"e": "change.asked.v1", **told}, link=link)
    notice = notices.Notice(_WHAT[change.kind], change.id, f"{parts.link_base}/a/{token}")
    text = notices.ask(notice, _language(parts, change, need))
    taken, passing = _send(parts, need.ways, text)
    if passing and not taken:
        return change
    sent = replace(asked, sent_at=parts.clock.now() if taken else 0, failed=not taken)
    change = change.with_need(asked, sent)
    event = "change.sent.v1" if taken else "change.undelivered.v1"
    write(parts, caller, change, {"e": event, **told, "channels": taken or told["channels"]})
    return change


def _language(parts: Parts, change: Change, need: Need) -> str:
    if change.kind is ChangeKind.NEW_PERSON:
        return str(change.value["language"])
    person = parts.registry.person(need.person)
    return person.language if person else "zh-CN"


def _send(parts: Parts, ways: Sequence[tuple[str, str]], text: PageText) -> tuple[list[str], bool]:
    """The channels whose carrier took it, and whether another may yet take it."""
    taken, passing = [], False
    for channel, address in ways:
        try:
            if channel == "sms":
                parts.channels.sms(address, text.sms)
            else:
                parts.channels.email(address, text.subject, text.text)
        except TransportError as error:
            passing = passing or not error.permanent
        else:
            taken.append(channel)
    return taken, passing


def _apply(parts: Parts, caller: Caller, change: Change) -> None:
    """Write what was agreed, if it still can be: on what it was agreed about, by the client's."""
    try:
        effect = _effect(parts, change)
    except proposal.UnfitError as unfit:
        told_why = {"e": "change.stale.v1", "why": unfit.code}
        _end(parts, caller, change, Stage.STALE, told_why)
        return
    told = {"by": change.by, "approved_by": change.approver, "fields": list(change.fields)}
    told |= {"person": change.person} if change.person else {}
    done = change.ended(Stage.APPLIED, parts.clock.now())
    write(parts, caller, done, {"e": "change.applied.v1", **told}, effect=effect)


def _effect(parts: Parts, change: Change) -> Effect:
    """What is to be written; raises UnfitError when it no longer may or no longer fits."""
    _require_two(parts, change)
    if proposal.base_of(parts, change) != change.base:
        raise proposal.UnfitError("change_stale")
    if change.kind is ChangeKind.ROSTER:
        proposal.fit_roster(parts, change.value)
        before = parts.changes.roster()
        return Effect(duty=merged(before, change.value), duty_was=before)
    if change.kind is ChangeKind.ORG:
        return Effect(org=str(change.value["org"]))
    if change.kind is ChangeKind.NEW_PERSON:
        return Effect(person=_fit(parts, proposal.newcomer(change)))
    was = parts.registry.person(change.person)
    if was is None:
        raise proposal.UnfitError("person_unknown")
    if change.kind is ChangeKind.LEAVE:
        proposal.fit_to_leave(parts, was)
        return Effect(person=proposal.left(was), was=was)
    if change.kind is ChangeKind.PIN:
        return Effect(person=replace(was, pin_hash=change.pin_hash), was=was)
    return Effect(person=_fit(parts, proposal.after(was, change.value)), was=was)


def _fit(parts: Parts, person: Person) -> Person:
    proposal.fit_person(parts, person)
    return person


def _require_two(parts: Parts, change: Change) -> None:
    """Two people, still the client's own: what was stored is not taken on trust."""
    two = [parts.registry.person(identity) for identity in (change.by, change.approver)]
    orgs = parts.registry.orgs()
    for one in two:
        if one is None or employers.fault(one.role, one.employer, orgs):
            raise proposal.UnfitError("own_proposal")
    if change.by == change.approver:
        raise proposal.UnfitError("own_proposal")
