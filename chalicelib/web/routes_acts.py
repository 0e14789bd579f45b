"""Acts on a case: what there are, and giving one."""

from chalice.app import Blueprint, Response

from chalicelib.services import acts
from chalicelib.web.act_body import given
from chalicelib.web.answering import as_json
from chalicelib.web.asked import Asked, case_id
from chalicelib.web.guard import guarded

routes = Blueprint(__name__)

ANYTHING = ["*/*"]


@routes.route("/v1/acts", methods=["GET"])
@guarded(routes)
def get_acts(asked: Asked) -> Response:
    """List the acts, what each takes and who may give it."""
    answer = acts.listing(asked.caller())
    return as_json(answer.status, answer.body)


@routes.route("/v1/cases/{case}/acts/{act}", methods=["POST"], content_types=ANYTHING)
@guarded(routes)
def post_act(asked: Asked, case: str, act: str) -> Response:
    """Give an act on a case."""
    caller, on = asked.caller(), case_id(case)
    spec = acts.spec_of(asked.parts, caller, act, on)
    body = given(asked.body(), asked.header("content-type"), spec)
    answer = acts.perform(asked.parts, caller, on, act, body)
    return as_json(answer.status, answer.body)
