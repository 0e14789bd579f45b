"""The page a link opens: words, times and forms put into the templates."""

import base64
import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from chalice.app import Response

from chalicelib.cases.commands import CALL_OUTCOMES, FROZEN, INFORMED
from chalicelib.cases.end_commands import LOWER_REASONS
from chalicelib.services.page_view import PageView
from chalicelib.terms import DAY, HOUR, MINUTE
from chalicelib.web.answering import respond
from chalicelib.web.page_forms import TYPED
from chalicelib.web.problems import words_of
from chalicelib.web.times import local, read_time
from chalicelib.web.words import locale

_FOLDER = Path(__file__).with_name("templates")
_OTHER = {"en": "zh-CN", "zh-CN": "en"}
# Whoever complained wrote these: a service code such as *21* would turn a phone's calls elsewhere,
# and an address with ?bcc= would send the answer to a stranger too.
_NUMBER = re.compile(r"\+?[0-9][0-9 ().\u2010-\u2013-]{3,24}")
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,190}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is shown beside the case: what was just done, or what went wrong, and what was typed."""

    done: str = ""
    fault: str = ""
    status: int = 200
    typed: Mapping[str, str] = field(default_factory=dict)
    cookie: str = ""


def show(view: PageView, language: str, now: int, said: Said) -> Response:
    """The page in a language at a time (ms)."""
    t = locale(language)["page"]
    html = render(
        "page.html",
        language,
        tier=view.tier,
        view=view,
        open_for=t["open_for"].format(time=_span(t, now - view.opened_at)),
        why=[_reason(reason, language) for reason in view.why],
        more=t["why_more"].format(n=len(view.why) - 3),
        known=[(t["fields"].get(name, name), value) for name, value in view.known.items()],
        told=[
            (t["told_fields"][name], name, value, _href(name, value))
            for name, value in (view.told or {}).items()
        ],
        dial=_href("phone", (view.told or {}).get("phone", "")),
        clocks=[_clock(t, clock, now) for clock in view.clocks],
        state=_state(t, view, now),
        owned=_owned(view),
        next_by=_next_by(t, view, now),
        other_own=locale(_OTHER[language])["page"]["own"],
        done=t[f"done_{said.done}"] if said.done else "",
        fault=_fault(t, language, said) if said.fault else None,
        typed={name: said.typed.get(name, "") for name in TYPED},
        newest=_newest(t, view, now),
        proposals=[_proposal(t, proposal, now) for proposal in view.proposals],
        lower_reasons=LOWER_REASONS,
        outcomes=CALL_OUTCOMES,
        authorities=tuple(t["authorities"]),
        tiers={tier: f"{tier} · {name}" for tier, name in t["tiers"].items()},
        actions=_actions(view),
        act_open=view.status not in {"resolved", "closed"},
        to=t["to"].format(name=view.person_name),
    )
    return as_html(said.status, html, Set_Cookie=said.cookie)


def gone(status: int, code: str, *, language: str, request: str, **headers: str) -> Response:
    """In place of a problem document, for a person: in words, without a case."""
    known = words_of(language, status, code)
    # A link that leads nowhere is no fault of ours: the request's id would help nobody.
    shown = request if status >= 500 else ""  # noqa: PLR2004
    html = render("gone.html", language, tier="S4", problem=known, request=shown)
    return as_html(status, html, **headers)


def as_html(status: int, html: str, **headers: str) -> Response:
    """A page of ours, which nothing may frame and no script may enter."""
    return respond(
        status,
        "text/html; charset=utf-8",
        html,
        Content_Security_Policy=_security_policy(),
        X_Frame_Options="DENY",
        **headers,
    )


@cache
def _css() -> str:
    return (_FOLDER / "page.css").read_text("utf-8")


@cache
def _security_policy() -> str:
    """No script at all, our one style by its hash, and forms only to ourselves."""
    digest = base64.b64encode(hashlib.sha256(_css().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )


@cache
def _environment() -> Any:
    # Only a page needs the templates; every other request starts without them.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415

    return Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(template: str, language: str, **context: Any) -> str:
    """A template filled in; every value is escaped."""
    from markupsafe import Markup  # noqa: PLC0415  # as above

    html: str = (
        _environment()
        .get_template(template)
        .render(
            language=language,
            other=_OTHER[language],
            t=locale(language)["page"],
            css=Markup(_css()),  # noqa: S704  # our own file
            **context,
        )
    )
    return html


def _fault(t: Mapping[str, Any], language: str, said: Said) -> Mapping[str, str]:
    """Why it was refused, in words for a phone where those for the api would not help."""
    words: Mapping[str, str] = t["faults"].get(said.fault) or words_of(
        language, said.status, said.fault
    )
    return words


def _href(name: str, value: str) -> str:
    """What a tap on a reporter's number or address does; nothing where that is not plain."""
    text = unicodedata.normalize("NFKC", value)
    if name == "email":
        return f"mailto:{text.strip()}" if _ADDRESS.fullmatch(text.strip()) else ""
    number = _NUMBER.search(text) if name == "phone" and not re.search(r"[*#;,]", text) else None
    return "tel:" + re.sub(r"[^0-9+]", "", number[0]) if number else ""


def _actions(view: PageView) -> list[str]:
    """What has no form of its own on this page."""
    own = {FROZEN: "freeze", INFORMED: "hand_over"}
    return [code for code in view.actions if own.get(code, "") not in view.offers]


def _owned(view: PageView) -> bool:
    return bool(view.acknowledged and view.acknowledged["holds"])


def _state(t: Mapping[str, Any], view: PageView, now: int) -> str:
    if view.acted:
        action = t["actions"].get(view.acted["code"], view.acted["code"])
        at = local(view.acted["at"], now)
        return str(t["acted"].format(name=view.acted["name"], clock=at, action=action))
    owner = view.acknowledged
    if owner is None:
        return str(t["nobody"])
    mine = owner["holds"] and not view.can_acknowledge
    sentence = "owned_you" if mine else "owned" if owner["holds"] else "owned_lapsed"
    return str(t[sentence].format(name=owner["name"], clock=local(owner["at"], now)))


def _next_by(t: Mapping[str, Any], view: PageView, now: int) -> str:
    due = next((c["due_at"] for c in view.clocks if c["clock"] == "K4"), None)
    return str(t["next_by"].format(clock=local(_ms(due), now))) if due else ""


def _newest(t: Mapping[str, Any], view: PageView, now: int) -> dict[str, str] | None:
    if not view.newest:
        return None
    at = t["newest_at"].format(clock=local(view.newest["at"], now))
    return {"text": view.newest["text"], "at": at}


def _proposal(t: Mapping[str, Any], proposal: Mapping[str, Any], now: int) -> dict[str, Any]:
    """A waiting proposal in words: what, why, by whom, and until when."""
    what = t["proposals"].get(proposal["what"], proposal["what"]).format(to=proposal["to"])
    reason = t["reasons"].get(proposal["reason"], proposal["reason"])
    until = local(proposal["until"], now)
    told = "proposed_you" if proposal["mine"] else "proposed"
    line = t[told].format(name=proposal["by"], reason=reason, clock=until)
    return {**proposal, "title": what, "line": line}


def _reason(reason: Mapping[str, Any], language: str) -> dict[str, Any]:
    alarms: Mapping[str, str] = locale(language)["page"]["alarms"]
    policy = reason["policy"]
    title = reason["title"].get(language) or alarms.get(policy, policy)
    return {"title": title, "words": reason["words"]}


def _clock(t: Mapping[str, Any], clock: Mapping[str, str], now: int) -> dict[str, Any]:
    due = _ms(clock["due_at"])
    late = due <= now
    said = t["overdue" if late else "due_in"].format(time=_span(t, abs(due - now)))
    label = t["clocks"].get(clock["clock"], clock["clock"])
    return {"label": label, "left": said, "late": late, "at": t["at"].format(clock=local(due, now))}


def _ms(text: str) -> int:
    return read_time(text).ms or 0


def _span(t: Mapping[str, Any], ms: int) -> str:
    """Minutes below three hours, for it is minutes that count; then hours, then days."""
    if ms < 3 * HOUR:
        return str(t["minutes"].format(n=max(0, ms) // MINUTE))
    if ms < 2 * DAY:
        return str(t["hours"].format(h=ms // HOUR, m=ms % HOUR // MINUTE))
    return str(t["days"].format(d=ms // DAY, h=ms % DAY // HOUR))
