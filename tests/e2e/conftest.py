"""What the stories of the packaged app share: one deployment a session."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.packaged import Packaged, deployed


@pytest.fixture(scope="session")
def packaged(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Packaged]:
    """The really packaged app, seeded; each story opens cases of its own.

    Raises:
        FileExistsError: another worker of this run has one too, and two starve each other's
            clocks; ``tests/conftest.py`` is there to prevent it.
    """
    (_of_the_run(tmp_path_factory, worker_id) / "packaged").touch(exist_ok=False)
    with deployed(tmp_path_factory.mktemp("local")) as found:
        yield found


def _of_the_run(factory: pytest.TempPathFactory, worker: str) -> Path:
    """A folder that all workers of this run share, and no other run."""
    own = factory.getbasetemp()
    return own if worker == "master" else own.parent
