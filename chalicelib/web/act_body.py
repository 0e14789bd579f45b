"""A body, or a form, as what an act takes: lenient as everywhere, and nothing sent is lost.

What is no field of the act's own goes to the vault, whatever its name.
"""

import re
from collections.abc import Mapping
from typing import Any

from chalicelib.services.acts_model import Field, Given, Shape, Spec
from chalicelib.terms import Tier
from chalicelib.web.answers import answer
from chalicelib.web.body import read
from chalicelib.web.notes import plain, strings

READINGS = ("reading", "readings")
# Evidence may come by that name, or as a plain text.
TOLD = ("evidence", "text")
_CODE = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_CODE_DIGITS = 4
_ID = {
    Shape.CASE: re.compile(r"cas_[0-9a-z]{26}"),
    Shape.REACH: re.compile(r"vlt_[0-9a-z]{26}"),
    Shape.NUMBER: re.compile(r"[0-9]{1,15}"),
    Shape.PROPOSAL: re.compile(r"[0-9]{1,15}"),
}
_LIST_MAX = 20


class _UnreadableError(ValueError):
    """A value of another shape than its field's."""


def given(raw: bytes, content_type: str, spec: Spec) -> Given:
    """Read a request's body for an act."""
    known = frozenset({*(field.name for field in spec.fields), *READINGS, *TOLD})
    return given_from(read(raw, content_type, known).fields, spec)


def given_from(fields: Mapping[str, Any], spec: Spec) -> Given:
    """The same of fields that have been read already."""
    values: dict[str, Any] = {}
    unreadable = set()
    own = {field.name for field in spec.fields}
    for field in spec.fields:
        try:
            value = _value(field, fields.get(field.name))
        except _UnreadableError:
            unreadable.add(field.name)
            continue
        if value is not None:
            values[field.name] = value
    readings = [text for name in READINGS for text in strings(fields.get(name))]
    rest = {name: plain(v) for name, v in fields.items() if name not in {*own, *READINGS}}
    return Given(values, _sealed(rest), tuple(readings), frozenset(unreadable))


def _sealed(rest: dict[str, Any]) -> dict[str, Any]:
    """Evidence that is an object gives its own names; words alone are the text."""
    evidence = rest.pop("evidence", None)
    told = evidence if isinstance(evidence, dict) else {"text": evidence} if evidence else {}
    return {**rest, **told}


def _value(field: Field, value: Any) -> Any:
    if value in (None, "", []):
        return None
    if field.shape is not Shape.CODES and len(strings(value)) > 1:
        raise _UnreadableError  # several values for one field: nobody guesses which was meant
    if field.shape is Shape.YES:
        found = answer(value)
        if found is None:
            raise _UnreadableError
        return found
    if field.shape is Shape.CODES:
        words = [part for text in strings(value) for part in text.split(",") if part.strip()]
        if len(words) > _LIST_MAX:
            raise _UnreadableError
        return tuple(_code(word) for word in words)
    return _single(field, str(value if isinstance(value, str | int) else _first(value)).strip())


def _first(value: Any) -> str:
    return "".join(strings(value)[:1])


def _single(field: Field, text: str) -> Any:
    if field.shape is Shape.TIER:
        if text.upper() not in Tier:
            raise _UnreadableError
        return Tier(text.upper())
    if field.shape is Shape.CODE:
        return _code(text)
    if not _ID[field.shape].fullmatch(text):
        raise _UnreadableError
    return int(text) if field.shape is Shape.NUMBER else text


def _code(text: str) -> str:
    """As a code; digits are few, so that no code can be anybody's number."""
    code = "_".join(text.casefold().split())
    if not _CODE.fullmatch(code) or sum(map(str.isdigit, code)) > _CODE_DIGITS:
        raise _UnreadableError
    return code
