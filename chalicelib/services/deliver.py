"""Sending pages, and writing down what the carriers said.

At least once: a crash between the sending and the commit sends them again, labelled as repeats.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, NamedTuple

from chalicelib.audit.entry import Cause
from chalicelib.cases.commands import Command, PageFailed
from chalicelib.cases.model import Case, Sending
from chalicelib.cases.ropes import REPORTER
from chalicelib.services import rope_sending
from chalicelib.services.batch import Step, apply_all
from chalicelib.services.canaries import is_canary
from chalicelib.services.canary import sing
from chalicelib.services.carriers import give_to_carrier
from chalicelib.services.engine import UnknownCaseError, UnreadableError, apply, from_machine
from chalicelib.services.fallback import UNREADABLE, ring_fallback
from chalicelib.services.following import follow
from chalicelib.services.page_draft import PageDraft, draft_page
from chalicelib.services.parts import Parts
from chalicelib.services.ports import Loaded, Person
from chalicelib.services.work import Failures, Message

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Job:
    """One page that is to be sent now, and the messages that asked for it."""

    messages: tuple[Message, ...]
    loaded: Loaded
    case: Case
    page: str
    sending: Sending
    attempt: int

    @property
    def cause(self) -> Cause:
        """What brought it."""
        return Cause("page", self.messages[-1].id)

    @property
    def is_repeat(self) -> bool:
        """Whether an earlier worker may have died after the sending."""
        return self.attempt > 1 or any(message.receives > 1 for message in self.messages)


class _Task(NamedTuple):
    """Something that waits for others; what it gives for a ``job`` is that page's outcome."""

    messages: tuple[Message, ...]
    run: Callable[[], Command | None]
    job: _Job | None = None


def deliver(parts: Parts, body: dict[str, Any], receives: int, message_id: str) -> None:
    """One message by itself; raises what went wrong, so TransportError when trying again helps."""
    for error in deliver_all(parts, [Message(message_id, body, receives)]).values():
        raise error


def deliver_all(
    parts: Parts, messages: Sequence[Message], carry: Callable[[Message], None] | None = None
) -> Failures:
    """Send the pages of several messages, or do what follows from openings; what went wrong.

    All are given to their carriers at the same time, so that a slow one holds up none but its own
    batch, and their outcomes share transactions.  A message that was handed out before has its
    page labelled as a repeat.  ``carry`` is given the messages about changes of people.
    """
    failed: Failures = {}
    asked: list[Message] = []
    tasks: list[_Task] = []
    for message in messages:
        if "follow" in message.body:
            tasks.append(_Task((message,), partial(_follow, parts, message)))
        elif carry and "change" in message.body:
            tasks.append(_Task((message,), partial(carry, message)))
        else:
            asked.append(message)
    tasks += _tasks(parts, _jobs(parts, asked, failed), failed)
    done = parts.at_once([partial(_try, task.run) for task in tasks])
    outcomes: list[tuple[_Job, Command]] = []
    for task, found in zip(tasks, done, strict=True):
        if isinstance(found, Exception):
            failed |= _failed(task.messages, found)
        elif task.job and found:
            outcomes.append((task.job, found))
    _write_down(parts, outcomes, failed)
    return failed


def _failed(messages: Iterable[Message], error: Exception) -> Failures:
    """All of them go back."""
    return {message.id: error for message in messages}


def _try(run: Callable[[], Command | None]) -> Command | Exception | None:
    """No page keeps another from being sent, or from being written down."""
    try:
        return run()
    except Exception as error:  # noqa: BLE001  # told to the queue, which tries again
        return error


def _follow(parts: Parts, message: Message) -> None:
    follow(
        parts, Cause("page", message.id), str(message.body["case"]), dict(message.body["follow"])
    )


# -- which pages are still to be sent ------------------------------------------------------------


def _jobs(parts: Parts, messages: Sequence[Message], failed: Failures) -> list[_Job]:
    """The pages that are not settled yet, each once."""
    asked: dict[tuple[str, str], list[tuple[int, Message]]] = {}
    for message in messages:
        try:
            body = message.body
            key, attempt = (str(body["case"]), str(body["page"])), int(body["attempt"])
        except (KeyError, TypeError, ValueError) as error:
            failed[message.id] = error
        else:
            asked.setdefault(key, []).append((attempt, message))
    try:
        found = parts.ledger.load_all([case for case, _ in asked]) if asked else ()
    except Exception as error:  # noqa: BLE001  # told to the queue, which tries again
        failed |= _failed((m for rows in asked.values() for _, m in rows), error)
        return []
    loaded = {one.beside.case: one for one in found}
    jobs = []
    for (case, page), rows in asked.items():
        job = _job(parts, loaded.get(case), page, sorted(rows, key=lambda row: row[0]), failed)
        if job:
            jobs.append(job)
    return jobs


def _job(
    parts: Parts,
    loaded: Loaded | None,
    page: str,
    rows: Sequence[tuple[int, Message]],
    failed: Failures,
) -> _Job | None:
    """What is to be done for one page, given the messages about it with their attempts."""
    attempt, newest = rows[-1]
    messages = tuple(message for _, message in rows)
    if loaded is None:
        log.warning("page for a case that is not there", extra={"case": newest.body["case"]})
        return None
    if loaded.case is None:
        try:
            ring_fallback(parts, loaded.beside, Cause("page", newest.id), UNREADABLE)
        except Exception as error:  # noqa: BLE001  # told to the queue, which tries again
            failed |= _failed(messages, error)
        return None
    sending = loaded.case.sending.get(page)
    if sending is None or sending.attempt > attempt:
        return None  # settled, or a later message is on its way
    return _Job(messages, loaded, loaded.case, page, sending, attempt)


# -- sending -------------------------------------------------------------------------------------


def _tasks(parts: Parts, jobs: Sequence[_Job], failed: Failures) -> Iterator[_Task]:
    """What to run for each page; the links of all are remembered before any page leaves."""
    drafts = []
    person = cache(parts.registry.person)  # one person may be paged for many cases at once
    for job in jobs:
        if is_canary(job.case.id):
            yield _Task(job.messages, partial(sing, parts, job.case.id, job.page), job)
            continue
        if job.sending.role == REPORTER:
            yield _Task(job.messages, partial(_send_rope, parts, job))
            continue
        try:
            drafts.append((job, _draft(parts, job, person(job.sending.person))))
        except Exception as error:  # noqa: BLE001  # told to the queue, which tries again
            failed |= _failed(job.messages, error)
    try:
        parts.registry.put_links([draft.link for _, draft in drafts if draft])
    except Exception as error:  # noqa: BLE001  # a page whose link is unknown helps nobody
        for job, _ in drafts:
            failed |= _failed(job.messages, error)
        return
    for job, draft in drafts:
        yield _Task(job.messages, partial(_give, parts, job, draft), job)


def _draft(parts: Parts, job: _Job, person: Person | None) -> PageDraft | None:
    """The page; None when there is nowhere to send it to."""
    if person is None or not _address(person, job.sending.channel):
        return None
    return draft_page(parts, job.case, job.page, person, repeat=job.is_repeat)


def _address(person: Person, channel: str) -> str:
    return {"sms": person.phone, "email": person.email}.get(channel, "")


def _give(parts: Parts, job: _Job, draft: PageDraft | None) -> Command:
    if draft is None:
        return PageFailed(page=job.page, error="no_address")
    channel = job.sending.channel
    return give_to_carrier(parts, job.page, channel, _address(draft.person, channel), draft.text)


def _send_rope(parts: Parts, job: _Job) -> None:
    """A reporter's own link: its address comes from the vault, and its outcome is written alone."""
    outcome = rope_sending.send(parts, job.case, job.page, job.sending, repeat=job.is_repeat)
    try:
        apply(parts, from_machine(job.cause), job.case.id, outcome)
    except (UnknownCaseError, UnreadableError):
        log.exception("page sent but not recorded", extra={"case": job.case.id})
    rope_sending.verify(parts, job.cause, job.case, job.sending.person)


def _write_down(parts: Parts, outcomes: Sequence[tuple[_Job, Command]], failed: Failures) -> None:
    """Commit what the carriers said."""
    steps = [Step(from_machine(job.cause), job.case.id, command) for job, command in outcomes]
    known = [job.loaded for job, _ in outcomes]
    for (job, _), found in zip(outcomes, apply_all(parts, steps, known), strict=True):
        if isinstance(found, UnknownCaseError | UnreadableError):
            log.error("page sent but not recorded", extra={"case": job.case.id}, exc_info=found)
        elif isinstance(found, Exception):
            failed |= _failed(job.messages, found)
