"""The client's own systems over signed webhooks, within a few seconds or not at all.

One POST to one address, ``{"type", "timestamp", "data"}``, signed; the answer is believed only if
it is signed too, under the request's own id, so that nobody in between can say "it matches" and
no answer to one question passes for the answer to another.
"""

import json
import logging
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from queue import Empty, SimpleQueue
from typing import Any, TypeGuard

import urllib3

from chalicelib.services.client_systems import Facts, Outcome, Question, State, Subject
from chalicelib.services.ports import Clock, Ids
from chalicelib.services.webhooks import SignatureError, Signed, sign, verify
from chalicelib.terms import iso

log = logging.getLogger(__name__)

SOURCE = "client_systems"
OK = 200
SUBJECTS_MAX = 20
_LONGEST_ID = 200
_NAME = re.compile(r"[a-z][a-z0-9_.-]{0,39}")


class NoAnswerError(Exception):
    """There is no answer that can be believed; the message is a short code."""


@dataclass(frozen=True, slots=True)
class Limits:
    """In seconds, in bytes, and in how many requests may still be under way.

    ``total_s`` holds for the whole of a call, name lookup and trickling bytes included.
    """

    connect_s: float = 2
    total_s: float = 5
    answer_bytes: int = 65_536
    at_once: int = 8


class WebhookClientSystems:
    """``ClientSystems`` over HTTPS; whatever goes wrong is *unknown* and a line in the log."""

    def __init__(
        self, url: str, secrets: Sequence[bytes], clock: Clock, ids: Ids, limits: Limits = Limits()
    ) -> None:
        """``secrets`` newest first: the first signs, an answer may be signed with any."""
        self._url = url
        self._secrets = tuple(secrets)
        self._clock = clock
        self._ids = ids
        self._limits = limits
        self._room = threading.BoundedSemaphore(limits.at_once)
        self._pool = urllib3.PoolManager(
            retries=False,
            timeout=urllib3.Timeout(connect=limits.connect_s, total=limits.total_s),
        )

    def look_up(self, question: Question) -> Facts:
        """What is known about an order or an account."""
        asked = {name: value for name, value in asdict(question).items() if value}
        answer = self._ask("look_up", asked)
        return Facts(
            source=_source(answer),
            subjects=_subjects(answer.get("subjects")),
            phone_on_record=_yes_or_no(answer.get("phone_on_record")),
            email_on_record=_yes_or_no(answer.get("email_on_record")),
            trip_active=_yes_or_no(answer.get("trip_active")),
        )

    def freeze(self, subject: Subject, case: str, *, on: bool) -> Outcome:
        """Freeze a subject for a case, or let it go."""
        asked = {"subject": asdict(subject), "case": case, "on": on}
        return _outcome(self._ask("freeze", asked))

    def request_data(self, department: str, case: str, wants: Sequence[str]) -> Outcome:
        """Ask a department for data."""
        asked = {"department": department, "case": case, "wants": list(wants)}
        return _outcome(self._ask("request_data", asked))

    def _ask(self, kind: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """The data of the answer; nothing at all when there is none that can be believed."""
        now = self._clock.now()
        identity = self._ids.new("whk", now)
        asked = {"type": kind, "timestamp": iso(now), "data": data}
        # A lone surrogate out of a complaint becomes a question mark: no such id exists anyway.
        body = json.dumps(asked, ensure_ascii=False).encode("utf-8", "replace")
        signed = sign(self._secrets[0], identity, now, body)
        try:
            headers, raw = self._exchange(body, signed)
            return self._believed(kind, identity, headers, raw)
        except (NoAnswerError, SignatureError) as error:
            more = {"why": str(error), "asked": kind, "metric": "ClientSystemsUnknown"}
            log.warning("the client's systems gave no answer", extra=more)
            return {}

    def _exchange(self, body: bytes, signed: Signed) -> tuple[Mapping[str, str], bytes]:
        """Headers and body of the answer, within ``total_s``.

        A socket's own limits begin anew with each byte and know nothing of name lookup, so the
        request has a thread of its own that is left behind when its time is up.
        """
        if not self._room.acquire(blocking=False):
            raise NoAnswerError("too_many_under_way")
        outcome: SimpleQueue[tuple[Mapping[str, str], bytes] | NoAnswerError] = SimpleQueue()

        def run() -> None:
            try:
                outcome.put(self._post(body, signed))
            except NoAnswerError as error:
                outcome.put(error)
            except Exception as error:  # noqa: BLE001  # whatever it is, nobody may wait for it
                outcome.put(NoAnswerError(type(error).__name__))
            finally:
                self._room.release()

        threading.Thread(target=run, daemon=True, name=SOURCE).start()
        try:
            found = outcome.get(timeout=self._limits.total_s)
        except Empty:
            raise NoAnswerError("too_slow") from None
        if isinstance(found, NoAnswerError):
            raise found
        return found

    def _post(self, body: bytes, signed: Signed) -> tuple[Mapping[str, str], bytes]:
        response = self._pool.request(
            "POST",
            self._url,
            body=body,
            headers=signed.headers()
            | {"Content-Type": "application/json", "Accept-Encoding": "identity"},
            redirect=False,
            preload_content=False,
            decode_content=False,
        )
        most = self._limits.answer_bytes
        try:
            if response.status != OK:
                raise NoAnswerError(f"status_{response.status}")
            raw = response.read(most + 1)
        finally:
            response.close()
        if len(raw) > most:
            raise NoAnswerError("oversize")
        return response.headers, raw

    def _believed(
        self, kind: str, identity: str, headers: Mapping[str, str], raw: bytes
    ) -> Mapping[str, Any]:
        """The answer's data, once it is sure that it answers this very request."""
        signed = Signed.of(headers)
        if signed.id and signed.id != identity:
            raise NoAnswerError("answers_another_request")
        verify(self._secrets, signed, raw, self._clock.now())
        try:
            answer = json.loads(raw)
        except (ValueError, RecursionError):
            raise NoAnswerError("not_json") from None
        # Our own request sent back to us is signed by the right secret under the right id, too.
        if not isinstance(answer, dict) or answer.get("type") != f"{kind}.answer":
            raise NoAnswerError("not_an_answer")
        data = answer.get("data")
        return data if isinstance(data, dict) else {}


def _source(answer: Mapping[str, Any]) -> str:
    """Which of the client's systems says so, by a plain name."""
    named = answer.get("source")
    if isinstance(named, str) and _NAME.fullmatch(named):
        return f"{SOURCE}:{named}"
    return SOURCE


def _yes_or_no(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _subjects(value: object) -> tuple[Subject, ...]:
    rows = value if isinstance(value, list) else []
    pairs = [(row.get("kind"), row.get("id")) for row in rows if isinstance(row, dict)]
    return tuple(
        Subject(kind, identity)
        for kind, identity in pairs[:SUBJECTS_MAX]
        if _is_id(kind) and _is_id(identity)
    )


def _is_id(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_ID


def _outcome(answer: Mapping[str, Any]) -> Outcome:
    state, reference = answer.get("state"), answer.get("reference")
    known = state if isinstance(state, str) and state in set(State) else State.UNKNOWN
    return Outcome(
        state=State(known),
        source=_source(answer),
        reference=reference[:_LONGEST_ID] if isinstance(reference, str) else "",
    )
