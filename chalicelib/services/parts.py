"""Everything a use case works with, joined once by ``wiring``."""

from dataclasses import dataclass

from chalicelib.cases.calendar import Calendar
from chalicelib.cases.draft import Watch
from chalicelib.cases.ladder import Ladder
from chalicelib.judging.rulebook import Rulebook
from chalicelib.services import ports


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
    rulebook: Rulebook
    ladder: Ladder
    calendar: Calendar
    release: ports.Release
    link_base: str
    link_key: bytes

    def watch(self) -> Watch:
        """Who is on call at this moment, and which days count."""
        return Watch(self.registry.duty(), self.calendar)
