"""The link in a page: GET shows and changes nothing, POST acts for an enrolled device or a PIN."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import scrypt
from typing import NoReturn

from chalicelib.cases.bell import FALLBACK
from chalicelib.cases.model import Case
from chalicelib.services import acting, acts, pins
from chalicelib.services.acts_model import Given
from chalicelib.services.caller import Caller, anonymous
from chalicelib.services.errors import RefusedError
from chalicelib.services.page_view import Looker, PageView, show
from chalicelib.services.parts import Parts
from chalicelib.services.ports import PageLink, Person
from chalicelib.services.refusals import record
from chalicelib.services.tokens import token_hash
from chalicelib.services.unfit import UNFIT, RecordedError
from chalicelib.terms import DAY

# A link may fill the log with so many refusals; after that it only counts them.
REFUSALS_TOLD = 20
LINK_SHOWN = 12
DEVICE_KEPT_MS = 30 * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a POST brings to show who it is: the person's PIN, or an enrolled device's cookie."""

    pin: str = ""
    device: str = ""
    request: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """After a POST: the page as it is now, and the cookie that enrols this device."""

    view: PageView
    device_cookie: str = ""


def pin_hash(pin: str, salt: str, pepper: bytes) -> str:
    """A PIN is short, so its hash is slow (scrypt, 16 MB) and needs a key that no table holds.

    ``salt`` is the person's id, ``pepper`` the link key; raises ValueError when that is empty.
    """
    if not pepper:
        raise ValueError("a PIN without a pepper")
    keyed = hmac.digest(pepper, f"pin\0{pin}".encode(), "sha256")
    return scrypt(keyed, salt=salt.encode(), n=2**14, r=8, p=1, dklen=32).hex()


def is_pin(parts: Parts, person: Person, pin: str) -> bool:
    """Whether it is the person's PIN, whichever of the accepted keys it was hashed with."""
    return bool(person.pin_hash) and any(
        hmac.compare_digest(person.pin_hash, pin_hash(pin, person.id, pepper))
        for pepper in parts.peppers
    )


def view(parts: Parts, token: str, request: str, device: str = "") -> PageView:
    """The page behind a link; raises RefusedError(404) for one that is unknown or expired.

    What was said and how to reach the reporter is shown only on a device enrolled for the person.
    Somebody who has left the roster since still uses the links they were sent: they were asked
    for help, and turning it away would help nobody.
    """
    link, person, case = _resolve(parts, token)
    proved = is_enrolled(parts, person, device)
    return show(parts, case, Looker(person, proved, link.token_hash[:LINK_SHOWN], request))


def acknowledge(parts: Parts, token: str, proof: Proof) -> Outcome:
    """*I own it*, by the person the page was for; raises RefusedError(403) for anyone else."""
    link, person, _ = _resolve(parts, token)
    caller = _prove(parts, link, person, proof, "acknowledge")
    acting.acknowledge(parts, caller, link.case, via="page")
    return _outcome(parts, token, person, proof.request)


def act(
    parts: Parts, token: str, proof: Proof, action: str, evidence: Mapping[str, str]
) -> Outcome:
    """A protective action from the phone; the same proof of person as for acknowledging."""
    link, person, _ = _resolve(parts, token)
    caller = _prove(parts, link, person, proof, "act")
    acting.act(parts, caller, link.case, action, evidence)
    return _outcome(parts, token, person, proof.request)


def give(parts: Parts, token: str, proof: Proof, name: str, given: Given) -> Outcome:
    """Any act of the table from the phone, as the person whom the page was for."""
    link, person, _ = _resolve(parts, token)
    caller = _prove(parts, link, person, proof, name)
    acts.perform(parts, caller, link.case, name, given)
    return _outcome(parts, token, person, proof.request)


def read(parts: Parts, token: str, proof: Proof) -> Outcome:
    """Show the words to the person whom the page was for; nothing of the case changes."""
    link, person, _ = _resolve(parts, token)
    _prove(parts, link, person, proof, "read")
    return _outcome(parts, token, person, proof.request)


def refuse_unknown(parts: Parts, token: str, request: str) -> NoReturn:
    """What the page does not do; recorded like every refusal on a link, and no more often."""
    link, _, _ = _resolve(parts, token)
    _tell(parts, link, request, "page", "unknown_action")
    raise RecordedError(UNFIT, "unknown_action")


def _resolve(parts: Parts, token: str) -> tuple[PageLink, Person, Case]:
    link = parts.registry.link(token_hash(token))
    if link is None:
        raise RefusedError(404, "page_link_unknown")
    if link.expires_at <= parts.clock.now():
        raise RefusedError(404, "page_link_expired")
    person = parts.registry.person(link.person)
    loaded = parts.ledger.load(link.case)
    if person is None or loaded is None:
        raise RefusedError(404, "page_link_unknown")
    if loaded.case is None:
        raise RefusedError(503, "case_unreadable")
    return link, person, loaded.case


def _prove(parts: Parts, link: PageLink, person: Person, proof: Proof, act_: str) -> Caller:
    """The person as a caller.  A forwarded link's attempt is recorded and has no effect."""
    if not is_enrolled(parts, person, proof.device):
        code = _pin_fault(parts, link, person, proof.pin)
        if code:
            _tell(parts, link, proof.request, f"page_{act_}", code)
            raise RefusedError(403, code)
    return Caller(
        kind="person",
        id=person.id,
        role=person.role,
        org=person.employer,
        person=person.id,
        request=proof.request,
    )


def _tell(parts: Parts, link: PageLink, request: str, act_: str, code: str) -> None:
    """Who came is not known: the entry is anonymous, and says whose link it was."""
    if parts.registry.refused(link.token_hash) <= REFUSALS_TOLD:
        record(parts, anonymous(request), act_, code, link.case, person=link.person)


def _closed(parts: Parts, link: PageLink, person: Person, pin: str) -> str:
    """Why no PIN is looked at, if so; nothing is counted for it, so a lock grows by no knock."""
    if person.id == FALLBACK:
        return "role_may_not"
    if link.wrong_pins >= pins.WRONG_PINS_MAX:
        return "link_locked"
    if not pin:
        return "pin_needed"
    return "link_locked" if pins.is_locked(parts, person.id) else ""


def _pin_fault(parts: Parts, link: PageLink, person: Person, pin: str) -> str:
    closed = _closed(parts, link, person, pin)
    if closed:
        return closed
    counted = parts.registry.wrong_pin(link.token_hash)
    if counted > pins.WRONG_PINS_MAX or not pins.claim(parts, person.id):
        return "link_locked"
    if is_pin(parts, person, pin):
        pins.forgive(parts, link.token_hash, person.id)
        return ""
    ended = counted == pins.WRONG_PINS_MAX or pins.is_locked(parts, person.id)
    return "link_locked" if ended else "pin_wrong"


def device_cookie(parts: Parts, person: Person, expires: int) -> str:
    """``<person>.<expiry ms>.<mac>``: this device has proved the PIN that the person has now."""
    return f"{person.id}.{expires}.{_mac(parts.link_key, person, expires)}"


def is_enrolled(parts: Parts, person: Person, cookie: str) -> bool:
    """Whether the cookie enrols a device for this person, now and by their present PIN."""
    owner, _, rest = cookie.partition(".")
    expires, _, mac = rest.partition(".")
    if owner != person.id or not expires.isascii() or not expires.isdigit():
        return False
    genuine = any(
        hmac.compare_digest(_mac(key, person, int(expires)).encode(), mac.encode())
        for key in parts.keys
    )
    return genuine and int(expires) > parts.clock.now()


def _mac(key: bytes, person: Person, expires: int) -> str:
    proved = f"device\0{person.id}\0{person.pin_hash}\0{expires}"
    return hmac.digest(key, proved.encode(), "sha256").hex()


def _outcome(parts: Parts, token: str, person: Person, request: str) -> Outcome:
    cookie = device_cookie(parts, person, parts.clock.now() + DEVICE_KEPT_MS)
    return Outcome(view(parts, token, request, cookie), cookie)
