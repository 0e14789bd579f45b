"""One thing somebody said about a case, as it is put before the judge."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

NO_ATTRIBUTES: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Words and answers exactly as received; nothing here has been cleaned or believed.

    ``danger_now`` and ``can_be_reached`` are the two triage answers: ``None`` means not asked.
    ``language`` is what the sender claims, and ``relation`` the reporter's to the subject.
    ``repeats`` counts what else came on the same order or from the same reporter in the last
    twenty minutes, as far as the store tells.
    """

    text: str
    channel: str = ""
    language: str | None = None
    speaker: str = "reporter"
    direction: str = "inbound"
    kind: str = "complaint"
    danger_now: bool | None = None
    can_be_reached: bool | None = None
    relation: str | None = None
    subject_kind: str | None = None
    repeats: int = 0
    attributes: Mapping[str, object] = field(default=NO_ATTRIBUTES)
