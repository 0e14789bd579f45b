"""The desk of whoever runs Tocsin: its tables through the same adapters, with the admin's writes.

What is written here goes around the API, so each change is an entry of its own; the log does not
depend on who remembered to tell it.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from chalicelib.aws.changes import DynamoChanges
from chalicelib.aws.channels import AwsChannels
from chalicelib.aws.clock import SystemClock
from chalicelib.aws.heartbeats import DynamoHeartbeats
from chalicelib.aws.ids import SystemIds
from chalicelib.aws.ledger import DynamoLedger, Tables
from chalicelib.aws.queues import SqsQueues
from chalicelib.aws.registry import DynamoRegistry
from chalicelib.aws.secret import SecretKeys
from chalicelib.bundle import load_bundle
from chalicelib.services.caller import machine
from chalicelib.services.keyring import Keyring
from chalicelib.services.parts import Parts, Rules
from chalicelib.services.people import Credential, Person
from chalicelib.services.ports import Ledger, Registry, Release, UncertainError
from chalicelib.services.refusals import append
from chalicelib.version import VERSION
from chalicelib.wiring import NoVault
from tools.local.cloud import Cloud
from tools.local.home import Home

KEYS = "keys.json"
TABLES = {
    "CASES_TABLE": "CasesTable",
    "AUDIT_TABLE": "AuditTable",
    "VAULT_TABLE": "VaultTable",
    "REGISTRY_TABLE": "RegistryTable",
}


class NoTablesError(Exception):
    """The environment does not say where the tables are, or has a link key that is none."""


class Administration(Registry, Protocol):
    """The registry with the writes of those who administer it."""

    def credentials(self) -> tuple[Credential, ...]:
        """All of them, revoked ones too."""
        ...

    def put_credential(self, credential: Credential) -> None:
        """Add or replace one."""
        ...

    def revoke_credential(self, identity: str, at: int) -> None:
        """Refuse it from ``at`` (ms UTC); raises KeyError."""
        ...

    def put_person(self, person: Person) -> None:
        """Add or replace one."""
        ...

    def put_roster(self, duty: Mapping[str, Sequence[str]]) -> None:
        """Replace the roster: ids of people by roster role."""
        ...

    def put_org(self, org: str, kind: str) -> None:
        """Say whose an organisation is; raises EmployerError when it is the other's already."""
        ...


@dataclass(frozen=True, slots=True)
class Desk:
    """The ledger and the registry of one deployment."""

    ledger: Ledger
    registry: Administration
    parts: Parts

    @property
    def now(self) -> int:
        """UTC in ms."""
        return self.parts.clock.now()

    def note(self, chain: str, kind: str, event: dict[str, Any]) -> None:
        """One entry on a chain that is not a case's, made by a tool."""
        append(self.parts, machine("tools"), chain, kind, event)


def open_desk(cloud: Cloud, names: Mapping[str, str], link_key: bytes = b"") -> Desk:
    """``names`` are the tables' names by their environment variables.

    ``link_key`` is needed for PINs only; empty where it is not known.
    """
    clock = SystemClock()
    store = cloud.client("dynamodb")
    tables = Tables(*(names[variable] for variable in TABLES))
    ledger = DynamoLedger(store, tables, clock)
    registry = DynamoRegistry(store, tables.registry, clock, "", "")
    rules = Rules(load_bundle())
    parts = Parts(
        ledger=ledger,
        registry=registry,
        changes=DynamoChanges(store, tables, clock),
        vault=NoVault(),
        queues=SqsQueues(cloud.client("sqs"), {}, ""),
        channels=AwsChannels(cloud.client("sns"), cloud.client("ses"), ""),
        clock=clock,
        ids=SystemIds(),
        rules=rules,
        release=Release("tools", VERSION, rules.digest),
        link_base="",
        link_key=link_key,
        heartbeats=DynamoHeartbeats(store, tables, clock),
    )
    return Desk(ledger, registry, parts)


def of_stack(cloud: Cloud, outputs: Mapping[str, str], link_key: bytes = b"") -> Desk:
    """The desk of a stack, by its outputs and, for PINs, its link key."""
    names = {name: outputs[output] for name, output in TABLES.items()}
    return open_desk(cloud, names, link_key)


def configured(*, local: bool) -> Desk:
    """The running local stack's desk, or that of the tables the environment names.

    Raises:
        NotRunningError: ``local``, and nothing runs.
        NoTablesError: the environment lacks a table's name, or its LINK_KEY is not hex.
    """
    cloud, names = place(local=local)
    keyring = kept_keys(cloud, local=local)
    desk = open_desk(cloud, names, keyring.current)
    parts = replace(desk.parts, other_keys=keyring.others, pin_keys=keyring.pins)
    return replace(desk, parts=parts)


def kept_keys(cloud: Cloud, *, local: bool) -> Keyring:
    """The link key and those accepted beside it; empty where nothing says which.

    ``LINK_KEY`` is taken before the secret that ``SECRET_ID`` names.

    Raises:
        NoTablesError: LINK_KEY is not hex, or the secret cannot be read.
    """
    given = os.environ.get("LINK_KEY", "").strip()
    identity = os.environ.get("SECRET_ID", "").strip()
    if local:
        return Keyring(link_key(Home.default()))
    if given or not identity:
        return Keyring(_hex(given))
    try:
        return SecretKeys(cloud.client("secretsmanager"), identity, SystemClock()).keyring()
    except (UncertainError, ValueError) as error:
        raise NoTablesError(f"SECRET_ID: {error}") from error


def place(*, local: bool) -> tuple[Cloud, dict[str, str]]:
    """Where the tables are, and their names by their environment variables; raises as above."""
    if local:
        facts = Home.default().running()
        outputs = facts["outputs"]
        return Cloud(facts["emulator"]), {name: outputs[out] for name, out in TABLES.items()}
    missing = [name for name in TABLES if not os.environ.get(name)]
    if missing:
        raise NoTablesError(f"set {', '.join(missing)}, or say --local")
    return Cloud(), {name: os.environ[name] for name in TABLES}


def link_key(home: Home) -> bytes:
    """The local stack's parameter ``LinkKey``; empty before there is one."""
    return _hex(str(home.read(KEYS).get("LinkKey", "")))


def _hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise NoTablesError("LINK_KEY must be hex digits") from None
