"""A client, a vendor and an emulator: the real services on the real ledger, on a clock of ours."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from chalicelib.aws.changes import DynamoChanges
from chalicelib.aws.clients import Clients
from chalicelib.aws.clock import SystemClock
from chalicelib.aws.ids import SystemIds
from chalicelib.aws.ledger import DynamoLedger, Tables
from chalicelib.aws.registry import DynamoRegistry
from chalicelib.aws.vault import LambdaVault
from chalicelib.bundle import load_bundle
from chalicelib.services import employers
from chalicelib.services.caller import Caller
from chalicelib.services.opening import for_purpose
from chalicelib.services.parts import Parts, Rules
from chalicelib.services.ports import (
    Look,
    PageAsked,
    Person,
    Release,
    SealedWords,
    Slot,
    TransportError,
)
from chalicelib.services.vault_reading import UNPROVED, Reading
from chalicelib.terms import Role
from chalicelib.version import VERSION
from tools.bench.meter import Meter
from tools.local.emulator import REGION, ROOT_KEY, Emulator
from tools.local.home import ROOT, Home
from tools.local.people import CLIENT, FALLBACK_EMAIL, FALLBACK_SMS, PEOPLE, VENDOR_A
from tools.local.ports import listen

_TABLE_FIELDS = ("AttributeDefinitions", "KeySchema", "BillingMode", "GlobalSecondaryIndexes")
_PORT = 4_599


class MovableClock(SystemClock):
    """The real time and whatever has been let pass; waiting takes no time."""

    def __init__(self, meter: Meter) -> None:
        """``meter`` moves the store's time along."""
        self._meter = meter

    def now(self) -> int:
        """As the port."""
        return super().now() + self._meter.offset_ms

    def wait_until(self, at: int) -> None:
        """As the port."""
        self._meter.offset_ms += max(0, min(1_000, at - self.now()))

    def advance(self, ms: int) -> None:
        """Let time pass."""
        self._meter.offset_ms += ms


class Asked:
    """The queues; keeps the pages asked for as (case, page, attempt)."""

    def __init__(self) -> None:
        """Nothing asked yet."""
        self.pages: list[tuple[str, str, int]] = []
        self.followed: list[tuple[str, Mapping[str, str]]] = []

    def ask_pages(self, pages: Sequence[PageAsked]) -> None:
        """As the port."""
        self.pages += [(one.case, one.page, one.attempt) for one in pages]

    def ask_looks(self, looks: Sequence[Look], now: int) -> None:
        """As the port; the bench rings by itself."""

    def hand_on(self, slot: Slot) -> None:
        """As the port."""

    def follow(self, case: str, links: Mapping[str, str]) -> None:
        """As the port; what follows is measured by itself."""
        self.followed.append((case, links))

    def change(self, change: str) -> None:
        """As the port; nobody is replaced during a bench."""

    def wake(self, case: str, due: int, now: int, hop: int = 0) -> None:
        """As the port; the bench rings by itself."""


class Carriers:
    """Take everything, under ids as long as those of SNS and SES, unless ``refusing``."""

    def __init__(self) -> None:
        """Willing."""
        self.refusing = False

    def sms(self, number: str, text: str) -> str:  # noqa: ARG002 - the port's
        """As the port."""
        return self._taken("93b18c42-5e7d-5a11-8c42-6f0a1d2e3b4c")

    def email(self, address: str, subject: str, text: str) -> str:  # noqa: ARG002 - the port's
        """As the port."""
        return self._taken("0100019a5c3f7e21-4b8d2c6a-1f3e-4a7b-9c5d-8e2f6a1b3c7d-000000")

    def _taken(self, carrier: str) -> str:
        if self.refusing:
            raise TransportError("PhoneNumberOptedOut", permanent=True)
        return carrier


class RememberingVault(LambdaVault):
    """Seals as ever; what function ``open`` would answer, it remembers itself."""

    def __init__(self) -> None:
        """A key of its own, and nothing sealed yet."""
        super().__init__(_public_key(), None, "")
        self._sealed: dict[str, Mapping[str, Any]] = {}

    def seal(self, sid: str, fields: Mapping[str, Any]) -> SealedWords:
        """As the port."""
        self._sealed[sid] = fields
        return super().seal(sid, fields)

    def open(
        self,
        sids: Sequence[str],
        reader: str,  # noqa: ARG002 - the port's
        why: str,
        reading: Reading = UNPROVED,
    ) -> dict[str, dict[str, Any]]:
        """As the port; the entry is written by another function, and so not measured here."""
        return {sid: for_purpose(reading, why, self._sealed[sid]) for sid in sids}


class Scene:
    """Everything that a command needs, and the people who give it."""

    def __init__(self, clients: Clients) -> None:
        """Four new tables; everybody is on call."""
        self.meter = Meter(clients.dynamodb)
        self.clock = MovableClock(self.meter)
        self.asked, self.carriers = Asked(), Carriers()
        tables = make_tables(clients.dynamodb)
        self.registry = DynamoRegistry(
            clients.dynamodb, tables.registry, self.clock, FALLBACK_SMS, FALLBACK_EMAIL
        )
        rules = Rules(load_bundle())
        self.parts = Parts(
            ledger=DynamoLedger(clients.dynamodb, tables, self.clock),
            registry=self.registry,
            changes=DynamoChanges(clients.dynamodb, tables, self.clock),
            vault=RememberingVault(),
            queues=self.asked,
            channels=self.carriers,
            clock=self.clock,
            ids=SystemIds(),
            rules=rules,
            release=Release("api", VERSION, rules.digest),
            link_base="https://tocsin.example",
            link_key=b"k" * 32,
        )
        self._people = self._hire()

    def _hire(self) -> dict[str, Person]:
        hired = {}
        self.registry.put_org(CLIENT, employers.CLIENT)
        for part in PEOPLE:
            person = Person(
                id=self.parts.ids.new("per", self.clock.now()),
                name=part.name,
                role=part.role,
                employer=CLIENT,
                phone=part.phone,
                email=part.email,
                language=part.language,
            )
            self.registry.put_person(person)
            hired[part.key] = person
        duty = {part.duty: [hired[part.key].id] for part in PEOPLE if part.duty}
        self.registry.put_roster(duty)
        return hired

    def vendor(self) -> Caller:
        """A vendor's agent."""
        return self._caller(Role.VENDOR_AGENT, VENDOR_A)

    def owner(self) -> Caller:
        """The client's owner, by credential."""
        return self._caller(Role.OWNER, CLIENT, self._people["owner"].id)

    def _caller(self, role: Role, org: str, person: str = "") -> Caller:
        new, now = self.parts.ids.new, self.clock.now()
        request = "8f14e45f-ceea-467f-a8ed-1a2b3c4d5e6f"
        identity = new("crd", now)
        return Caller(
            kind="credential", id=identity, role=role, org=org, person=person, request=request
        )


@contextmanager
def scene() -> Iterator[Scene]:
    """A scene on an emulator of its own, gone afterwards."""
    with emulated() as (clients, _):
        yield Scene(clients)


@contextmanager
def emulated() -> Iterator[tuple[Clients, Emulator]]:
    """Clients of an emulator that is gone afterwards."""
    with TemporaryDirectory() as folder:
        emulator = Emulator(Home(Path(folder)), listen(_PORT))
        emulator.start()
        os.environ |= {
            "AWS_ENDPOINT_URL": emulator.url,
            "AWS_ACCESS_KEY_ID": ROOT_KEY,
            "AWS_SECRET_ACCESS_KEY": ROOT_KEY,
            "AWS_DEFAULT_REGION": REGION,
        }
        try:
            yield Clients(), emulator
        finally:
            emulator.stop()


def make_tables(client: Any, prefix: str = "") -> Tables:
    """With the keys and indexes that the deployed stack has."""
    resources = json.loads((ROOT / ".chalice" / "resources.json").read_text("utf-8"))["Resources"]
    names = {name: prefix + name for name in ("cases", "audit", "vault", "registry")}
    for name, full in names.items():
        wanted = resources[f"{name.title()}Table"]["Properties"]
        fields = {field: wanted[field] for field in _TABLE_FIELDS if field in wanted}
        client.create_table(TableName=full, **fields)
    return Tables(**names)


def _public_key() -> bytes:
    key = generate_private_key(public_exponent=65_537, key_size=3_072).public_key()
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
