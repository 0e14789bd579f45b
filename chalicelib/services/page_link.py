"""The link in a page: GET shows and changes nothing, POST acts for an enrolled device or a PIN."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import scrypt
from typing import Any

from chalicelib.audit.canonical import decode
from chalicelib.cases.commands import ACTION_CODES
from chalicelib.cases.model import Case
from chalicelib.services import acting
from chalicelib.services.caller import Caller
from chalicelib.services.deliver import token_hash
from chalicelib.services.engine import chain_of
from chalicelib.services.errors import RefusedError
from chalicelib.services.parts import Parts
from chalicelib.services.ports import PageLink, Person
from chalicelib.services.refusals import record
from chalicelib.services.views import duties
from chalicelib.terms import DAY

WRONG_PINS_MAX = 5
DEVICE_KEPT_MS = 30 * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """What the phone shows.  ``why`` holds the words that matched, and no other word."""

    code: str
    tier: str
    suspect: bool
    opened_at: int
    minutes: int
    status: str
    language: str
    person_name: str
    enrolled: bool
    why: list[dict[str, Any]]
    known: dict[str, Any]
    clocks: list[dict[str, str]]
    acknowledged: dict[str, Any] | None
    acted: dict[str, Any] | None
    can_acknowledge: bool
    actions: tuple[str, ...] = field(default=ACTION_CODES)


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


def pin_hash(pin: str, salt: str) -> str:
    """A PIN is short, so its hash is slow (scrypt, 16 MB); ``salt`` is the person's id."""
    return scrypt(pin.encode(), salt=salt.encode(), n=2**14, r=8, p=1, dklen=32).hex()


def view(parts: Parts, token: str, request: str, device: str = "") -> PageView:
    """The page behind a link; raises RefusedError(404) for one that is unknown or expired."""
    link, person, case = _resolve(parts, token)
    return _view(parts, link, person, case, device, request)


def acknowledge(parts: Parts, token: str, proof: Proof) -> Outcome:
    """*I own it*, by the person the page was for; raises RefusedError(403) for anyone else."""
    link, person, _ = _resolve(parts, token)
    caller = _prove(parts, link, person, proof, "acknowledge")
    acting.acknowledge(parts, caller, link.case, via="page")
    return _outcome(parts, token, person, proof.request)


def act(parts: Parts, token: str, proof: Proof, action: str, evidence: str) -> Outcome:
    """A protective action from the phone; the same proof of person as for acknowledging."""
    link, person, _ = _resolve(parts, token)
    caller = _prove(parts, link, person, proof, "act")
    acting.act(parts, caller, link.case, action, {"text": evidence.strip()})
    return _outcome(parts, token, person, proof.request)


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
    caller = Caller(
        kind="person",
        id=person.id,
        role=person.role,
        org=person.employer,
        person=person.id,
        request=proof.request,
    )
    if is_enrolled(parts, person.id, proof.device):
        return caller
    code = _pin_fault(parts, link, person, proof.pin)
    if code:
        record(parts, caller, f"page_{act_}", code, link.case)
        raise RefusedError(403, code)
    return caller


def _pin_fault(parts: Parts, link: PageLink, person: Person, pin: str) -> str:
    if link.wrong_pins >= WRONG_PINS_MAX:
        return "link_locked"
    if not pin:
        return "pin_needed"
    if person.pin_hash and hmac.compare_digest(person.pin_hash, pin_hash(pin, person.id)):
        return ""
    wrong = parts.registry.wrong_pin(link.token_hash)
    return "link_locked" if wrong >= WRONG_PINS_MAX else "pin_wrong"


def device_cookie(parts: Parts, person: str, expires: int) -> str:
    """``<person>.<expiry ms>.<mac>``: this device has proved the person's PIN."""
    return f"{person}.{expires}.{_mac(parts, person, expires)}"


def is_enrolled(parts: Parts, person: str, cookie: str) -> bool:
    """Whether the cookie enrols a device for this person, now."""
    owner, _, rest = cookie.partition(".")
    expires, _, mac = rest.partition(".")
    if owner != person or not expires.isascii() or not expires.isdigit():
        return False
    genuine = hmac.compare_digest(_mac(parts, person, int(expires)).encode(), mac.encode())
    return genuine and int(expires) > parts.clock.now()


def _mac(parts: Parts, person: str, expires: int) -> str:
    return hmac.digest(parts.link_key, f"device\0{person}\0{expires}".encode(), "sha256").hex()


def _outcome(parts: Parts, token: str, person: Person, request: str) -> Outcome:
    cookie = device_cookie(parts, person.id, parts.clock.now() + DEVICE_KEPT_MS)
    return Outcome(view(parts, token, request, cookie), cookie)


def _view(
    parts: Parts, link: PageLink, person: Person, case: Case, device: str, request: str
) -> PageView:
    ack, acted = case.ack, case.acted
    now = parts.clock.now()
    return PageView(
        code=case.code,
        tier=case.tier.value,
        suspect=case.suspect,
        opened_at=case.opened,
        minutes=max(0, now - case.opened) // 60_000,
        status=case.status.value,
        language=person.language,
        person_name=person.name,
        enrolled=is_enrolled(parts, person.id, device),
        why=_why(parts, case, link, request),
        known=_known(case),
        clocks=duties(case),
        acknowledged={"name": _name(parts, ack.person), "at": ack.at, "holds": ack.holds}
        if ack
        else None,
        acted={"name": _name(parts, acted.person), "at": acted.at, "code": acted.code}
        if acted
        else None,
        can_acknowledge=acted is None and not (ack and ack.holds and ack.person == person.id),
    )


def _name(parts: Parts, identity: str) -> str:
    person = parts.registry.person(identity)
    return person.name if person else identity


def _known(case: Case) -> dict[str, Any]:
    facts = {"vendor": case.vendor, "brand": case.brand, "region": case.region, "site": case.site}
    told = {"contacts": case.counts.get("contacts", 0), "linked": len(case.linked)}
    return {name: value for name, value in {**facts, **told}.items() if value}


def _why(parts: Parts, case: Case, link: PageLink, request: str) -> list[dict[str, Any]]:
    """The rules that fired on the case, with the words of the opening complaint that matched.

    When the vault cannot be opened, the rules' titles alone must do: the page still works.
    """
    judged, sid = _opening_judgment(parts, case)
    text = _text(parts, sid, link, request) if sid and judged else ""
    titles = {rule.id: dict(rule.title) for rule in parts.rulebook.rules}
    words = {
        found["policy"]: list(dict.fromkeys(text[a:b] for _, a, b in found["matches"] if text[a:b]))
        for found in judged
    }
    return [
        {"policy": policy, "title": titles.get(policy, {}), "words": words.get(policy, [])}
        for policy in dict.fromkeys((*words, *case.policies))
    ]


def _opening_judgment(parts: Parts, case: Case) -> tuple[list[Mapping[str, Any]], str]:
    first = parts.ledger.entries(chain_of(case.id), 0, 1)
    if not first:
        return [], ""
    opened = decode(first[0])["events"][0]
    return list(opened["judged"].get("findings", ())), str(opened.get("sid", ""))


def _text(parts: Parts, sid: str, link: PageLink, request: str) -> str:
    try:
        words = parts.vault.open([sid], link.person, f"page_link:{request}")
    except Exception:  # noqa: BLE001  # the page must open even when the vault does not
        return ""
    return str(words.get(sid, {}).get("text", ""))
