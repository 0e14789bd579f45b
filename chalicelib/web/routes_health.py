"""Which build answers."""

from chalice.app import Blueprint, Response

from chalicelib.web.answering import as_json
from chalicelib.web.asked import Asked
from chalicelib.web.guard import guarded

routes = Blueprint(__name__)


@routes.route("/v1/health", methods=["GET"])
@guarded(routes)
def get_health(asked: Asked) -> Response:
    """Name the build and the policies; reads no store and holds no secret."""
    release = asked.parts.release
    return as_json(
        200,
        {"service": "tocsin", "version": release.version, "policies": release.policies},
    )
