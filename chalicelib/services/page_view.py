"""What the phone shows of a case: why it rings, what is known, and, once proved, what was said."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from chalicelib.audit.canonical import decode
from chalicelib.cases.bell import FALLBACK
from chalicelib.cases.commands import ACTION_CODES
from chalicelib.cases.model import Case
from chalicelib.services import seen
from chalicelib.services.complaint import REPORTER_FIELDS
from chalicelib.services.engine import chain_of
from chalicelib.services.page_acts import lower_tiers, offers, waiting
from chalicelib.services.page_said import Newest, find, in_lines
from chalicelib.services.parts import Parts
from chalicelib.services.people import Person
from chalicelib.services.vault_reading import UNPROVED, Reading
from chalicelib.services.views import duties
from chalicelib.terms import MINUTE

type Words = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """What the phone shows.

    ``why`` holds the words that matched, and no other word.  ``told`` is what was said and how to
    reach the reporter (text, name, phone, email, relation, safe_channel, subject, order), and is
    None unless the person has proved who they are.  ``named`` is False for the fallback contact,
    who is no person of the registry and so can neither own nor act.
    """

    code: str
    tier: str
    suspect: bool
    opened_at: int
    minutes: int
    status: str
    language: str
    person_name: str
    enrolled: bool
    named: bool
    why: list[dict[str, Any]]
    known: dict[str, Any]
    told: dict[str, str] | None
    clocks: list[dict[str, str]]
    acknowledged: dict[str, Any] | None
    acted: dict[str, Any] | None
    can_acknowledge: bool
    newest: dict[str, Any] | None
    proposals: list[dict[str, Any]]
    offers: frozenset[str]
    duress: bool
    lower_tiers: tuple[str, ...]
    reading: str
    actions: tuple[str, ...] = field(default=ACTION_CODES)


@dataclass(frozen=True, slots=True)
class Looker:
    """Who looks at a page: the person it was for if ``proved``, else whoever holds the link.

    ``link`` tells one link from another without being one: the start of its token's hash.
    """

    person: Person
    proved: bool
    link: str
    request: str

    @property
    def reader(self) -> str:
        """As the opening of the vault names them."""
        return self.person.id if self.proved else f"link:{self.link}"

    @property
    def reading(self) -> Reading:
        """What is known of them, and no more."""
        known = Reading("person", self.person.role, proved=True) if self.proved else UNPROVED
        return replace(known, behalf=self.person.id, request=self.request)


def show(parts: Parts, case: Case, looker: Looker) -> PageView:
    """The page for this person; opening the vault for it is an entry of its own."""
    person = looker.person
    ack, acted = case.ack, case.acted
    now = parts.clock.now()
    judged, sid = _opening(parts, case)
    newest = find(parts, case) if looker.proved else Newest()
    opened = _words(parts, [sid, *newest.sids], looker)
    words = opened.get(sid, {})
    named = person.id != FALLBACK
    read = bool(opened) and bool(newest.seq) and all(one in opened for one in newest.sids)
    evidence = {n: in_lines(opened.get(one, {})) for n, one in newest.evidence.items()}
    return PageView(
        code=case.code,
        tier=case.tier.value,
        suspect=case.suspect,
        opened_at=case.opened,
        minutes=max(0, now - case.opened) // MINUTE,
        status=case.status.value,
        language=person.language,
        person_name=person.name,
        enrolled=looker.proved,
        named=named,
        why=_why(parts, case, judged, str(words.get("text", ""))),
        known=_known(case),
        told=_told(words) if looker.proved else None,
        clocks=duties(case),
        acknowledged={"name": _name(parts, ack.person), "at": ack.at, "holds": ack.holds}
        if ack
        else None,
        acted={"name": _name(parts, acted.person), "at": acted.at, "code": acted.code}
        if acted
        else None,
        can_acknowledge=named
        and acted is None
        and case.is_open
        and not case.resolved
        and not (ack and ack.holds and ack.person == person.id),
        newest=_newest(newest, sid, opened) if read else None,
        proposals=waiting(parts, case, person, evidence if read else {}) if looker.proved else [],
        offers=offers(case, person, read=read) if named else frozenset(),
        duress=case.duress,
        lower_tiers=lower_tiers(case),
        reading=seen.proof(parts, person.id, case.id, newest.seen(case, now)) if read else "",
    )


def _newest(newest: Newest, first: str, opened: Words) -> dict[str, Any] | None:
    """The newest message, unless it is the complaint that the page shows anyway."""
    if newest.sid in {"", first}:
        return None
    return {"text": in_lines(opened[newest.sid]), "at": newest.at}


def _name(parts: Parts, identity: str) -> str:
    person = parts.registry.person(identity)
    return person.name if person else identity


def _known(case: Case) -> dict[str, Any]:
    facts = {"vendor": case.vendor, "brand": case.brand, "region": case.region, "site": case.site}
    counted = {"contacts": case.counts.get("contacts", 0), "linked": len(case.linked)}
    return {name: value for name, value in {**facts, **counted}.items() if value}


def _why(
    parts: Parts, case: Case, judged: list[Mapping[str, Any]], text: str
) -> list[dict[str, Any]]:
    """The rules that fired on the case, with the words of the opening complaint that matched."""
    titles = {rule.id: dict(rule.title) for rule in parts.rulebook.rules}
    words = {
        # An alarm of the machine's own matched no words, and names what it is about.
        found["policy"]: list(found.get("words", ()))
        or list(dict.fromkeys(text[a:b] for _, a, b in found["matches"] if text[a:b]))
        for found in judged
    }
    return [
        {"policy": policy, "title": titles.get(policy, {}), "words": words.get(policy, [])}
        for policy in dict.fromkeys((*words, *case.policies))
    ]


def _opening(parts: Parts, case: Case) -> tuple[list[Mapping[str, Any]], str]:
    """The opening complaint's findings, and where its words are."""
    first = parts.ledger.entries(chain_of(case.id), 0, 1)
    if not first:
        return [], ""
    opened = decode(first[0])["events"][0]
    return list(opened["judged"].get("findings", ())), str(opened.get("sid", ""))


def _words(parts: Parts, sids: list[str], looker: Looker) -> Words:
    """What was sealed under each id; nothing at all when the vault does not open.

    The rules' titles alone must do then: the page still works.
    """
    wanted = list(dict.fromkeys(sid for sid in sids if sid))
    if not wanted:
        return {}
    try:
        why = f"page_link:{looker.request}"
        return parts.vault.open(wanted, looker.reader, why, looker.reading)
    except Exception:  # noqa: BLE001  # whatever the vault's trouble is, the page must open
        return {}


def _told(words: Mapping[str, Any]) -> dict[str, str]:
    reporter = words.get("reporter") or {}
    subject = words.get("subject") or {}
    about = " ".join(str(subject[part]) for part in ("kind", "id") if subject.get(part))
    told = {
        "text": words.get("text"),
        **{name: reporter.get(name) for name in REPORTER_FIELDS},
        "subject": about,
        "order": words.get("order"),
    }
    return {name: str(value) for name, value in told.items() if value}
