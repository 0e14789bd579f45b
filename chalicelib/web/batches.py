"""Queue messages one by one: a bad one goes back alone, and never takes the others with it."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.services.ports import TransportError
from chalicelib.web.observe import count, log

type Handle = Callable[[dict[str, Any], int, str], None]


def each(event: Mapping[str, Any], handle: Handle, metric: str) -> dict[str, Any]:
    """Handle every record; the partial batch response names those to be handed out again.

    ``handle`` is given the body, how often the queue has handed it out, and the message's id.
    """
    failed = [
        record["messageId"] for record in event["Records"] if not _handled(record, handle, metric)
    ]
    count(**{metric: len(event["Records"]) - len(failed), f"{metric}Failed": len(failed)})
    return {"batchItemFailures": [{"itemIdentifier": identity} for identity in failed]}


def _handled(record: Mapping[str, Any], handle: Handle, metric: str) -> bool:
    identity = str(record["messageId"])
    try:
        body = json.loads(record["body"])
        receives = int(record["attributes"]["ApproximateReceiveCount"])
        handle(body, receives, identity)
    except TransportError as error:
        log.warning("carrier", extra={"message_id": identity, "code": error.code})
        return False
    except Exception:  # noqa: BLE001  # the queue tries again, and then keeps it as a dead letter
        log.exception("message failed", extra={"message_id": identity, "kind": metric})
        return False
    return True
