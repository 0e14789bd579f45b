"""Sending a reporter their own link, and asking the client's systems whether the address is theirs.

Nothing here needs a vendor.  The address leaves the vault for one purpose and is not kept.
"""

import logging
from typing import Any

from chalicelib.audit.entry import Cause
from chalicelib.cases.commands import Command, PageFailed
from chalicelib.cases.end_commands import VerifyReporter
from chalicelib.cases.model import Case, Sending
from chalicelib.paging.rope_words import RopeFacts, rope_text
from chalicelib.services.carriers import give_to_carrier
from chalicelib.services.client_systems import NoClientSystems, Question
from chalicelib.services.engine import apply, from_machine
from chalicelib.services.opening import MACHINE_KIND, MATCH, ROPE
from chalicelib.services.parts import Parts
from chalicelib.services.ports import PageLink, TransportError
from chalicelib.services.reaching import dialable, mailable
from chalicelib.services.tokens import token_hash
from chalicelib.services.vault_reading import Reading
from chalicelib.terms import DAY, Role

log = logging.getLogger(__name__)

# As long as a closed case of S2 to S4 can live again.
LINK_KEPT_MS = 90 * DAY
CLIENT_DATA = "client_data"


def reach_id(person: str) -> str:
    """The message (sid) that holds the address of ``reporter.<sid>``; nothing for anybody else."""
    kind, _, sid = person.partition(".")
    return sid if kind == "reporter" else ""


def send(parts: Parts, case: Case, page: str, sending: Sending, *, repeat: bool) -> Command:
    """Send one link; raises TransportError when trying again may help.

    Duress that was found since the link was asked for stops it here.
    """
    if case.duress:
        return PageFailed(page=page, error="duress")
    reporter = _open(parts, sending.person, f"{ROPE}:{page}").get("reporter") or {}
    phone = dialable(str(reporter.get("phone", "")))
    address = phone if sending.channel == "sms" else mailable(str(reporter.get("email", "")))
    if not address:
        return PageFailed(page=page, error="no_address")
    language = str(reporter.get("language", ""))
    text = rope_text(
        RopeFacts(sending.why, _link(parts, case, page, sending, language), repeat), language
    )
    return give_to_carrier(parts, page, sending.channel, address, text)


def _link(parts: Parts, case: Case, page: str, sending: Sending, language: str) -> str:
    """A new link, remembered before it leaves."""
    token = parts.ids.token()
    until = parts.clock.now() + LINK_KEPT_MS
    parts.registry.put_link(
        PageLink(token_hash(token), case.id, sending.person, page, until, language=language)
    )
    return f"{parts.link_base}/r/{token}"


def _open(parts: Parts, person: str, why: str) -> dict[str, Any]:
    """What this purpose may see; raises TransportError while the vault does not open."""
    sid = reach_id(person)
    reading = Reading(MACHINE_KIND, Role.MACHINE, proved=True, behalf=person)
    try:
        return parts.vault.open([sid], parts.release.fn, why, reading).get(sid, {})
    except Exception as error:
        # Whatever the vault's trouble is, the queue and the clock of the sending try again.
        log.exception("address not opened", extra={"metric": "WordsUnavailable"})
        raise TransportError("vault_closed", permanent=False) from error


def verify(parts: Parts, cause: Cause, case: Case, person: str) -> None:
    """Ask the client's own systems whether a vendor-supplied address is the reporter's.

    Best effort and after the sending: what they do not say changes nothing, and never raises.
    Each address that was given must stand on the client's record: a vendor that adds the
    reporter's true email to a number of its own has proved nothing.
    """
    sid = reach_id(person)
    rope = case.ropes.get(sid)
    if rope is None or rope.verified or isinstance(parts.client_systems, NoClientSystems):
        return
    try:
        if _is_theirs(parts, _open(parts, person, f"{MATCH}:{case.id}")):
            command = VerifyReporter(reach=sid, how=CLIENT_DATA)
            apply(parts, from_machine(cause), case.id, command)
    except Exception:
        # The link is out; whether it may end the case can be found later, or by a call-back.
        log.exception("reporter not matched", extra={"case": case.id})


def _is_theirs(parts: Parts, words: dict[str, Any]) -> bool:
    reporter = words.get("reporter") or {}
    order = str(words.get("order", ""))
    phone, email = str(reporter.get("phone", "")), str(reporter.get("email", ""))
    if not order:
        return False
    facts = parts.client_systems.look_up(Question(order=order, phone=phone, email=email))
    given = ((phone, facts.phone_on_record), (email, facts.email_on_record))
    return facts.matches and all(known for address, known in given if address)
