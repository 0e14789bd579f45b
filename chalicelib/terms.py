"""Words that every room shares: tiers, roles, message fields, and spans of time.

This module sits below the four pure rooms, which may not import each other.
"""

from datetime import UTC, datetime
from enum import StrEnum

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class Tier(StrEnum):
    """How dangerous a case is: S0 life at risk now … S4 ordinary."""

    S0 = "S0"
    S1 = "S1"
    S2 = "S2"
    S3 = "S3"
    S4 = "S4"

    @property
    def rank(self) -> int:
        """0 is the most dangerous, so that ``min`` by rank is the graver tier."""
        return int(self.value[1])

    @property
    def safety_critical(self) -> bool:
        """S0 to S2."""
        return self.rank <= Tier.S2.rank


def graver(*tiers: Tier) -> Tier:
    """The most dangerous of the tiers given; there must be at least one."""
    return min(tiers, key=lambda tier: tier.rank)


class Role(StrEnum):
    """What a credential or a person may do (the matrix is in ``cases.roles``)."""

    VENDOR_AGENT = "vendor_agent"
    VENDOR_SUPERVISOR = "vendor_supervisor"
    CLIENT_APP = "client_app"
    OWNER = "owner"
    DUTY_DIRECTOR = "duty_director"
    SAFETY_SPECIALIST = "safety_specialist"
    AUDITOR = "auditor"
    ADMIN = "admin"
    REPORTER = "reporter"
    MACHINE = "machine"


VENDOR_ROLES = frozenset({Role.VENDOR_AGENT, Role.VENDOR_SUPERVISOR})
CLIENT_ROLES = frozenset({Role.OWNER, Role.DUTY_DIRECTOR, Role.SAFETY_SPECIALIST})


class Direction(StrEnum):
    """Which way a message went."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"


class Speaker(StrEnum):
    """Who said it."""

    REPORTER = "reporter"
    VENDOR_AGENT = "vendor_agent"
    VENDOR_SUPERVISOR = "vendor_supervisor"
    BOT = "bot"
    CLIENT = "client"
    AUTHORITY = "authority"


class Kind(StrEnum):
    """What sort of message it is."""

    COMPLAINT = "complaint"
    REPLY = "reply"
    TRANSFER = "transfer"
    CALL_ATTEMPT = "call_attempt"
    TRANSCRIPT = "transcript"
    NOTE = "note"
    EVIDENCE = "evidence"


class Channel(StrEnum):
    """How a page travels."""

    SMS = "sms"
    EMAIL = "email"


def iso(at_ms: int) -> str:
    """RFC 3339 in UTC with milliseconds, as every API answer shows a time."""
    moment = datetime.fromtimestamp(at_ms // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{at_ms % 1000:03d}Z"
