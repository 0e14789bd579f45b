"""One command, all the way: load, decide, commit case and entry together, then send.

If the process dies after the commit, nothing is lost: what was to be sent is a clock on the
case, and the wake-up or the sweep finds it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from chalicelib.audit.canonical import decode
from chalicelib.audit.chain import Head, entry_hash
from chalicelib.audit.entry import Cause, Code, SealedEntry, seal
from chalicelib.cases.commands import Command
from chalicelib.cases.decide import Decision, decide, kind_of
from chalicelib.cases.model import Case
from chalicelib.services.caller import Caller, machine
from chalicelib.services.errors import BusyError
from chalicelib.services.parts import Parts
from chalicelib.services.ports import (
    Commit,
    ConflictError,
    Link,
    Loaded,
    Once,
    SealedWords,
    UncertainError,
)
from chalicelib.services.queueing import Stored, send_what_follows
from chalicelib.services.stored_form import digest, stored_digest
from chalicelib.terms import SECOND, Role

# How long one request keeps trying before it says so; a queue's retry goes on for a machine.
PATIENCE_MS = 15 * SECOND
# Entries that are searched for an earlier try of the same command.
LOOK_BACK = 50
FIRST_PAUSE_MS = 20
LONGEST_PAUSE_MS = 800


# A command, or what makes it from the case as loaded, anew at each try; it may refuse by raising.
type Asked = Command | Callable[[Loaded], Command]


class UnknownCaseError(LookupError):
    """There is no such case."""


class UnreadableError(Exception):
    """The stored case cannot be read by this release: ring the fallback bell."""


class Origin(NamedTuple):
    """Who gives a command, and what brought it."""

    caller: Caller
    cause: Cause


def from_http(caller: Caller) -> Origin:
    """A command that came over HTTPS, under the request's id."""
    return Origin(caller, Cause("http", caller.request))


def from_machine(cause: Cause) -> Origin:
    """A command of the timers, queues or the sweep."""
    return Origin(machine(cause.id), cause)


class Follows(NamedTuple):
    """What an entry comes after: the chain's head, and the hash of the case as it was."""

    head: Head
    pre: str | None


OPENING = Follows(Head.genesis(), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """What goes into the same transaction beside the case and its entry.

    ``once`` makes the idempotency record from the case as decided and the entry's hash.
    """

    words: tuple[SealedWords, ...] = ()
    once: Callable[[Case, str], Once] | None = None
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Applied:
    """A command's outcome; ``receipt`` is the entry's hash, empty when nothing was written."""

    decision: Decision
    receipt: str

    @property
    def case(self) -> Case:
        """The case after the command."""
        return self.decision.case


class Planned(NamedTuple):
    """A decided command: what it comes to once ``commit`` is written, None for nothing to write."""

    applied: Applied
    commit: Commit | None
    stored: Stored


def chain_of(case: str) -> str:
    """The name of a case's chain of entries."""
    return f"case#{case}"


def seal_step(
    parts: Parts,
    origin: Origin,
    decision: Decision,
    kind: str,
    follows: Follows = OPENING,
    words: Sequence[SealedWords] = (),
) -> SealedEntry:
    """The audit entry of one decision, after the head that it follows."""
    case = decision.case
    return seal(
        head=follows.head,
        chain=chain_of(case.id),
        eid=parts.ids.new("ent", case.last),
        type=kind,
        at_ms=case.last,
        cause=origin.cause,
        actor=origin.caller.actor,
        code=code_of(parts),
        events=tuple(dict(event) for event in decision.events),
        pre=follows.pre,
        post=digest(case),
        pii=tuple(pii for sealed in words for pii in sealed.pii),
    )


def code_of(parts: Parts) -> Code:
    """Which code and which policies are deciding."""
    return Code(parts.release.fn, parts.release.version, parts.release.policies)


def commit_opening(parts: Parts, decision: Decision, entry: SealedEntry, extras: Extras) -> None:
    """Write an opening; raises ConflictError when a link or an idempotency key lost a race."""
    _commit(parts, _with(extras, decision, entry, Head.genesis()))
    # What opens a case is on it already, and says who has spoken.
    send_what_follows(parts, [Stored(decision, None, Role.MACHINE)])


def _with(extras: Extras, decision: Decision, entry: SealedEntry, before: Head) -> Commit:
    """The transaction; a refused command brings nothing but the lapses it met on its way."""
    case = decision.case
    if decision.refused:
        return Commit(case=case, before=before, entry=entry)
    once = extras.once(case, entry.hash) if extras.once else None
    return Commit(
        case=case, before=before, entry=entry, words=extras.words, once=once, links=extras.links
    )


def apply(
    parts: Parts,
    origin: Origin,
    case_id: str,
    command: Asked,
    extras: Extras | None = None,
) -> Applied:
    """Apply a command to a stored case, however many races it takes.

    Raises UnknownCaseError, UnreadableError, BusyError after ``PATIENCE_MS``, and ConflictError
    when an idempotency key or a link (not the case) lost the race.
    """
    extras = extras or Extras()
    started = parts.clock.now()
    attempt = 0
    while True:
        try:
            return _once(parts, origin, case_id, command, extras)
        except ConflictError as conflict:
            if conflict.what in {"once", "link"}:
                raise
            if conflict.what == "words" and (stored := _stored(parts, case_id, extras)):
                return stored
        if parts.clock.now() - started > PATIENCE_MS:
            raise BusyError(case_id)
        pause(parts, attempt)
        attempt += 1


def _stored(parts: Parts, case_id: str, extras: Extras) -> Applied | None:
    """What an earlier try of this command did, found by its words among the newest entries."""
    loaded = parts.ledger.load(case_id)
    if loaded is None or loaded.case is None:
        return None
    sids = {words.sid for words in extras.words}
    after = max(loaded.head.seq - LOOK_BACK, 0)
    for line in parts.ledger.entries(chain_of(case_id), after, LOOK_BACK):
        if any(pii["sid"] in sids for pii in decode(line).get("pii", ())):
            return Applied(Decision(loaded.case, ()), entry_hash(line))
    return None


def pause(parts: Parts, attempt: int) -> None:
    """Wait before the next try: longer each time, up to a limit, and not all at once."""
    longest = min(FIRST_PAUSE_MS * 2**attempt, LONGEST_PAUSE_MS)
    parts.clock.wait_until(parts.clock.now() + 1 + int(longest * parts.ids.jitter()))


def _once(parts: Parts, origin: Origin, case_id: str, asked: Asked, extras: Extras) -> Applied:
    loaded = parts.ledger.load(case_id)
    if loaded is None:
        raise UnknownCaseError(case_id)
    planned = plan(parts, origin, loaded, asked, extras)
    if planned.commit:
        _commit(parts, planned.commit)
        send_what_follows(parts, [planned.stored])
    return planned.applied


def plan(
    parts: Parts, origin: Origin, loaded: Loaded, asked: Asked, extras: Extras | None = None
) -> Planned:
    """Decide a command on a case as loaded, and write nothing; raises UnreadableError."""
    before = loaded.case
    if before is None:
        raise UnreadableError(loaded.beside.case)
    command = asked if isinstance(asked, Command) else asked(loaded)
    decision = decide(before, command, parts.clock.now(), parts.watch(before.id))
    stored = Stored(decision, before.due, origin.caller.role)
    if not decision.events:
        return Planned(Applied(replace(decision, case=before), ""), None, stored)
    extras = extras or Extras()
    # As stored, not as this release would store it: the chain goes on over a change of schema.
    follows = Follows(loaded.head, stored_digest(loaded) or digest(before))
    words = () if decision.refused else extras.words
    entry = seal_step(parts, origin, decision, _kind(command, decision), follows, words)
    commit = _with(extras, decision, entry, loaded.head)
    return Planned(Applied(decision, entry.hash), commit, stored)


def _kind(command: Command, decision: Decision) -> str:
    return "tick" if decision.refused else kind_of(command)


def _commit(parts: Parts, commit: Commit) -> None:
    """Commit, and find out what happened when the store did not say."""
    try:
        parts.ledger.commit(commit)
    except UncertainError:
        if not is_stored(parts, commit.entry):
            raise ConflictError("case") from None


def is_stored(parts: Parts, entry: SealedEntry) -> bool:
    """Whether this very entry is in the log, and so all that was committed with it."""
    found = parts.ledger.entries(entry.chain, entry.seq - 1, 1)
    return bool(found) and found[0] == entry.bytes
