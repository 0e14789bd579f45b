"""What the stories of the packaged app share: one deployment a session, on one worker."""

from collections.abc import Iterator

import pytest

from tests.e2e.packaged import Packaged, deployed


@pytest.fixture(scope="session")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Packaged]:
    """The really packaged app, seeded; each story opens cases of its own."""
    with deployed(tmp_path_factory.mktemp("local")) as found:
        yield found


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker for these stories: two deployments at once starve each other's clocks."""
    for item in items:
        if item.path.name.startswith("test_packaged"):
            item.add_marker(pytest.mark.xdist_group("packaged"))
