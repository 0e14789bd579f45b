"""The page that a link to a new number opens: what is asked, and two answers."""

from chalice.app import Response

from chalicelib.services.change_accept import AcceptView
from chalicelib.web.pages import as_html, render
from chalicelib.web.times import local
from chalicelib.web.words import locale


def show_acceptance(view: AcceptView, language: str, now: int) -> Response:
    """The page in a language at a time (ms)."""
    t = locale(language)["accept"]
    html = render(
        "accept.html",
        language,
        tier="S4",
        a=t,
        view=view,
        title=t["titles"][view.kind],
        means=t["means"][view.kind],
        state=t["states"][view.state],
        roles=[t["roles"].get(role, role) for role in view.roles],
        until=t["until"].format(clock=local(view.expires_at, now)),
    )
    return as_html(200, html)
