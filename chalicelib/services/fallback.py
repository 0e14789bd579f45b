"""The fallback bell: for a case that the code cannot read or ring.

It needs only what stands beside the body: the code, the tier, since when; and the client's
fallback contact, which is a setting and not in any table.
"""

import logging
from dataclasses import dataclass

from chalicelib.audit.canonical import decode
from chalicelib.audit.chain import Head
from chalicelib.audit.entry import Cause, SealedEntry, seal
from chalicelib.paging.words import fallback_page
from chalicelib.services.caller import machine
from chalicelib.services.engine import code_of, pause
from chalicelib.services.errors import BusyError
from chalicelib.services.parts import Parts
from chalicelib.services.ports import Beside, ConflictError, TransportError, UncertainError
from chalicelib.terms import MINUTE, SECOND

log = logging.getLogger(__name__)

UNREADABLE = "unreadable"
# As often as the top of an S0 ladder, whatever the tier says: an unreadable tier may be wrong.
AGAIN_MS = 10 * MINUTE
# A case that can be read has a ladder to keep, so the next sweep must find it due.
SOON_MS = 45 * SECOND
# Entries of ten minutes in which the bell was asked for at every sweep.
LOOK_BACK = 20
TRIES = 8


@dataclass(frozen=True, slots=True)
class Bell:
    """One ringing: for which case, because of what, and on which channels it went out."""

    beside: Beside
    cause: Cause
    why: str
    sent: tuple[str, ...]

    @property
    def chain(self) -> str:
        """The chain that it is written down on."""
        return chain_of(self.beside.case)

    @property
    def again_ms(self) -> int:
        """After how long to look again."""
        return AGAIN_MS if self.sent and self.why == UNREADABLE else SOON_MS


def chain_of(case: str) -> str:
    """The name of a case's chain of fallback bells."""
    return f"fallback#{case}"


def ring_fallback(parts: Parts, beside: Beside, cause: Cause, why: str) -> None:
    """Page the fallback contact, write it down, and put the case off.

    An unreadable case is looked at again in ten minutes.  One that fails for another ``why`` is
    tried again within the minute, but pages no more often; nor does one that is not yet due, so a
    stale wake-up or page message rings nobody.
    The pages go first: a crash after them repeats a page, which is better than losing one.
    Raises TransportError when no channel took the page, and BusyError when it was not written.
    """
    now = parts.clock.now()
    if beside.due > now:
        return
    sent: tuple[str, ...] = ()
    failed: TransportError | None = None
    if not _rang_lately(parts, beside.case, now):
        try:
            sent = _page(parts, beside, now)
        except TransportError as error:
            failed = error
    _write_down(parts, Bell(beside, cause, why, sent))
    if failed:
        raise failed


def _rang_lately(parts: Parts, case: str, now: int) -> bool:
    """Whether a page of the last ten minutes stands in the log; when in doubt there is none."""
    chain = chain_of(case)
    try:
        newest = parts.ledger.head(chain).seq
        lines = parts.ledger.entries(chain, max(newest - LOOK_BACK, 0), LOOK_BACK)
        bells = [decode(line) for line in lines]
    except Exception:  # whatever keeps the log from being read must not keep the bell from ringing
        log.exception("fallback log could not be read", extra={"case": case})
        return False
    return any(bell["at_ms"] > now - AGAIN_MS and bell["events"][0]["sent"] for bell in bells)


def _page(parts: Parts, beside: Beside, now: int) -> tuple[str, ...]:
    person = parts.registry.person("fallback")
    page = fallback_page(beside.code, beside.tier, now - beside.opened)
    sent = []
    failed = TransportError("no_fallback_contact", permanent=True)
    for channel in person.channels if person else ():
        try:
            if channel == "sms" and person:
                parts.channels.sms(person.phone, page.sms)
            elif person:
                parts.channels.email(person.email, page.subject, page.text)
        except TransportError as error:
            failed = error
        else:
            sent.append(channel)
    if not sent:
        raise failed
    return tuple(sent)


def _write_down(parts: Parts, bell: Bell) -> None:
    """The entry, and with it the case's next due time, unless the case has moved by itself."""
    moved = False
    entry: SealedEntry | None = None
    for attempt in range(TRIES):
        try:
            head = parts.ledger.head(bell.chain)
            if entry and head == entry.head:
                return  # the store did not say so, but it was written
            entry = _entry(parts, bell, head)
            if moved:
                parts.ledger.append(entry, head)
            else:
                until = parts.clock.now() + bell.again_ms
                parts.ledger.put_off(bell.beside, until, entry, head)
        except ConflictError as lost:
            moved = moved or lost.what == "case"
        except UncertainError:
            log.warning("fallback bell not known to be written", extra={"case": bell.beside.case})
        else:
            return
        pause(parts, attempt)
    raise BusyError(bell.chain)


def _entry(parts: Parts, bell: Bell, head: Head) -> SealedEntry:
    at = parts.clock.now()
    case, sent = bell.beside.case, list(bell.sent)
    return seal(
        head=head,
        chain=bell.chain,
        eid=parts.ids.new("ent", at),
        type="fallback",
        at_ms=at,
        cause=bell.cause,
        actor=machine(bell.cause.id).actor,
        code=code_of(parts),
        events=({"e": "fallback.rung.v1", "case": case, "why": bell.why, "sent": sent},),
    )
