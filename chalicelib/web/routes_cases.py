"""Cases: the board, one case, owning it and acting on it."""

from collections.abc import Mapping
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.services import acting, messages, reading
from chalicelib.web.answering import as_json
from chalicelib.web.asked import Asked, case_id
from chalicelib.web.body import read
from chalicelib.web.guard import guarded
from chalicelib.web.notes import plain, strings

routes = Blueprint(__name__)

ANYTHING = ["*/*"]
BOARD_DEFAULT = 50
BOARD_MAX = 100
_ACT_FIELDS = frozenset({"action", "evidence"})


@routes.route("/v1/cases", methods=["GET"])
@guarded(routes)
def get_cases(asked: Asked) -> Response:
    """List open cases, soonest due first within each slot."""
    caller = asked.caller()
    tier, before = asked.query("tier") or None, asked.time(caller, "due_before")
    cursor, limit = asked.cursor(caller), asked.limit(caller, BOARD_DEFAULT, BOARD_MAX)
    with asked.own_cursor(caller):
        answer = reading.board(asked.parts, caller, tier, before, cursor, limit)
    if asked.query("state"):
        answer = reading.in_state(answer, asked.query("state"))
    return as_json(answer.status, answer.body)


@routes.route("/v1/cases/{case}", methods=["GET"])
@guarded(routes)
def get_case(asked: Asked, case: str) -> Response:
    """Show one case."""
    answer = reading.case(asked.parts, asked.caller(), case_id(case))
    return as_json(answer.status, answer.body)


@routes.route("/v1/cases/{case}/messages", methods=["GET"])
@guarded(routes)
def get_messages(asked: Asked, case: str) -> Response:
    """List what was said on a case; only the client's own people see the words."""
    caller = asked.caller()
    answer = messages.listing(asked.parts, caller, case_id(case), asked.after(caller))
    return as_json(answer.status, answer.body)


@routes.route("/v1/cases/{case}/acknowledge", methods=["POST"], content_types=ANYTHING)
@guarded(routes)
def post_acknowledge(asked: Asked, case: str) -> Response:
    """Own a case; the body is not read."""
    answer = acting.acknowledge(asked.parts, asked.caller(), case_id(case))
    return as_json(answer.status, answer.body)


@routes.route("/v1/cases/{case}/act", methods=["POST"], content_types=ANYTHING)
@guarded(routes)
def post_act(asked: Asked, case: str) -> Response:
    """Record a protective action with its evidence."""
    caller = asked.caller()
    fields = read(asked.body(), asked.header("content-type"), _ACT_FIELDS).fields
    named = strings(fields.get("action"))
    # Of several nobody guesses which was meant.
    action = named[0] if len(named) == 1 else ""
    answer = acting.act(asked.parts, caller, case_id(case), action.strip(), _evidence(fields))
    return as_json(answer.status, answer.body)


def _evidence(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """The evidence as sent; words alone are its text."""
    given = plain(fields.get("evidence"))
    return given if isinstance(given, dict) else {"text": given}
