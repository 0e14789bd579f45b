"""Choosing ports."""

import socket

import pytest

from tools.local.ports import HOST, PortTakenError, choose, insist, is_free


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
