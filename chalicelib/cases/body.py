"""The stored form of a case: canonical-JSON-able data, as small as it can be.

Fields may be added: an older body lacks them, and what is empty is left out.
``tests/data/releases`` keeps bodies of each release.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, NamedTuple

from chalicelib.cases import upcasters
from chalicelib.cases.ladder import Ladder
from chalicelib.cases.model import (
    Acknowledgement,
    Action,
    Ask,
    Case,
    Closure,
    Freeze,
    Glass,
    Paged,
    Police,
    Proposal,
    Resolution,
    Rope,
    Sending,
    Task,
    Try,
    Verdict,
    Waiting,
)
from chalicelib.terms import Tier

# Always there, even when false or zero.
ALWAYS = frozenset({"id", "code", "seq", "opened", "last", "tier"})


class UnreadableCaseError(ValueError):
    """The stored body is not one that this release can read; the fallback bell must ring."""


class Codec(NamedTuple):
    """How one field is written and read."""

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


def _row(value: Any) -> list[Any]:
    return [list(part) if isinstance(part, tuple) else part for part in value]


def _from_row[T](shape: Callable[..., T]) -> Callable[[list[Any]], T]:
    return lambda row: shape(*(tuple(part) if isinstance(part, list) else part for part in row))


def _one(shape: Callable[..., Any]) -> Codec:
    return Codec(_row, _from_row(shape))


def _by_name(shape: Callable[..., Any]) -> Codec:
    read = _from_row(shape)
    return Codec(
        lambda rows: {name: _row(row) for name, row in rows.items()},
        lambda rows: {name: read(row) for name, row in rows.items()},
    )


def _paged_row(p: Paged) -> list[Any]:
    row = [p.role, p.rung, p.n, dict(p.last)]
    return [*row, list(p.failed)] if p.failed else row


def _read_paged(row: list[Any]) -> Paged:
    role, rung, n, last, *failed = row
    return Paged(role, rung, n, last, tuple(failed[0]) if failed else ())


def _ack_row(ack: Acknowledgement) -> list[Any]:
    return [ack.person, ack.role, ack.at, ack.holds]


def _sending_row(s: Sending) -> list[Any]:
    return [s.person, s.role, s.channel, s.rung, s.why, s.attempt, s.asked]


def _action_row(action: Action) -> list[Any]:
    return [action.person, action.code, action.at, action.missed]


def _tries(rows: list[list[Any]]) -> tuple[Try, ...]:
    return tuple(Try(*row) for row in rows)


_PLAIN = Codec(_same, _same)
_LIST = Codec(list, tuple)
_MAP = Codec(dict, _same)
_TIER = Codec(lambda tier: tier.value, Tier)
_CODECS: dict[str, Codec] = {
    "tier": _TIER,
    "gravest": _TIER,
    "firm": _TIER,
    "ladder": Codec(lambda ladder: ladder.pin(), Ladder.unpin),
    "paged": Codec(
        lambda rows: {name: _paged_row(row) for name, row in rows.items()},
        lambda rows: {name: _read_paged(row) for name, row in rows.items()},
    ),
    "sending": Codec(
        lambda rows: {name: _sending_row(row) for name, row in rows.items()},
        lambda rows: {name: Sending(*row) for name, row in rows.items()},
    ),
    "ack": Codec(_ack_row, lambda row: Acknowledgement(*row)),
    "acted": Codec(_action_row, lambda row: Action(*row)),
    "ropes": _by_name(Rope),
    "freeze": _one(Freeze),
    "data": _by_name(Ask),
    "police": _one(Police),
    "tasks": _by_name(Task),
    "proposals": _by_name(Proposal),
    "reviews": _by_name(Verdict),
    "glass": _one(Glass),
    "resolved": _one(Resolution),
    "tries": Codec(lambda tries: [_row(one) for one in tries], _tries),
    "closed": _one(Closure),
    "waiting": _one(Waiting),
    **dict.fromkeys(("vendors", "linked", "recent", "policies", "hazards", "absorbed"), _LIST),
    **dict.fromkeys(("clocks", "held", "first", "counts", "done", "missed", "waited"), _MAP),
}


_FIELDS = tuple((field.name, _CODECS.get(field.name, _PLAIN)) for field in fields(Case))


def to_body(case: Case) -> dict[str, Any]:
    """The case as canonical-JSON-able data; empty fields are left out to keep it small."""
    body: dict[str, Any] = {"schema": upcasters.SCHEMA}
    values = case.__dict__
    for name, codec in _FIELDS:
        value = values[name]
        if value or name in ALWAYS:  # None, "", False, 0, () and {} say nothing
            body[name] = codec.write(value)
    return body


def from_body(body: Mapping[str, Any]) -> Case:
    """Read a stored body; raises UnreadableCaseError when this release cannot.

    A field that this release does not know is left alone: the next release wrote it.
    """
    try:
        body = upcasters.upcast(body, upcasters.STEPS, upcasters.SCHEMA)
    except LookupError as error:
        raise UnreadableCaseError(str(error)) from error
    try:
        return Case(**{name: c.read(body[name]) for name, c in _FIELDS if name in body})
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableCaseError(f"case body: {type(error).__name__} {error}") from error
