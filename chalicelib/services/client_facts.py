"""What the client's own systems tell by themselves: signed, believed once, and kept on a case.

Whoever holds the secret is the client; nobody else is listened to, and a refusal is an entry that
names nobody.  An event that comes again is answered again and does nothing again.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from typing import Any, NoReturn

from chalicelib.cases.commands import AddMessage, By, Command, Judged, Message
from chalicelib.cases.lane_commands import AnswerData, AskFreeze
from chalicelib.cases.model import Case
from chalicelib.cases.roles import Act
from chalicelib.services.access import load_readable, not_found
from chalicelib.services.caller import Caller, anonymous
from chalicelib.services.complaint import Answer, Said
from chalicelib.services.engine import Applied, Extras, UnknownCaseError, apply, from_http
from chalicelib.services.errors import RefusedError
from chalicelib.services.judging import as_judged, judge_said
from chalicelib.services.parts import Parts
from chalicelib.services.ports import ConflictError, Once
from chalicelib.services.refusals import record
from chalicelib.services.unfit import RecordedError, refuse
from chalicelib.services.webhooks import SignatureError, Signed, verify
from chalicelib.terms import DAY, Direction, Kind, Role, Speaker, iso

OK = 200
UNAUTHENTICATED = 401
ACT = "client_fact"
SYSTEM = "client_systems"
# A sender may try again for days, each time with a new time and the same id.
REMEMBERED_MS = 7 * DAY
_CASE_ID = re.compile(r"cas_[0-9a-z]{26}")
EVENT_BYTES = 262_144
_TOLD = (str, int, float, bool)
_LONGEST_SOURCE = 40


class FactKind(StrEnum):
    """What an event is about."""

    FROZEN = "subject.frozen"
    UNFROZEN = "subject.unfrozen"
    DATA_DELIVERED = "data.delivered"
    ORDER_FACTS = "order.facts"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientFact:
    """One event, verified.  ``source`` is the system that says so; ``data`` is for the vault.

    ``id`` is the event's own and ``body_hash`` of all of it; ``request`` brought it.
    """

    kind: FactKind
    case: str
    source: str
    data: Mapping[str, Any]
    id: str
    body_hash: str
    request: str


def receive(parts: Parts, signed: Signed, raw: bytes, request: str) -> Answer:
    """Verify an event and have it accepted.

    Raises RefusedError: 404 where no secret is configured or the case is unknown, 401 for a
    signature that is missing, wrong or stale, 422 for an event that says nothing we know.
    """
    if not parts.client_secrets:
        raise RefusedError(404, "not_found")
    try:
        verify(parts.client_secrets, signed, raw, parts.clock.now())
    except SignatureError as error:
        # Whoever cannot sign is not the client's system, and may not write in its name.
        record(parts, anonymous(request), ACT, error.code)
        raise RefusedError(UNAUTHENTICATED, error.code) from None
    return accept(parts, _read(parts, signed, raw, request))


def _read(parts: Parts, signed: Signed, raw: bytes, request: str) -> ClientFact:
    event = _parsed(raw)
    if not isinstance(event, dict) or not isinstance(event.get("case"), str):
        _refuse(parts, request, "event_unreadable")
    kind, data = event.get("type"), event.get("data")
    if not isinstance(kind, str) or kind not in set(FactKind):
        _refuse(parts, request, "event_unknown")
    return ClientFact(
        kind=FactKind(kind),
        # A malformed id may be anything, a name too, and refusals are kept in clear.
        case=event["case"] if _CASE_ID.fullmatch(event["case"]) else "malformed",
        source=_source(event.get("source")),
        data=data if isinstance(data, dict) else {},
        id=signed.id,
        body_hash=sha256(raw).hexdigest(),
        request=request,
    )


def _parsed(raw: bytes) -> Any:
    """The event; None for what is no JSON, or JSON that the vault could not keep."""
    if len(raw) > EVENT_BYTES:
        return None
    try:
        event = json.loads(raw, parse_constant=_no_constant)
        json.dumps(event, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return event


def _no_constant(_name: str) -> NoReturn:
    raise ValueError


def _source(named: object) -> str:
    plain = isinstance(named, str) and named.isascii() and named.replace("-", "").isalnum()
    return f"{SYSTEM}:{named}"[:_LONGEST_SOURCE] if plain and named else SYSTEM


def _refuse(parts: Parts, request: str, code: str) -> NoReturn:
    refuse(parts, _system(request), ACT, code)


def _system(request: str) -> Caller:
    """The client's own system: it may say things on a case, and nothing that ends one."""
    return Caller(kind="machine", id=SYSTEM, role=Role.CLIENT_APP, org="client", request=request)


def accept(parts: Parts, fact: ClientFact) -> Answer:
    """Keep a fact on its case, once; 200 with the case as it stands.

    Data that was delivered answers the request for it; a subject that was let go while the case
    has it frozen is a call for a decision; everything else is said on the case.
    Raises RefusedError(404) for a case that is not there, 409 for what the case cannot take, 422
    for an id that came with another body before, and BusyError.
    """
    caller = _system(fact.request)
    first = parts.ledger.once(_once_key(fact))
    if first:
        return _again(parts, caller, fact, first)
    case = load_readable(parts, caller, fact.case, Act.ADD_MESSAGE)
    at = parts.clock.now()
    told = {"kind": fact.kind.value, "source": fact.source, "data": dict(fact.data)}
    words = parts.vault.seal(parts.ids.new("vlt", at), {"fact": told})

    def once(case: Case, receipt: str) -> Once:
        text = json.dumps(_body(case, fact, receipt))
        return Once(_once_key(fact), fact.body_hash, text, at + REMEMBERED_MS)

    command = _command(parts, fact, case, words.sid)
    by = replace(caller, role=command.by.role)
    try:
        extras = Extras(words=(words,), once=once)
        applied = apply(parts, from_http(by), fact.case, command, extras)
    except UnknownCaseError:
        raise not_found() from None
    except ConflictError as conflict:
        first = parts.ledger.once(_once_key(fact)) if conflict.what == "once" else None
        if first is None:
            raise
        return _again(parts, caller, fact, first)
    return _taken(parts, caller, fact, applied)


def _command(parts: Parts, fact: ClientFact, case: Case, sid: str) -> Command:
    department = fact.data.get("department")
    asked = isinstance(department, str) and department in case.data
    if fact.kind is FactKind.DATA_DELIVERED and asked and not case.closed:
        # The core takes an answer from a person of the client's, or from the machine.
        by = By(SYSTEM, Role.MACHINE, "client")
        absent = fact.data.get("absent") is True
        return AnswerData(by=by, department=str(department), sid=sid, absent=absent)
    by = By(SYSTEM, Role.CLIENT_APP, "client")
    frozen = case.freeze is not None and case.freeze.state == "frozen"
    if fact.kind is FactKind.UNFROZEN and frozen and not case.closed:
        return AskFreeze(by=by, sid=sid)
    message = Message(
        id=parts.ids.new("msg", parts.clock.now()),
        direction=Direction.INTERNAL,
        speaker=Speaker.CLIENT,
        kind=Kind.EVIDENCE,
        channel=fact.kind.value,
        sid=sid,
    )
    return AddMessage(by=by, message=message, judged=_judged(parts, fact))


def _taken(parts: Parts, caller: Caller, fact: ClientFact, applied: Applied) -> Answer:
    refused = applied.decision.refused
    if refused:
        record(parts, caller, ACT, refused.code, fact.case)
        raise RecordedError(409, refused.code)
    return Answer(OK, _body(applied.case, fact, applied.receipt))


def _again(parts: Parts, caller: Caller, fact: ClientFact, first: Once) -> Answer:
    """The first answer once more; another event under an old id is somebody's mistake."""
    if first.body_hash != fact.body_hash:
        refuse(parts, caller, ACT, "event_id_reused", fact.case)
    return Answer(OK, json.loads(first.answer), replayed=True)


def _body(case: Case, fact: ClientFact, receipt: str) -> dict[str, Any]:
    return {
        "case": case.id,
        "type": fact.kind.value,
        "tier": case.tier.value,
        "status": case.status.value,
        "received_at": iso(case.last),
        "receipt": receipt,
    }


def _judged(parts: Parts, fact: ClientFact) -> Judged | None:
    """Words about an order may raise the case, as anybody's may; nothing here lowers it."""
    text = fact.data.get("note")
    if fact.kind is not FactKind.ORDER_FACTS or not isinstance(text, str) or not text.strip():
        return None
    flat = {name: value for name, value in fact.data.items() if isinstance(value, _TOLD)}
    said = Said(
        text=text,
        direction=Direction.INTERNAL,
        speaker=Speaker.CLIENT,
        kind=Kind.EVIDENCE,
        attributes=flat,
    )
    return as_judged(judge_said(said, parts.rules))


def _once_key(fact: ClientFact) -> str:
    return f"once#{SYSTEM}#{sha256(fact.id.encode()).hexdigest()}"
