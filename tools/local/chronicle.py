"""What a case's entries tell that its state does not: when each rung rang, which page was which.

Entries are never altered, so each is read once and the chronicle only grows.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.audit.canonical import decode
from chalicelib.cases import events as ev
from chalicelib.cases.ropes import REPORTER


@dataclass(frozen=True, slots=True)
class Sent:
    """A page that a carrier took: whose, when, on which rung, and why."""

    case: str
    person: str
    role: str
    rung: int
    why: str
    at: int


@dataclass(slots=True)
class Chronicle:
    """``sent`` is by carrier's id; times are ms UTC; ``seq`` is the last entry read."""

    case: str
    seq: int = 0
    rang: dict[int, int] = field(default_factory=dict)
    empty: set[int] = field(default_factory=set)
    lapsed: dict[str, int] = field(default_factory=dict)
    sent: dict[str, Sent] = field(default_factory=dict)
    failed: int = 0
    _asked: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def read(self, lines: Iterable[bytes]) -> None:
        """Take in further entries, in order."""
        for line in lines:
            entry = decode(line)
            for event in entry["events"]:
                self._take(event, int(entry["at_ms"]))
            self.seq = int(entry["seq"])

    def _take(self, event: Mapping[str, Any], at: int) -> None:
        match event["e"]:
            case ev.RUNG_FIRED:
                self.rang[event["rung"]] = at
            case ev.RUNG_EMPTY:
                self.empty.add(event["rung"])
            case ev.CLOCKS_LAPSED:
                self.lapsed.update(event["clocks"])
            case ev.CLOCKS_SET:
                for name in event["clocks"]:
                    self.lapsed.pop(name, None)
            case ev.PAGE_REQUESTED:
                self._asked[event["page"]] = event
            case ev.ROPE_REQUESTED:
                self._asked[event["page"]] = {**event, "role": REPORTER}
            case ev.PAGE_SENT:
                self._note_sent(event, at)
            case ev.PAGE_FAILED:
                self.failed += 1

    def _note_sent(self, event: Mapping[str, Any], at: int) -> None:
        asked = self._asked.get(event["page"], {})
        self.sent[event["carrier"]] = Sent(
            case=self.case,
            person=str(asked.get("person", "")),
            role=str(asked.get("role", "")),
            rung=int(asked.get("rung", 0)),
            why=str(asked.get("why", "")),
            at=at,
        )
