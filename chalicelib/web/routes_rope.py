"""A reporter's own link, without a login.  GET shows and changes nothing; POST says one thing."""

from chalice.app import Blueprint, Response

from chalicelib.services import rope_link
from chalicelib.services.errors import RefusedError
from chalicelib.services.rope_link import Press
from chalicelib.services.rope_view import RopeView
from chalicelib.web.asked import Asked
from chalicelib.web.guard import guarded
from chalicelib.web.rope_pages import CONFIRMED, Heard, rope_gone, show_rope
from chalicelib.web.routes_page import checked, form_of
from chalicelib.web.words import accepted, known

routes = Blueprint(__name__)

TEXT_MAX = 4_000
# The page stays, with what was typed, where the reporter can do something about it.
STAYS = frozenset({422, 429})


@routes.route("/r/{token}", methods=["GET"])
@guarded(routes, rope_gone)
def get_rope(asked: Asked, token: str) -> Response:
    """Where the reporter's matter stands."""
    view = rope_link.view(asked.parts, _checked(token))
    return _show(asked, view, Heard())


@routes.route("/r/{token}", methods=["POST"], content_types=["*/*"])
@guarded(routes, rope_gone)
def post_rope(asked: Asked, token: str) -> Response:
    """The reporter's own word; *solved* and *withdraw* are asked once more."""
    form = form_of(asked.body())
    do, text = form.get("do", ""), form.get("text", "")[:TEXT_MAX]
    if do in CONFIRMED and form.get("confirm") != "yes":
        view = rope_link.view(asked.parts, _checked(token))
        return _show(asked, view, Heard(confirm=do, typed=text))
    try:
        pressed = Press(do=do, text=text, request=asked.id)
        view = rope_link.press(asked.parts, _checked(token), pressed)
    except RefusedError as refused:
        if refused.status not in STAYS:
            raise
        view = rope_link.view(asked.parts, _checked(token))
        return _show(asked, view, Heard(fault=refused.code, status=refused.status, typed=text))
    return _show(asked, view, Heard(done=do))


def _checked(token: str) -> str:
    """A token as we make them; anything else leads nowhere."""
    try:
        return checked(token)
    except RefusedError:
        raise RefusedError(404, "rope_link_unknown") from None


def _show(asked: Asked, view: RopeView, heard: Heard) -> Response:
    chosen = known(asked.query("lang")) or known(view.language)
    language = chosen or accepted(asked.header("accept-language"))
    return show_rope(view, language, asked.parts.clock.now(), heard)
