"""What the judge answers: a tier, and everything it was drawn from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from chalicelib.terms import Tier


class Match(NamedTuple):
    """A concept found at code points ``start`` to ``end`` of the text as it was received."""

    concept: str
    start: int
    end: int


class Finding(NamedTuple):
    """A policy that holds. ``error`` says why its condition could not be answered, if so."""

    policy: str
    version: int
    tier: Tier
    suspect: bool
    title: Mapping[str, str]
    card: str
    matches: tuple[Match, ...]
    error: str | None

    def as_event(self) -> dict[str, object]:
        """The finding without words: ids, tier, and offsets as ``[concept, start, end]``."""
        event: dict[str, object] = {
            "policy": self.policy,
            "version": self.version,
            "tier": self.tier.value,
            "suspect": self.suspect,
            "matches": [[match.concept, match.start, match.end] for match in self.matches],
        }
        return event if self.error is None else event | {"error": self.error}


@dataclass(frozen=True, slots=True)
class Judgment:
    """The tier, its findings gravest first, and ``facts``: all that the policies were shown.

    ``suspect`` is true when only weak evidence speaks for this tier. ``degraded`` is true when
    there was nothing to classify. ``facts`` holds no word of the complaint, and can be written
    as canonical JSON. ``digest`` names the policies that judged.
    """

    tier: Tier
    suspect: bool
    findings: tuple[Finding, ...]
    shadow: tuple[Finding, ...]
    language: str
    degraded: bool
    digest: str
    facts: dict[str, object]

    def as_event(self) -> dict[str, object]:
        """What an audit entry keeps of the judgment, fit for canonical JSON."""
        return {
            "tier": self.tier.value,
            "suspect": self.suspect,
            "findings": [finding.as_event() for finding in self.findings],
            "shadow": [finding.as_event() for finding in self.shadow],
            "degraded": self.degraded,
            "digest": self.digest,
            "facts": self.facts,
        }
