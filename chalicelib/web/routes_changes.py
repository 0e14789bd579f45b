"""Changes of people and the roster: proposed by one, approved by another, accepted by link."""

import re

from chalice.app import Blueprint, Response

from chalicelib.services import change_accept, changes
from chalicelib.services.errors import RefusedError
from chalicelib.web.answering import as_json
from chalicelib.web.asked import Asked
from chalicelib.web.change_fields import read_proposal
from chalicelib.web.change_pages import show_acceptance
from chalicelib.web.guard import guarded
from chalicelib.web.pages import gone
from chalicelib.web.routes_page import form_of
from chalicelib.web.words import accepted, known

routes = Blueprint(__name__)

ANYTHING = ["*/*"]
LIST_DEFAULT = 20
LIST_MAX = 50
_CHANGE_ID = re.compile(r"chg_[0-9a-z]{26}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


@routes.route("/v1/changes", methods=["POST"], content_types=ANYTHING)
@guarded(routes)
def post_change(asked: Asked) -> Response:
    """Propose a change."""
    caller = asked.caller()
    answer = changes.propose(asked.parts, caller, read_proposal(asked.body()))
    return as_json(answer.status, answer.body)


@routes.route("/v1/changes", methods=["GET"])
@guarded(routes)
def get_changes(asked: Asked) -> Response:
    """List changes, the newest first."""
    caller = asked.caller()
    cursor, limit = asked.cursor(caller), asked.limit(caller, LIST_DEFAULT, LIST_MAX)
    with asked.own_cursor(caller):
        answer = changes.listing(asked.parts, caller, cursor, limit)
    return as_json(answer.status, answer.body)


@routes.route("/v1/changes/{change}", methods=["GET"])
@guarded(routes)
def get_change(asked: Asked, change: str) -> Response:
    """Show one change."""
    answer = changes.one(asked.parts, asked.caller(), change_id(change))
    return as_json(answer.status, answer.body)


@routes.route("/v1/changes/{change}/approve", methods=["POST"], content_types=ANYTHING)
@guarded(routes)
def post_approve(asked: Asked, change: str) -> Response:
    """Approve somebody else's proposal; the body is not read."""
    answer = changes.approve(asked.parts, asked.caller(), change_id(change))
    return as_json(answer.status, answer.body)


@routes.route("/v1/changes/{change}/reject", methods=["POST"], content_types=ANYTHING)
@guarded(routes)
def post_reject(asked: Asked, change: str) -> Response:
    """Reject a proposal, or withdraw one's own; the body is not read."""
    answer = changes.reject(asked.parts, asked.caller(), change_id(change))
    return as_json(answer.status, answer.body)


@routes.route("/a/{token}", methods=["GET"])
@guarded(routes, gone)
def get_acceptance(asked: Asked, token: str) -> Response:
    """Show what the link's holder is asked to accept; changes nothing."""
    view = change_accept.look(asked.parts, checked(token))
    return show_acceptance(view, _language(asked, view.language), asked.parts.clock.now())


@routes.route("/a/{token}", methods=["POST"], content_types=ANYTHING)
@guarded(routes, gone)
def post_acceptance(asked: Asked, token: str) -> Response:
    """Accept, or say that it is somebody else's."""
    do = form_of(asked.body()).get("do")
    answers = {"accept": change_accept.accept, "decline": change_accept.decline}
    if do not in answers:
        change_accept.look(
            asked.parts, checked(token)
        )  # a link of nobody's is no refusal to record
        raise RefusedError(422, "unknown_answer")
    view = answers[do](asked.parts, checked(token), asked.id)
    return show_acceptance(view, _language(asked, view.language), asked.parts.clock.now())


def change_id(text: str) -> str:
    """A change's id from a path; anything else becomes one that no change has."""
    return text if _CHANGE_ID.fullmatch(text) else "malformed"


def checked(token: str) -> str:
    """A token as we make them; anything else leads nowhere."""
    if not _TOKEN.fullmatch(token):
        raise RefusedError(404, "accept_link_unknown")
    return token


def _language(asked: Asked, of_person: str) -> str:
    chosen = known(asked.query("lang")) or known(of_person)
    return chosen or accepted(asked.header("accept-language"))
