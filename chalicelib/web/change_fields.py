"""A proposal's body: strict JSON, for a tool writes it, and nobody in distress."""

from typing import Any

import orjson

from chalicelib.services.change_model import ChangeKind
from chalicelib.services.change_proposal import Proposal
from chalicelib.services.errors import RefusedError

BODY_MAX = 20_000
_TEXTS = ("name", "phone", "email", "language", "role", "employer", "org")
_KNOWN = frozenset({"kind", "person", "duty", "channels", *_TEXTS})


def read_proposal(raw: bytes) -> Proposal:
    """What is proposed; raises RefusedError(422), never quoting what was sent."""
    body = _object(raw)
    if body.keys() - _KNOWN:
        raise RefusedError(422, "unknown_field")
    kind = body.get("kind")
    if not isinstance(kind, str) or kind not in ChangeKind:
        raise RefusedError(422, "unknown_change_kind")
    person = body.get("person", "")
    value = {name: body[name] for name in _TEXTS if name in body}
    if any(type(text) is not str for text in (person, *value.values())):
        raise RefusedError(422, "change_unreadable")
    if "channels" in body:
        value["channels"] = tuple(_strings(body["channels"]))
    if "duty" in body:
        value |= _duty(body["duty"], kind)
    return Proposal(kind=ChangeKind(kind), person=person, value=value)


def _object(raw: bytes) -> dict[str, Any]:
    try:
        body = orjson.loads(raw) if len(raw) <= BODY_MAX else None
    except orjson.JSONDecodeError:
        body = None
    if not isinstance(body, dict):
        raise RefusedError(422, "change_unreadable")
    return body


def _strings(value: Any) -> list[str]:
    if not isinstance(value, list) or any(type(one) is not str for one in value):
        raise RefusedError(422, "change_unreadable")
    return value


def _duty(value: Any, kind: str) -> dict[str, list[str]]:
    """Only of a roster: elsewhere its roles would be taken for names of fields."""
    if kind != ChangeKind.ROSTER or not isinstance(value, dict):
        raise RefusedError(422, "change_unreadable")
    return {role: _strings(group) for role, group in value.items()}
