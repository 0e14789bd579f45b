"""Builds exports of the audit log: believable cases, or any lie that a test wants to tell.

Nothing here checks what it writes: bytes and hashes are always right, stories need not be.
"""

from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chalicelib.audit import canonical
from chalicelib.audit.chain import Head, state_hash
from chalicelib.audit.entry import Actor, Cause, Code, Pii, SealedEntry, seal
from chalicelib.terms import DAY, HOUR, MINUTE

NOON = 1_795_262_400_000  # some noon in UTC
CODE = Code("api", "0.1.0", "c" * 64)
_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"

type Event = dict[str, Any]


def ident(kind: str, at_ms: int, number: int) -> str:
    """An id of the real form, the same for the same arguments."""
    value = (at_ms << 80) + number
    text = "".join(_DIGITS[value >> shift & 31] for shift in range(125, -1, -5))
    return f"{kind}_{text}"


OWNER = Actor("person", ident("per", NOON, 1), "owner")
VENDOR = Actor("credential", ident("crd", NOON, 2), "vendor_agent", "vendor-a")
AUDITOR = Actor("credential", ident("crd", NOON, 3), "auditor")
REPORTER = Actor("anonymous", "", "reporter")
BY_LINK = Actor("reporter", f"reporter.{ident('vlt', NOON, 6)}", "reporter")
DIRECTOR = Actor("person", ident("per", NOON, 4), "duty_director")
SPECIALIST = Actor("person", ident("per", NOON, 5), "safety_specialist")
MACHINE = Actor("machine", "ring", "machine")
CAUSES = {"credential": "http", "person": "page", "machine": "wake_up"}
CAUSES |= {"anonymous": "http", "reporter": "http"}


def starts(clocks: dict[str, int]) -> Event:
    """Clocks begin to run, or come forward."""
    return {"e": "clocks.set.v1", "clocks": clocks}


def lapses(clocks: dict[str, int]) -> Event:
    """Clocks fall due unmet."""
    return {"e": "clocks.lapsed.v1", "clocks": clocks}


def resumes(clocks: dict[str, int]) -> Event:
    """Held clocks run again."""
    return {"e": "clocks.resumed.v1", "clocks": clocks}


def met(*names: str, by: str = OWNER.id) -> Event:
    """What clocks asked for was done."""
    return {"e": "clocks.met.v1", "clocks": list(names), "by": by}


def cancels(*names: str, by: str = OWNER.id, why: str = "acted") -> Event:
    """Clocks no longer apply."""
    return {"e": "clocks.cancelled.v1", "clocks": list(names), "by": by, "why": why}


def holds(clocks: dict[str, int], until: str = "K4") -> Event:
    """An acknowledgement holds clocks."""
    return {"e": "clocks.held.v1", "clocks": clocks, "until": until, "by": OWNER.id}


def opens(tier: str = "S0") -> Event:
    """The case begins."""
    return {"e": "case.opened.v1", "tier": tier, "judged": {"words": ["救命", "help me"]}}


def page(number: int, rung: int = 0) -> Event:
    """The owner is paged by SMS."""
    return {
        "e": "page.requested.v1",
        "page": f"{number}.0",
        "person": OWNER.id,
        "role": "owner",
        "channel": "sms",
        "rung": rung,
        "n": number,
        "why": "rung",
    }


def note() -> Event:
    """The vendor says something."""
    return {"e": "message.added.v1", "direction": "internal", "speaker": "vendor_agent"}


def by(actor: Actor, name: str, **more: object) -> Event:
    """Something that this actor did, in their own name."""
    return {"e": name, "person": actor.id, "role": actor.role, **more}


@dataclass
class ChainLog:
    """One chain in the making."""

    chain: str
    number: int
    entries: list[SealedEntry] = field(default_factory=list)
    state: dict[str, Any] | None = None
    folds: bool = True  # false leaves the state as it is, whatever the events say
    lie: dict[str, Any] = field(default_factory=dict)  # what every state says instead

    @property
    def head(self) -> Head:
        """Where it ends so far."""
        return self.entries[-1].head if self.entries else Head.genesis()

    def add(
        self, at_ms: int, actor: Actor, *events: Event, pii: tuple[Pii, ...] = ()
    ) -> SealedEntry:
        """Seal one entry, folding its clocks into the state if this is a case."""
        pre = state_hash(self.state) if self.state else None
        if self.chain.startswith("case#") and (self.folds or not self.state):
            self.state = self._evolved(at_ms, events) | self.lie
        entry = seal(
            head=self.head,
            chain=self.chain,
            eid=ident("ent", at_ms, (self.number << 40) + len(self.entries)),
            type="tick" if actor is MACHINE else "command",
            at_ms=at_ms,
            cause=Cause(CAUSES[actor.t], f"req-{len(self.entries)}"),
            actor=actor,
            code=CODE,
            events=events,
            pre=pre,
            post=state_hash(self.state) if self.state else None,
            pii=pii,
        )
        self.entries.append(entry)
        return entry

    def _evolved(self, at_ms: int, events: tuple[Event, ...]) -> dict[str, Any]:
        told = Told.of(self.state)
        for event in events:
            told.take(event, at_ms)
        seq = self.head.seq + 1
        start = {"schema": 1, "id": self.chain[5:], "seq": seq, "last": at_ms}
        return start | {name: value for name, value in vars(told).items() if value}


@dataclass
class Told:
    """The part of a case's state that a verifier can follow without our code."""

    tier: str = ""
    clocks: dict[str, int] = field(default_factory=dict)
    held: dict[str, int] = field(default_factory=dict)
    closed: list[Any] = field(default_factory=list)
    waiting: list[Any] = field(default_factory=list)
    waited: dict[str, int] = field(default_factory=dict)
    first: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, state: dict[str, Any] | None) -> "Told":
        """What the state before said."""
        names = vars(cls())
        return cls(**deepcopy({n: v for n, v in (state or {}).items() if n in names}))

    def take(self, event: Event, at_ms: int) -> None:
        """One event of the case."""
        name, named = event["e"], event.get("clocks", {})
        if name in {"clocks.set.v1", "clocks.resumed.v1"}:
            self.clocks |= named
            self.held = {clock: due for clock, due in self.held.items() if clock not in named}
        elif named:
            self.clocks = {clock: due for clock, due in self.clocks.items() if clock not in named}
            self.held = {clock: due for clock, due in self.held.items() if clock not in named}
            self.held |= named if name == "clocks.held.v1" else {}
        if name in {"case.opened.v1", "tier.raised.v1", "tier.lowered.v1"}:
            self.tier = event.get("to") or event.get("tier") or self.tier
        if name in {"case.closed.v1", "case.reopened.v1"}:
            self.closed = [event["how"], "", at_ms] if name == "case.closed.v1" else []
        if name == "case.opened.v1":
            self.first = {"received": at_ms}
        if name == "waiting.moved.v1":
            self._moved(event, at_ms)

    def _moved(self, event: Event, at_ms: int) -> None:
        party, since = self.waiting or ["unattributed", self.first["received"]]
        if at_ms > since:
            self.waited[party] = self.waited.get(party, 0) + at_ms - since
        self.waiting = [event["party"], at_ms]


@dataclass
class LogBuilder:
    """All chains of one export."""

    chains: list[ChainLog] = field(default_factory=list)

    def chain(self, name: str) -> ChainLog:
        """A new chain of any kind."""
        self.chains.append(ChainLog(name, len(self.chains)))
        return self.chains[-1]

    def case(self, at_ms: int = NOON) -> ChainLog:
        """A new case's chain."""
        return self.chain(f"case#{ident('cas', at_ms, len(self.chains))}")

    def write(self, folder: Path, as_of_ms: int) -> Path:
        """Write the three files as of ``as_of_ms``; the folder given back."""
        chains = sorted(self.chains, key=lambda chain: chain.chain)
        entries = [entry.bytes for chain in chains for entry in chain.entries]
        heads = [
            {"chain": c.chain, "seq": c.head.seq, "head": c.head.hash, "state": c.state}
            for c in chains
        ]
        manifest = {
            "v": 1,
            "log": "tocsin",
            "as_of_ms": as_of_ms,
            "entries": len(entries),
            "chains": len(chains),
        }
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / "entries.jsonl", entries)
        _write(folder / "heads.jsonl", [canonical.encode(head) for head in heads])
        _write(folder / "manifest.json", [canonical.encode(manifest)])
        return folder


def _write(path: Path, lines: list[bytes]) -> None:
    path.write_bytes(b"".join(line + b"\n" for line in lines))


def opened_s0(log: LogBuilder, at: int = NOON, actor: Actor = VENDOR) -> ChainLog:
    """An S0 case with its first rung fired in the opening entry, and that page sent."""
    case = log.case(at)
    clocks = {"K3": at + 3 * MINUTE, "K4": at + 10 * MINUTE, "K10": at + DAY}
    rungs = {f"rung.{n}": at + m * MINUTE for n, m in enumerate((0, 3, 5, 10, 20))}
    case.add(
        at,
        actor,
        opens(),
        starts(clocks | rungs),
        lapses({"rung.0": at}),
        page(1),
        starts({"send.1.0": at + 20_000, f"repeat.{OWNER.id}": at + 3 * MINUTE}),
        pii=(Pii("text", ident("vlt", at, 1), "d" * 64),),
    )
    sent(case, at + 900, "1.0")
    return case


def sent(case: ChainLog, at: int, identity: str) -> None:
    """A carrier takes the page."""
    taken = {"e": "page.sent.v1", "page": identity, "carrier": f"sns-{identity}"}
    case.add(at, MACHINE, taken, met(f"send.{identity}", by="machine"))


def acknowledge(case: ChainLog, at: int, opened: int = NOON) -> dict[str, int]:
    """The owner owns it two minutes in, before any further lapse; what is held is given back."""
    held = {f"rung.{n}": opened + m * MINUTE for n, m in ((1, 3), (2, 5), (3, 10), (4, 20))}
    case.add(
        at,
        OWNER,
        {"e": "acknowledged.v1", "person": OWNER.id},
        met("K3"),
        cancels(f"repeat.{OWNER.id}", why="acknowledged"),
        holds(held),
    )
    return held


def promise_broken(log: LogBuilder, at: int = NOON) -> ChainLog:
    """Acknowledged, not acted: K4 lapses under the vendor's own note, and the ladder goes on."""
    case = opened_s0(log, at)
    held = acknowledge(case, at + 2 * MINUTE, at)
    late = at + 10 * MINUTE + 700
    past = {name: due for name, due in held.items() if due <= late}
    case.add(
        late,
        VENDOR,
        lapses({"K4": at + 10 * MINUTE}),
        {"e": "acknowledgement.voided.v1", "person": OWNER.id, "why": "K4"},
        resumes(held),
        lapses(past),
        page(3, rung=1),
        starts({"send.3.0": late + 20_000}),
        note(),
    )
    sent(case, late + 800, "3.0")
    return case


def promise_kept(log: LogBuilder, at: int = NOON) -> ChainLog:
    """Acknowledged, then acted upon; only the words owed to the reporter still run."""
    case = opened_s0(log, at, REPORTER)
    held = acknowledge(case, at + 2 * MINUTE, at)
    case.add(
        at + 6 * MINUTE,
        OWNER,
        {"e": "acted.v1", "person": OWNER.id, "action": "subject_frozen"},
        met("K4"),
        cancels(*held),
        starts({"K9": at + 36 * MINUTE}),
    )
    case.add(at + 7 * MINUTE, VENDOR, note())
    return case


def unanswered(log: LogBuilder, at: int = NOON) -> ChainLog:
    """Nobody acknowledges: the second rung is empty, so the third comes forward."""
    case = opened_s0(log, at)
    due = at + 3 * MINUTE
    case.add(
        due + 40,
        MACHINE,
        lapses({"K3": due}),
        lapses({f"repeat.{OWNER.id}": due}),
        page(3),
        starts({"send.3.0": due + 20_000, f"repeat.{OWNER.id}": due + 3 * MINUTE}),
        lapses({"rung.1": due}),
        {"e": "rung.empty.v1", "rung": 1, "role": "owner_second"},
        starts({"rung.2": due + 40}),
        lapses({"rung.2": due + 40}),
        {"e": "page.withheld.v1", "person": OWNER.id, "why": "paged_recently"},
    )
    sent(case, due + 700, "3.0")
    return case


def raised_by_vendor(log: LogBuilder, at: int = NOON) -> ChainLog:
    """An ordinary case that the vendor's next message makes serious."""
    case = log.case(at)
    case.add(at, VENDOR, opens("S4"), starts({"to_s3": at + 3 * DAY, "K10": at + 15 * DAY}))
    now = at + MINUTE
    case.add(
        now,
        VENDOR,
        note(),
        {"e": "tier.raised.v1", "from": "S4", "to": "S1", "why": "judged"},
        starts({"K3": now + 10 * MINUTE, "K4": now + HOUR, "K10": now + 3 * DAY, "rung.0": now}),
        cancels("to_s3", by="machine", why="judged"),
        lapses({"rung.0": now}),
        page(2),
        starts({"send.2.0": now + 20_000}),
    )
    sent(case, now + 600, "2.0")
    return case


def believable(log: LogBuilder) -> int:
    """Cases of every kind, a refusal, and the export's own reading; when it was, in ms."""
    unanswered(log, NOON + 4 * MINUTE)
    promise_kept(log, NOON + 1)
    promise_broken(log, NOON - 4 * MINUTE)
    raised_by_vendor(log, NOON + 2)
    refused = {"e": "refused.v1", "act": "acknowledge", "why": "role_may_not"}
    log.chain(f"refusals#{VENDOR.id}").add(NOON + MINUTE, VENDOR, refused)
    log.chain("refusals#anonymous#11").add(NOON + MINUTE, REPORTER, refused)
    now = NOON + 8 * MINUTE
    read = {"e": "audit.read.v1", "from": NOON, "to": now}
    reads = log.chain(f"reads#{AUDITOR.id}")
    reads.add(now - 5, AUDITOR, read)
    reads.add(now, AUDITOR, read)
    return now
