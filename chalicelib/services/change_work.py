"""What a change asks of a worker: to tell, to ask, to apply, to note that it has expired.

Function ``herald`` does it, since it may send messages, and it alone may write a person or the
roster: the function that answers to the internet may only write that somebody asked for it.
Each run does whatever is next; a run too many does nothing, and the sweep finds what is left.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from chalicelib.paging import notices
from chalicelib.paging.words import PageText
from chalicelib.services import change_proposal as proposal
from chalicelib.services import employers
from chalicelib.services.caller import Caller, machine
from chalicelib.services.change_model import OPEN, Change, ChangeKind, Need, Stage, merged
from chalicelib.services.change_ports import AcceptLink, Effect
from chalicelib.services.change_rules import is_same_human
from chalicelib.services.change_steps import nudge, write
from chalicelib.services.parts import Parts
from chalicelib.services.people import Person
from chalicelib.services.ports import ConflictError, TransportError
from chalicelib.services.tokens import token_hash
from chalicelib.terms import DAY, MINUTE, SECOND

log = logging.getLogger(__name__)

# A worker that has begun to ask is given so long before the sweep has it done again.
TRIED_MS = MINUTE
# After that a run leaves the rest to another one: carriers may be slow, and the herald has 10 s.
RUN_MS = 2 * SECOND
# However long no sweep has run, what has expired is noted, and its value forgotten.
LOOK_BACK_MS = 30 * DAY

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
    recent = parts.changes.since(now - LOOK_BACK_MS)
    waiting = [change for change in recent if change.stage in OPEN and _has_work(change, now)]
    for change in waiting:
        nudge(parts, change.id)
    return len(waiting)


def _has_work(change: Change, now: int) -> bool:
    if change.stage_at(now) is Stage.EXPIRED or change.to_tell:
        return True
    if change.stage is not Stage.APPROVED:
        return False
    return change.accepted or any(_is_unsent(need, now - TRIED_MS) for need in change.needs)


def _is_unsent(need: Need, since: int) -> bool:
    """Whether no carrier has had the question, and nobody has tried since then (ms)."""
    return not (need.sent_at or need.failed or need.accepted_at) and need.asked_at < since


def carry(parts: Parts, identity: str, message_id: str) -> None:
    """Go on with one change; what a carrier refused for the moment is left to the next minute."""
    try:
        change = parts.changes.change(identity)
        if change is None:
            log.warning("a change that is not there", extra={"change": identity[:40]})
        else:
            Run(parts, machine(message_id)).carry(change)
    except ConflictError:
        log.info("another step came first", extra={"change": identity[:40]})


class Run:
    """One worker's run: a step at a time, each written before the next, nothing tried twice."""

    def __init__(self, parts: Parts, caller: Caller) -> None:
        """A run that begins now."""
        self.parts = parts
        self.caller = caller
        self.started = parts.clock.now()
        self._tried: set[str] = set()

    def carry(self, change: Change) -> None:
        """Step by step, until there is nothing to do or the next run should go on."""
        following: Change | None = change
        while following is not None:
            change = following
            if self.parts.clock.now() - self.started > RUN_MS:
                nudge(self.parts, change.id)
                return
            following = self._step(change)

    def _step(self, change: Change) -> Change | None:
        if change.stage not in OPEN:
            return None
        if change.stage_at(self.parts.clock.now()) is Stage.EXPIRED:
            return self._end(change, Stage.EXPIRED, {"e": "change.expired.v1"})
        untold = next((one for one in change.to_tell if one not in self._tried), None)
        if untold:
            return self._tell(change, untold)
        if change.stage is not Stage.APPROVED:
            return None
        unasked = next((need for need in change.needs if _is_unsent(need, self.started)), None)
        if unasked:
            return self._ask(change, unasked)
        return self._apply(change) if change.accepted else None

    def _write(
        self, change: Change, event: Mapping[str, Any], effect: Effect | None = None
    ) -> Change:
        write(self.parts, self.caller, change, event, effect=effect)
        return change

    def _end(self, change: Change, stage: Stage, event: Mapping[str, str]) -> Change:
        return self._write(change.ended(stage, self.parts.clock.now()), event)

    def _tell(self, change: Change, identity: str) -> Change:
        """A word to one person, at every address where they are known now."""
        self._tried.add(identity)
        person = self.parts.registry.person(identity)
        taken: list[str] = []
        if person:
            text = notices.tell(notices.Notice(_WHAT[change.kind], change.id), person.language)
            taken, passing = _send(self.parts, proposal.addresses(person), text)
            if passing and not taken:
                return change
        left = tuple(one for one in change.to_tell if one != identity)
        told_at = 0 if left else self.parts.clock.now()
        event = {"e": "change.told.v1", "person": identity, "channels": taken}
        return self._write(change.next(to_tell=left, told_at=told_at), event)

    def _ask(self, change: Change, need: Need) -> Change:
        """A fresh link, written down before it is sent: the one before it is over from now on.

        A crash before the sending is known of leaves it unsent, and somebody is asked twice.
        """
        token = self.parts.ids.token()
        asked = replace(need, token_hash=token_hash(token), asked_at=self.parts.clock.now())
        change = change.with_need(need, asked)
        channels = [channel for channel, _ in need.ways]
        link = AcceptLink(asked.token_hash, change.id, change.expires_at)
        event = {"e": "change.asked.v1", "person": need.person, "channels": channels}
        write(self.parts, self.caller, change, event, link=link)
        address = f"{self.parts.link_base}/a/{token}"
        notice = notices.Notice(_WHAT[change.kind], change.id, address)
        text = notices.ask(notice, _language(self.parts, change, need))
        taken, passing = _send(self.parts, need.ways, text)
        if passing and not taken:
            return change
        sent = replace(asked, sent_at=self.parts.clock.now() if taken else 0, failed=not taken)
        name = "change.sent.v1" if taken else "change.undelivered.v1"
        event = {"e": name, "person": need.person, "channels": taken or channels}
        return self._write(change.with_need(asked, sent), event)

    def _apply(self, change: Change) -> Change:
        """Write what was agreed, if it still can be: on what it was agreed about."""
        try:
            effect = _effect(self.parts, change)
        except proposal.UnfitError as unfit:
            why = {"e": "change.stale.v1", "why": unfit.code}
            return self._end(change, Stage.STALE, why)
        told: dict[str, Any] = {"by": change.by, "approved_by": change.approver}
        told |= {"fields": list(change.fields)}
        told |= {"person": change.person} if change.person else {}
        done = change.ended(Stage.APPLIED, self.parts.clock.now())
        return self._write(done, {"e": "change.applied.v1", **told}, effect)


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
    first, second = (parts.registry.person(name) for name in (change.by, change.approver))
    orgs = parts.registry.orgs()
    for one in (first, second):
        if one is None or employers.fault(one.role, one.employer, orgs):
            raise proposal.UnfitError("own_proposal")
    if is_same_human(first, second):
        raise proposal.UnfitError("own_proposal")
