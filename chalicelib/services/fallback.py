"""The fallback bell: for a case that the code cannot read or ring.

It needs only what stands beside the body: the code, the tier, since when; and the client's
fallback contact, which is a setting and not in any table.
"""

import logging

from chalicelib.audit.entry import Cause, seal
from chalicelib.paging.words import fallback_page
from chalicelib.services.caller import machine
from chalicelib.services.engine import code_of
from chalicelib.services.parts import Parts
from chalicelib.services.ports import Beside, ConflictError, TransportError
from chalicelib.terms import MINUTE

log = logging.getLogger(__name__)

# As often as the top of an S0 ladder, whatever the tier says: an unreadable tier may be wrong.
AGAIN_MS = 10 * MINUTE


def ring_fallback(parts: Parts, beside: Beside, cause: Cause, why: str) -> None:
    """Page the fallback contact, write it down, and look again in ten minutes.

    The pages go first: a crash after them repeats a page, which is better than losing one.
    Raises TransportError when no channel took the page, so that the due time stays as it is.
    """
    now = parts.clock.now()
    sent = _page(parts, beside, now)
    chain = f"fallback#{beside.case}"
    head = parts.ledger.head(chain)
    event = {"e": "fallback.rung.v1", "case": beside.case, "why": why, "sent": sent}
    entry = seal(
        head=head,
        chain=chain,
        eid=parts.ids.new("ent", now),
        type="fallback",
        at_ms=now,
        cause=cause,
        actor=machine(cause.id).actor,
        code=code_of(parts),
        events=(event,),
    )
    try:
        parts.ledger.put_off(beside, now + AGAIN_MS, entry, head)
    except ConflictError:
        # The case has moved on by itself, so the next look is due when it says.
        log.info("case moved while the fallback bell rang", extra={"case": beside.case})


def _page(parts: Parts, beside: Beside, now: int) -> list[str]:
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
    return sent
