"""A case as its item holds it: canonical bytes, and their hash, which its entry calls its state.

One commit asks for the bytes or the hash of the same case three times.
"""

from hashlib import sha256
from typing import Any, NamedTuple

from chalicelib.audit import canonical
from chalicelib.cases import upcasters
from chalicelib.cases.body import to_body
from chalicelib.cases.model import Case
from chalicelib.services.ports import Loaded


class _Form(NamedTuple):
    """A case's body as bytes, the schema that it was written in, and its hash in hex."""

    schema: int
    data: bytes
    hash: str


def _form(case: Case) -> _Form:
    """Kept with the case itself, which never changes; a copy (``cases.copying``) has its own."""
    known: _Form | None = case.__dict__.get("_form")
    if known is None or known.schema != upcasters.SCHEMA:
        data = canonical.encode(to_body(case))
        known = case.__dict__["_form"] = _Form(upcasters.SCHEMA, data, sha256(data).hexdigest())
    return known


def encoded(case: Case) -> bytes:
    """The bytes that are stored; raises NotCanonicalError when a field lies outside the profile."""
    return _form(case).data


def digest(case: Case) -> str:
    """SHA-256 in hex of ``encoded``; raises as it does."""
    return _form(case).hash


def stored_digest(loaded: Loaded) -> str:
    """The hash of the body as it lies there: what the newest entry left; empty for none."""
    known: _Form | None = loaded.case.__dict__.get("_form") if loaded.case else None
    if known is not None and known.data == loaded.body:
        return known.hash
    return sha256(loaded.body).hexdigest() if loaded.body else ""


def stored_state(loaded: Loaded) -> dict[str, Any] | None:
    """The body as it lies there: an auditor's hash of it is what the newest entry names.

    Another release may have written it, whose form is not ours.  None when it is no body at all.
    """
    try:
        state = canonical.decode(loaded.body)
    except canonical.NotCanonicalError:
        return None
    return state if isinstance(state, dict) else None
