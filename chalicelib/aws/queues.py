"""Work for another worker, on SQS."""

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.terms import SECOND

LONGEST_DELAY_S = 900


class SqsQueues:
    """``Queues`` on two SQS queues; a message that is lost is found again by the sweep."""

    def __init__(self, client: Any, pages_url: str, wake_ups_url: str) -> None:
        """``client`` is an SQS client."""
        self._client = client
        self._pages_url = pages_url
        self._wake_ups_url = wake_ups_url

    def page(self, case: str, page: str, attempt: int) -> None:
        """Body ``{"case", "page", "attempt"}``, at once."""
        self._send(self._pages_url, {"case": case, "page": page, "attempt": attempt}, 0)

    def wake(self, case: str, due: int, now: int, hop: int = 0) -> None:
        """Body ``{"case", "due", "hop"}``, delayed to the whole second before ``due``.

        ``hop`` counts how often a wake-up that came early was sent on.
        """
        self._send(self._wake_ups_url, {"case": case, "due": due, "hop": hop}, delay_s(due, now))

    def follow(self, case: str, links: Mapping[str, str]) -> None:
        """Body ``{"case", "follow"}`` on the pages queue, at once."""
        self._send(self._pages_url, {"case": case, "follow": dict(links)}, 0)

    def change(self, change: str) -> None:
        """Body ``{"change"}`` on the pages queue, at once."""
        self._send(self._pages_url, {"change": change}, 0)

    def _send(self, url: str, body: dict[str, Any], delay: int) -> None:
        text = json.dumps(body, separators=(",", ":"))
        self._client.send_message(QueueUrl=url, MessageBody=text, DelaySeconds=delay)


def delay_s(due: int, now: int) -> int:
    """Whole seconds until ``due``, rounded down, within what SQS can delay."""
    return max(0, min((due - now) // SECOND, LONGEST_DELAY_S))
