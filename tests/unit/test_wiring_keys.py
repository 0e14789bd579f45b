"""Joining the parts: keys that come from Secrets Manager and change while a worker lives."""

from collections.abc import Iterator

import pytest

from chalicelib import wiring
from chalicelib.services.keyring import Keyring
from chalicelib.services.ports import UncertainError
from tests.support.world import World
from tests.unit.test_settings import ALL


class Kept:
    """The secret as this worker sees it."""

    def __init__(self, ring: Keyring | None) -> None:
        self.ring = ring

    def keyring(self) -> Keyring:
        """As the adapter."""
        if self.ring is None:
            raise UncertainError("away")
        return self.ring


@pytest.fixture(params=["api", "herald"])
def fn(request: pytest.FixtureRequest) -> Iterator[str]:
    """A function that is in use."""
    name = str(request.param)
    wiring.use(name, World().parts)
    yield name
    wiring.use(name, None)


def _keep(fn: str, ring: Keyring | None, monkeypatch: pytest.MonkeyPatch) -> Kept:
    kept = Kept(ring)
    monkeypatch.setitem(wiring._secrets, fn, kept)
    return kept


def test_keys_follow_the_secret(fn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker's next request has the keys of that moment, and joins nothing anew for it."""
    kept = _keep(fn, Keyring(b"a" * 32), monkeypatch)
    first = wiring.parts(fn)
    assert (first.keys, wiring.parts(fn) is first) == ((b"a" * 32,), True)
    kept.ring = Keyring(b"b" * 32, (b"a" * 32,), (b"c" * 32,))

    then = wiring.parts(fn)

    assert then.keys == (b"b" * 32, b"a" * 32)
    assert then.peppers == (b"b" * 32, b"a" * 32, b"c" * 32)
    assert then.ledger is first.ledger


def test_the_shared_secret_follows_too(fn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is signed with is what the secret says now."""
    for name, value in ALL.items():
        monkeypatch.setenv(name, value)
    _keep(fn, Keyring(b"d" * 32, client_systems=(b"s" * 32,)), monkeypatch)
    assert wiring.parts(fn).client_secrets == (b"s" * 32,)


def test_without_the_secret_pages_still_go_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pager needs no key to ring; the api answers nothing that a key should have signed."""
    for name in ("api", "herald"):
        wiring.use(name, World().parts)
        _keep(name, None, monkeypatch)
    assert wiring.parts("herald").link_key == b"k" * 32
    with pytest.raises(UncertainError):
        wiring.parts("api")
    for name in ("api", "herald"):
        wiring.use(name, None)
