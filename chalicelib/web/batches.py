"""Queue messages, a batch at a time: a bad one goes back alone, and takes no other with it."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.services.ports import TransportError
from chalicelib.services.work import Failures, Message
from chalicelib.web.observe import count, log

type Handle = Callable[[list[Message]], Failures]


def together(event: Mapping[str, Any], handle: Handle, metric: str) -> dict[str, Any]:
    """Handle all records; the partial batch response names those to be handed out again."""
    failed: Failures = {}
    messages = []
    for record in event["Records"]:
        try:
            messages.append(_message(record))
        except (KeyError, TypeError, ValueError) as fault:
            failed[str(record["messageId"])] = fault
    failed |= handle(messages)
    for identity, error in failed.items():
        _say(identity, error, metric)
    count(**{metric: len(event["Records"]) - len(failed), f"{metric}Failed": len(failed)})
    return {"batchItemFailures": [{"itemIdentifier": identity} for identity in failed]}


def _message(record: Mapping[str, Any]) -> Message:
    body = json.loads(record["body"])
    if not isinstance(body, dict):
        raise TypeError("not an object")
    return Message(
        str(record["messageId"]), body, int(record["attributes"]["ApproximateReceiveCount"])
    )


def _say(identity: str, error: Exception, metric: str) -> None:
    """The queue tries again, and then keeps it as a dead letter."""
    if isinstance(error, TransportError):
        log.warning("carrier", extra={"message_id": identity, "code": error.code})
    else:
        log.error("message failed", extra={"message_id": identity, "kind": metric}, exc_info=error)
