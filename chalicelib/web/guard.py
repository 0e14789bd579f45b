"""Every view is wrapped here: Chalice's middleware never sees what a view raises."""

from collections.abc import Callable
from functools import wraps

from chalice.app import Blueprint, ChaliceViewError, Request, Response

from chalicelib.services.acts_model import FieldError
from chalicelib.services.errors import BusyError, RefusedError
from chalicelib.services.operations import Reporter
from chalicelib.services.ports import ClockSkewError, UncertainError
from chalicelib.services.unfit import UNFIT, RecordedError
from chalicelib.web.asked import Asked
from chalicelib.web.observe import count, log
from chalicelib.web.problems import RETRY_SECONDS, code_for, problem

type View = Callable[..., Response]
type Document = Callable[..., Response]

SERVER_FAULT = 500
# What this process has said of itself of late.
reporter = Reporter()


def guarded(routes: Blueprint, document: Document = problem) -> Callable[[View], View]:
    """Give the view an ``Asked``; answer whatever it raises with a document (or a page)."""

    def wrap(view: View) -> View:
        @wraps(view)
        def answer(**path: str) -> Response:
            asked = Asked(routes.current_request, request_id(routes.current_request))
            return answer_safely(asked, lambda: view(asked, **path), document)

        return answer

    return wrap


def answer_safely(asked: Asked, view: Callable[[], Response], document: Document) -> Response:
    """Run a view; log its outcome by route and code alone."""
    code = ""
    try:
        response = view()
    except Exception as error:  # noqa: BLE001  # whatever it is, the caller gets a document
        status, code = _status_and_code(error)
        if status == UNFIT and not isinstance(error, RecordedError):
            _record(asked, code)
        if status >= SERVER_FAULT and code == "internal":
            log.exception("fault", extra={"request": asked.id, "route": asked.route})
        response = document(
            status,
            code,
            language=asked.language,
            request=asked.id,
            **_field(error),
            **_headers(status),
        )
    note(asked.request, asked.id, response.status_code, code)
    if response.status_code < SERVER_FAULT:
        reporter.report(asked.parts)
    return response


def _field(error: Exception) -> dict[str, str]:
    return {"field": error.field} if isinstance(error, FieldError) else {}


def _record(asked: Asked, code: str) -> None:
    """Whatever is the matter with the log, the caller gets the refusal and not a fault."""
    try:
        asked.record(code)
    except Exception:  # noqa: BLE001  # as above
        log.exception("refusal not recorded", extra={"request": asked.id, "code": code})
        count(RefusalsUnrecorded=1)


def _status_and_code(error: Exception) -> tuple[int, str]:
    if isinstance(error, RefusedError):
        return error.status, error.code
    if isinstance(error, BusyError | UncertainError | ClockSkewError):
        return 503, "busy"
    if isinstance(error, ChaliceViewError):
        return error.STATUS_CODE, code_for(error.STATUS_CODE)
    return SERVER_FAULT, "internal"


def _headers(status: int) -> dict[str, str]:
    if status in {429, 503}:
        return {"Retry_After": str(RETRY_SECONDS)}
    return {"WWW_Authenticate": 'Bearer realm="tocsin"'} if status == 401 else {}  # noqa: PLR2004


def note(request: Request, identity: str, status: int, code: str) -> None:
    """One line and one number for each answer."""
    line = {"request": identity, "route": f"{request.method} {request.path}", "status": status}
    log.info("answered", extra=line | ({"code": code} if code else {}))
    count(**{f"Answers{status // 100}xx": 1})


def request_id(request: Request | None) -> str:
    """API Gateway's id of this request, else Lambda's."""
    if request is None:
        return ""
    given = request.context.get("requestId") or getattr(
        request.lambda_context, "aws_request_id", None
    )
    return str(given or "local")


def platform_problems(request: Request, get_response: Callable[[Request], Response]) -> Response:
    """What Chalice itself refuses (a method, a media type) or breaks on, as a problem document."""
    identity = request_id(request)
    try:
        response = get_response(request)
    except Exception:  # noqa: BLE001  # as above
        log.exception("fault outside of a view", extra={"request": identity})
        return problem(SERVER_FAULT, "internal", request=identity)
    if response.status_code < 400 or not isinstance(response.body, dict):  # noqa: PLR2004
        return response
    status = response.status_code
    allow = str(response.headers.get("Allow", ""))
    return problem(status, code_for(status), request=identity, Allow=allow)
