"""A case is written on by another release: its chain of entries goes on, and can be checked."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import orjson
import pytest

from chalicelib.audit.canonical import decode, encode
from chalicelib.cases import upcasters
from chalicelib.services import auditing
from chalicelib.services.engine import chain_of
from chalicelib.services.stored_form import stored_digest, stored_state
from chalicelib.terms import DAY
from tests.support.world import World
from tools.export import export
from tools.verify_log import verify


@contextmanager
def next_schema(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Code whose bodies have schema 2, and which brings those of schema 1 up to it."""
    with monkeypatch.context() as patch:
        patch.setattr(upcasters, "SCHEMA", 2)
        patch.setattr(upcasters, "STEPS", {1: dict})
        yield


def states(world: World, case: str) -> list[tuple[str, str]]:
    """``pre`` and ``post`` of every entry of the case."""
    lines = world.ledger.entries(chain_of(case), 0, 1000)
    return [(e["state"]["pre"], e["state"]["post"]) for e in map(decode, lines)]


def test_a_new_schema_breaks_no_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first entry of a new release begins with the state that the old one left."""
    world = World()
    case = str(world.complain().body["case"])
    world.fast_forward(10)
    with next_schema(monkeypatch):
        world.fast_forward(10)
    found = states(world, case)
    assert len(found) > 10
    assert [pre for pre, _ in found[1:]] == [post for _, post in found[:-1]]


def test_a_field_of_a_later_release_breaks_no_chain() -> None:
    """An older release drops what it does not know, and says what it found all the same."""
    world = World()
    case = str(world.complain().body["case"])
    beside, head, data = world.ledger._cases[case]
    later = orjson.dumps({**decode(data), "zeal": 3}, option=orjson.OPT_SORT_KEYS)
    world.ledger._cases[case] = (beside, head, later)
    loaded = world.ledger.load(case)
    assert loaded
    world.fast_forward(1)
    assert states(world, case)[1][0] == stored_digest(loaded) != states(world, case)[0][1]


def test_what_an_older_release_left_passes_the_auditors_check(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The state of a case that nobody has touched since is exported as it lies there."""
    world = World()
    case = str(world.complain().body["case"])
    post = states(world, case)[-1][1]
    with next_schema(monkeypatch):
        export(world.ledger, tmp_path, world.clock, world.start - DAY)
        told = auditing.state(world.parts, world.client(), case).body["state"]
    assert verify(tmp_path, as_of=world.clock.now()).findings == []
    assert sha256(encode(told)).hexdigest() == post


def test_a_body_that_is_none_has_no_state() -> None:
    """Neither what is no JSON, nor what is not there, nor what is no object."""
    world = World()
    case = str(world.complain().body["case"])
    loaded = world.ledger.load(case)
    assert loaded
    assert stored_state(loaded)
    for body in (b"", b"not JSON", b"[]"):
        assert stored_state(replace(loaded, body=body)) is None
