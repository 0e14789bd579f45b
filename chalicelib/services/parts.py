"""Everything a use case works with, joined once by ``wiring``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from chalicelib.cases.calendar import Calendar
from chalicelib.cases.delegation import Delegation, Row
from chalicelib.cases.draft import Watch
from chalicelib.cases.ladder import Ladder
from chalicelib.judging.rulebook import Rulebook
from chalicelib.services import canaries, ports
from chalicelib.services.change_ports import Changes
from chalicelib.services.client_systems import ClientSystems, NoClientSystems
from chalicelib.services.heartbeats import Heartbeats, NoHeartbeats
from chalicelib.services.limits import Throttle
from chalicelib.services.watching import NoWatching, Outside, Watching
from chalicelib.services.work import AtOnce, one_by_one

LADDER, OPERATORS = "life-safety", "operators"


class UnknownCalendarError(ValueError):
    """The bundle has no calendar of this name, so no working day can be told."""

    safe_to_log = True  # names of calendars only


class Rules:
    """The published policies.  The rulebook is compiled when first asked for.

    Only the api judges; a bell that rings needs no rulebook and should not wait for one.
    """

    def __init__(self, bundle: Mapping[str, Any]) -> None:
        """``bundle`` is what ``load_bundle`` read; raises KeyError when it has no ladder."""
        self._bundle = bundle
        self.digest: str = bundle["digest"]
        self.ladder = Ladder.from_bundle(bundle["ladders"][LADDER])
        # A bundle without one has its operators' troubles told to the client's own people.
        operators = bundle["ladders"].get(OPERATORS, bundle["ladders"][LADDER])
        self.operators_ladder = Ladder.from_bundle(operators)
        self.cards: Mapping[str, Any] = bundle["cards"]
        self.titles: Mapping[str, Mapping[str, str]] = {
            rule["id"]: rule["title"] for rule in bundle["rules"]
        }

    @cached_property
    def rulebook(self) -> Rulebook:
        """Every rule and concept, ready to judge; raises BundleError."""
        return Rulebook.from_bundle(self._bundle)

    @cached_property
    def grants(self) -> tuple[Row, ...]:
        """What vendors may close by themselves."""
        return tuple(map(Row.from_dict, self._bundle["delegation"]))

    def calendar(self, name: str) -> Calendar:
        """The working days published under this name; raises UnknownCalendarError."""
        published = self._bundle["calendars"]
        if name not in published:
            raise UnknownCalendarError(f"no calendar {name!r}; there are {sorted(published)}")
        return Calendar.from_dict(published[name])


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The ports and the published rules of one running function.

    ``link_key`` is what hashes, cookies and readings are made with; ``other_keys`` are accepted
    beside it while keys change, and ``pin_keys`` for PINs alone.
    """

    ledger: ports.Ledger
    registry: ports.Registry
    changes: Changes
    vault: ports.Vault
    queues: ports.Queues
    channels: ports.Channels
    clock: ports.Clock
    ids: ports.Ids
    rules: Rules
    release: ports.Release
    link_base: str
    link_key: bytes
    other_keys: tuple[bytes, ...] = ()
    pin_keys: tuple[bytes, ...] = ()
    calendar: Calendar = field(default_factory=Calendar)
    heartbeats: Heartbeats = field(default_factory=NoHeartbeats)
    client_systems: ClientSystems = field(default_factory=NoClientSystems)
    client_secrets: tuple[bytes, ...] = ()
    throttle: Throttle = field(default_factory=Throttle)
    watching: Watching = field(default_factory=NoWatching)
    outside: Outside | None = None
    at_once: AtOnce = one_by_one

    @property
    def keys(self) -> tuple[bytes, ...]:
        """All keys that are accepted, the one that is made with first."""
        return (self.link_key, *self.other_keys)

    @property
    def peppers(self) -> tuple[bytes, ...]:
        """All keys that a person's PIN may rest on."""
        return (*self.keys, *self.pin_keys)

    @property
    def rulebook(self) -> Rulebook:
        """The rules that judge."""
        return self.rules.rulebook

    @property
    def ladder(self) -> Ladder:
        """The ladder that a case opened now is pinned to."""
        return self.rules.ladder

    @property
    def delegation(self) -> Delegation:
        """Who may close what by itself, by the client's own dates."""
        return Delegation(self.rules.grants, self.calendar)

    def watch(self, case: str = "") -> Watch:
        """Who is on call for a case at this moment, and which days count."""
        if canaries.is_canary(case):
            return canaries.watch(self.calendar)
        return Watch(self.registry.duty(), self.calendar)
