"""RFC 9457 problem documents, in the caller's language, with both languages beside.

A document never holds a value that was sent: only our codes and our sentences.
"""

from typing import Any

import orjson
from chalice.app import Response

from chalicelib.web.answering import respond
from chalicelib.web.words import LANGUAGES, locale

RETRY_SECONDS = 2
_BY_STATUS = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    415: "unsupported_media_type",
    503: "busy",
}


def problem(
    status: int,
    code: str,
    *,
    language: str = "en",
    request: str = "",
    field: str = "",
    **headers: str,
) -> Response:
    """The document for a code of ours; a code without words of its own has its status's.

    ``field`` is the one field that it is about, by our own name for it.
    """
    words = {name: words_of(name, status, code) for name in LANGUAGES}
    body: dict[str, Any] = {
        "type": f"urn:tocsin:problem:{code}",
        "title": words[language]["title"],
        "status": status,
        "detail": words[language]["detail"],
        "instance": request,
        "code": code,
        "titles": {name: said["title"] for name, said in words.items()},
        "details": {name: said["detail"] for name, said in words.items()},
    }
    if field:
        body["field"] = field
    return respond(
        status,
        "application/problem+json",
        orjson.dumps(body).decode(),
        Content_Language=language,
        **headers,
    )


def code_for(status: int) -> str:
    """The code of what the platform refuses by itself."""
    return _BY_STATUS.get(status, "internal" if status >= 500 else "bad_request")  # noqa: PLR2004


def words_of(language: str, status: int, code: str) -> dict[str, str]:
    """Title and detail of a problem."""
    known: dict[str, dict[str, str]] = locale(language)["problems"]
    return known.get(code) or known[code_for(status)]
