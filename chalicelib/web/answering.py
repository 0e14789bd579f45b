"""Answers: JSON that keeps Chinese as it is, and headers that every answer carries."""

from typing import Any

import orjson
from chalice.app import Response

# Nothing here may be cached, framed, sniffed or told to another site.
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def respond(status: int, content_type: str, body: str, **headers: str) -> Response:
    """A response with our headers; ``headers`` name theirs with underscores for dashes."""
    more = {name.replace("_", "-"): value for name, value in headers.items() if value}
    return Response(
        body=body,
        status_code=status,
        headers={**HEADERS, "Content-Type": content_type, **more},
    )


def as_json(status: int, body: Any, **headers: str) -> Response:
    """A JSON answer."""
    return respond(status, "application/json", orjson.dumps(body).decode(), **headers)
