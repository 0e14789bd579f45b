"""A vendor that floods: told to come again, while everybody else is heard."""

from dataclasses import replace

import pytest

from chalicelib.services.errors import RefusedError
from chalicelib.services.limits import Throttle
from chalicelib.services.ports import UncertainError
from chalicelib.services.throttle import WINDOW_MS, admit
from chalicelib.terms import Role
from tests.support.world import World


class Counts:
    """As the port, in memory; ``silent`` does not answer."""

    def __init__(self) -> None:
        self.seen: dict[tuple[str, int], int] = {}
        self.silent = False

    def count(self, key: str, window: int, expires: int) -> int:
        """As the port."""
        if self.silent:
            raise UncertainError
        assert expires > 0
        self.seen[key, window] = self.seen.get((key, window), 0) + 1
        return self.seen[key, window]


@pytest.fixture
def world() -> World:
    """Three requests in ten seconds."""
    world = World()
    world.parts = replace(world.parts, throttle=Throttle(3, Counts()))
    return world


def flood(world: World, times: int, role: Role = Role.VENDOR_AGENT, act: str = "") -> int:
    """How many of so many requests are told to come again."""
    told = 0
    for _ in range(times):
        try:
            admit(world.parts, world.vendor(role), act)
        except RefusedError as refused:
            told += (refused.status, refused.code) == (429, "too_many_requests")
    return told


def test_what_is_over_the_limit_is_told_to_come_again(world: World) -> None:
    """Three pass in a window, and three in the next."""
    assert flood(world, 10) == 7
    world.clock.advance(WINDOW_MS)
    assert flood(world, 3) == 0


def test_a_flood_writes_one_entry_a_window(world: World) -> None:
    """On the chain of the credential, not one for each request."""
    flood(world, 50)
    chains = [key for key in world.ledger.chains if world.vendor().id in key]
    entries = [line for chain in chains for line in world.ledger.entries(chain, 0, 99)]
    assert len(entries) == 1


def test_each_credential_has_its_own_limit(world: World) -> None:
    """One agent's script takes nothing from the supervisor."""
    flood(world, 10)
    assert flood(world, 3, Role.VENDOR_SUPERVISOR) == 0


@pytest.mark.parametrize("act", ["escalate", "raise"])
def test_asking_for_help_is_never_limited(world: World, act: str) -> None:
    """However much was posted before."""
    flood(world, 10)
    assert flood(world, 10, act=act) == 0


def test_nobody_but_vendors_is_limited(world: World) -> None:
    """The client's people, its app, and whoever has no credential."""
    for _ in range(10):
        admit(world.parts, world.client(), "")


def test_a_counter_that_does_not_answer_lets_everybody_through(world: World) -> None:
    """A fault of ours never keeps a complaint out."""
    counter = world.parts.throttle.counter
    assert isinstance(counter, Counts)
    counter.silent = True
    assert flood(world, 10) == 0
