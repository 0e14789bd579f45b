"""Everything a use case works with, joined once by ``wiring``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from chalicelib.cases.calendar import Calendar
from chalicelib.cases.draft import Watch
from chalicelib.cases.ladder import Ladder
from chalicelib.judging.rulebook import Rulebook
from chalicelib.services import ports

LADDER = "life-safety"


class Rules:
    """The published policies.  The rulebook is compiled when first asked for.

    Only the api judges; a bell that rings needs no rulebook and should not wait for one.
    """

    def __init__(self, bundle: Mapping[str, Any]) -> None:
        """``bundle`` is what ``load_bundle`` read; raises KeyError when it has no ladder."""
        self._bundle = bundle
        self.digest: str = bundle["digest"]
        self.ladder = Ladder.from_bundle(bundle["ladders"][LADDER])
        self.cards: Mapping[str, Any] = bundle["cards"]
        self.titles: Mapping[str, Mapping[str, str]] = {
            rule["id"]: rule["title"] for rule in bundle["rules"]
        }

    @cached_property
    def rulebook(self) -> Rulebook:
        """Every rule and concept, ready to judge; raises BundleError."""
        return Rulebook.from_bundle(self._bundle)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The ports and the published rules of one running function."""

    ledger: ports.Ledger
    registry: ports.Registry
    vault: ports.Vault
    queues: ports.Queues
    channels: ports.Channels
    clock: ports.Clock
    ids: ports.Ids
    rules: Rules
    release: ports.Release
    link_base: str
    link_key: bytes
    calendar: Calendar = field(default_factory=Calendar)

    @property
    def rulebook(self) -> Rulebook:
        """The rules that judge."""
        return self.rules.rulebook

    @property
    def ladder(self) -> Ladder:
        """The ladder that a case opened now is pinned to."""
        return self.rules.ladder

    def watch(self) -> Watch:
        """Who is on call at this moment, and which days count."""
        return Watch(self.registry.duty(), self.calendar)
