"""What the client's own systems tell: signed, and without a credential."""

from chalice.app import Blueprint, Response

from chalicelib.services import client_facts
from chalicelib.services.webhooks import Signed
from chalicelib.web.answering import as_json
from chalicelib.web.asked import Asked
from chalicelib.web.guard import guarded

routes = Blueprint(__name__)

ANYTHING = ["*/*"]


@routes.route("/v1/client-systems/events", methods=["POST"], content_types=ANYTHING)
@guarded(routes)
def post_client_event(asked: Asked) -> Response:
    """Take an event of the client's own systems."""
    signed = Signed(*(asked.header(f"webhook-{part}").strip() for part in Signed._fields))
    answer = client_facts.receive(asked.parts, signed, asked.body(), asked.id)
    replayed = "true" if answer.replayed else ""
    return as_json(answer.status, answer.body, Idempotent_Replayed=replayed)
