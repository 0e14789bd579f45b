"""The link that was sent to a new number: looking changes nothing, a POST accepts or declines.

Whoever holds the link has shown that messages reach them there, which is all that is asked.  So
it is sent nowhere else, its token is never stored, and only the newest one counts.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256

from chalicelib.services import pins
from chalicelib.services.caller import Caller, anonymous
from chalicelib.services.change_model import OPEN, Change, ChangeKind, Need, Stage
from chalicelib.services.change_proposal import newcomer
from chalicelib.services.change_rules import masked
from chalicelib.services.change_steps import CONFLICT, UNKNOWN, decided, nudge, write
from chalicelib.services.errors import RefusedError
from chalicelib.services.page_link import pin_hash
from chalicelib.services.parts import Parts
from chalicelib.services.people import Person
from chalicelib.services.ports import ConflictError
from chalicelib.services.refusals import record
from chalicelib.services.tokens import token_hash

PIN_LENGTH = 6
MAKES_PIN = frozenset({ChangeKind.NEW_PERSON, ChangeKind.PIN})


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptView:
    """What the page shows.  ``can_answer`` is false once answered, or when it is over.

    ``state`` is asked, accepted, applied or over; ``addresses`` are masked; ``pin`` is shown once.
    """

    kind: str
    state: str
    name: str
    language: str
    roles: tuple[str, ...]
    addresses: tuple[str, ...]
    expires_at: int
    pin: str = ""

    @property
    def can_answer(self) -> bool:
        """Whether there is still something to accept or decline."""
        return self.state == "asked"


def look(parts: Parts, token: str) -> AcceptView:
    """The page; raises RefusedError(404) for a link that is unknown, or not the newest one."""
    change, need = _resolve(parts, token)
    return _view(parts, change, need)


def accept(parts: Parts, token: str, request: str) -> AcceptView:
    """Yes, by the holder of the link; a second time changes nothing.

    Raises RefusedError(409), after recording it, for a change that is over.
    """

    def decide() -> AcceptView:
        change, need = _resolve(parts, token)
        if need.accepted_at:
            return _view(parts, change, need)
        _require_open(parts, change, request, "accept_change")
        now = parts.clock.now()
        met = replace(need, accepted_at=now)
        after, pin = change.with_need(need, met), ""
        if change.kind in MAKES_PIN and after.accepted:
            pin = _draw_pin(parts)
            after = replace(after, pin_hash=pin_hash(pin, change.person, parts.link_key))
        told = {"person": need.person, "channels": [channel for channel, _ in need.ways]}
        caller = _holder(parts, change, need, request)
        write(parts, caller, after, {"e": "change.accepted.v1", **told})
        if pin:
            with suppress(ConflictError):  # somebody guesses at this very moment
                pins.reset(parts, change.person)
        return replace(_view(parts, after, met), pin=pin)

    view = decided(parts, decide)
    nudge(parts, _resolve(parts, token)[0].id)
    return view


def decline(parts: Parts, token: str, request: str) -> AcceptView:
    """*This is not me*: the change is over.  Raises RefusedError(409) when it is so already."""

    def decide() -> AcceptView:
        change, need = _resolve(parts, token)
        _require_open(parts, change, request, "decline_change")
        after = change.ended(Stage.REJECTED, parts.clock.now())
        told = {"person": need.person}
        caller = _holder(parts, change, need, request)
        write(parts, caller, after, {"e": "change.declined.v1", **told})
        return _view(parts, after, need)

    return decided(parts, decide)


def _resolve(parts: Parts, token: str) -> tuple[Change, Need]:
    hashed = token_hash(token)
    link = parts.changes.link(hashed)
    change = parts.changes.change(link.change) if link else None
    if change is None:
        raise RefusedError(UNKNOWN, "accept_link_unknown")
    need = change.need_of(hashed)
    if need is None:
        raise RefusedError(UNKNOWN, "accept_link_replaced")
    return change, need


def _require_open(parts: Parts, change: Change, request: str, act: str) -> None:
    stage = change.stage_at(parts.clock.now())
    if stage is Stage.APPROVED:
        return
    code = "change_expired" if stage is Stage.EXPIRED else "change_over"
    record(parts, anonymous(request), act, code, change=change.id)
    raise RefusedError(CONFLICT, code)


def _whose(parts: Parts, change: Change, need: Need) -> Person | None:
    if change.kind is ChangeKind.NEW_PERSON:
        return newcomer(change) if change.value else parts.registry.person(change.person)
    return parts.registry.person(need.person)


def _holder(parts: Parts, change: Change, need: Need, request: str) -> Caller:
    """The person the link was sent to, as an entry names them."""
    person = _whose(parts, change, need)
    if person is None:
        raise RefusedError(UNKNOWN, "accept_link_unknown")
    return Caller(
        kind="person",
        id=person.id,
        role=person.role,
        org=person.employer,
        person=person.id,
        request=request,
    )


def _view(parts: Parts, change: Change, need: Need) -> AcceptView:
    """What may be shown: once it is over the link may be a stranger's, who is told no name."""
    person = _whose(parts, change, need)
    roles = (r for r, group in change.value.items() if need.person in group)
    state = _state(change, need, parts.clock.now())
    over = state == "over"
    return AcceptView(
        kind=change.kind.value,
        state=state,
        name=person.name if person and not over else "",
        language=person.language if person else "",
        roles=tuple(roles) if change.kind is ChangeKind.ROSTER and not over else (),
        addresses=() if over else tuple(masked(address) for _, address in need.ways),
        expires_at=change.expires_at,
    )


def _state(change: Change, need: Need, now: int) -> str:
    stage = change.stage_at(now)
    if stage is Stage.APPLIED:
        return "applied"
    if stage not in OPEN:
        return "over"
    return "accepted" if need.accepted_at else "asked"


def _draw_pin(parts: Parts) -> str:
    """Six digits out of 128 random bits, for the eyes of whoever holds the last link."""
    number = int.from_bytes(sha256(parts.ids.token().encode()).digest()) % 10**PIN_LENGTH
    return f"{number:0{PIN_LENGTH}d}"
