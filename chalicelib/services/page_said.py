"""What a proved person is shown in words: the complaint, the newest message, what was proposed.

Opening it is an entry of its own, and what they are given for it proves that they could read it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.audit.canonical import decode
from chalicelib.cases.end_events import PROPOSED
from chalicelib.cases.model import Case
from chalicelib.services.engine import chain_of
from chalicelib.services.parts import Parts
from chalicelib.services.seen import Seen, is_inbound

# How far back the newest inbound message is looked for; a longer quiet is read at the API.
PART, PARTS_MAX = 100, 5


@dataclass(frozen=True, slots=True)
class Newest:
    """Where the words are that a decision needs: ``seq`` and ``sid`` of the newest inbound message.

    ``evidence`` has the vault's id for each waiting proposal.  ``seq`` is 0 where none was found.
    """

    seq: int = 0
    sid: str = ""
    at: int = 0
    evidence: Mapping[str, str] = field(default_factory=dict)

    @property
    def sids(self) -> list[str]:
        """Everything to open."""
        return [sid for sid in (self.sid, *self.evidence.values()) if sid]

    def seen(self, case: Case, now: int) -> Seen:
        """What a person has seen who was shown all of it, at ``now`` (ms)."""
        first = min([self.seq, *map(int, self.evidence)])
        return Seen(first - 1, case.seq, self.seq, now)


def find(parts: Parts, case: Case) -> Newest:
    """Look back from the case's newest entry."""
    newest = Newest()
    wanted = set(case.proposals)
    evidence: dict[str, str] = {}
    last = case.seq
    for _ in range(PARTS_MAX):
        after = max(last - PART, 0)
        for line in reversed(parts.ledger.entries(chain_of(case.id), after, last - after)):
            entry = decode(line)
            if not newest.seq and is_inbound(entry):
                newest = Newest(entry["seq"], _sid(entry), entry["at_ms"])
            evidence |= _proposed(entry, wanted)
        last = after
        if not last or (newest.seq and set(evidence) == wanted):
            break
    return Newest(newest.seq, newest.sid, newest.at, evidence)


def _sid(entry: Mapping[str, Any]) -> str:
    return next((str(event["sid"]) for event in entry["events"] if event.get("sid")), "")


def _proposed(entry: Mapping[str, Any], wanted: set[str]) -> dict[str, str]:
    return {
        event["proposal"]: str(event.get("sid", ""))
        for event in entry["events"]
        if event["e"] == PROPOSED and event["proposal"] in wanted
    }


def in_lines(words: Mapping[str, Any]) -> str:
    """Words as somebody reads them: the text, and evidence a line each."""
    evidence = words.get("evidence")
    told = dict(evidence) if isinstance(evidence, Mapping) else {}
    lines = [str(words.get("text") or ""), str(told.pop("text", "") or "")]
    lines += [f"{name}: {value}" for name, value in told.items()]
    return "\n".join(line for line in lines if line)
