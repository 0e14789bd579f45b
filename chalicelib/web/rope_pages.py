"""The page that a reporter's own link opens: where it stands in plain words, and five answers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chalice.app import Response

from chalicelib.services.rope_view import RopeView
from chalicelib.web.pages import as_html, render
from chalicelib.web.problems import words_of
from chalicelib.web.times import local
from chalicelib.web.words import locale

# What is asked once more before it is written down.
CONFIRMED = frozenset({"solved", "withdraw"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was just done, or is asked again, or went wrong; and what was typed."""

    done: str = ""
    confirm: str = ""
    fault: str = ""
    status: int = 200
    typed: str = ""


def show_rope(view: RopeView, language: str, now: int, heard: Heard) -> Response:
    """The page in a language at a time (ms)."""
    r = locale(language)["rope"]
    html = render(
        "rope.html",
        language,
        tier="S3",
        r=r,
        view=view,
        lines=list(_lines(r, view, now)),
        asked=bool(view.resolved_at and not view.closed_at),
        done=r["done"][heard.done] if heard.done else "",
        confirm=heard.confirm,
        confirm_means=_means(r, view, heard.confirm) if heard.confirm else "",
        fault=words_of(language, heard.status, heard.fault) if heard.fault else None,
        typed=heard.typed,
    )
    return as_html(heard.status, html)


def rope_gone(status: int, code: str, *, language: str, request: str, **headers: str) -> Response:
    """In place of a problem document, for the reporter: in words, with nothing of any case."""
    problem = words_of(language, status, code)
    shown = request if status >= 500 else ""  # noqa: PLR2004
    html = render("gone.html", language, tier="S3", problem=problem, request=shown)
    return as_html(status, html, **headers)


def _lines(r: Mapping[str, Any], view: RopeView, now: int) -> Iterator[str]:
    """The status, sentence by sentence, in the order in which it happened."""

    def at(sentence: str, ms: int, **more: str) -> str:
        return str(r[sentence].format(clock=local(ms, now), **more))

    yield at("received", view.received_at)
    if not view.whole:
        yield r["part"]
    else:
        for told in view.told:
            yield at("told", told.at, role=r["roles"].get(told.role, r["roles"]["other"]))
        if view.rings and not (view.told or view.closed_at):
            yield r["told_none"]
        yield from _handling(r, view, at)
    if view.closed_at:
        yield at("closed", view.closed_at)


def _handling(r: Mapping[str, Any], view: RopeView, at: Any) -> Iterator[str]:
    """Whether a person has it, what was done, what is owed."""
    if view.owned_at:
        yield at("owned", view.owned_at)
    elif not view.closed_at and not view.resolved_at:
        yield r["owned_none" if view.rings else "owned_none_quiet"]
    if view.action:
        yield at(
            "acted", view.acted_at, action=r["actions"].get(view.action, r["actions"]["other"])
        )
    elif view.grave and not view.closed_at:
        yield r["acted_none"]
    if view.late:
        yield r["late"]
    if view.next_by and not view.closed_at:
        yield at("next", view.next_by)
    if view.withdrawn_at:
        yield r["withdrawn"]
    if view.resolved_at and not view.closed_at:
        yield at("resolved", view.resolved_at)


def _means(r: Mapping[str, Any], view: RopeView, what: str) -> str:
    """What their word will do, and no more: only a proved reporter's can end anything."""
    if view.own:
        return str(r[f"confirm_{what}_own"])
    if what == "withdraw" and view.grave:
        return str(r["confirm_withdraw_grave"])
    return str(r[f"confirm_{what}_kept"])
