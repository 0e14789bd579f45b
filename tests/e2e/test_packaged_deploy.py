"""A deployment while rungs fall due: the packaged app, updated in place to another version."""

import pytest

from tools.bench.deploy import VERSIONS, drill, stage
from tools.local.progress import Progress

pytestmark = [pytest.mark.slow, pytest.mark.emulator]

CASES, STEP_MS = 12, 8_000


def test_no_rung_is_missed_by_a_deployment() -> None:
    """Every rung of every case is paged, once or with a label, by the old version or the new."""
    progress = Progress()
    with stage(STEP_MS, progress) as found:
        told = drill(found, CASES, STEP_MS, progress.say)

    assert told.faults == []
    assert sum(told.by_version.values()) == 3 * CASES
    assert told.by_version[VERSIONS[1]] >= CASES  # the last rungs, at least, are the new version's
