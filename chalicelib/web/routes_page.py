"""The link in a page.  GET shows and changes nothing; POST needs the PIN or an enrolled device."""

import re
from urllib.parse import parse_qs

from chalice.app import Blueprint, Response

from chalicelib.services import page_link
from chalicelib.services.errors import RefusedError
from chalicelib.services.page_link import Outcome, Proof
from chalicelib.services.page_view import PageView
from chalicelib.terms import SECOND
from chalicelib.web.asked import Asked
from chalicelib.web.guard import guarded
from chalicelib.web.loose_json import clean_text
from chalicelib.web.page_forms import PRESSES, typed
from chalicelib.web.pages import Said, gone, show
from chalicelib.web.words import accepted, known

routes = Blueprint(__name__)

COOKIE = "tocsin_device"
FORM_BYTES = 65_536
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")
_COOKIE = re.compile(rf"(?:^|;)\s*{COOKIE}=([A-Za-z0-9_.-]{{1,200}})\s*(?:;|$)")


@routes.route("/p/{token}", methods=["GET"])
@guarded(routes, gone)
def get_page(asked: Asked, token: str) -> Response:
    """Show the case behind a page's link."""
    view = page_link.view(asked.parts, checked(token), asked.id, device(asked))
    return _show(asked, view, Said())


@routes.route("/p/{token}", methods=["POST"], content_types=["*/*"])
@guarded(routes, gone)
def post_page(asked: Asked, token: str) -> Response:
    """Own the case behind a page's link, or act on it."""
    form = form_of(asked.body())
    try:
        outcome = _do(asked, checked(token), form)
    except RefusedError as refused:
        if refused.status in {404, 503}:
            raise
        view = page_link.view(asked.parts, checked(token), asked.id, device(asked))
        fault = Said(fault=refused.code, status=refused.status, typed=typed(form))
        return _show(asked, view, fault)
    done = form["do"]
    if done == "hand_over" and not form.get("reference", "").strip():
        done = "attempt"
    return _show(asked, outcome.view, Said(done=done, cookie=_cookie(asked, outcome)))


def _do(asked: Asked, token: str, form: dict[str, str]) -> Outcome:
    press = PRESSES.get(form.get("do", ""))
    if press is None:
        page_link.refuse_unknown(asked.parts, token, asked.id)
    proof = Proof(pin=form.get("pin", "")[:20], device=device(asked), request=asked.id)
    return press(asked.parts, token, proof, form)


def checked(token: str) -> str:
    """A token as we make them; anything else leads nowhere."""
    if not _TOKEN.fullmatch(token):
        raise RefusedError(404, "page_link_unknown")
    return token


def device(asked: Asked) -> str:
    """The cookie that enrols this device, or nothing."""
    found = _COOKIE.search(asked.header("cookie")[:8_000])
    return found[1] if found else ""


def form_of(raw: bytes) -> dict[str, str]:
    """A form's first values; nothing of what cannot be read as one.

    A browser sends a line's end as two characters and counts it as one of those it lets be typed.
    """
    try:
        pairs = parse_qs(raw[:FORM_BYTES].decode("utf-8", "replace"), max_num_fields=50)
    except ValueError:
        return {}
    return {name: clean_text(values[0]).replace("\r\n", "\n") for name, values in pairs.items()}


def _show(asked: Asked, view: PageView, said: Said) -> Response:
    chosen = known(asked.query("lang")) or known(view.language)
    language = chosen or accepted(asked.header("accept-language"))
    return show(view, language, asked.parts.clock.now(), said)


def _cookie(asked: Asked, outcome: Outcome) -> str:
    """Sent back to us alone, by no other site's wish, and out of reach of any script."""
    secure = "" if asked.parts.link_base.startswith("http://") else "; Secure"
    age = page_link.DEVICE_KEPT_MS // SECOND
    value = outcome.device_cookie
    return f"{COOKIE}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Strict{secure}"
