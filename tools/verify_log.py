#!/usr/bin/env python3
"""Check an export of Tocsin's audit log offline, without trusting whoever made it.

    verify_log.py FOLDER [--grace SECONDS] [--as-of MS] [--receipt HEX ...] [--json]

FOLDER holds ``entries.jsonl`` (each line one entry's exact bytes, sorted by chain and number),
``heads.jsonl`` (each chain's newest hash, and a case's state) and ``manifest.json``.
Every line, the manifest's only one too, ends with exactly one newline.

Exit 0: it holds.  1: it was tampered with, or a promise was not kept; each finding says what and
where.  2: incomplete; something is missing, empty or cannot be read, so nothing is proved.

Three things no export can show by itself.  A log that its keeper rewrote from end to end is
caught by a receipt handed out before (``--receipt``).  The manifest's time is a claim: give your
own clock (``--as-of``, ms UTC) and clocks are judged by that.  And a state hash shows that a case
is the one the entries name, not that it follows from their events.

This file imports nothing of Tocsin and runs on the standard library; ``orjson``, when it is
there, only makes it faster.
"""

import argparse
import hashlib
import json
import re
import sys
from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, cast

try:
    import orjson
except ImportError:
    orjson = None  # type: ignore[assignment]

ENTRIES, HEADS, MANIFEST = "entries.jsonl", "heads.jsonl", "manifest.json"
GENESIS = "0" * 64
MAX_INT = 2**53 - 1
MAX_DEPTH = 64
MAX_LINE = 2**20  # a DynamoDB item ends at 400 kB; a longer line is read in pieces and fails
SCALARS = frozenset({str, bool, type(None)})
FINDINGS_KEPT = 1000
# Two workers, each at most 3 s from the store's clock (2 s, and its times are cut to whole
# seconds); a case's own time never runs back.
SKEW_MS = 6000
CLIENT_ROLES = frozenset({"owner", "duty_director", "safety_specialist"})
DEPUTIES, SPECIALIST = frozenset({"duty_director", "safety_specialist"}), "safety_specialist"
CAUSES = frozenset({"http", "wake_up", "sweep", "page", "tool", "open"})
ACTORS = frozenset({"credential", "person", "machine", "anonymous", "reporter"})
TIERS = ("S0", "S1", "S2", "S3", "S4")  # the gravest first
SAFETY_TIERS = frozenset(TIERS[:4])
CLOCKS = frozenset(
    {"K3", "K4", "K5", "K6", "K7", "K8", "K9", "K10", "K11", "K13"}
    | {"top", "to_s3", "try", "police", "hold"}
)
CLOCK_FAMILIES = (
    *("rung.", "repeat.", "send.", "silence."),
    *("data.", "task.", "proposal.", "review."),
)
LADDER = ("rung.", "top", "repeat.")  # the clocks whose lapse pages somebody
# Clocks whose lapse is never silent: a page answers it, or one withheld because there was one.
ANSWERED = (
    *LADDER,
    *("K4", "K5", "K6", "K7", "K8", "K9", "K10", "K11", "K13"),
    *("try", "police", "hold", "data.", "task.", "review.glass", "review.freeze"),
)
BESIDE_THE_LADDER = frozenset({"K4", "K5", "K6", "K7", "K13"})  # it answers these by climbing
CONFIRMING = frozenset({"K11", "try"})  # of a resolved case alone
BY_RISING = "K8"  # a higher tier, with its own ladder, answers this too
GLASS = "glass"  # the review of what one person did alone, behind broken glass
REVIEW_TIER = {"sample": "S3"}  # what a case becomes whose sampled closure does not stand
NOT_GRAVE = "S2"  # what one person may clear a suspect S0 or S1 to, if nothing firm is graver
ONE_SIDED = "other_party_denies"  # never a reason for anything
TRIES, TRY_CHANNELS, DAY_MS = 3, 2, 86_400_000  # to reach a reporter, a day apart, over a week

_ULID = "[0-7][0-9a-hjkmnp-tv-z]{25}"
_SHARD = "(1[0-5]|[0-9])"
CASE = "case#"
CHAIN = (
    rf"(case|fallback)#cas_{_ULID}|(refusals|reads)#((crd|per)_{_ULID}|fallback)"
    rf"|refusals#anonymous#{_SHARD}|opens#{_SHARD}|credentials|rosters|people|policies|deployments"
    r"|heartbeats#[^\n#]{1,200}"
)


class BrokenError(Exception):
    """A line that is not what the format says; the message is the finding."""


# -- Canonical JSON -------------------------------------------------------------------------


class Codec(NamedTuple):
    """How JSON is read and written; both codecs below give the same verdict on any bytes."""

    name: str
    loads: Callable[[bytes], Any]
    dumps: Callable[[Any], bytes]


_decoder = json.JSONDecoder()
_encoder = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
STANDARD = Codec(
    "json",
    lambda data: _decoder.decode(data.decode()),
    lambda value: _encoder.encode(value).encode(),
)
FASTEST = STANDARD
if orjson is not None:
    FASTEST = Codec(
        "orjson", orjson.loads, lambda value: orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    )


def read_line(codec: Codec, line: bytes) -> Any:
    """The value of one line, whose bytes must be the only ones that could stand for it."""
    try:
        value = codec.loads(line)
        exact = codec.dumps(value) + b"\n"
    except (ValueError, TypeError, RecursionError):
        raise BrokenError("is not JSON") from None
    if exact != line:
        raise BrokenError("is not the canonical bytes of what it says, ended by one newline")
    return value


def plain(value: Any, depth: int = 0) -> bool:
    """Whether all in an object or a list is of the profile.

    That is: ASCII keys, whole numbers of 53 bits, nothing nested too deep. Most of a run is
    spent here, hence the plain loops.
    """
    if depth >= MAX_DEPTH:
        return False
    if type(value) is dict:
        if not all(map(str.isascii, value)):
            return False
        value = value.values()
    for item in value:
        kind = type(item)
        if kind is dict or kind is list:
            if not plain(item, depth + 1):
                return False
        elif kind is int:
            if not -MAX_INT <= item <= MAX_INT:
                return False
        elif kind not in SCALARS:
            return False
    return True


# -- The shapes of an entry, a head and the manifest -----------------------------------------

type Check = Callable[[Any], bool]


def anything(_value: Any) -> bool:
    """What another check compares."""
    return True


def text(value: Any) -> bool:
    """Any text."""
    return type(value) is str


def whole(value: Any) -> bool:
    """A count or a time in ms."""
    return type(value) is int and 0 <= value <= MAX_INT


def only(expected: Any) -> Check:
    """Exactly this value, of this very type (1 is neither true nor 1.0)."""
    return lambda value: type(value) is type(expected) and value == expected


def like(pattern: str) -> Check:
    """A text that the pattern describes from end to end."""
    match = re.compile(pattern).fullmatch
    return lambda value: type(value) is str and match(value) is not None


def maybe(check: Check) -> Check:
    """Null, or what the check allows."""
    return lambda value: value is None or check(value)


def record(**fields: Check) -> Check:
    """An object with exactly these keys."""
    names, checks = frozenset(fields), tuple(fields.items())

    def check(value: Any) -> bool:
        if type(value) is not dict or value.keys() != names:
            return False
        for name, sound in checks:  # noqa: SIM110 - a generator here costs a tenth of the speed
            if not sound(value[name]):
                return False
        return True

    return check


def texts(*names: str) -> Check:
    """An object with exactly these keys, each holding a text."""
    keys = frozenset(names)
    return lambda v: type(v) is dict and v.keys() == keys and {*map(type, v.values())} == {str}


def list_of(check: Check) -> Check:
    """A list of such things; it may be empty."""
    return lambda value: type(value) is list and all(map(check, value))


digest = like("[0-9a-f]{64}")
event_name = like(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*\.v[1-9][0-9]*")
who = texts("t", "id", "role", "org")
why = texts("kind", "id")


def actor(value: Any) -> bool:
    """Who did it, or for whom."""
    return who(value) and value["t"] in ACTORS


def cause(value: Any) -> bool:
    """What brought it about."""
    return why(value) and value["kind"] in CAUSES


def events(value: Any) -> bool:
    """At least one event, each with its name; beyond that they are free."""
    if type(value) is not list or not value or not plain(value):
        return False
    for event in value:
        name = event.get("e") if type(event) is dict else None
        if type(name) is not str or (name not in KNOWN_EVENTS and not event_name(name)):
            return False
    return True


ENTRY: dict[str, Check] = {
    "v": only(1),
    "log": only("tocsin"),
    "chain": text,  # its form is checked once, where it begins
    "eid": like(f"ent_{_ULID}"),
    "seq": whole,
    "prev": text,  # compared with the hash before it
    "type": text,
    "at_ms": whole,
    "cause": cause,
    "actor": actor,
    "code": texts("fn", "ver", "policies"),
    "events": events,
    "state": record(pre=anything, post=maybe(digest)),  # pre is compared with the post before it
    "pii": list_of(record(f=text, sid=text, c=digest)),
}
ENTRY_KEYS = frozenset(ENTRY)
ENTRY_FIELDS = tuple(ENTRY.items())
chain_name = like(CHAIN)
HEAD = record(
    chain=chain_name, seq=whole, head=digest, state=lambda v: type(v) in {dict, type(None)}
)
MANIFEST_SHAPE = record(v=only(1), log=only("tocsin"), as_of_ms=whole, entries=whole, chains=whole)


def check_entry(entry: Any) -> None:
    """Raise BrokenError unless this is an entry with the known keys and no others."""
    if type(entry) is not dict or entry.keys() - {"behalf"} != ENTRY_KEYS:
        raise BrokenError("does not have an entry's keys")
    for name, sound in ENTRY_FIELDS:
        if not sound(entry[name]):
            raise BrokenError(f"has a malformed {name!r}")
    if "behalf" in entry and not actor(entry["behalf"]):
        raise BrokenError("has a malformed 'behalf'")


def check_head(head: Any) -> None:
    """Raise BrokenError unless this is a head."""
    if not HEAD(head) or not plain(head):
        raise BrokenError("does not have the shape of a head")


def check_manifest(manifest: Any) -> None:
    """Raise BrokenError unless this is a manifest."""
    if not MANIFEST_SHAPE(manifest):
        raise BrokenError("does not have the shape of a manifest")


# -- Findings -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong; ``missing`` tells incomplete from tampered."""

    what: str
    file: str
    line: int = 0
    chain: str = ""
    seq: int = 0
    missing: bool = False

    def __str__(self) -> str:
        """One line, safe for a terminal whatever the log holds."""
        where = f"{self.file}:{self.line}" if self.line else self.file
        chain = f" {self.chain} seq {self.seq}:" if self.chain else ""
        line = f"{'INCOMPLETE' if self.missing else 'BROKEN'} {where}:{chain} {self.what}"
        return line if line.isprintable() else ascii(line)[1:-1]


@dataclass
class Report:
    """The verdict, with at most the first ``FINDINGS_KEPT`` findings."""

    findings: list[Finding] = field(default_factory=list)
    broken: int = 0
    missing: int = 0
    entries: int = 0
    chains: int = 0
    newest_ms: int = 0
    unknown: Counter[str] = field(default_factory=Counter)

    def add(self, finding: Finding) -> None:
        """Count a finding, and keep it while there is room."""
        self.missing += finding.missing
        self.broken += not finding.missing
        if len(self.findings) < FINDINGS_KEPT:
            self.findings.append(finding)

    @property
    def exit_code(self) -> int:
        """0 holds, 1 tampered or a promise not kept, 2 incomplete."""
        return 1 if self.broken else 2 if self.missing or not self.entries else 0

    @property
    def verdict(self) -> str:
        """The same in a word."""
        return ("holds", "broken", "incomplete")[self.exit_code]

    def to_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "verdict": self.verdict,
            "exit": self.exit_code,
            "entries": self.entries,
            "chains": self.chains,
            "broken": self.broken,
            "missing": self.missing,
            "findings": [asdict(finding) for finding in self.findings],
            "unknown_events": dict(sorted(self.unknown.items())),
        }


# -- Deadlines: the clocks of one case, as its entries tell them ------------------------------


class Running(NamedTuple):
    """A running clock: when it is due, and since when it runs so."""

    due: int
    since: int


class Held(NamedTuple):
    """A clock held by an acknowledgement until another clock has its end."""

    due: int
    since: int
    until: str


@dataclass(slots=True)
class Turn:
    """One entry while its events are followed, in order."""

    seq: int
    at: int
    actor: dict[str, str]
    client: bool  # one of the client's own people
    may_end: bool  # or the machine
    rose: str = ""  # the tier it was raised to
    owed: set[str] = field(default_factory=set)  # lapsed, and nobody paged yet
    ended: list[str] = field(default_factory=list)  # events by which an outsider ended clocks
    expired: set[str] = field(default_factory=set)  # proposals
    approved: tuple[str, str, str] | None = None  # what, by whom proposed, by whom approved
    agreed: set[str] = field(default_factory=set)  # reviews
    undone: str = ""  # the tier that a review without agreement asks for
    said: dict[str, Any] | None = None  # the reporter's own word
    sampled: bool | None = None  # the lot of a delegated closure, if one was drawn
    alone: tuple[str, str] | None = None  # who cleared a suspect tier, and which
    absorbed: dict[str, str] = field(
        default_factory=dict
    )  # other cases' states, what is firm there
    closed: bool = False


class Clocks:
    """Replays the clock events of a case: each clock has its end, or its lapse and page."""

    def __init__(self, grace_ms: int) -> None:
        self.grace_ms = grace_ms
        self.running: dict[str, Running] = {}
        self.held: dict[str, Held] = {}
        self.closed = False
        self.resolved: int | None = None  # since when, in ms
        self.faults: list[str] = []
        self.turn = Turn(0, 0, {}, client=False, may_end=False)

    def overdue(self, moment_ms: int) -> Iterator[str]:
        """Running clocks that nobody let lapse, although it was time by ``moment_ms``."""
        for name, clock in self.running.items():
            late = moment_ms - max(clock.due, clock.since)
            if late > self.grace_ms:
                yield f"clock {name} is overdue by {late} ms and has not lapsed"

    def _settle(self) -> None:
        turn = self.turn
        due = [name for name, clock in self.running.items() if clock.due <= turn.at]
        if due:
            self.faults += [f"clock {name} is due and neither ended nor lapsed" for name in due]
        if self.closed:
            left = sorted({*self.running, *self.held})
            self.faults += [f"clock {name} is left on a closed case" for name in left]
        elif not self.running:
            self.faults.append("the open case has no running clock")
        if turn.owed:
            names = sorted(turn.owed)
            self.faults += [f"clock {name} lapsed and nobody was paged" for name in names]
        if turn.ended and not turn.closed:
            may_not = "by an actor who may not end or hold a clock"
            self.faults += [f"{name} {may_not}" for name in turn.ended]
        self.faults += [
            f"clock {name} is held although {held.until} no longer runs"
            for name, held in self.held.items()
            if held.until not in self.running
        ]

    def on_opened(self, event: dict[str, Any], *, first: bool) -> None:
        if not first:
            self.faults.append("the case is opened a second time")
        elif event["e"] != "case.opened.v1":
            self.faults.append("the case's first event does not open it")

    def _climbing(self) -> bool:
        return any(name.startswith(LADDER) for name in self.running)

    def _dues(self, event: dict[str, Any]) -> dict[str, int]:
        clocks: Any = event.get("clocks")
        known = type(clocks) is dict and clocks and all(map(_is_clock, clocks))
        if known and all(map(whole, clocks.values())):
            return cast("dict[str, int]", clocks)
        self.faults.append(f"{event['e']} names no clocks of this format")
        return {}

    def _names(self, event: dict[str, Any]) -> list[str]:
        clocks = event.get("clocks")
        if type(clocks) is list and clocks and all(map(_is_clock, clocks)):
            return clocks
        self.faults.append(f"{event['e']} names no clocks of this format")
        return []

    def _entitled(self, event: dict[str, Any]) -> None:
        """An outsider ends clocks only with the case, if they may end that."""
        if not self.turn.may_end:
            self.turn.ended.append(event["e"])
        if type(event.get("by")) is not str:
            self.faults.append(f"{event['e']} does not say by whom")

    def on_set(self, event: dict[str, Any]) -> None:
        at = self.turn.at
        for name, due in self._dues(event).items():
            old = self.running.get(name) or self.held.pop(name, None)
            if old and due > old.due:
                self.faults.append(f"clock {name} was moved later, from {old.due} to {due}")
            self.running[name] = Running(due, at)

    def on_lapsed(self, event: dict[str, Any]) -> None:
        at = self.turn.at
        for name, due in self._dues(event).items():
            clock = self.running.pop(name, None)
            if clock is None:
                self.faults.append(f"clock {name} lapsed and was not running")
                continue
            late = at - max(due, clock.since)
            if due != clock.due:
                self.faults.append(f"clock {name} lapsed as due {due}, but was due {clock.due}")
            elif due > at:
                self.faults.append(f"clock {name} lapsed {due - at} ms before it was due")
            elif late > self.grace_ms:
                self.faults.append(f"clock {name} lapsed {late} ms late")
            if name.startswith(ANSWERED) and not self._answered_itself(name):
                self.turn.owed.add(name)

    def _answered_itself(self, name: str) -> bool:
        """Where nothing holds the ladder, it is itself the answer to what is owed beside it."""
        if name in CONFIRMING:
            return self.resolved is None
        return name in BESIDE_THE_LADDER and self._climbing()

    def on_met(self, event: dict[str, Any]) -> None:
        self._entitled(event)
        for name in self._names(event):
            if self.running.pop(name, None) is None:
                self.faults.append(f"clock {name} was met and was not running")

    def on_cancelled(self, event: dict[str, Any]) -> None:
        names = self._names(event)
        # A raised tier leaves nothing for to_s3 to do, and no proposal standing, whoever raised it.
        risen = self.turn.rose in SAFETY_TIERS and names == ["to_s3"]
        fallen = names and {f"proposal.{one}" for one in self.turn.expired}.issuperset(names)
        if not (risen or fallen):
            self._entitled(event)
        if not event.get("why"):
            self.faults.append("clocks were cancelled without a reason")
        for name in names:
            if self.running.pop(name, None) is None and self.held.pop(name, None) is None:
                self.faults.append(f"clock {name} was cancelled and was not running")

    def on_held(self, event: dict[str, Any]) -> None:
        self._entitled(event)
        until = event.get("until")
        for name, due in self._dues(event).items():
            clock = self.running.pop(name, None)
            if clock is None or clock.due != due:
                self.faults.append(f"clock {name} was held and was not running as due {due}")
            if not name.startswith(LADDER) or type(until) is not str:
                self.faults.append(f"clock {name} cannot be held so")
            self.held[name] = Held(due, self.turn.at, str(until))

    def on_resumed(self, event: dict[str, Any]) -> None:
        at = self.turn.at
        for name, due in self._dues(event).items():
            held = self.held.pop(name, None)
            if held is None:
                self.faults.append(f"clock {name} was resumed and was not held")
            elif due > max(held.due, at + held.due - held.since):
                self.faults.append(f"clock {name} was resumed later than it was held")
            self.running[name] = Running(due, at)
        self.turn.owed.discard("K4")

    def on_paged(self, _event: dict[str, Any]) -> None:
        self.turn.owed.clear()


def _is_clock(name: Any) -> bool:
    return type(name) is str and (name in CLOCKS or name.startswith(CLOCK_FAMILIES))


# -- The case's story: who did what, and what needs two of them -------------------------------


def _anybody(_proposer: str, _approver: str) -> tuple[str, ...]:
    return (SPECIALIST,)


# Where the safety specialist must be: among which of the two roles, proposer's and approver's.
_SPECIALIST_AMONG: dict[str, Callable[[str, str], tuple[str, ...]]] = {
    "lower": lambda proposer, approver: (proposer, approver),
    "unfreeze": lambda proposer, approver: (proposer, approver),
    "contact_subject": lambda _proposer, approver: (approver,),
}


class Proposal(NamedTuple):
    """What one person proposed, for another to approve."""

    what: str
    by: str
    role: str
    to: str
    reason: str


class Verdict(NamedTuple):
    """A review that is owed: who may not give it, and the tier to go back to."""

    by: str
    also: str
    tier: str


class Glass(NamedTuple):
    """Who may do alone what needs two, until when."""

    by: str
    approved: str
    until: int


class Taken(NamedTuple):
    """Of a case that was taken over: the tier it rings at now, and what was firm there."""

    tier: str
    firm: str


class Merged(NamedTuple):
    """A case that ended in another: as which state of itself, where, and how grave it was."""

    state: str
    into: str
    was: Taken


def _word(event: dict[str, Any], name: str) -> str:
    """A text of an event; empty for anything else."""
    value = event.get(name)
    return value if type(value) is str else ""


def _rank(tier: str) -> int:
    """0 is the gravest, and what is no tier is taken for it."""
    return TIERS.index(tier) if tier in TIERS else 0


class Story(Clocks):
    """A case from its opening to its end: its tier falls and it ends only by whom it may."""

    def __init__(self, identity: str, grace_ms: int) -> None:
        super().__init__(grace_ms)
        self.identity = identity
        self.tier = self.worst = ""
        self.firm = NOT_GRAVE  # below this tier no single person may clear the case
        self.suspect = self.acted = False
        self.tries: list[tuple[str, int]] = []
        self.proposals: dict[str, Proposal] = {}
        self.reviews: dict[str, Verdict] = {}
        self.glass: Glass | None = None
        self.police = ""
        self.tasks: set[str] = set()
        self.received = 0
        self.waiting: tuple[str, int] | None = None
        self.waited: dict[str, int] = {}
        # States of other cases; what this one then was, and what it took to be firm there.
        self.absorbed: dict[str, Taken] = {}
        self.merged: Merged | None = None
        self.persons: dict[str, str] = {}  # whom each credential spoke for

    def apply(self, entry: dict[str, Any]) -> None:
        """One entry's events in order, then what must hold after every entry."""
        by = entry["actor"]
        client = by["role"] in CLIENT_ROLES and by["t"] in {"credential", "person"}
        self.turn = Turn(entry["seq"], entry["at_ms"], by, client, client or by["t"] == "machine")
        for index, event in enumerate(entry["events"]):
            name = event["e"]
            first = entry["seq"] == 1 and not index
            if first or name == "case.opened.v1":
                self.on_opened(event, first=first)
            elif name in _RULES:
                _RULES[name](self, event)
            elif name.startswith("clocks."):
                self.faults.append(f"{name} is not a clock event of this format")
        self._settle()

    def differs(self, state: dict[str, Any]) -> Iterator[str]:
        """What the exported state says otherwise than its entries."""
        held, waiting = self.held.items(), self.waiting
        told = {
            "clocks": {name: clock.due for name, clock in self.running.items()},
            "held": {name: clock.due for name, clock in held},
            "tier": self.tier,
            "waited": self.waited,
            "waiting": list(waiting) if waiting else None,
        }
        for name, expected in told.items():
            if (state.get(name) or None) != (expected or None):
                yield f"the exported state has another {name!r} than its entries"
        if bool(state.get("closed")) != self.closed:
            yield "the exported state is closed where its entries are not, or the other way round"

    def _settle(self) -> None:
        super()._settle()
        turn = self.turn
        for owed in [f"review.{kind}" for kind in self.reviews]:
            if owed not in self.running:
                self.faults.append(f"{owed} is owed and no clock asks for it")
        for pending in [f"proposal.{one}" for one in self.proposals]:
            if pending not in self.running:
                self.faults.append(f"{pending} stands and no clock ends it")
        for state, firm in turn.absorbed.items():
            self.absorbed[state] = Taken(self.tier, firm)
        if turn.undone and _rank(self.tier) > _rank(turn.undone):
            self.faults.append(f"a review did not agree and the case is not {turn.undone} again")
        if turn.alone:
            cleared = self.reviews.get("cleared")
            person, before = turn.alone
            if not cleared or cleared.by != person or _rank(cleared.tier) > _rank(before):
                self.faults.append("a suspect tier was cleared and no review of that is owed")
        if turn.sampled and "sample" not in self.reviews:
            self.faults.append("a closure was sampled and no review of it is owed")

    # -- persons ---------------------------------------------------------------------------

    def on_own(self, event: dict[str, Any]) -> None:
        """One of the client's people, in their own name, on a case that lives."""
        name = event["e"]
        if not self.turn.client:
            self.faults.append(f"{name} by an actor who is not one of the client's people")
            return
        if self.closed:
            self.faults.append(f"{name} on a closed case")
        self._in_own_name(event)

    def on_linked(self, event: dict[str, Any]) -> None:
        """One of the client's people, or the machine, and on a closed case too."""
        if not self.turn.may_end:
            self.on_own(event)

    def on_own_or_machine(self, event: dict[str, Any]) -> None:
        """Or the machine, for the client's own systems."""
        if self.turn.client or not self.turn.may_end:
            self.on_own(event)

    def _in_own_name(self, event: dict[str, Any]) -> None:
        actor, person = self.turn.actor, _word(event, "person")
        if actor["t"] == "person":
            honest = person == actor["id"]
        else:
            honest = bool(person) and self.persons.setdefault(actor["id"], person) == person
        if not honest:
            self.faults.append(f"{event['e']} in the name of another than its actor")

    def _by_two(self, event: dict[str, Any], what: str) -> None:
        """What one proposed and another approved, in this very entry."""
        pair = (what, _word(event, "person"), _word(event, "approved"))
        if self.turn.approved != pair:
            self.faults.append(f"{event['e']} needs two persons, and no such approval is with it")

    def on_proposed(self, event: dict[str, Any]) -> None:
        self.on_own(event)
        identity = _word(event, "proposal")
        if identity != str(self.turn.seq):
            self.faults.append("a proposal is not numbered after its entry")
        if _word(event, "reason") in {"", ONE_SIDED}:
            self.faults.append("a proposal has no reason that counts")
        names = ("what", "person", "role", "to", "reason")
        self.proposals[identity] = Proposal(*(_word(event, name) for name in names))

    def on_approved(self, event: dict[str, Any]) -> None:
        self.on_own(event)
        proposal = self.proposals.pop(_word(event, "proposal"), None)
        if proposal is None or proposal.what != event.get("what"):
            self.faults.append("an approval of what was not proposed, or no longer stands")
            return
        what, person, role = proposal.what, _word(event, "person"), self.turn.actor["role"]
        self.turn.approved = (what, proposal.by, person)
        if person == proposal.by:
            self.faults.append(f"one person both proposed and approved {what!r}")
        elif what != "break_glass" and role not in DEPUTIES:
            self.faults.append(f"{what!r} was approved by {role!r}, who may not")
        elif SPECIALIST not in _SPECIALIST_AMONG.get(what, _anybody)(proposal.role, role):
            self.faults.append(f"{what!r} was agreed on without the safety specialist")

    def on_rejected(self, event: dict[str, Any]) -> None:
        self.on_own(event)
        self.proposals.pop(_word(event, "proposal"), None)

    def on_expired(self, event: dict[str, Any]) -> None:
        identity = _word(event, "proposal")
        self.proposals.pop(identity, None)
        self.turn.expired.add(identity)

    def on_review_owed(self, event: dict[str, Any]) -> None:
        verdict = Verdict(*(_word(event, name) for name in ("by", "also", "tier")))
        self.reviews[_word(event, "kind")] = verdict

    def on_reviewed(self, event: dict[str, Any]) -> None:
        """By somebody else; the machine only ever says that nobody agreed."""
        kind, person = _word(event, "kind"), _word(event, "person")
        owed = self.reviews.pop(kind, None)
        if owed is None:
            self.faults.append(f"a review of {kind!r} was given and not owed")
            return
        agrees = event.get("agrees") is True
        if person != "machine":
            self.on_own(event)
        elif agrees:
            self.faults.append("the machine agreed in a review")
        if person in {owed.by, owed.also}:
            self.faults.append(f"the review of {kind!r} is by whoever it is about")
        if kind == GLASS and self.turn.actor["role"] not in DEPUTIES:
            self.faults.append("broken glass was reviewed by somebody who may not")
        if agrees:
            self.turn.agreed.add(kind)
        elif kind != GLASS:
            self.turn.undone = REVIEW_TIER.get(kind, owed.tier)

    def on_glass_broken(self, event: dict[str, Any]) -> None:
        self._by_two(event, "break_glass")
        until = event.get("until")
        due = until if type(until) is int else 0
        self.glass = Glass(_word(event, "person"), _word(event, "approved"), due)
        self.reviews.setdefault(GLASS, Verdict(self.glass.by, self.glass.approved, self.tier))

    # -- the tier --------------------------------------------------------------------------

    def on_opened(self, event: dict[str, Any], *, first: bool) -> None:
        super().on_opened(event, first=first)
        if not first or event["e"] != "case.opened.v1":
            return
        self.tier = self.worst = _word(event, "tier")
        self.suspect = event.get("suspect") is True
        if not self.suspect:
            self._vouched(event, "tier")
        self.received = self.turn.at
        if self.tier not in TIERS:
            self.faults.append("the case is opened without a tier")

    def _turns(self, event: dict[str, Any], *, graver: bool) -> str:
        """The tier it goes to, which must be on the right side of the one that it has."""
        before, after = _word(event, "from"), _word(event, "to")
        right = (_rank(after) <= _rank(before)) if graver else (_rank(after) > _rank(before))
        if before != self.tier or after not in TIERS or not right:
            name = event["e"]
            self.faults.append(f"{name} goes from {before!r} to {after!r} on a case of {self.tier}")
        return after if after in TIERS else self.tier

    def on_raised(self, event: dict[str, Any]) -> None:
        """Danger, again or more of it: what was agreed on an old picture is not agreed."""
        turn = self.turn
        self.tier = turn.rose = self._turns(event, graver=True)
        self.worst = min(self.worst, self.tier, key=_rank)
        self.suspect = event.get("suspect") is True
        if not self.suspect:
            self._vouched(event, "to")
        self.proposals.clear()
        self._starts_again()
        turn.owed.discard(BY_RISING)

    def _starts_again(self) -> None:
        self.acted, self.resolved = False, None
        self.tries.clear()

    def on_confirmed(self, event: dict[str, Any]) -> None:
        self.suspect = False
        self._vouched(event, "tier")

    def on_heard(self, event: dict[str, Any]) -> None:
        """What was said was judged: firm evidence counts, even where weak evidence is graver."""
        if event.get("suspect") is False:
            self._vouched(event, "tier")

    def _vouched(self, event: dict[str, Any], name: str) -> None:
        tier = _word(event, name)
        if tier in TIERS:
            self.firm = min(self.firm, tier, key=_rank)

    def on_lowered(self, event: dict[str, Any]) -> None:
        """By two, one of them from safety; or a suspect one by one person, to S2 and reviewed."""
        before, person = self.tier, _word(event, "person")
        if not self.turn.client:
            self.faults.append("tier.lowered.v1 by an actor who is not one of the client's people")
        if _word(event, "reason") in {"", ONE_SIDED}:
            self.faults.append("the tier was lowered without a reason that counts")
        if "approved" in event:
            self._by_two(event, "lower")
        else:
            self._in_own_name(event)
            self.turn.alone = (person, before)
            if not self.suspect or _rank(_word(event, "to")) > _rank(self.firm):
                self.faults.append("one person lowered what only two may")
        self.tier = self._turns(event, graver=False)
        if "approved" in event:
            self.firm = min(self.tier, NOT_GRAVE, key=_rank)
        self.suspect = False

    # -- the lanes -------------------------------------------------------------------------

    def on_acted(self, event: dict[str, Any]) -> None:
        self.on_own(event)
        self.acted = True

    def on_freeze_declined(self, event: dict[str, Any]) -> None:
        self.on_own(event)
        if self.turn.actor["role"] not in DEPUTIES:
            self.faults.append("freeze.declined.v1 by a role that may not")

    def on_unfrozen(self, event: dict[str, Any]) -> None:
        self._by_two(event, "unfreeze")

    def on_hand_over_declined(self, event: dict[str, Any]) -> None:
        self._by_two(event, "decline_hand_over")

    def on_subject_contacted(self, event: dict[str, Any]) -> None:
        if "approved" in event:
            self._by_two(event, "contact_subject")
            return
        self.on_own(event)
        if _rank(self.tier) < _rank("S2") and self.turn.actor["role"] != SPECIALIST:
            self.faults.append("the subject was contacted without the safety specialist")

    def on_police(self, event: dict[str, Any]) -> None:
        name = event["e"]
        if name != "police.asked.v1":
            self.on_own(event)
        elif self.police == "verified":
            return  # whoever asks again, what the station confirmed stays confirmed
        self.police = name.split(".")[1]

    def on_released(self, event: dict[str, Any]) -> None:
        """By the specialist, whoever broke the glass, or two; to a station that was called back."""
        glass, person = self.glass, _word(event, "person")
        pair = (person, _word(event, "approved"))
        if self.police != "verified":
            self.faults.append("the pack went to police who had not been verified")
        two = self.turn.approved == ("release", *pair)
        broken = glass and glass.until > self.turn.at and person in {glass.by, glass.approved}
        if not two:
            self.on_own(event)
        if not (two or broken or self.turn.actor["role"] == SPECIALIST):
            self.faults.append("police.released.v1 needs two persons, or the safety specialist")
        self.police = "released"

    def on_task_added(self, event: dict[str, Any]) -> None:
        self.on_own(event)
        if event.get("safety") is True:
            self.tasks.add(_word(event, "task"))

    def on_task_finished(self, event: dict[str, Any]) -> None:
        self.on_own(event)
        self.tasks.discard(_word(event, "task"))

    # -- the end ---------------------------------------------------------------------------

    def _unfinished(self, how: str = "") -> Iterator[str]:
        """What is in the way of an end; the reporter's own word need not wait for a sample."""
        if self.tasks:
            yield "over an open safety task"
        if self.police in {"asked", "verified"}:
            yield "while the police wait"
        if self.reviews.keys() - ({"sample"} if how in {"confirmed", "withdrawn"} else set()):
            yield "over a review that is owed"

    def on_resolved(self, event: dict[str, Any]) -> None:
        if _rank(self.tier) < _rank("S2") or "approved" in event:
            self._by_two(event, "resolve")
        else:
            self.on_own(event)
        if _word(event, "reason") in {"", ONE_SIDED}:
            self.faults.append("the case was resolved without a reason that counts")
        if not self.acted and _rank(self.tier) <= _rank("S2"):
            self.faults.append("the case was resolved and nobody had acted")
        self.faults += [f"the case was resolved {why}" for why in self._unfinished()]
        self.resolved = self.turn.at
        self.tries.clear()

    def on_unresolved(self, _event: dict[str, Any]) -> None:
        self._starts_again()

    def on_tried(self, event: dict[str, Any]) -> None:
        self.on_own(event)
        self.tries.append((_word(event, "channel"), self.turn.at))

    def on_said(self, event: dict[str, Any]) -> None:
        if self.turn.actor["role"] != "reporter":
            self.faults.append("reporter.said.v1 by an actor who is not the reporter")
        self.turn.said = event

    def on_sampled(self, event: dict[str, Any]) -> None:
        self.turn.sampled = event.get("sampled") is True

    def on_closed(self, event: dict[str, Any]) -> None:
        how = _word(event, "how")
        if self.closed:
            self.faults.append("the case is closed a second time")
        why = _ENDS[how](self, event) if how in _ENDS else "which is no way to end"
        if why:
            self.faults.append(f"the case was closed as {how!r}, {why}")
        self.faults += [f"the case was closed {why}" for why in self._unfinished(how)]
        self.closed = self.turn.closed = True
        self.proposals.clear()
        self.reviews.clear()
        self.glass = None

    def _alone(self, event: dict[str, Any]) -> str:
        if not self.turn.client:
            return "by an actor who is not one of the client's people"
        self._in_own_name(event)
        return ""

    def ends_confirmed(self, _event: dict[str, Any]) -> str:
        """The reporter says that it is solved; a life is not theirs alone to say so."""
        fault = self._reporters("solved")
        grave = _rank(self.tier) <= _rank("S2")
        return fault or ("and was not resolved" if grave and self.resolved is None else "")

    def ends_withdrawn(self, _event: dict[str, Any]) -> str:
        grave = _rank(self.tier) <= _rank("S2")
        return self._reporters("withdraw") or ("at a tier that nobody can withdraw" * grave)

    def _reporters(self, what: str) -> str:
        said = self.turn.said
        if said is None or said.get("what") != what:
            return "without the reporter's word"
        proved = said.get("verified") is True and said.get("doubted") is False
        return "" if proved else "on a word that is not proved to be the reporter's own"

    def ends_unconfirmed(self, event: dict[str, Any]) -> str:
        """Nobody answered: tried often enough, and by two where it was ever S0 to S2."""
        if _rank(self.worst) <= _rank("S2") or "approved" in event:
            self._by_two(event, "close")
        elif fault := self._alone(event):
            return fault
        if self.resolved is None or self.turn.at - self.resolved < 7 * DAY_MS:
            return "too early"
        apart = all(b - a >= DAY_MS for (_, a), (_, b) in pairwise(self.tries))
        channels = {channel for channel, _ in self.tries}
        enough = len(self.tries) >= TRIES and len(channels) >= TRY_CHANNELS
        return "" if apart and enough else "without asking the reporter often enough"

    def ends_resolved(self, event: dict[str, Any]) -> str:
        return "at a tier that asks for more" if self.tier != "S4" else self._alone(event)

    def ends_delegated(self, event: dict[str, Any]) -> str:
        """By a vendor, if the lot lets it; or by whoever looked at it, when the lot said look."""
        if self.tier != "S4" or self.worst != "S4":
            return "which is for ordinary cases alone"
        if self.turn.client:
            looked = "sample" in self.turn.agreed
            return self._alone(event) or ("" if looked else "and nobody looked at it")
        return "" if self.turn.sampled is False else "without a lot that lets it"

    def ends_merged(self, event: dict[str, Any]) -> str:
        """Into a case that took it over as it was; whether it did is known at the very end."""
        state = f"{self.identity}@{self.turn.seq - 1}"
        self.merged = Merged(state, _word(event, "into"), Taken(self.tier, self.firm))
        return self._alone(event)

    def on_absorbed(self, event: dict[str, Any]) -> None:
        self.on_own(event)
        self._vouched(event, "firm")
        self.turn.absorbed[_word(event, "other")] = _word(event, "firm") or NOT_GRAVE

    def on_reopened(self, _event: dict[str, Any]) -> None:
        if not self.closed:
            self.faults.append("the case was reopened and was not closed")
        self.closed, self.merged = False, None
        self._starts_again()

    def on_waiting(self, event: dict[str, Any]) -> None:
        """Every millisecond since it was received belongs to one party."""
        party, since = self.waiting or ("unattributed", self.received)
        if self.turn.at > since:
            self.waited[party] = self.waited.get(party, 0) + self.turn.at - since
        self.waiting = (_word(event, "party"), self.turn.at)


_ENDS: dict[str, Callable[[Story, dict[str, Any]], str]] = {
    "confirmed": Story.ends_confirmed,
    "withdrawn": Story.ends_withdrawn,
    "unconfirmed": Story.ends_unconfirmed,
    "resolved": Story.ends_resolved,
    "delegated": Story.ends_delegated,
    "merged": Story.ends_merged,
}
# What only one of the client's people does, in their own name, and nothing else is asked of it.
_OWN = (
    *("acknowledged.v1", "contained.v1", "reporter.called.v1", "subject.frozen.v1"),
    *("data.requested.v1", "hand_over.attempted.v1", "hold.placed.v1", "hold.lifted.v1"),
)
_RULES: dict[str, Callable[[Story, dict[str, Any]], None]] = {
    "clocks.set.v1": Story.on_set,
    "clocks.met.v1": Story.on_met,
    "clocks.cancelled.v1": Story.on_cancelled,
    "clocks.lapsed.v1": Story.on_lapsed,
    "clocks.held.v1": Story.on_held,
    "clocks.resumed.v1": Story.on_resumed,
    "page.requested.v1": Story.on_paged,
    "page.withheld.v1": Story.on_paged,
    "message.added.v1": Story.on_heard,
    "contact.added.v1": Story.on_heard,
    "tier.raised.v1": Story.on_raised,
    "tier.confirmed.v1": Story.on_confirmed,
    "tier.lowered.v1": Story.on_lowered,
    **dict.fromkeys(_OWN, Story.on_own),
    "acted.v1": Story.on_acted,
    "freeze.declined.v1": Story.on_freeze_declined,
    "subject.unfrozen.v1": Story.on_unfrozen,
    "subject.contacted.v1": Story.on_subject_contacted,
    "data.answered.v1": Story.on_own_or_machine,
    "hand_over.declined.v1": Story.on_hand_over_declined,
    "police.asked.v1": Story.on_police,
    "police.verified.v1": Story.on_police,
    "police.refused.v1": Story.on_police,
    "police.released.v1": Story.on_released,
    "task.added.v1": Story.on_task_added,
    "task.finished.v1": Story.on_task_finished,
    "proposal.made.v1": Story.on_proposed,
    "proposal.approved.v1": Story.on_approved,
    "proposal.rejected.v1": Story.on_rejected,
    "proposal.expired.v1": Story.on_expired,
    "review.owed.v1": Story.on_review_owed,
    "review.given.v1": Story.on_reviewed,
    "glass.broken.v1": Story.on_glass_broken,
    "resolved.v1": Story.on_resolved,
    "resolution.voided.v1": Story.on_unresolved,
    "confirmation.tried.v1": Story.on_tried,
    "reporter.said.v1": Story.on_said,
    "reporter.verified.v1": Story.on_own_or_machine,
    "sample.drawn.v1": Story.on_sampled,
    "case.closed.v1": Story.on_closed,
    "case.reopened.v1": Story.on_reopened,
    "case.absorbed.v1": Story.on_absorbed,
    "case.linked.v1": Story.on_linked,
    "waiting.moved.v1": Story.on_waiting,
}
KNOWN_EVENTS = frozenset(_RULES) | {
    "case.opened.v1",
    "page.sent.v1",
    "page.failed.v1",
    "page.retried.v1",
    "rung.fired.v1",
    "rung.empty.v1",  # is no answer: somebody else must be paged in the same entry
    "acknowledgement.voided.v1",
    "escalated.v1",
    "stall.seen.v1",
    "promise.made.v1",
    "promise.kept.v1",
    "promise.broken.v1",
    "rope.requested.v1",
    "freeze.asked.v1",  # anybody may ask
    "merge.proposed.v1",
    "fallback.rung.v1",
    "heartbeat.received.v1",
    "heartbeat.ended.v1",
    "vendor.dark.v1",
    "contacts.compared.v1",
    "contacts.undercounted.v1",
    "refused.v1",
    "audit.read.v1",
    "words.opened.v1",
    "credential.made.v1",
    "credential.revoked.v1",
    "person.added.v1",
    "person.changed.v1",
    "person.pin_set.v1",
    "roster.changed.v1",
    "org.declared.v1",
    "change.proposed.v1",
    "change.told.v1",
    "change.approved.v1",
    "change.asked.v1",
    "change.sent.v1",
    "change.undelivered.v1",
    "change.accepted.v1",
    "change.declined.v1",
    "change.rejected.v1",
    "change.applied.v1",
    "change.stale.v1",
    "change.expired.v1",
    "deployment.made.v1",
    "policies.published.v1",
    "roster.put.v1",  # by the local run's seed
}


# -- Chains and their heads -----------------------------------------------------------------


class Chain:
    """One chain, followed from its first entry to its last."""

    def __init__(self, name: str, grace_ms: int) -> None:
        self.name = name
        self.seq = 0
        self.hash = GENESIS
        self.at_ms = 0
        self.post: str | None = None
        self.line = 0
        is_case = name.startswith(CASE)
        self.story = Story(name.removeprefix(CASE), grace_ms) if is_case else None
        self.skew_ms = 0 if is_case else SKEW_MS
        self.sound = True  # nothing wrong so far

    def follow(self, entry: dict[str, Any], hashed: str, line: int) -> list[str]:
        """Take the next entry; what is wrong with it. Goes on from it as if it were right."""
        faults = []
        if entry["seq"] != self.seq + 1:
            faults.append(f"does not follow seq {self.seq}")
        if entry["prev"] != self.hash:
            faults.append("its `prev` is not the hash of the entry before")
        if entry["at_ms"] < self.at_ms - self.skew_ms:
            faults.append(f"is dated {self.at_ms - entry['at_ms']} ms before the entry before")
        if entry["state"]["pre"] != self.post:
            faults.append("its `pre` is not the `post` of the entry before")
        if (entry["state"]["post"] is None) == (self.story is not None):
            faults.append("only a case's entries have a state, and all of them do")
        if self.story:
            self.story.faults = faults
            self.story.apply(entry)
        elif any(event["e"].startswith("clocks.") for event in entry["events"]):
            faults.append("holds clocks, which only a case has")
        self.seq, self.hash, self.at_ms = entry["seq"], hashed, max(entry["at_ms"], self.at_ms)
        self.post, self.line = entry["state"]["post"], line
        self.sound = self.sound and not faults
        return faults


class Heads:
    """``heads.jsonl``, read alongside the chains, which are in the same order."""

    def __init__(self, path: Path, codec: Codec, report: Report) -> None:
        self._codec, self._report = codec, report
        self._lines = self._read(path)
        self._next = next(self._lines, None)

    def close(self, chain: Chain) -> None:
        """Compare a finished chain with its head."""
        self.skip(chain.name)
        if self._next is None or self._next[1]["chain"] != chain.name:
            what = "the chain has no head"
            where = (ENTRIES, chain.line, chain.name, chain.seq)
            self._report.add(Finding(what, *where, missing=True))
            return
        line, head = self._next
        self._next = next(self._lines, None)
        for what in self._compare(head, chain):
            self._report.add(Finding(what, HEADS, line, chain.name, head["seq"]))

    def skip(self, upto: str | None) -> None:
        """Report the heads before this chain's, or all that are left, as having no chain."""
        while self._next and (upto is None or self._next[1]["chain"] < upto):
            line, head = self._next
            self._next = next(self._lines, None)
            what = "the head has no chain in the entries"
            where = (HEADS, line, head["chain"], head["seq"])
            self._report.add(Finding(what, *where, missing=True))

    def _hash(self, state: dict[str, Any]) -> str:
        return hashlib.sha256(self._codec.dumps(state)).hexdigest()

    def _compare(self, head: dict[str, Any], chain: Chain) -> Iterator[str]:
        if head["seq"] != chain.seq:
            yield f"the head is at seq {head['seq']}, the entries end at {chain.seq}"
        if head["head"] != chain.hash:
            yield "the head is not the hash of the newest entry"
        state = head["state"]
        if (state is None) != (chain.post is None):
            yield "the head has a state where the entries have none, or none where they have one"
        elif state is not None and self._hash(state) != chain.post:
            yield "the exported state does not hash to the newest `post`"
        elif state is not None and chain.story and chain.sound:
            yield from chain.story.differs(state)

    def _read(self, path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
        before = ""
        for number, line in read_lines(path):
            try:
                head = read_line(self._codec, line)
                check_head(head)
            except BrokenError as broken:
                self._report.add(Finding(str(broken), HEADS, number))
                continue
            if head["chain"] <= before:
                self._report.add(Finding("is out of order", HEADS, number, head["chain"]))
            before = head["chain"]
            yield number, head


def read_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Numbered lines with their newlines, never more than ``MAX_LINE`` bytes at once."""
    with path.open("rb") as file:
        yield from enumerate(iter(lambda: file.readline(MAX_LINE), b""), 1)


# -- The whole export -----------------------------------------------------------------------


class Verifier:
    """One pass over the entries; keeps only the current chain and 8 bytes for each id."""

    def __init__(self, folder: Path, codec: Codec, grace_ms: int) -> None:
        self.folder = folder
        self.codec = codec
        self.grace_ms = grace_ms
        self.report = Report()
        self.moment_ms: int | None = None
        self.receipts: set[str] = set()
        self._eids = array("q")
        self._chain: Chain | None = None
        self._merged: list[tuple[Merged, Finding]] = []
        self._absorbed: dict[tuple[str, str], Taken] = {}  # by case and state
        self._spoken: list[tuple[str, str, Finding]] = []
        self._made: dict[str, str] = {}  # whose each credential is

    def run(self) -> None:
        """Read the three files; every finding is in ``report``."""
        if not self._all_there():
            return
        manifest = self._manifest()
        heads = Heads(self.folder / HEADS, self.codec, self.report)
        for number, line in read_lines(self.folder / ENTRIES):
            self.report.entries += 1
            try:
                self._take(number, line, heads)
            except BrokenError as broken:
                self.report.add(Finding(str(broken), ENTRIES, number))
        if self._chain:
            self._close(self._chain, heads)
        heads.skip(None)
        self._same_ids()
        self._across_chains()
        for receipt in sorted(self.receipts):
            self.report.add(Finding(f"no entry has the receipt {receipt}", ENTRIES))
        if manifest:
            self._counts(manifest)

    def _all_there(self) -> bool:
        for name in (MANIFEST, ENTRIES, HEADS):
            path = self.folder / name
            if not path.is_file() or not path.stat().st_size:
                self.report.add(Finding("is missing or empty", name, missing=True))
        return not self.report.missing

    def _manifest(self) -> dict[str, Any] | None:
        with (self.folder / MANIFEST).open("rb") as file:
            data = file.read(MAX_LINE)
        try:
            manifest: dict[str, Any] = read_line(self.codec, data)
            check_manifest(manifest)
        except BrokenError as broken:
            self.report.add(Finding(str(broken), MANIFEST, 1))
            return None
        if self.moment_ms is None:
            self.moment_ms = manifest["as_of_ms"]
        elif self.moment_ms < manifest["as_of_ms"]:
            self.report.add(Finding("claims to be from after the time you gave", MANIFEST, 1))
        return manifest

    def _take(self, number: int, line: bytes, heads: Heads) -> None:
        entry = read_line(self.codec, line)
        check_entry(entry)
        hashed = hashlib.sha256(b"\x00" + line[:-1]).hexdigest()
        name = entry["chain"]
        chain = self._chain
        if chain is None or name != chain.name:
            chain = self._turn_to(name, number, heads)
        for what in chain.follow(entry, hashed, number):
            self.report.add(Finding(what, ENTRIES, number, name, entry["seq"]))
        self._eids.append(hash(entry["eid"]))
        self.receipts.discard(hashed)
        for event in entry["events"]:
            if event["e"] not in KNOWN_EVENTS:
                self.report.unknown[event["e"]] += 1
            elif event["e"] == "credential.made.v1":
                self._made[_word(event, "credential")] = _word(event, "person")

    def _turn_to(self, name: str, number: int, heads: Heads) -> Chain:
        if not chain_name(name):
            raise BrokenError("is of no chain that this format has")
        if self._chain:
            self._close(self._chain, heads)
            if name < self._chain.name:
                self.report.add(Finding("is out of order", ENTRIES, number, name))
        self.report.chains += 1
        self._chain = Chain(name, self.grace_ms)
        return self._chain

    def _close(self, chain: Chain, heads: Heads) -> None:
        heads.close(chain)
        self.report.newest_ms = max(self.report.newest_ms, chain.at_ms)
        if chain.story is None:
            return
        where = (ENTRIES, chain.line, chain.name, chain.seq)
        if self.moment_ms is not None:
            for what in chain.story.overdue(self.moment_ms):
                self.report.add(Finding(what, *where))
        self._keep(chain.story, where)

    def _keep(self, story: Story, where: tuple[str, int, str, int]) -> None:
        """What can be judged only when every chain has been read."""
        for state, taken in story.absorbed.items():
            self._absorbed[story.identity, state] = taken
        if story.merged:
            what = f"the case ended in {story.merged.into!r}, which did not take it over"
            self._merged.append((story.merged, Finding(what, *where)))
        for credential, person in story.persons.items():
            what = f"credential {credential} spoke for {person!r} and is another's"
            self._spoken.append((credential, person, Finding(what, *where)))

    def _across_chains(self) -> None:
        """Each merged case lives on where it says, and each credential speaks for its person."""
        for merged, finding in self._merged:
            taken = self._absorbed.get((merged.into, merged.state))
            if taken is None or any(
                _rank(a) > _rank(b) for a, b in zip(taken, merged.was, strict=True)
            ):
                self.report.add(finding)
        for credential, person, finding in self._spoken:
            if self._made.get(credential, person) != person:
                self.report.add(finding)

    def _same_ids(self) -> None:
        """Equal hashes are rare; only then is the file read again, to say which ids they are."""
        order = sorted(self._eids)
        twins = {a for a, b in pairwise(order) if a == b}
        if not twins:
            return
        seen: dict[str, int] = {}
        for number, line in read_lines(self.folder / ENTRIES):
            try:
                entry = read_line(self.codec, line)
                check_entry(entry)
            except BrokenError:
                continue
            eid = entry["eid"]
            if hash(eid) in twins and seen.setdefault(eid, number) != number:
                what = f"has the id of line {seen[eid]}"
                self.report.add(Finding(what, ENTRIES, number, entry["chain"], entry["seq"]))

    def _counts(self, manifest: dict[str, Any]) -> None:
        for name in ("entries", "chains"):
            found = getattr(self.report, name)
            if manifest[name] != found:
                what = f"promises {manifest[name]} {name}, there are {found}"
                missing = found < manifest[name]
                self.report.add(Finding(what, MANIFEST, 1, missing=missing))
        if self.report.newest_ms > manifest["as_of_ms"]:
            self.report.add(Finding("is from before the newest entry", MANIFEST, 1))


def verify(
    folder: Path,
    *,
    grace_s: int = 120,
    as_of: int | None = None,
    receipts: Collection[str] = (),
    codec: Codec = FASTEST,
) -> Report:
    """Check one export; times are in seconds and ms UTC, receipts are hashes in hex."""
    verifier = Verifier(folder, codec, grace_s * 1000)
    verifier.moment_ms = as_of
    verifier.receipts = set(receipts)
    try:
        verifier.run()
    except OSError as error:
        what = f"cannot be read: {error.strerror}"
        verifier.report.add(Finding(what, str(error.filename or folder), missing=True))
    return verifier.report


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Check an export of Tocsin's audit log, offline.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--grace", type=int, default=120, metavar="SECONDS")
    parser.add_argument("--as-of", type=int, metavar="MS", help="your own clock, ms UTC")
    parser.add_argument("--receipt", nargs="+", action="extend", default=[], metavar="HEX")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args(argv)
    if not all(map(digest, arguments.receipt)):
        parser.error("a receipt is 64 hexadecimal digits, in lower case")
    return arguments


def main(argv: list[str] | None = None) -> int:
    """Print the findings and a summary; the exit code is the verdict."""
    given = _arguments(argv)
    report = verify(given.folder, grace_s=given.grace, as_of=given.as_of, receipts=given.receipt)
    if given.json:
        print(json.dumps(report.to_json()))
        return report.exit_code
    for finding in report.findings:
        print(finding)
    hidden = report.broken + report.missing - len(report.findings)
    if hidden:
        print(f"... and {hidden} more")
    for name, count in sorted(report.unknown.items()):
        print(f"note: {count} x event {name}, which this verifier does not know")
    print(f"{report.verdict}: {report.entries} entries in {report.chains} chains")
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main())
