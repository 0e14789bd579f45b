"""Work for another worker, on SQS."""

import json
from collections.abc import Mapping, Sequence
from itertools import batched
from typing import Any

from chalicelib.cases.source import PageLane
from chalicelib.services.ports import Look, PageAsked, Slot
from chalicelib.terms import SECOND

LONGEST_DELAY_S = 900
_MESSAGES = 10  # that SQS takes with one request


class NotQueuedError(Exception):
    """SQS took the request and not all of its messages."""

    safe_to_log = True  # numbers only


class SqsQueues:
    """``Queues`` on SQS: one for each lane of pages and one for wake-ups.

    A message that is lost is found again by the sweep.
    """

    def __init__(self, client: Any, lanes: Mapping[PageLane, str], wake_ups_url: str) -> None:
        """``client`` is an SQS client; ``lanes`` has the address of each lane's queue."""
        self._client = client
        self._lanes = lanes
        self._wake_ups_url = wake_ups_url

    def ask_pages(self, pages: Sequence[PageAsked]) -> None:
        """Body ``{"case", "page", "attempt"}``, at once."""
        for lane, url in self._lanes.items():
            bodies = [
                {"case": one.case, "page": one.page, "attempt": one.attempt}
                for one in pages
                if one.lane is lane
            ]
            self._send_all(url, [(body, 0) for body in bodies])

    def ask_looks(self, looks: Sequence[Look], now: int) -> None:
        """As ``wake``, several with one request."""
        waiting = [
            ({"case": look.case, "due": look.due, "hop": 0}, delay_s(look.due, now))
            for look in looks
        ]
        self._send_all(self._wake_ups_url, waiting)

    def hand_on(self, slot: Slot) -> None:
        """Body ``{"slot", "after", "hop"}`` to the workers of the wake-ups, at once."""
        body = {"slot": slot.number, "after": slot.after, "hop": slot.hop}
        self._send(self._wake_ups_url, body, 0)

    def wake(self, case: str, due: int, now: int, hop: int = 0) -> None:
        """Body ``{"case", "due", "hop"}``, delayed to the whole second before ``due``.

        ``hop`` counts how often a wake-up that came early was sent on.
        """
        self._send(self._wake_ups_url, {"case": case, "due": due, "hop": hop}, delay_s(due, now))

    def follow(self, case: str, links: Mapping[str, str]) -> None:
        """Body ``{"case", "follow"}`` in the vendors' lane, at once."""
        self._send(self._lanes[PageLane.VENDORS], {"case": case, "follow": dict(links)}, 0)

    def change(self, change: str) -> None:
        """Body ``{"change"}`` in the first lane, at once."""
        self._send(self._lanes[PageLane.FIRST], {"change": change}, 0)

    def _send(self, url: str, body: dict[str, Any], delay: int) -> None:
        self._client.send_message(QueueUrl=url, MessageBody=_text(body), DelaySeconds=delay)

    def _send_all(self, url: str, waiting: Sequence[tuple[dict[str, Any], int]]) -> None:
        """Several with one request; all are tried before NotQueuedError says that some failed."""
        failed = 0
        for some in batched(waiting, _MESSAGES, strict=False):
            entries = [
                {"Id": str(number), "MessageBody": _text(body), "DelaySeconds": delay}
                for number, (body, delay) in enumerate(some)
            ]
            answer = self._client.send_message_batch(QueueUrl=url, Entries=entries)
            failed += len(answer.get("Failed", ()))
        if failed:
            raise NotQueuedError(f"{failed} of {len(waiting)} messages")


def _text(body: dict[str, Any]) -> str:
    return json.dumps(body, separators=(",", ":"))


def delay_s(due: int, now: int) -> int:
    """Whole seconds until ``due``, rounded down, within what SQS can delay."""
    return max(0, min((due - now) // SECOND, LONGEST_DELAY_S))
