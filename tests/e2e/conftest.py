"""What the stories of the packaged app share: one deployment a session."""

from collections.abc import Iterator

import pytest

from tests.e2e.packaged import Packaged, deployed


@pytest.fixture(scope="session")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Packaged]:
    """The really packaged app, seeded; each story opens cases of its own."""
    with deployed(tmp_path_factory.mktemp("local")) as found:
        yield found
