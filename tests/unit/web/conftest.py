"""The app over HTTP in this process, on a world in memory."""

from collections.abc import Iterator

import pytest
from chalice.test import Client

from app import app
from chalicelib import wiring
from tests.support.world import World
from tests.unit.web.desk import Desk


@pytest.fixture
def world() -> Iterator[World]:
    """A world that the api, the workers and the opener all work in."""
    made = World()
    for fn in ("api", "ring", "herald", "pager", "sweep", "open"):
        wiring.use(fn, made.parts)
    yield made
    for fn in ("api", "ring", "herald", "pager", "sweep", "open"):
        wiring.use(fn, None)


@pytest.fixture
def desk(world: World) -> Iterator[Desk]:
    """Everybody who may knock, with their credentials."""
    with Client(app) as client:
        yield Desk(world, client)
