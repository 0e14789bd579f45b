"""Work for another worker, on SQS."""

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.cases.source import PageLane
from chalicelib.terms import SECOND

LONGEST_DELAY_S = 900


class SqsQueues:
    """``Queues`` on SQS: one for each lane of pages and one for wake-ups.

    A message that is lost is found again by the sweep.
    """

    def __init__(self, client: Any, lanes: Mapping[PageLane, str], wake_ups_url: str) -> None:
        """``client`` is an SQS client; ``lanes`` has the address of each lane's queue."""
        self._client = client
        self._lanes = lanes
        self._wake_ups_url = wake_ups_url

    def page(self, case: str, page: str, attempt: int, lane: PageLane) -> None:
        """Body ``{"case", "page", "attempt"}``, at once."""
        self._send(self._lanes[lane], {"case": case, "page": page, "attempt": attempt}, 0)

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
        text = json.dumps(body, separators=(",", ":"))
        self._client.send_message(QueueUrl=url, MessageBody=text, DelaySeconds=delay)


def delay_s(due: int, now: int) -> int:
    """Whole seconds until ``due``, rounded down, within what SQS can delay."""
    return max(0, min((due - now) // SECOND, LONGEST_DELAY_S))
