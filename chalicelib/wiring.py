"""The only place where parts are joined: the real adapters, or what a caller hands in."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from chalicelib.aws.asking import Asking
from chalicelib.aws.changes import DynamoChanges
from chalicelib.aws.channels import AwsChannels
from chalicelib.aws.clients import Clients
from chalicelib.aws.clock import SystemClock
from chalicelib.aws.counter import DynamoCounter
from chalicelib.aws.heartbeats import DynamoHeartbeats
from chalicelib.aws.ids import SystemIds
from chalicelib.aws.ledger import DynamoLedger, Tables
from chalicelib.aws.queues import SqsQueues
from chalicelib.aws.registry import DynamoRegistry
from chalicelib.aws.secret import SecretKeys
from chalicelib.aws.threads import Threads
from chalicelib.aws.watching import AwsWatching
from chalicelib.bundle import load_bundle
from chalicelib.cases.calendar import Calendar
from chalicelib.cases.source import PageLane
from chalicelib.services.client_systems import ClientSystems, NoClientSystems
from chalicelib.services.limits import Throttle
from chalicelib.services.opening import Opener
from chalicelib.services.parts import Parts, Rules
from chalicelib.services.ports import AT_ONCE, Clock, Release, SealedWords, UncertainError, Vault
from chalicelib.services.vault_reading import UNPROVED, Reading
from chalicelib.services.watching import NoWatching, Outside, Watching
from chalicelib.services.work import one_by_one
from chalicelib.settings import Function, Settings
from chalicelib.version import VERSION

PAGERS = frozenset({Function.HERALD, Function.PAGER})
KEYED = PAGERS | {Function.API}

log = logging.getLogger(__name__)
_in_use: dict[str, Parts] = {}
_secrets: dict[str, SecretKeys] = {}


class NoVaultError(RuntimeError):
    """This function has no business with personal data."""


class NoVault:
    """The vault of every function but the api and the pagers: there is none."""

    def seal(self, sid: str, fields: Mapping[str, Any]) -> SealedWords:
        """Always raises NoVaultError."""
        raise NoVaultError(f"nothing to seal {len(fields)} fields of {sid} with")

    def open(
        self, sids: Sequence[str], reader: str, why: str, _reading: Reading = UNPROVED
    ) -> dict[str, dict[str, Any]]:
        """Always raises NoVaultError."""
        raise NoVaultError(f"nothing to open {len(sids)} with, for {reader}: {why}")


class OpensOnly(Asking):
    """A pager's vault: it asks how to reach a reporter, and has nothing to seal with."""

    def seal(self, sid: str, fields: Mapping[str, Any]) -> SealedWords:
        """Always raises NoVaultError."""
        raise NoVaultError(f"nothing to seal {len(fields)} fields of {sid} with")


def parts(fn: str) -> Parts:
    """The parts of function ``fn``, one of ``settings.Function``, joined once a process.

    Their keys are those of the moment, where they come from Secrets Manager.
    """
    found = _in_use.get(fn)
    if found is None:
        settings = Settings.load(fn)
        found = _in_use[fn] = join(fn, settings)
        if fn in KEYED and settings.secret_id and not settings.link_key:
            _secrets[fn] = SecretKeys(_clients().secrets, settings.secret_id, found.clock)
    return _keyed(fn, found) if fn in _secrets else found


def _keyed(fn: str, found: Parts) -> Parts:
    """With the keys; a pager rings without them, since only PINs and answers need one."""
    try:
        keyring = _secrets[fn].keyring()
    except (UncertainError, ValueError) as error:
        if fn not in PAGERS:
            raise
        log.error("no keys", extra={"why": type(error).__name__})  # noqa: TRY400  # no trace
        return found
    if found.keys == (keyring.current, *keyring.others) and found.pin_keys == keyring.pins:
        return found
    with_keys = replace(
        found, link_key=keyring.current, other_keys=keyring.others, pin_keys=keyring.pins
    )
    if keyring.client_systems:
        systems = _client_systems(Settings.load(fn), keyring.client_systems)
        with_keys = replace(
            with_keys, client_secrets=keyring.client_systems, client_systems=systems
        )
    _in_use[fn] = with_keys
    return with_keys


def use(fn: str, given: Parts | None) -> None:
    """Take these parts for ``fn`` from now on; None goes back to the real ones."""
    _in_use.pop(fn, None)
    _secrets.pop(fn, None)
    if given is not None:
        _in_use[fn] = given


@lru_cache(maxsize=1)
def _clients() -> Clients:
    return Clients()


def join(fn: str, settings: Settings) -> Parts:
    """Real adapters on AWS, or on the emulator when the environment points there."""
    clients, clock = _clients(), SystemClock()
    rules = Rules(load_bundle())
    tables = Tables(
        settings.cases_table, settings.audit_table, settings.vault_table, settings.registry_table
    )
    registry = DynamoRegistry(
        clients.dynamodb,
        settings.registry_table,
        clock,
        settings.fallback_sms,
        settings.fallback_email,
    )
    return Parts(
        ledger=DynamoLedger(clients.dynamodb, tables, clock),
        registry=registry,
        changes=DynamoChanges(clients.dynamodb, tables, clock),
        vault=_vault(fn, settings, clients),
        queues=SqsQueues(
            clients.sqs,
            {
                PageLane.FIRST: settings.first_pages_queue_url,
                PageLane.VENDORS: settings.pages_queue_url,
            },
            settings.wake_ups_queue_url,
        ),
        channels=AwsChannels(clients.sns, clients.ses, settings.ses_sender),
        clock=clock,
        ids=SystemIds(),
        rules=rules,
        release=Release(fn, VERSION, rules.digest),
        link_base=settings.link_base,
        link_key=settings.link_key,
        calendar=_calendar(rules, settings.calendar, clock.now()),
        heartbeats=DynamoHeartbeats(clients.dynamodb, tables, clock),
        client_systems=_client_systems(settings, settings.client_systems_secret),
        client_secrets=settings.client_systems_secret,
        throttle=Throttle(
            settings.vendor_rate, DynamoCounter(clients.dynamodb, settings.registry_table, clock)
        ),
        at_once=Threads(AT_ONCE) if fn in PAGERS else one_by_one,
        watching=_watching(settings, clients, clock),
        outside=_outside(settings),
    )


def _watching(settings: Settings, clients: Clients, clock: Clock) -> Watching:
    queues = (
        settings.wake_ups_queue_url,
        settings.first_pages_queue_url,
        settings.pages_queue_url,
    )
    if not settings.watchdog_url:
        return NoWatching()
    return AwsWatching(clients, settings.registry_table, settings.audit_table, queues, clock)


def _outside(settings: Settings) -> Outside | None:
    if not settings.watchdog_url:
        return None
    # Only a deployment that is listened to pays for importing what speaks to the monitor.
    from chalicelib.aws.outside import Monitor  # noqa: PLC0415

    return Monitor(settings.watchdog_url)


def _calendar(rules: Rules, name: str, now: int) -> Calendar:
    """The named calendar; that it has ended is said, for it counts plain weekdays from then on."""
    calendar = rules.calendar(name)
    if calendar.has_ended(now):
        said = {"calendar": name, "until": str(calendar.until), "metric": "CalendarEnded"}
        log.warning("the published working days have ended", extra=said)
    return calendar


def _client_systems(settings: Settings, secrets: tuple[bytes, ...]) -> ClientSystems:
    if not (settings.client_systems_url and secrets):
        return NoClientSystems()
    # Only a client that has such systems pays for importing what speaks to them.
    from chalicelib.aws.client_systems import WebhookClientSystems  # noqa: PLC0415

    return WebhookClientSystems(settings.client_systems_url, secrets, SystemClock(), SystemIds())


def _vault(fn: str, settings: Settings, clients: Clients) -> Vault:
    if fn in PAGERS:
        return OpensOnly(clients.lambda_soon, settings.open_function)
    if fn != "api":
        return NoVault()
    # Only the api seals, so only it pays for importing the cryptography.
    from chalicelib.aws.vault import LambdaVault  # noqa: PLC0415

    return LambdaVault(settings.vault_public_key, clients.lambda_, settings.open_function)


@lru_cache(maxsize=1)
def opener() -> Opener:
    """What opens the vault, in function ``open`` alone."""
    from chalicelib.aws.opening import KmsOpener  # noqa: PLC0415  # brings the cryptography

    settings, clients = Settings.load("open"), _clients()
    return KmsOpener(
        clients.dynamodb, clients.kms, settings.vault_table, settings.vault_key_id, SystemClock()
    )
