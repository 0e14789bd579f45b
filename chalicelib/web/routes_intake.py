"""Complaints, and what is said on a case.

Bodies are read with pydantic, which is a fifth of the app's start: it is imported with the first
body, so that neither a bell nor a page waits for it.
"""

from hashlib import sha256

from chalice.app import Blueprint, Response

from chalicelib.services import contacts, intake
from chalicelib.services.beating import count_contact
from chalicelib.services.caller import Caller, anonymous
from chalicelib.terms import Direction, Kind
from chalicelib.web.answering import as_json
from chalicelib.web.asked import Asked, case_id
from chalicelib.web.guard import guarded

routes = Blueprint(__name__)

# No complaint is refused for what it calls itself.
ANYTHING = ["*/*"]
_LONGEST_KEY = 200
# Messages that are a contact of the reporter's with a vendor, to be compared with its telephony.
CONTACTS = frozenset({Kind.COMPLAINT, Kind.TRANSCRIPT})


@routes.route("/v1/complaints", methods=["POST"], content_types=ANYTHING)
@guarded(routes)
def post_complaint(asked: Asked) -> Response:
    """Take in a complaint from a vendor, the client's app or the client's people."""
    return _take(asked, asked.caller())


@routes.route("/v1/public/complaints", methods=["POST"], content_types=ANYTHING)
@guarded(routes)
def post_public_complaint(asked: Asked) -> Response:
    """Take in a complaint from anybody."""
    return _take(asked, anonymous(asked.id))


def _take(asked: Asked, caller: Caller) -> Response:
    from chalicelib.web.complaints import complaint  # noqa: PLC0415

    raw = asked.body()
    read = complaint(raw, asked.header("content-type"))
    key = asked.header("idempotency-key")[:_LONGEST_KEY] or None
    answer = intake.take(asked.parts, caller, read, key, sha256(raw).hexdigest())
    if not answer.replayed:
        count_contact(asked.parts, caller)
    replayed = "true" if answer.replayed else ""
    return as_json(answer.status, answer.body, Idempotent_Replayed=replayed)


@routes.route("/v1/cases/{case}/messages", methods=["POST"], content_types=ANYTHING)
@guarded(routes)
def post_message(asked: Asked, case: str) -> Response:
    """Add anything that was said or tried on a case."""
    from chalicelib.web.complaints import said  # noqa: PLC0415

    caller = asked.caller()
    read = said(asked.body(), asked.header("content-type"))
    answer = contacts.add(asked.parts, caller, case_id(case), read)
    if read.direction is Direction.INBOUND and read.kind in CONTACTS:
        count_contact(asked.parts, caller)
    return as_json(answer.status, answer.body)
