"""Taking a complaint in: judge, link, open or join, commit, answer.

The answer is sent only after the commit, and a retry with the same key gives the first answer.
"""

import hmac
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
from chalicelib.services.complaint import REPORTER_FIELDS, Answer, Complaint, Problem
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
from chalicelib.services.judging import as_judged, cards, judge_complaint, why, with_words
from chalicelib.services.linking import contradicts, link_keys, short
from chalicelib.services.parts import Parts
from chalicelib.services.ports import ConflictError, Link, Once
from chalicelib.services.views import duties, who_is_paged
from chalicelib.terms import DAY, HOUR, VENDOR_ROLES, Direction, Kind, Role, Speaker, iso

CREATED = 201
RACES = 12
# How long a retry gets the first answer, and how long an order points at its newest case.
ONCE_KEPT_MS = 7 * DAY
# Without a credential a key must be long enough to have been drawn at random, and is kept briefly.
ANONYMOUS_KEY_LEAST = 20
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
    once_key = _once_key(caller, key)
    if key and not once_key:
        complaint = _flag(complaint, "idempotency_key_too_short")
    first = _first(parts, once_key)
    if first and first.body_hash != body_hash:
        # Another complaint under an old key is a complaint all the same, with retries of its own.
        complaint = _flag(complaint, "idempotency_key_reused")
        once_key = _reused(once_key, body_hash)
        first = _first(parts, once_key)
    if first:
        return _replay(parts, first, complaint)
    return _Intake(parts, caller, complaint, once_key, body_hash).run()


def _first(parts: Parts, once_key: str) -> Once | None:
    first = parts.ledger.once(once_key) if once_key else None
    return first if first and first.expires_ms > parts.clock.now() else None


def _once_key(caller: Caller, key: str | None) -> str:
    # All who have no credential share one room: only a key drawn at random can be somebody's own.
    if not key or (caller.role is Role.REPORTER and len(key) < ANONYMOUS_KEY_LEAST):
        return ""
    digest = hmac.digest(caller.id.encode(), key.encode("utf-8", "surrogatepass"), "sha256")
    return f"once#{caller.id}#{digest.hex()}"


def _reused(once_key: str, body_hash: str) -> str:
    return f"{once_key}#{body_hash[:32]}"


def _flag(complaint: Complaint, code: str) -> Complaint:
    problem = Problem("Idempotency-Key", code)
    return replace(complaint, problems=(*complaint.problems, problem))


def _replay(parts: Parts, first: Once, complaint: Complaint) -> Answer:
    return Answer(CREATED, give_back(first.answer, complaint, parts.rules), replayed=True)


class _Intake:
    """One complaint on its way in; ``run`` goes round again for each lost race."""

    def __init__(
        self, parts: Parts, caller: Caller, complaint: Complaint, once_key: str, body_hash: str
    ) -> None:
        self.parts = parts
        self.caller = caller
        self.complaint = complaint
        self.once_key = once_key
        self.body_hash = body_hash
        self.at = parts.clock.now()
        self.origin = from_http(caller)
        # One id for every try, so that a try the store did not answer is found again.
        self.case_id = parts.ids.new("cas", self.at)
        self.judgment: Judgment = judge_complaint(complaint, parts.rules)
        self.keys = link_keys(complaint, parts.link_key)
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
                return self._try()
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
            self.complaint = _flag(self.complaint, "idempotency_key_reused")
            self.once_key = _reused(self.once_key, self.body_hash)
        # The store had not answered, and has opened the case since: its wake-up is still owed.
        loaded = self.parts.ledger.load(self.case_id)
        if loaded is None or loaded.case is None:
            return None
        case = loaded.case
        if case.due is not None:
            self.parts.queues.wake(case.id, case.due, self.parts.clock.now())
        receipt = entry_hash(self.parts.ledger.entries(chain_of(case.id), 0, 1)[0])
        return self._answer(Applied(Decision(case, ()), receipt), joined=False)

    def _try(self) -> Answer:
        links = self.parts.ledger.links(list(self.keys.values()))
        by_kind = dict(zip(self.keys, links, strict=True))
        for kind in ("order", "reporter"):
            link = by_kind.get(kind)
            if link and link.case and self._fits(link.case):
                answer = self._join(link, links)
                if answer:
                    return answer
        return self._open(links)

    def _fits(self, case: str) -> bool:
        """Whether the case is about the same subject; one that cannot be read fits nothing."""
        loaded = self.parts.ledger.load(case)
        return bool(loaded and loaded.case and not contradicts(self.keys, loaded.case))

    def _join(self, link: Link, links: tuple[Link, ...]) -> Answer | None:
        command = AddMessage(
            by=self.caller.by,
            message=self.message,
            judged=as_judged(self.judgment),
            contact=True,
            vendor=self.vendor,
            problems=self.problems,
        )
        missing = tuple(
            replace(other, case=link.case, at=self.at) for other in links if not other.case
        )
        extras = self._extras(missing, joined=True)
        try:
            applied = apply(self.parts, self.origin, link.case, command, extras)
        except (UnknownCaseError, UnreadableError, BusyError):
            # A complaint is never lost to a case that cannot be read, or that somebody floods:
            # it opens one of its own, linked to that one.
            return None
        return self._answer(applied, joined=True)

    def _open(self, links: tuple[Link, ...]) -> Answer:
        parts = self.parts
        case_id = self.case_id
        command = OpenCase(
            by=self.caller.by,
            case=case_id,
            code=speakable(case_id),
            message=self.message,
            judged=as_judged(self.judgment),
            ladder=parts.ladder,
            vendor=self.vendor,
            brand=self.complaint.brand,
            region=self.complaint.region,
            site=self.complaint.site,
            subject=short(self.keys.get("subject", "")),
            linked=tuple(dict.fromkeys(link.case for link in links if link.case)),
            problems=self.problems,
        )
        decision = open_case(command, self.at, parts.watch())
        entry = seal_step(parts, self.origin, decision, "open", words=(self.words,))
        heads = tuple(replace(link, case=case_id, at=self.at) for link in links)
        commit_opening(parts, decision, entry, self._extras(heads, joined=False))
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

        Whoever has no credential and names somebody else's order learns nothing of that case.
        """
        if joined and self.caller.role is Role.REPORTER:
            return self._own_part(receipt)
        body = {
            "case": case.id,
            "code": case.code,
            "message": self.message.id,
            "joined": joined,
            "tier": case.tier.value,
            "suspect": case.suspect,
            "degraded": case.degraded,
            "status": case.status.value,
            "received_at": iso(self.at),
            "why": why(self.judgment),
            "paged": who_is_paged(case),
            "clocks": duties(case),
            "problems": [problem.plain() for problem in self.complaint.problems],
            "receipt": receipt,
        }
        if self.caller.role is Role.REPORTER:
            return body
        return body | {"agent": cards(self.judgment, self.parts.rules)}

    def _own_part(self, receipt: str) -> dict[str, Any]:
        return {
            "message": self.message.id,
            "joined": True,
            "tier": self.judgment.tier.value,
            "suspect": self.judgment.suspect,
            "degraded": self.judgment.degraded,
            "received_at": iso(self.at),
            "why": why(self.judgment),
            "problems": [problem.plain() for problem in self.complaint.problems],
            "receipt": receipt,
        }


def words_of(complaint: Complaint) -> dict[str, Any]:
    """Everything personal, for the vault; empty fields are left out."""
    reporter = complaint.reporter
    fields = {
        "text": complaint.text,
        "reporter": {
            name: getattr(reporter, name) for name in REPORTER_FIELDS if getattr(reporter, name)
        },
        "subject": {"kind": complaint.subject_kind, "id": complaint.subject_id},
        "order": complaint.order,
        "attributes": dict(complaint.attributes),
        "received": dict(complaint.received),
    }
    return {name: value for name, value in fields.items() if value}
