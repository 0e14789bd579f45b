"""A request's body, whatever it is: JSON if it can be, else a form, else one text.

Nothing here raises and nothing is dropped: what could not be read stands in ``notes.received``.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from chalicelib.web import loose_json
from chalicelib.web.loose_json import clean_text
from chalicelib.web.notes import Notes, Repeated

OVERSIZE_BYTES = 262_144
FORM_FIELDS_MAX = 500

_CHARSET = re.compile(r"charset\s*=\s*\"?([a-z0-9._-]{1,30})")
# Only these: some of Python's codecs take quadratic time.
_GUESSES = frozenset(
    {"gb18030", "gbk", "gb2312", "big5", "iso-8859-1", "windows-1252", "shift_jis", "euc-kr"}
)
_FORM_START = re.compile(r"\s*[A-Za-z_.\[\]]{1,40}=")
_FORM_NEST = re.compile(r"(reporter|subject|attributes)[._\[]([A-Za-z0-9_]{1,40})\]?")
_JSON_START = ("{", "[", '"')


@dataclass(frozen=True, slots=True)
class Body:
    """``fields`` as sent, cleaned of what no store can hold; ``notes`` says what was cleaned."""

    fields: Mapping[str, Any]
    notes: Notes


def bytes_of(event: Mapping[str, Any]) -> bytes:
    """The body's bytes out of an API Gateway event; a base64 flag that lies is ignored."""
    body = event.get("body") or b""
    raw: bytes = body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")
    if event.get("isBase64Encoded"):
        try:
            return base64.b64decode(raw, validate=True)
        except binascii.Error:
            return raw
    return raw


def read(raw: bytes, content_type: str, known: frozenset[str]) -> Body:
    """Read a body; ``known`` are the field names that make a form a form."""
    notes = Notes()
    if len(raw) > OVERSIZE_BYTES:
        notes.problem("body", "oversize")
    text = _decode(raw, content_type, notes)
    if not text.strip(" \t\r\n\0"):
        return Body({}, notes)
    kind = content_type.lower()
    if text.lstrip().startswith(_JSON_START) or "json" in kind:
        return _json(text, notes)
    if "x-www-form-urlencoded" in kind or _FORM_START.match(text):
        return _form(text, known, notes, declared="form" in kind)
    notes.problem("body", "not_json")
    return _whole(text, text, notes)


def _decode(raw: bytes, content_type: str, notes: Notes) -> str:
    """UTF-8, or UTF-16/32 that says so or can only be that; else a guess, with the bytes kept."""
    encoding = json.detect_encoding(raw)
    if encoding != "utf-8":
        try:
            text = raw.decode(encoding)
        except ValueError:
            pass
        else:
            if encoding in {"utf-8-sig", "utf-16", "utf-32"} or text.startswith(_JSON_START):
                return text
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        notes.demote("body", "not_utf8", {"base64": base64.b64encode(raw).decode()})
    declared = _CHARSET.search(content_type.lower())
    for guess in (declared[1] if declared else "", "gb18030"):
        if guess in _GUESSES:
            try:
                return raw.decode(guess)
            except UnicodeDecodeError:
                continue
    return raw.decode("utf-8", "replace")


def _json(text: str, notes: Notes) -> Body:
    try:
        value = loose_json.parse(text.lstrip("\ufeff"))
    except loose_json.NotJsonError as error:
        notes.problem("body", error.code)
        return _whole(loose_json.unescaped(text), text, notes, loose_json.salvage(text))
    if isinstance(value, dict):
        return Body(_cleaned(value, text, notes), notes)
    notes.problem("body", "not_an_object")
    if isinstance(value, list):
        notes.received.setdefault("body", text)
        return Body(_cleaned(_merged(value), text, notes), notes)
    return _whole("" if value is None else value if isinstance(value, str) else text, text, notes)


def _merged(items: list[Any]) -> dict[str, Any]:
    """Several complaints in one body are read as one that says all of it."""
    pairs: list[tuple[str, Any]] = []
    for item in items:
        if isinstance(item, dict):
            for key, value in item.items():
                values = value if isinstance(value, Repeated) else [value]
                pairs += [(key, one) for one in values]
        elif item not in (None, "", []):
            pairs.append(("text", item))
    return loose_json.gathered(pairs)


def _form(text: str, known: frozenset[str], notes: Notes, *, declared: bool) -> Body:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=FORM_FIELDS_MAX)
    except ValueError:
        pairs = []
    nested = [_FORM_NEST.fullmatch(key) for key, _ in pairs]
    if not any(key in known for key, _ in pairs) and not any(nested):
        notes.problem("body", "not_json")
        return _whole(unquote_plus(text) if declared else text, text, notes)
    fields: dict[str, Any] = loose_json.gathered(
        pair for pair, match in zip(pairs, nested, strict=True) if not match
    )
    for group in ("reporter", "subject", "attributes"):
        inner = loose_json.gathered(
            (match[2], value)
            for (_, value), match in zip(pairs, nested, strict=True)
            if match and match[1] == group
        )
        if inner:
            fields[group] = Repeated([fields[group], inner]) if group in fields else inner
    if "\ufffd" in repr(fields):
        notes.demote("body", "not_utf8", text)
    return Body(_cleaned(fields, text, notes), notes)


def _whole(words: str, text: str, notes: Notes, answers: Mapping[str, Any] | None = None) -> Body:
    """The body is one text; the original is kept beside it wherever the two differ."""
    if words != text:
        notes.received.setdefault("body", text)
    fields = {**(answers or {}), "text": words}
    return Body(_cleaned(fields, text, notes), notes)


def _cleaned(fields: Mapping[str, Any], text: str, notes: Notes) -> dict[str, Any]:
    """The same fields without lone surrogates, which no store and no judge can take."""
    found: dict[str, Any] = _clean(dict(fields))
    if found != fields:
        notes.problem("body", "lone_surrogates")
        notes.received.setdefault("body", _ascii(text))
    return found


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return loose_json.gathered((clean_text(key), _clean(inner)) for key, inner in value.items())
    if isinstance(value, list):
        return type(value)(_clean(inner) for inner in value)
    return value


def _ascii(text: str) -> str:
    return text if clean_text(text) == text else json.dumps(text)
