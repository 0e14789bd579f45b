"""Choosing ports."""

import socket

import pytest

from tools.local import ports
from tools.local.ports import HOST, PortTakenError, choose, insist, is_free, listen


def test_a_taken_port_is_left_alone() -> None:
    """Where somebody listens we take another port, unless this very one was asked for."""
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        taken = other.getsockname()[1]
        assert not is_free(taken)
        chosen = choose(taken)
        assert chosen != taken
        with pytest.raises(PortTakenError, match=str(taken)):
            insist(taken)
    assert insist(chosen) == chosen


def test_the_wanted_port_is_taken_when_free() -> None:
    """A free default stays the default, but never twice."""
    free = choose(0)
    assert choose(free) == free
    assert choose(free, avoid=free) != free


def test_two_that_want_the_same_port_at_once_get_one_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both found it free; the second to take it takes another, and never the first one's."""
    with listen(0) as first:
        taken = first.getsockname()[1]
        looked = iter([True])
        monkeypatch.setattr(ports, "is_free", lambda port: next(looked, is_free(port)))
        with listen(taken) as second:
            assert second.getsockname()[1] != taken
    with listen(taken) as third:
        assert third.getsockname()[1] == taken
