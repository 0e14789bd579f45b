"""The log as JSON Lines: each line is an entry's exact bytes, which its hash is made over."""

from collections.abc import Mapping
from urllib.parse import urlencode

from chalice.app import Blueprint, Response

from chalicelib.services import auditing
from chalicelib.services.auditing import AuditSlice
from chalicelib.terms import DAY
from chalicelib.web.answering import as_json, respond
from chalicelib.web.asked import Asked, case_id
from chalicelib.web.guard import guarded

routes = Blueprint(__name__)

LIMIT_DEFAULT = 100
# An answer of Lambda's holds 6 MB, and an entry seldom more than 20 kB.
LIMIT_MAX = 200


@routes.route("/v1/audit/cases/{case}", methods=["GET"])
@guarded(routes)
def get_case_entries(asked: Asked, case: str) -> Response:
    """List a case's entries in order."""
    caller = asked.caller()
    after = asked.after(caller)
    limit = asked.limit(caller, LIMIT_DEFAULT, LIMIT_MAX)
    found = auditing.chain(asked.parts, caller, case_id(case), after, limit)
    return _lines(found, {"limit": str(limit)})


@routes.route("/v1/audit/cases/{case}/state", methods=["GET"])
@guarded(routes)
def get_case_state(asked: Asked, case: str) -> Response:
    """Show the head of a case's chain and the state it must fold to."""
    answer = auditing.state(asked.parts, asked.caller(), case_id(case))
    return as_json(answer.status, answer.body)


@routes.route("/v1/audit", methods=["GET"])
@guarded(routes)
def get_entries(asked: Asked) -> Response:
    """List all chains' entries of a period; without one, of the last day."""
    caller = asked.caller()
    given = asked.time(caller, "to")
    end = asked.parts.clock.now() + 1 if given is None else given
    given = asked.time(caller, "from")
    start = end - DAY if given is None else given
    limit = asked.limit(caller, LIMIT_DEFAULT, LIMIT_MAX)
    cursor = asked.cursor(caller)
    with asked.own_cursor(caller):
        found = auditing.between(asked.parts, caller, start, end, cursor, limit)
    return _lines(found, {"from": str(start), "to": str(end), "limit": str(limit)})


def _lines(found: AuditSlice, query: Mapping[str, str]) -> Response:
    body = b"".join(line + b"\n" for line in found.lines).decode()
    if not found.cursor:
        return respond(200, "application/jsonl", body)
    following = urlencode({**query, "cursor": found.cursor})
    return respond(
        200,
        "application/jsonl",
        body,
        Link=f'<?{following}>; rel="next"',
        X_Next_Cursor=found.cursor,
    )
