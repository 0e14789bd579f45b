"""Taking a complaint in: judge, link, open or join, commit, answer.

The answer is sent only after the commit, and a retry with the same key gives the first answer.
"""

from dataclasses import replace
from typing import Any

from chalicelib.audit.chain import entry_hash
from chalicelib.cases.codes import speakable
from chalicelib.cases.commands import AddMessage, Message, OpenCase
from chalicelib.cases.decide import Decision, open_case
from chalicelib.cases.model import Case
from chalicelib.cases.roles import Act
from chalicelib.judging.judgment import Judgment
from chalicelib.services.access import permit
from chalicelib.services.caller import Caller
from chalicelib.services.complaint import Answer, Complaint
from chalicelib.services.engine import (
    Applied,
    Extras,
    UnknownCaseError,
    UnreadableError,
    apply,
    chain_of,
    commit_opening,
    from_http,
    pause,
    seal_step,
)
from chalicelib.services.errors import BusyError, RefusedError
from chalicelib.services.first_answer import give_back, keep
from chalicelib.services.following import ask
from chalicelib.services.intake_answer import of_case, of_message, words_of
from chalicelib.services.judging import as_judged, cards, judge_complaint, why, with_words
from chalicelib.services.known import JOINING, Known
from chalicelib.services.linking import contradicts, link_keys, short
from chalicelib.services.once import flag, once_key, reused
from chalicelib.services.parts import Parts
from chalicelib.services.ports import ConflictError, Link, Once
from chalicelib.services.reaching import is_duress, reach_joining, reach_of
from chalicelib.services.standing import follow, may_live_again
from chalicelib.terms import (
    DAY,
    HOUR,
    VENDOR_ROLES,
    Direction,
    Kind,
    Role,
    Speaker,
    graver,
    iso,
)

CREATED = 201
RACES = 12
# Races in which all heads are written.  After that only those that decide which case it is: in a
# flood on one subject or place, a complaint is not lost over being counted.
PATIENT_RACES = 3
# How long a retry gets the first answer, and how long an order points at its newest case.
ONCE_KEPT_MS = 7 * DAY
# Keys without a credential are kept briefly.
ANONYMOUS_KEPT_MS = HOUR


def take(
    parts: Parts, caller: Caller, complaint: Complaint, key: str | None, body_hash: str
) -> Answer:
    """Open a case, or join the one this complaint belongs to; always 201 with why and who.

    Raises RefusedError(403) for a role that may not send complaints, RefusedError(422) when there
    is nothing in it at all, and BusyError when the races never ended (nothing was written).
    """
    permit(parts, caller, Act.OPEN_CASE)
    if complaint.is_empty:
        raise RefusedError(422, "nothing_in_it")
    kept_under = once_key(caller, key)
    if key and not kept_under:
        complaint = flag(complaint, "idempotency_key_too_short")
    first = _first(parts, kept_under)
    if first and first.body_hash != body_hash:
        # Another complaint under an old key is a complaint all the same, with retries of its own.
        complaint = flag(complaint, "idempotency_key_reused")
        kept_under = reused(kept_under, body_hash)
        first = _first(parts, kept_under)
    if first:
        return _replay(parts, first, complaint)
    return _Intake(parts, caller, complaint, kept_under, body_hash).run()


def _first(parts: Parts, key: str) -> Once | None:
    first = parts.ledger.once(key) if key else None
    return first if first and first.expires_ms > parts.clock.now() else None


def _replay(parts: Parts, first: Once, complaint: Complaint) -> Answer:
    return Answer(CREATED, give_back(first.answer, complaint, parts.rules), replayed=True)


class _Intake:
    """One complaint on its way in; ``run`` goes round again for each lost race."""

    def __init__(
        self, parts: Parts, caller: Caller, complaint: Complaint, once: str, body_hash: str
    ) -> None:
        self.parts = parts
        self.caller = caller
        self.complaint = complaint
        self.once_key = once
        self.body_hash = body_hash
        self.at = parts.clock.now()
        self.origin = from_http(caller)
        # One id for every try, so that a try the store did not answer is found again.
        self.case_id = parts.ids.new("cas", self.at)
        # By what was sent alone, and by what else came of late: whoever has no credential is
        # answered by the first, and learns nothing of what others said.
        self.judgment: Judgment = judge_complaint(complaint, parts.rules)
        self.weighed = self.judgment
        self.keysets = [link_keys(complaint, self.judgment, key) for key in parts.keys]
        self.known = Known(at=self.at)
        self.history: dict[str, Any] = {}
        self.unraised: Case | None = None
        self.vendor = caller.org if caller.role in VENDOR_ROLES else ""
        self.words = parts.vault.seal(parts.ids.new("vlt", self.at), words_of(complaint))
        self.message = Message(
            id=parts.ids.new("msg", self.at),
            direction=Direction.INBOUND,
            speaker=Speaker.REPORTER,
            kind=Kind.COMPLAINT,
            channel=complaint.channel[:40],
            sid=self.words.sid,
            claimed_ms=complaint.claimed_ms,
        )

    @property
    def problems(self) -> tuple[str, ...]:
        """What was wrong with which field, as the entry keeps it."""
        return tuple(map(str, self.complaint.problems))

    def run(self) -> Answer:
        """Try until it is in; raises BusyError after ``RACES`` lost races."""
        for attempt in range(RACES):
            try:
                return self._try(all_heads=attempt < PATIENT_RACES)
            except ConflictError as conflict:
                answer = self._already_in(conflict.what)
            if answer:
                return answer
            pause(self.parts, attempt)
        raise BusyError("intake")

    def _already_in(self, what: str) -> Answer | None:
        """The answer, if this complaint was stored by an earlier try or an earlier request."""
        if what == "once":
            first = self.parts.ledger.once(self.once_key)
            if first and first.body_hash == self.body_hash:
                return _replay(self.parts, first, self.complaint)
            self.complaint = flag(self.complaint, "idempotency_key_reused")
            self.once_key = reused(self.once_key, self.body_hash)
        # The store had not answered, and has opened the case since: its wake-up is still owed.
        loaded = self.parts.ledger.load(self.case_id)
        if loaded is None or loaded.case is None:
            return None
        case = loaded.case
        if case.due is not None:
            self.parts.queues.wake(case.id, case.due, self.parts.clock.now())
        receipt = entry_hash(self.parts.ledger.entries(chain_of(case.id), 0, 1)[0])
        ask(self.parts, case, self.known)
        return self._answer(Applied(Decision(case, ()), receipt), joined=False)

    def _try(self, *, all_heads: bool) -> Answer:
        """Join or open once; ``all_heads`` false leaves those alone that only link and count."""
        seen = self.known.cases
        known = self.known = Known.read(self.parts.ledger, self.keysets, self.at, seen)
        if known.repeats:
            again = judge_complaint(self.complaint, self.parts.rules, repeats=known.repeats)
            self.weighed = again
        for kind in JOINING:
            case = self._joinable(known, kind)
            answer = self._join(case, known) if case else None
            if answer:
                return answer
        return self._open(known, all_heads=all_heads)

    def _joinable(self, known: Known, kind: str) -> Case | None:
        """The newest case that the complaint belongs to: about the same subject, and it may live.

        One that was merged stands for the case it went to; one that cannot be read, for none.
        """
        for member in known.members(kind):
            loaded = known.cases.get(member.case) or self.parts.ledger.load(member.case)
            if loaded is None or loaded.case is None or contradicts(self.keysets, loaded.case):
                continue
            case = follow(self.parts.ledger, loaded.case)
            if case and may_live_again(case, self.at):
                return case
        return None

    def _join(self, case: Case, known: Known) -> Answer | None:
        opened = any(member.case == case.id for member in known.members("person"))
        command = AddMessage(
            by=self.caller.by,
            message=self.message,
            judged=as_judged(self.weighed),
            contact=True,
            vendor=self.vendor,
            problems=self.problems,
            reach=reach_joining(case, self.complaint, self.caller, opened=opened),
            duress=is_duress(self.weighed, self.complaint),
        )
        self.history = known.history(self.caller.role, case.id)
        extras = self._extras(self._moved(case, known), joined=True)
        try:
            applied = apply(self.parts, self.origin, case.id, command, extras)
        except (UnknownCaseError, UnreadableError, BusyError):
            # A complaint is never lost to a case that cannot be read, or that somebody floods:
            # it opens one of its own, linked to that one.
            return None
        return self._answer(applied, joined=True)

    def _moved(self, case: Case, known: Known) -> tuple[Link, ...]:
        """Heads that lead to this case from now on, and those that learn how grave it is."""
        tier = graver(case.tier, self.weighed.tier)
        heads = (known.heads[kind] for kind in (*JOINING, "subject") if kind in known.heads)
        return tuple(
            head.leading_to(case.id, tier, self.at) for head in heads if head.misses(case.id, tier)
        )

    def _open(self, known: Known, *, all_heads: bool) -> Answer:
        parts = self.parts
        case_id = self.case_id
        newest = (known.newest(kind) for kind in (*JOINING, "subject"))
        command = OpenCase(
            by=self.caller.by,
            case=case_id,
            code=speakable(case_id),
            message=self.message,
            judged=as_judged(self.weighed),
            ladder=parts.ladder,
            vendor=self.vendor,
            brand=self.complaint.brand,
            region=self.complaint.region,
            site=self.complaint.site,
            subject=short(self.keysets[0].get("subject", "")),
            linked=tuple(dict.fromkeys(filter(None, newest))),
            problems=self.problems,
            reach=reach_of(self.complaint, self.caller),
            duress=is_duress(self.weighed, self.complaint),
            raised_by=known.raised_by,
            parent=known.parent(),
        )
        watch = parts.watch()
        self.unraised = None
        decision = open_case(command, self.at, watch)
        raised = command.raised_by or self.weighed is not self.judgment
        if raised and self.caller.role is Role.REPORTER:
            alone = replace(command, raised_by="", judged=as_judged(self.judgment))
            self.unraised = open_case(alone, self.at, watch).case
        entry = seal_step(parts, self.origin, decision, "open", words=(self.words,))
        heads = known.leading_to(case_id, decision.case.tier, self.at)
        self.known = replace(known, heads=heads)
        self.history = known.history(self.caller.role)
        written = tuple(head for kind, head in heads.items() if all_heads or kind in JOINING)
        commit_opening(parts, decision, entry, self._extras(written, joined=False))
        ask(parts, decision.case, self.known)
        return self._answer(Applied(decision, entry.hash), joined=False)

    def _extras(self, links: tuple[Link, ...], *, joined: bool) -> Extras:
        def once(case: Case, receipt: str) -> Once:
            text = keep(self._body(case, receipt, joined=joined))
            kept = ANONYMOUS_KEPT_MS if self.caller.role is Role.REPORTER else ONCE_KEPT_MS
            return Once(self.once_key, self.body_hash, text, self.at + kept)

        return Extras(words=(self.words,), once=once if self.once_key else None, links=links)

    def _answer(self, applied: Applied, *, joined: bool) -> Answer:
        body = self._body(applied.case, applied.receipt, joined=joined)
        return Answer(CREATED, body | {"why": with_words(body["why"], self.complaint.text)})

    def _body(self, case: Case, receipt: str, *, joined: bool) -> dict[str, Any]:
        """The answer without the words that matched, which are never stored in clear.

        Whoever has no credential and names somebody else's order learns nothing of that case, and
        whoever names a subject, nothing of what others said of it.
        """
        own = {
            "message": self.message.id,
            "joined": joined,
            "received_at": iso(self.at),
            "why": why(self.judgment),
            "problems": [problem.plain() for problem in self.complaint.problems],
            "receipt": receipt,
        }
        if self.caller.role is not Role.REPORTER:
            agent = cards(self.weighed, self.parts.rules)
            own |= {"why": why(self.weighed)}
            return of_case(case) | own | {"agent": agent, "history": self.history}
        if joined:
            return of_message(self.judgment) | own
        return of_case(self.unraised or case) | own
