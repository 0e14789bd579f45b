"""Every port in memory, with the semantics that the contract tests hold the real ones to."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from chalicelib.audit.commitment import commit
from chalicelib.audit.entry import Pii
from chalicelib.aws.envelope import committed
from chalicelib.aws.ids import identity
from chalicelib.aws.people import reachable
from chalicelib.aws.queues import delay_s
from chalicelib.aws.registry import FALLBACK, fallback_person
from chalicelib.cases.draft import OnCall
from chalicelib.cases.source import PageLane
from chalicelib.services import employers
from chalicelib.services.opening import for_purpose
from chalicelib.services.ports import (
    Clock,
    ConflictError,
    Credential,
    Look,
    PageAsked,
    PageLink,
    Person,
    PinTries,
    SealedWords,
    Slot,
    TransportError,
)
from chalicelib.services.vault_reading import UNPROVED, Reading
from chalicelib.terms import SECOND, VENDOR_ROLES
from tests.support.fake_ledger import FakeLedger

__all__ = [
    "FakeChannels",
    "FakeLedger",
    "FakeQueues",
    "FakeRegistry",
    "FakeVault",
    "Mail",
    "Queued",
    "SeededIds",
    "Sms",
    "VirtualClock",
]


class VirtualClock:
    """Time that moves only when it is told to; waiting moves it."""

    def __init__(self, at: int = 1_795_255_200_000) -> None:
        """``at`` (ms) is 2026-11-21T10:00:00Z unless said otherwise."""
        self._at = at

    def now(self) -> int:
        """As the port."""
        return self._at

    def set(self, at: int) -> None:
        """Jump to a time, back as well as on."""
        self._at = at

    def advance(self, ms: int) -> None:
        """Move on."""
        self._at += ms

    def wait_until(self, at: int) -> None:
        """As the port: at most one second passes."""
        self._at = max(self._at, min(at, self._at + SECOND))


class SeededIds:
    """Ids, tokens and jitter that a seed gives back."""

    def __init__(self, seed: int = 1) -> None:
        """The same seed gives the same ids in the same order."""
        self._dice = random.Random(seed)

    def new(self, prefix: str, at: int) -> str:
        """As the port."""
        return identity(prefix, at, self._dice.getrandbits(80))

    def token(self) -> str:
        """As the port: 22 URL-safe characters."""
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        return "".join(self._dice.choices(alphabet, k=22))

    def jitter(self) -> float:
        """As the port."""
        return self._dice.random()


@dataclass(frozen=True, slots=True)
class Queued:
    """A message, when (ms) its queue would hand it over first, and the lane of a page."""

    body: Mapping[str, Any]
    due: int
    lane: PageLane = PageLane.FIRST


class FakeQueues:
    """The queues as lists; ``take_pages`` (both lanes) and ``take_wake_ups`` give what is due."""

    def __init__(self, clock: Clock) -> None:
        """Nothing queued."""
        self._clock = clock
        self.pages: list[Queued] = []
        self.lanes: dict[str, list[PageLane]] = {}  # of every page that was asked for, by case
        self.wake_ups: list[Queued] = []

    def ask_pages(self, pages: Sequence[PageAsked]) -> None:
        """As the port, one by one, so that a test may let one of them go wrong."""
        for one in pages:
            self.page(*one)

    def ask_looks(self, looks: Sequence[Look], now: int) -> None:
        """As the port, one by one."""
        for look in looks:
            self.wake(look.case, look.due, now)

    def hand_on(self, slot: Slot) -> None:
        """As the port."""
        body = {"slot": slot.number, "after": slot.after, "hop": slot.hop}
        self.wake_ups.append(Queued(body, self._clock.now()))

    def page(self, case: str, page: str, attempt: int, lane: PageLane) -> None:
        """One page that was asked for."""
        body = {"case": case, "page": page, "attempt": attempt}
        self.lanes.setdefault(case, []).append(lane)
        self.pages.append(Queued(body, self._clock.now(), lane))

    def follow(self, case: str, links: Mapping[str, str]) -> None:
        """As the port."""
        body = {"case": case, "follow": dict(links)}
        self.pages.append(Queued(body, self._clock.now(), PageLane.VENDORS))

    def change(self, change: str) -> None:
        """As the port."""
        self.pages.append(Queued({"change": change}, self._clock.now()))

    def wake(self, case: str, due: int, now: int, hop: int = 0) -> None:
        """As the port."""
        at = self._clock.now() + delay_s(due, now) * SECOND
        self.wake_ups.append(Queued({"case": case, "due": due, "hop": hop}, at))

    def take_pages(self) -> list[Mapping[str, Any]]:
        """Bodies of the pages due by now; they leave the queue."""
        return self._take(self.pages)

    def take_wake_ups(self) -> list[Mapping[str, Any]]:
        """Bodies of the wake-ups due by now; they leave the queue."""
        return self._take(self.wake_ups)

    def _take(self, queue: list[Queued]) -> list[Mapping[str, Any]]:
        now = self._clock.now()
        due = [message for message in queue if message.due <= now]
        queue[:] = [message for message in queue if message.due > now]
        return [message.body for message in sorted(due, key=lambda message: message.due)]


@dataclass(frozen=True, slots=True)
class Sms:
    """One text message that a carrier took."""

    number: str
    text: str


@dataclass(frozen=True, slots=True)
class Mail:
    """One email that a carrier took."""

    address: str
    subject: str
    text: str


class FakeChannels:
    """Carriers that keep what they took; ``refuse`` is asked first, by channel and address.

    It answers None to take the message, or the TransportError to raise.
    """

    def __init__(self, refuse: Callable[[str, str], TransportError | None] | None = None) -> None:
        """Takes everything unless ``refuse`` or ``fail_next`` says otherwise."""
        self.refuse = refuse
        self.sent: list[Sms | Mail] = []
        self._next: list[TransportError] = []

    def fail_next(self, code: str, *, permanent: bool) -> None:
        """The next message is refused so."""
        self._next.append(TransportError(code, permanent=permanent))

    @property
    def messages(self) -> list[Sms]:
        """The text messages taken."""
        return [message for message in self.sent if isinstance(message, Sms)]

    @property
    def mails(self) -> list[Mail]:
        """The emails taken."""
        return [message for message in self.sent if isinstance(message, Mail)]

    def sms(self, number: str, text: str) -> str:
        """As the port."""
        return self._take("sms", number, Sms(number, text))

    def email(self, address: str, subject: str, text: str) -> str:
        """As the port."""
        return self._take("email", address, Mail(address, subject, text))

    def _take(self, channel: str, address: str, message: Sms | Mail) -> str:
        if self._next:
            raise self._next.pop(0)
        error = self.refuse(channel, address) if self.refuse else None
        if error:
            raise error
        self.sent.append(message)
        return f"{channel}-{len(self.sent)}"


class FakeVault:
    """Really hides: a part is only the hash of what it stands for.

    With a ledger it opens only what was committed there; ``openings`` keeps who asked for what.
    """

    def __init__(self, ledger: FakeLedger | None = None) -> None:
        """Salts are counted, so that two runs of one seed make the same commitments."""
        self._ledger = ledger
        self._words: dict[str, dict[str, Any]] = {}
        self._salts = 0
        self.openings: list[tuple[tuple[str, ...], str, str]] = []
        self.readings: list[Reading] = []

    def seal(self, sid: str, fields: Mapping[str, Any]) -> SealedWords:
        """As the port."""
        self._words[sid] = dict(fields)
        pii = tuple(
            Pii(name, sid, commit(self._salt(), name, committed(value)))
            for name, value in fields.items()
        )
        part = sha256("".join(item.c for item in pii).encode()).digest()
        return SealedWords(sid, (part,), pii)

    def _salt(self) -> bytes:
        self._salts += 1
        return sha256(self._salts.to_bytes(8)).digest()[:16]

    def open(
        self, sids: Sequence[str], reader: str, why: str, reading: Reading = UNPROVED
    ) -> dict[str, dict[str, Any]]:
        """As the port."""
        self.readings.append(reading)
        self.openings.append((tuple(sids), reader, why))
        known = self._words if self._ledger is None else self._ledger.vault
        return {sid: for_purpose(reading, why, self._words[sid]) for sid in sids if sid in known}


class FakeRegistry:
    """``Registry`` and its administration, in memory."""

    def __init__(self, sms: str = "+8613800000000", email: str = "fallback@example.com") -> None:
        """``sms`` and ``email`` reach the fallback."""
        self._fallback = fallback_person(sms, email)
        self._credentials: dict[str, Credential] = {}
        self._people: dict[str, Person] = {}
        self._roster: dict[str, tuple[str, ...]] = {}
        self._links: dict[str, PageLink] = {}
        self._pins: dict[str, PinTries] = {}
        self._orgs: dict[str, str] = {}
        self._presses: dict[tuple[str, str], tuple[int, int]] = {}

    def credential(self, identity: str) -> Credential | None:
        """As the port."""
        return self._credentials.get(identity)

    def credentials(self) -> tuple[Credential, ...]:
        """All, by id."""
        return tuple(self._credentials[identity] for identity in sorted(self._credentials))

    def put_credential(self, credential: Credential) -> None:
        """Add or replace one; raises EmployerError, and makes a vendor's organisation one."""
        employers.require(credential.role, credential.org, self.orgs())
        if credential.role in VENDOR_ROLES:
            self.put_org(credential.org, employers.VENDOR)
        self._credentials[credential.id] = credential

    def orgs(self) -> Mapping[str, str]:
        """As the port."""
        return {employers.DEFAULT_ORG: employers.CLIENT} | self._orgs

    def put_org(self, org: str, kind: str) -> None:
        """Say whose it is; raises EmployerError when it is the other's already."""
        if self._orgs.setdefault(org, kind) != kind:
            own = kind == employers.CLIENT
            raise employers.EmployerError(
                employers.NOT_THE_CLIENTS if own else employers.NOT_A_VENDORS
            )

    def revoke_credential(self, identity: str, at: int) -> None:
        """Refuse it from now on; raises KeyError for one that is not there."""
        credential = self._credentials[identity]
        if not credential.revoked_at:
            self._credentials[identity] = replace(credential, revoked_at=at)

    def person(self, identity: str) -> Person | None:
        """As the port."""
        return self._fallback if identity == FALLBACK else self._people.get(identity)

    def people(self) -> tuple[Person, ...]:
        """All, by id."""
        return tuple(self._people[identity] for identity in sorted(self._people))

    def put_person(self, person: Person) -> None:
        """Add or replace one; raises ValueError if rostered and no longer reachable.

        Raises EmployerError when nobody of the employer may hold the role.
        """
        employers.require(person.role, person.employer, self.orgs())
        if any(person.id in group for group in self._roster.values()):
            _require_reachable(person)
        self.keep(person)

    def keep(self, person: Person) -> None:
        """Write them as they are, as a change does that was checked before."""
        self._people[person.id] = person

    def put_roster(self, duty: Mapping[str, Sequence[str]]) -> None:
        """Replace it; raises KeyError for nobody, ValueError for one who cannot be reached."""
        for group in duty.values():
            for one in group:
                _require_reachable(self._people[one])
        self._roster = {role: tuple(group) for role, group in duty.items()}

    @property
    def roster(self) -> Mapping[str, tuple[str, ...]]:
        """Ids by role, without the fallback."""
        return self._roster

    def duty(self) -> Mapping[str, tuple[OnCall, ...]]:
        """As the port."""
        rows = {
            role: tuple(OnCall(one, reachable(self._people[one])) for one in group)
            for role, group in self._roster.items()
        }
        return rows | {FALLBACK: (OnCall(FALLBACK, self._fallback.channels),)}

    def put_link(self, link: PageLink) -> None:
        """As the port."""
        self._links[link.token_hash] = link

    def put_links(self, links: Sequence[PageLink]) -> None:
        """As the port."""
        self._links |= {link.token_hash: link for link in links}

    def link(self, token_hash: str) -> PageLink | None:
        """As the port."""
        return self._links.get(token_hash)

    def wrong_pin(self, token_hash: str) -> int:
        """As the port; raises KeyError for a link that is not there."""
        link = self._links[token_hash]
        self._links[token_hash] = replace(link, wrong_pins=link.wrong_pins + 1)
        return link.wrong_pins + 1

    def right_pin(self, token_hash: str) -> None:
        """As the port; raises KeyError for a link that is not there."""
        link = self._links[token_hash]
        self._links[token_hash] = replace(link, wrong_pins=link.wrong_pins - 1)

    def refused(self, token_hash: str) -> int:
        """As the port; raises KeyError for a link that is not there."""
        link = self._links[token_hash]
        self._links[token_hash] = replace(link, refusals=link.refusals + 1)
        return link.refusals + 1

    def pressed(self, token_hash: str, slot: str, until: int) -> int:
        """As the port; ``until`` is for a table that would grow."""
        key = (token_hash, slot)
        self._presses[key] = (self._presses.get(key, (0, 0))[0] + 1, until)
        return self._presses[key][0]

    def pins(self, person: str) -> PinTries:
        """As the port."""
        return self._pins.get(person, PinTries(person))

    def put_pins(self, before: PinTries, after: PinTries) -> None:
        """As the port."""
        if self.pins(before.person) != before:
            raise ConflictError("pins")
        self._pins[after.person] = after


def _require_reachable(person: Person) -> None:
    if not reachable(person):
        raise ValueError(f"{person.id} can be reached on no channel.")
