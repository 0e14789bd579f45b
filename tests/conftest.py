"""Which tests share a worker."""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

PACKAGED = "tests/e2e/test_packaged"


class Workers(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Each test for itself, but the stories of the packaged app on one worker, one by one.

    Two deployments at once starve each other's clocks.  The mark ``xdist_group`` would do it too,
    but pytest 9.2 keeps a test's id where xdist 3.8 does not look, and the mark is then silently
    nothing.
    """

    def _split_scope(self, nodeid: str) -> str:
        return PACKAGED if nodeid.startswith(PACKAGED) else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Workers | None:
    """Ours, for the way that ``make test`` asks for."""
    return Workers(config, log) if config.getvalue("dist") == "loadgroup" else None
