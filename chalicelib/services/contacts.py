"""Anything further said on a case: by the reporter, a vendor, the client or an authority."""

from chalicelib.cases.commands import AddMessage, Message
from chalicelib.cases.roles import Act
from chalicelib.services.access import load_readable, not_found, permit
from chalicelib.services.caller import Caller
from chalicelib.services.complaint import Answer, Said
from chalicelib.services.engine import Extras, UnknownCaseError, apply, from_http
from chalicelib.services.errors import RefusedError
from chalicelib.services.judging import as_judged, judge_said, why, with_words
from chalicelib.services.parts import Parts
from chalicelib.services.promising import earliest
from chalicelib.services.reaching import is_duress, reach_of, reporter_words
from chalicelib.services.standing import follow
from chalicelib.services.views import duties, who_is_paged
from chalicelib.terms import VENDOR_ROLES, Direction, iso

CREATED = 201


def add(parts: Parts, caller: Caller, case: str, said: Said) -> Answer:
    """Add a message to a case the caller may see; 201 with the case as it stands now.

    What is said on a case that was merged is said on the one it went to.
    Outbound words are kept but not judged: an agent's answer cannot report a danger.  What they
    promise is owed.
    """
    permit(parts, caller, Act.ADD_MESSAGE, case)
    found = load_readable(parts, caller, case, Act.ADD_MESSAGE)
    if said.is_empty:
        raise RefusedError(422, "nothing_in_it")
    at = parts.clock.now()
    judgment = None
    if said.direction is not Direction.OUTBOUND and said.says_something:
        judgment = judge_said(said, parts.rules)
    words = parts.vault.seal(parts.ids.new("vlt", at), _words(said))
    message = Message(
        id=parts.ids.new("msg", at),
        direction=said.direction,
        speaker=said.speaker,
        kind=said.kind,
        channel=said.channel[:40],
        sid=words.sid,
        claimed_ms=said.claimed_ms,
    )
    command = AddMessage(
        by=caller.by,
        message=message,
        judged=as_judged(judgment) if judgment else None,
        vendor=caller.org if caller.role in VENDOR_ROLES else "",
        problems=tuple(map(str, said.problems)),
        promised_ms=_promised(parts, said, at),
        reach=reach_of(said, caller),
        duress=is_duress(judgment, said),
    )
    try:
        stands = follow(parts.ledger, found) or found
        applied = apply(parts, from_http(caller), stands.id, command, Extras(words=(words,)))
    except UnknownCaseError:
        raise not_found() from None
    now = applied.case
    body = {
        "case": now.id,
        "code": now.code,
        "message": message.id,
        "tier": now.tier.value,
        "suspect": now.suspect,
        "status": now.status.value,
        "received_at": iso(at),
        "why": with_words(why(judgment), said.text) if judgment else [],
        "paged": who_is_paged(now),
        "clocks": duties(now),
        "problems": [problem.plain() for problem in said.problems],
        "receipt": applied.receipt,
    }
    return Answer(CREATED, body)


def _promised(parts: Parts, said: Said, at: int) -> int | None:
    """The earliest time that outbound words promise, in the words or in the field for it."""
    if said.direction is not Direction.OUTBOUND:
        return None
    times = (said.promised_ms, earliest(said.text, at, parts.calendar))
    return min((time for time in times if time is not None), default=None)


def _words(said: Said) -> dict[str, object]:
    fields: dict[str, object] = {
        "text": said.text,
        "reporter": reporter_words(said),
        "attributes": dict(said.attributes),
        "received": dict(said.received),
    }
    return {name: value for name, value in fields.items() if value}
