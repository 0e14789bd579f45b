"""Vendors' heartbeats: one to send, and the list for the client's people and auditors."""

import base64
import binascii

from chalice.app import Blueprint, Response

from chalicelib.services import beating
from chalicelib.services.caller import Caller
from chalicelib.web.answering import as_json
from chalicelib.web.asked import Asked
from chalicelib.web.beats import beat
from chalicelib.web.guard import guarded

routes = Blueprint(__name__)

ANYTHING = ["*/*"]
LIMIT_DEFAULT = 50
LIMIT_MAX = 100


@routes.route("/v1/heartbeats", methods=["POST"], content_types=ANYTHING)
@guarded(routes)
def post_heartbeat(asked: Asked) -> Response:
    """Say that a vendor is alive, and how many contacts it has had."""
    caller = asked.caller()
    answer = beating.take(asked.parts, caller, beat(asked.body(), asked.header("content-type")))
    return as_json(answer.status, answer.body)


@routes.route("/v1/heartbeats", methods=["GET"])
@guarded(routes)
def get_heartbeats(asked: Asked) -> Response:
    """List vendors with their newest heartbeats."""
    caller = asked.caller()
    after, limit = _after(asked, caller), asked.limit(caller, LIMIT_DEFAULT, LIMIT_MAX)
    answer = beating.listing(asked.parts, caller, after, limit)
    following = answer.body["next"]
    return as_json(answer.status, answer.body | {"next": _cursor(following)})


def _cursor(vendor: str) -> str:
    """A vendor's name may hold any character, and a cursor stands in an address."""
    return base64.urlsafe_b64encode(vendor.encode()).decode()


def _after(asked: Asked, caller: Caller) -> str:
    try:
        raw = base64.b64decode(asked.cursor(caller), altchars=b"-_", validate=True)
        return raw.decode()
    except (binascii.Error, UnicodeDecodeError):
        asked.refuse(caller, "bad_cursor")
