"""Sending one page, and writing down what the carrier said.

At least once: a crash between the sending and the commit sends it again, labelled as a repeat.
"""

import logging
from typing import Any

from chalicelib.audit.entry import Cause
from chalicelib.cases.commands import Command, PageFailed
from chalicelib.cases.model import Case, Sending
from chalicelib.cases.ropes import REPORTER
from chalicelib.paging.words import PageFacts, PageText, minutes, page_text
from chalicelib.services import rope_sending
from chalicelib.services.carriers import give_to_carrier
from chalicelib.services.engine import UnknownCaseError, UnreadableError, apply, from_machine
from chalicelib.services.fallback import ring_fallback
from chalicelib.services.following import follow
from chalicelib.services.parts import Parts
from chalicelib.services.ports import PageLink, Person
from chalicelib.services.tokens import token_hash
from chalicelib.terms import DAY

log = logging.getLogger(__name__)

# A link outlives the longest K clock but not a lost phone's second owner.
LINK_KEPT_MS = 14 * DAY
DUTIES = ("K3", "K4", "K5", "K6", "K7", "K8", "K9", "K10", "K11", "K13")


def deliver(parts: Parts, body: dict[str, Any], receives: int, message_id: str) -> None:
    """Send the page of one queue message, or do what follows from an opening.

    Raises TransportError, and BusyError, when trying again may help.

    ``receives`` is how often the queue has handed this message out: above 1 an earlier worker
    may have died after the sending, so the page is labelled as a repeat.
    """
    if "follow" in body:
        follow(parts, Cause("page", message_id), str(body["case"]), body["follow"])
        return
    case_id, page, attempt = str(body["case"]), str(body["page"]), int(body["attempt"])
    cause = Cause("page", message_id)
    loaded = parts.ledger.load(case_id)
    if loaded is None:
        log.warning("page for a case that is not there", extra={"case": case_id})
        return
    if loaded.case is None:
        ring_fallback(parts, loaded.beside, cause, "unreadable")
        return
    sending = loaded.case.sending.get(page)
    if sending is None or sending.attempt > attempt:
        return  # settled, or a later message is on its way
    repeat = attempt > 1 or receives > 1
    own = sending.role == REPORTER
    if own:
        outcome = rope_sending.send(parts, loaded.case, page, sending, repeat=repeat)
    else:
        person = parts.registry.person(sending.person)
        outcome = _send(parts, loaded.case, page, sending, person, repeat=repeat)
    try:
        apply(parts, from_machine(cause), case_id, outcome)
    except (UnknownCaseError, UnreadableError):
        log.exception("page sent but not recorded", extra={"case": case_id})
    if own:
        rope_sending.verify(parts, cause, loaded.case, sending.person)


def _send(
    parts: Parts, case: Case, page: str, sending: Sending, person: Person | None, *, repeat: bool
) -> Command:
    address = _address(person, sending.channel)
    if person is None or not address:
        return PageFailed(page=page, error="no_address")
    text = _text(parts, case, page, sending, person, repeat=repeat)
    return give_to_carrier(parts, page, sending.channel, address, text)


def _address(person: Person | None, channel: str) -> str:
    if person is None:
        return ""
    return {"sms": person.phone, "email": person.email}.get(channel, "")


def _text(
    parts: Parts, case: Case, page: str, sending: Sending, person: Person, *, repeat: bool
) -> PageText:
    now = parts.clock.now()
    token = parts.ids.token()
    # The link is remembered before the page leaves: a page whose link is unknown helps nobody.
    parts.registry.put_link(
        PageLink(token_hash(token), case.id, person.id, page, now + LINK_KEPT_MS)
    )
    held = {**case.held, **case.clocks}
    due = {name: held[name] for name in DUTIES if name in held}
    facts = PageFacts(
        code=case.code,
        tier=case.tier,
        suspect=case.suspect,
        open_ms=now - case.opened,
        link=f"{parts.link_base}/p/{token}",
        why=sending.why,
        repeat=repeat,
        overdue=_overdue(case, due, sending.why),
        coming={name: minutes(at - now) for name, at in due.items() if at > now},
        acknowledged_by=case.ack.role if case.ack and (case.ack.holds or case.acted) else "",
    )
    return page_text(facts, person.language)


def _overdue(case: Case, due: dict[str, int], why: str) -> tuple[str, ...]:
    """K3 and K4 that lapsed unmet (they run no more), and what was missed and is owed again."""
    plan = case.ladder.plan(case.tier)
    owned = case.ack is not None
    lapsed = []
    if plan.k3 and not owned and "K3" not in due:
        lapsed.append("K3")
    if plan.k4 and not case.acted and "K4" not in due:
        lapsed.append("K4")
    if case.acted and case.acted.missed:
        lapsed.append("K9")
    lapsed += [name for name in DUTIES if name in case.missed]
    if why in {"K8", "K10", "K11"}:
        lapsed.append(why)
    return tuple(lapsed)
