"""Very many open cases in an emulator's tables, and an engine in this process to ring them.

The cases are opened by the real core, each with its entries, and put there in batches.
"""

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from itertools import batched
from typing import Any

from chalicelib.audit.chain import Head
from chalicelib.audit.entry import Cause, SealedEntry
from chalicelib.aws import items, writes
from chalicelib.aws.changes import DynamoChanges
from chalicelib.aws.clients import Clients
from chalicelib.aws.clock import SystemClock
from chalicelib.aws.dynamo import Item, Write, marshal
from chalicelib.aws.ids import SystemIds
from chalicelib.aws.ledger import DynamoLedger, Tables
from chalicelib.aws.registry import DynamoRegistry
from chalicelib.bundle import load_bundle
from chalicelib.cases import commands as cmd
from chalicelib.cases.codes import speakable
from chalicelib.cases.decide import Decision, decide, open_case
from chalicelib.cases.model import Case
from chalicelib.services import employers
from chalicelib.services.engine import Follows, from_machine, seal_step
from chalicelib.services.parts import Parts, Rules
from chalicelib.services.ports import Clock, Commit, Look, PageAsked, Person, Release, Slot
from chalicelib.services.stored_form import digest
from chalicelib.services.work import Message
from chalicelib.terms import HOUR, MINUTE, Direction, Kind, Role, Speaker, Tier
from chalicelib.version import VERSION
from tools.bench.scene import RememberingVault, make_tables
from tools.local.people import CLIENT, FALLBACK_EMAIL, FALLBACK_SMS, PEOPLE

STEP_MS = MINUTE
DUTIES = ("owner", "owner_second", "duty_director")
_WRITTEN = 25  # items that one batch may write
_OPENS = from_machine(Cause("tool", "bench"))


def three_rungs() -> dict[str, Any]:
    """The committed policies with an S0 ladder of three rungs, a minute apart, and nothing else.

    One person a rung and no repeats: the same work as the peers' three steps.
    """
    bundle = deepcopy(load_bundle())
    plan = bundle["ladders"]["life-safety"]["tiers"]["S0"]
    for name, span in plan.items():
        if span and "ms" in span:
            plan[name] = {"ms": max(span["ms"], HOUR)}
    plan["repeat"] = None
    plan["rungs"] = [
        {"at": {"ms": number * STEP_MS}, "roles": [role]} for number, role in enumerate(DUTIES)
    ]
    return bundle


class Waiting:
    """Queues in this process; ``pages`` wait to be sent, and nobody needs to be woken."""

    def __init__(self) -> None:
        """Nothing asked yet; ``hand_on`` may be replaced by what takes slots."""
        self.pages: deque[PageAsked] = deque()
        self.hand_on: Callable[[Slot], None] = _nobody

    def ask_pages(self, pages: Sequence[PageAsked]) -> None:
        """As the port."""
        self.pages.extend(pages)

    def ask_looks(self, looks: Sequence[Look], now: int) -> None:
        """As the port; the bench rings by itself."""

    def wake(self, case: str, due: int, now: int, hop: int = 0) -> None:
        """As the port; the bench rings by itself."""

    def follow(self, case: str, links: Mapping[str, str]) -> None:
        """As the port; nothing follows from these openings."""

    def change(self, change: str) -> None:
        """As the port; nobody is replaced during a bench."""

    def messages(self, most: int) -> list[Message]:
        """So many pages, as a pager is handed them."""
        some = [self.pages.popleft() for _ in range(min(most, len(self.pages)))]
        return [
            Message(
                f"{one.case}.{one.page}",
                {"case": one.case, "page": one.page, "attempt": one.attempt},
            )
            for one in some
        ]


def _nobody(slot: Slot) -> None:
    raise LookupError(f"nobody takes slot {slot.number}")


@dataclass(frozen=True, slots=True)
class Taken:
    """A text message, when (ms) the carrier took it, and to whom."""

    at: int
    number: str
    text: str


class Carriers:
    """Take everything at once, and remember it."""

    def __init__(self, clock: Clock) -> None:
        """Nothing taken yet."""
        self._clock = clock
        self.taken: list[Taken] = []

    def sms(self, number: str, text: str) -> str:
        """As the port, with an id as long as that of SNS."""
        self.taken.append(Taken(self._clock.now(), number, text))
        return "93b18c42-5e7d-5a11-8c42-6f0a1d2e3b4c"

    def email(self, address: str, subject: str, text: str) -> str:
        """As the port; nobody here has an address."""
        raise NotImplementedError(f"{address}: {subject}, {len(text)}")


@dataclass(frozen=True, slots=True)
class Filed:
    """A case as it is stored, with all its entries."""

    case: Case
    entries: tuple[SealedEntry, ...]


class Crowd:
    """Tables, people who are on call with a telephone each, and the parts of one engine."""

    def __init__(self, clients: Clients, tables: Tables | None = None, name: str = "") -> None:
        """Four new tables whose names begin so, or those that another crowd has made."""
        self.clients = clients
        self.clock = SystemClock()
        self.tables = tables or make_tables(clients.dynamodb, name)
        self.queues, self.carriers = Waiting(), Carriers(self.clock)
        self.registry = DynamoRegistry(
            clients.dynamodb, self.tables.registry, self.clock, FALLBACK_SMS, FALLBACK_EMAIL
        )
        rules = Rules(three_rungs())
        self.parts = Parts(
            ledger=DynamoLedger(clients.dynamodb, self.tables, self.clock),
            registry=self.registry,
            changes=DynamoChanges(clients.dynamodb, self.tables, self.clock),
            vault=RememberingVault(),
            queues=self.queues,
            channels=self.carriers,
            clock=self.clock,
            ids=SystemIds(),
            rules=rules,
            release=Release("ring", VERSION, rules.digest),
            link_base="https://tocsin.example",
            link_key=b"k" * 32,
        )
        self.people = {} if tables else self._hire()

    def _hire(self) -> dict[str, Person]:
        self.registry.put_org(CLIENT, employers.CLIENT)
        hired = {}
        for part in PEOPLE:
            if part.duty in DUTIES:
                hired[part.duty] = Person(
                    id=self.parts.ids.new("per", self.clock.now()),
                    name=part.name,
                    role=part.role,
                    employer=CLIENT,
                    phone=part.phone,
                    language=part.language,
                    channels=("sms",),
                )
                self.registry.put_person(hired[part.duty])
        self.registry.put_roster({duty: [person.id] for duty, person in hired.items()})
        return hired

    def open(self, at: int, tier: Tier = Tier.S0) -> Filed:
        """A case of a vendor's opened at ``at`` (ms) whose first pages have been sent."""
        identity = self.parts.ids.new("cas", at)
        message = cmd.Message(
            id=self.parts.ids.new("msg", at),
            direction=Direction.INBOUND,
            speaker=Speaker.REPORTER,
            kind=Kind.COMPLAINT,
            sid=self.parts.ids.new("vlt", at),
        )
        command = cmd.OpenCase(
            by=cmd.By(self.parts.ids.new("crd", at), Role.VENDOR_AGENT, "acme-care"),
            case=identity,
            code=speakable(identity),
            message=message,
            judged=cmd.Judged(tier),
            ladder=self.parts.ladder,
            vendor="acme-care",
        )
        decision = open_case(command, at, self.parts.watch())
        entries = [seal_step(self.parts, _OPENS, decision, "open")]
        for page in tuple(decision.case.sending):
            sent = cmd.PageSent(page=page, carrier="93b18c42-5e7d-5a11-8c42-6f0a1d2e3b4c")
            decision, entry = self._step(decision, sent, entries[-1].head)
            entries.append(entry)
        return Filed(decision.case, tuple(entries))

    def _step(
        self, before: Decision, command: cmd.Command, head: Head
    ) -> tuple[Decision, SealedEntry]:
        case = before.case
        after = decide(case, command, case.last, self.parts.watch())
        follows = Follows(head, digest(case))
        return after, seal_step(self.parts, _OPENS, after, "page_sent", follows)

    def prepared(self, commits: Sequence[Commit]) -> tuple[list[Write], str]:
        """The Puts of one transaction, and its token."""
        puts = [
            write
            for one in commits
            for write in (
                writes.case_write(self.tables.cases, one.case, one.entry, one.before),
                writes.entry_write(self.tables.audit, one.entry, "case"),
            )
        ]
        return puts, writes.token(*(one.entry for one in commits))

    def put(self, filed: Iterable[Filed]) -> None:
        """Write them as they are, in batches; no engine may do that."""
        for some in batched(_rows(self, filed), _WRITTEN, strict=False):
            requests: dict[str, list[Any]] = {}
            for table, item in some:
                requests.setdefault(table, []).append({"PutRequest": {"Item": marshal(item)}})
            self.clients.dynamodb.batch_write_item(RequestItems=requests)


def _rows(crowd: Crowd, filed: Iterable[Filed]) -> Iterator[tuple[str, Item]]:
    for one in filed:
        yield crowd.tables.cases, items.case_item(one.case, one.entries[-1].head)
        for entry in one.entries:
            yield crowd.tables.audit, items.entry_item(entry)


def due_at(filed: Filed, due: int) -> Filed:
    """The same case with all its clocks that are not far ahead put to ``due`` (ms)."""
    clocks = {name: due if at < due + HOUR else at for name, at in filed.case.clocks.items()}
    return replace(filed, case=replace(filed.case, clocks=clocks))


def last_line(result: Mapping[str, Any]) -> None:
    """What a bench ends with."""
    print(json.dumps(result))
