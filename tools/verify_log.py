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
CAUSES = frozenset({"http", "wake_up", "sweep", "page", "tool", "open"})
ACTORS = frozenset({"credential", "person", "machine", "anonymous"})
SAFETY_TIERS = frozenset({"S0", "S1", "S2", "S3"})
CLOCKS = frozenset({"K3", "K4", "K9", "K10", "top", "to_s3"})
CLOCK_FAMILIES = ("rung.", "repeat.", "send.", "silence.")
LADDER = ("rung.", "top", "repeat.")  # the clocks whose lapse pages somebody
ANSWERED = ("rung.", "top", "repeat.", "K4", "K9", "K10")  # whose lapse is never silent

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


class Clocks:
    """Replays the clock events of a case: each clock has its end, or its lapse and page."""

    def __init__(self, grace_ms: int) -> None:
        self.grace_ms = grace_ms
        self.running: dict[str, Running] = {}
        self.held: dict[str, Held] = {}
        self.faults: list[str] = []
        self._at = 0
        self._client = self._may_end = self._rose = False
        self._owed: set[str] = set()

    def apply(self, entry: dict[str, Any]) -> None:
        """One entry's events in order, then what must hold after every entry."""
        by = entry["actor"]
        self._at = entry["at_ms"]
        self._client = by["role"] in CLIENT_ROLES and by["t"] in {"credential", "person"}
        self._may_end = self._client or by["t"] == "machine"
        self._rose = False
        self._owed.clear()
        for index, event in enumerate(entry["events"]):
            name = event["e"]
            first = entry["seq"] == 1 and not index
            if first or name == "case.opened.v1":
                self._opens(name, first=first)
            elif name in _RULES:
                _RULES[name](self, event)
            elif name.startswith("clocks."):
                self.faults.append(f"{name} is not a clock event of this format")
        self._settle()

    def overdue(self, moment_ms: int) -> Iterator[str]:
        """Running clocks that nobody let lapse, although it was time by ``moment_ms``."""
        for name, clock in self.running.items():
            late = moment_ms - max(clock.due, clock.since)
            if late > self.grace_ms:
                yield f"clock {name} is overdue by {late} ms and has not lapsed"

    def _settle(self) -> None:
        due = [name for name, clock in self.running.items() if clock.due <= self._at]
        if due:
            self.faults += [f"clock {name} is due and neither ended nor lapsed" for name in due]
        if not self.running:
            self.faults.append("the open case has no running clock")
        if self._owed:
            names = sorted(self._owed)
            self.faults += [f"clock {name} lapsed and nobody was paged" for name in names]
        self.faults += [
            f"clock {name} is held although {held.until} no longer runs"
            for name, held in self.held.items()
            if held.until not in self.running
        ]

    def _opens(self, name: str, *, first: bool) -> None:
        if not first:
            self.faults.append("the case is opened a second time")
        elif name != "case.opened.v1":
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
        if not self._may_end:
            self.faults.append(f"{event['e']} by an actor who may not end or hold a clock")
        if type(event.get("by")) is not str:
            self.faults.append(f"{event['e']} does not say by whom")

    def on_set(self, event: dict[str, Any]) -> None:
        for name, due in self._dues(event).items():
            old = self.running.get(name) or self.held.pop(name, None)
            if old and due > old.due:
                self.faults.append(f"clock {name} was moved later, from {old.due} to {due}")
            self.running[name] = Running(due, self._at)

    def on_lapsed(self, event: dict[str, Any]) -> None:
        for name, due in self._dues(event).items():
            clock = self.running.pop(name, None)
            if clock is None:
                self.faults.append(f"clock {name} lapsed and was not running")
                continue
            late = self._at - max(due, clock.since)
            if due != clock.due:
                self.faults.append(f"clock {name} lapsed as due {due}, but was due {clock.due}")
            elif due > self._at:
                self.faults.append(f"clock {name} lapsed {due - self._at} ms before it was due")
            elif late > self.grace_ms:
                self.faults.append(f"clock {name} lapsed {late} ms late")
            # Where nothing held the ladder, it is itself the answer to K4.
            if name.startswith(ANSWERED) and not (name == "K4" and self._climbing()):
                self._owed.add(name)

    def on_met(self, event: dict[str, Any]) -> None:
        self._entitled(event)
        for name in self._names(event):
            if self.running.pop(name, None) is None:
                self.faults.append(f"clock {name} was met and was not running")

    def on_cancelled(self, event: dict[str, Any]) -> None:
        names = self._names(event)
        # A raised tier leaves nothing for to_s3 to do, whoever raised it.
        if not (self._rose and names == ["to_s3"]):
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
            self.held[name] = Held(due, self._at, str(until))

    def on_resumed(self, event: dict[str, Any]) -> None:
        for name, due in self._dues(event).items():
            held = self.held.pop(name, None)
            if held is None:
                self.faults.append(f"clock {name} was resumed and was not held")
            elif due > max(held.due, self._at + held.due - held.since):
                self.faults.append(f"clock {name} was resumed later than it was held")
            self.running[name] = Running(due, self._at)
        self._owed.discard("K4")

    def on_paged(self, _event: dict[str, Any]) -> None:
        self._owed.clear()

    def on_raised(self, event: dict[str, Any]) -> None:
        tier = event.get("to")
        self._rose = type(tier) is str and tier in SAFETY_TIERS

    def on_owned(self, event: dict[str, Any]) -> None:
        if not self._client:
            self.faults.append(f"{event['e']} by an actor who is not one of the client's people")


def _is_clock(name: Any) -> bool:
    return type(name) is str and (name in CLOCKS or name.startswith(CLOCK_FAMILIES))


_RULES: dict[str, Callable[[Clocks, dict[str, Any]], None]] = {
    "clocks.set.v1": Clocks.on_set,
    "clocks.met.v1": Clocks.on_met,
    "clocks.cancelled.v1": Clocks.on_cancelled,
    "clocks.lapsed.v1": Clocks.on_lapsed,
    "clocks.held.v1": Clocks.on_held,
    "clocks.resumed.v1": Clocks.on_resumed,
    "page.requested.v1": Clocks.on_paged,
    "page.withheld.v1": Clocks.on_paged,
    "tier.raised.v1": Clocks.on_raised,
    "acknowledged.v1": Clocks.on_owned,
    "acted.v1": Clocks.on_owned,
}
KNOWN_EVENTS = frozenset(_RULES) | {
    "case.opened.v1",
    "message.added.v1",
    "contact.added.v1",
    "page.sent.v1",
    "page.failed.v1",
    "page.retried.v1",
    "rung.fired.v1",
    "rung.empty.v1",  # is no answer: somebody else must be paged in the same entry
    "acknowledgement.voided.v1",
    "tier.confirmed.v1",
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
        self.clocks = Clocks(grace_ms) if name.startswith(CASE) else None
        self.skew_ms = 0 if self.clocks else SKEW_MS

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
        if (entry["state"]["post"] is None) == (self.clocks is not None):
            faults.append("only a case's entries have a state, and all of them do")
        if self.clocks:
            self.clocks.faults = faults
            self.clocks.apply(entry)
        elif any(event["e"].startswith("clocks.") for event in entry["events"]):
            faults.append("holds clocks, which only a case has")
        self.seq, self.hash, self.at_ms = entry["seq"], hashed, max(entry["at_ms"], self.at_ms)
        self.post, self.line = entry["state"]["post"], line
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
        if chain.clocks and self.moment_ms is not None:
            for what in chain.clocks.overdue(self.moment_ms):
                self.report.add(Finding(what, ENTRIES, chain.line, chain.name, chain.seq))

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
