"""Which build answers, and how it stands."""

from chalice.app import Blueprint, Response

from chalicelib.services import health
from chalicelib.web.answering import as_json
from chalicelib.web.asked import Asked
from chalicelib.web.guard import guarded
from chalicelib.web.words import LANGUAGES, locale

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


@routes.route("/v1/health/checks", methods=["GET"])
@guarded(routes)
def get_checks(asked: Asked) -> Response:
    """Say how each self-check stands, in both languages, and which runbook helps."""
    answer = health.checks(asked.parts, asked.caller())
    for row in answer.body["checks"]:
        row["says"] = {tag: locale(tag)["checks"][row["check"]] for tag in LANGUAGES}
    return as_json(answer.status, answer.body)
