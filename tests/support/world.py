"""A whole Tocsin in memory, on a clock that moves only when it is told to.

Stories use two verbs: *fast-forward* and *expect a page*.  A page that nobody expected fails the
story when it ends.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from itertools import batched
from typing import Any

from chalicelib.aws.ids import identity
from chalicelib.bundle import load_bundle
from chalicelib.cases.commands import Command, RecordCall
from chalicelib.cases.lane_commands import AnswerData, DeclineFreeze
from chalicelib.services import acting, change_work, contacts, intake, operations, vendor_watch
from chalicelib.services.accounts import secret_hash
from chalicelib.services.caller import Caller, anonymous
from chalicelib.services.complaint import Answer, Complaint, Said
from chalicelib.services.deliver import deliver_all
from chalicelib.services.engine import Applied, apply, from_http
from chalicelib.services.errors import BusyError
from chalicelib.services.page_link import pin_hash
from chalicelib.services.parts import Parts, Rules
from chalicelib.services.people import Credential, Person
from chalicelib.services.ports import AT_ONCE, Release, TransportError
from chalicelib.services.ring import ring_all, sweep
from chalicelib.services.work import Message
from chalicelib.terms import MINUTE, Role
from tests.support.fake_changes import FakeChanges
from tests.support.fake_heartbeats import FakeHeartbeats
from tests.support.fake_watching import FakeOutside, FakeWatching
from tests.support.fakes import (
    FakeChannels,
    FakeLedger,
    FakeQueues,
    FakeRegistry,
    FakeVault,
    Mail,
    Queued,
    SeededIds,
    Sms,
    VirtualClock,
)

ROSTER = {
    "owner": Role.OWNER,
    "safety_specialist": Role.SAFETY_SPECIALIST,
    "owner_second": Role.OWNER,
    "duty_director": Role.DUTY_DIRECTOR,
    "head_of_safety": Role.DUTY_DIRECTOR,
    "executive_sponsor": Role.DUTY_DIRECTOR,
}
OPERATORS = ("operator", "operator_second", "operator_lead")
PIN = "246813"
# A carrier that fails for the moment hands its message back to the queue, which waits so long.
VISIBILITY_MS = 12_000

DANGER_ZH = "我朋友坐你们的车进山了,发了救命两个字之后就关机了,一直联系不上"
DANGER_EN = "he locked the doors and wont let me out pls help"
ORDINARY = "The refund for my order has still not arrived, please check."


@lru_cache(maxsize=1)
def rules() -> Rules:
    """The committed policies, compiled once for all stories."""
    return Rules(load_bundle())


@lru_cache(maxsize=16)
def _pin_hash(person: str) -> str:
    """Slow by design, so once a person."""
    return pin_hash(PIN, person, b"k" * 32)


@dataclass(frozen=True)
class Sent:
    """A page that went out: when (minutes since the story began), to whom, and on what."""

    minute: float
    person: str
    channel: str
    text: str
    to: str


class World:
    """One client with its people, two vendors, and everything between them."""

    def __init__(self, seed: int = 1, *, sweeping: bool = True) -> None:
        """``sweeping`` false leaves only wake-ups, as when the schedule is dead."""
        self.clock = VirtualClock()
        self.start = self.clock.now()
        self.ledger = FakeLedger(self.clock)
        self.registry = FakeRegistry()
        self.queues = FakeQueues(self.clock)
        self.channels = FakeChannels()
        self.vault = FakeVault(self.ledger)
        self.heartbeats = FakeHeartbeats(self.ledger)
        self.changes = FakeChanges(self.ledger, self.registry)
        self.sweeping = sweeping
        self.losing_wake_ups = False
        self.sent: list[Sent] = []
        self._expected: list[Sent] = []
        self._next_sweep = self.start + MINUTE
        self.watching = FakeWatching()
        self.outside = FakeOutside(self.clock)
        self.people = {role: self._person(n, role) for n, role in enumerate(ROSTER)}
        self.registry.put_roster({role: [p.id] for role, p in self.people.items()})
        self.parts = Parts(
            ledger=self.ledger,
            registry=self.registry,
            changes=self.changes,
            vault=self.vault,
            queues=self.queues,
            channels=self.channels,
            clock=self.clock,
            ids=SeededIds(seed),
            rules=rules(),
            release=Release("api", "test", rules().digest),
            link_base="https://t.example",
            link_key=b"k" * 32,
            heartbeats=self.heartbeats,
            watching=self.watching,
        )

    def listen(self) -> None:
        """A monitor outside listens, and operators are on call: Tocsin watches itself."""
        for number, role in enumerate(OPERATORS, len(ROSTER)):
            self.people[role] = self._person(number, role)
        self.registry.put_roster({role: [p.id] for role, p in self.people.items()})
        self.parts = replace(self.parts, outside=self.outside)

    def _person(self, number: int, role: str) -> Person:
        name = f"per_0000000000000000000000000{number}"
        person = Person(
            id=name,
            name=f"Person {number}",
            role=ROSTER.get(role, Role.OWNER),
            employer="client",
            phone=f"+8613800001{number:03d}",
            email=f"{role}@client.example",
            pin_hash=_pin_hash(name),
        )
        self.registry.put_person(person)
        return person

    # -- who acts --------------------------------------------------------------------------

    def vendor(self, role: Role = Role.VENDOR_AGENT, org: str = "acme") -> Caller:
        """A vendor's credential."""
        noise = int.from_bytes(sha256(f"{role}{org}".encode()).digest()[:10])
        name = identity("crd", self.start, noise)
        return Caller(kind="credential", id=name, role=role, org=org, request="req")

    def client(self, role: str = "owner") -> Caller:
        """The credential of one of the client's people."""
        person = self.people[role]
        return Caller(
            kind="credential",
            id=f"crd_{person.id[4:]}",
            role=person.role,
            org="client",
            person=person.id,
            request="req",
        )

    def credential(self, caller: Caller, secret: str) -> str:
        """Register a caller's credential; the bearer token."""
        credential = Credential(
            caller.id, caller.role, caller.org, "test", secret_hash(secret), caller.person
        )
        self.registry.put_credential(credential)
        return f"tocsin_{caller.id.removeprefix('crd_')}_{secret}"

    def complain(self, text: str = DANGER_ZH, *, by: Caller | None = None, **fields: Any) -> Answer:
        """A complaint comes in, from a vendor's agent unless said otherwise."""
        key = fields.pop("key", None)
        body_hash = sha256(f"{text}{fields}".encode()).hexdigest()
        complaint = Complaint(text=text, **fields)
        return intake.take(self.parts, by or self.vendor(), complaint, key, body_hash)

    def public(self, text: str = DANGER_EN, **fields: Any) -> Answer:
        """A complaint without any credential."""
        return self.complain(text, by=anonymous("req"), **fields)

    def say(self, case: str, by: Caller, **fields: Any) -> Answer:
        """A message on a case."""
        return contacts.add(self.parts, by, case, Said(**fields))

    def acknowledge(self, case: str, role: str = "owner") -> Answer:
        """A client person owns it."""
        return acting.acknowledge(self.parts, self.client(role), case)

    def act(self, case: str, role: str = "owner") -> Answer:
        """A client person takes a protective action."""
        return acting.act(
            self.parts, self.client(role), case, "authority_informed", {"reference": "110-42"}
        )

    def do(self, case: str, command: Command) -> Applied:
        """Any command of the core, by whoever it says."""
        return apply(self.parts, from_http(anonymous("story")), case, command)

    def meet_duties(self, case: str) -> None:
        """The reporter is called, the data is there, and it is decided about a freeze."""
        by = self.client("safety_specialist").by
        self.do(case, RecordCall(by=by, outcome="reached"))
        self.do(case, AnswerData(by=by, department="data", sid="vlt_story"))
        self.do(case, DeclineFreeze(by=by, sid="vlt_story"))

    # -- time ------------------------------------------------------------------------------

    @property
    def minute(self) -> float:
        """Minutes since the story began."""
        return (self.clock.now() - self.start) / MINUTE

    def fast_forward(self, minutes: float) -> None:
        """Let time pass: wake-ups, pages and the sweep happen when they are due."""
        end = self.clock.now() + int(minutes * MINUTE)
        self.settle()
        while (coming := self._next()) <= end:
            self.clock.set(max(coming, self.clock.now()))
            if self.sweeping and self._next_sweep <= self.clock.now():
                self._next_sweep += MINUTE
                vendor_watch.check(self.parts)
                sweep(self.parts)
                change_work.find(self.parts)
                operations.watch(self.parts)
                self.collect()
            self.settle()
        self.clock.set(end)
        self.settle()

    def _next(self) -> int:
        times = [message.due for message in (*self.queues.wake_ups, *self.queues.pages)]
        return min([*times, self._next_sweep] if self.sweeping else times, default=2**62)

    def settle(self) -> None:
        """Handle every message that is due now, in batches as the queues hand them over."""
        while (bodies := self._due()) != ([], []):
            wake_ups, pages = bodies
            for some in batched(wake_ups, AT_ONCE, strict=False):
                for error in ring_all(self.parts, _messages("wake", some)).values():
                    raise error
                self.collect()
            for some in batched(pages, AT_ONCE, strict=False):
                self._deliver(some)
                self.collect()

    def _due(self) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
        wake_ups = self.queues.take_wake_ups()
        return [] if self.losing_wake_ups else wake_ups, self.queues.take_pages()

    def _deliver(self, bodies: Sequence[Mapping[str, Any]]) -> None:
        def carry(message: Message) -> None:
            change_work.carry(self.parts, str(message.body["change"]), "message")

        messages = _messages("message", bodies)
        failed = deliver_all(self.parts, messages, carry)
        for message in messages:
            error = failed.get(message.id)
            if isinstance(error, TransportError | BusyError):
                self.queues.pages.append(Queued(message.body, self.clock.now() + VISIBILITY_MS))
            elif error:
                raise error

    def collect(self) -> list[Sent]:
        """Note what the carriers have taken since the last look; returns it."""
        news = [self._sent(message) for message in self.channels.sent[len(self.sent) :]]
        self.sent += news
        return news

    def _sent(self, message: Sms | Mail) -> Sent:
        channel = "sms" if isinstance(message, Sms) else "email"
        address = message.number if isinstance(message, Sms) else message.address
        names = {p.phone: role for role, p in self.people.items()}
        names |= {p.email: role for role, p in self.people.items()}
        nobody = "reporter" if "/r/" in message.text else "fallback"
        return Sent(self.minute, names.get(address, nobody), channel, message.text, address)

    # -- what is expected ------------------------------------------------------------------

    def expect(self, person: str, channel: str, at: float | None = None) -> Sent:
        """A page to this person on this channel (at this minute) that was not expected yet."""
        for sent in self.sent:
            right = sent.person == person and sent.channel == channel
            if right and sent not in self._expected and at in (None, sent.minute):
                self._expected.append(sent)
                return sent
        raise AssertionError(f"no {channel} to {person} at {at}; unexpected: {self.unexpected}")

    def expect_both(self, *people: str, at: float | None = None) -> None:
        """A first page: an SMS and an email to each."""
        for person in people:
            self.expect(person, "sms", at)
            self.expect(person, "email", at)

    def expect_rope(self, channel: str = "sms", at: float | None = None) -> str:
        """A link to a reporter that was not expected yet; its token."""
        text = self.expect("reporter", channel, at).text
        return text[text.index("/r/") + 3 :].split()[0]

    def ignore_pages(self) -> None:
        """What has been sent so far is not this story's concern."""
        self._expected = list(self.sent)

    @property
    def unexpected(self) -> list[tuple[float, str, str]]:
        """Pages that no story line asked for."""
        return [(s.minute, s.person, s.channel) for s in self.sent if s not in self._expected]


def _messages(kind: str, bodies: Sequence[Mapping[str, Any]]) -> list[Message]:
    return [Message(f"{kind}-{number}", body) for number, body in enumerate(bodies)]


@contextmanager
def story(**options: Any) -> Iterator[World]:
    """A world whose unexpected pages fail the test."""
    world = World(**options)
    yield world
    world.settle()
    assert world.unexpected == []
