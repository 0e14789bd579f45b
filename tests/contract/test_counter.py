"""Counting requests, on the emulator: atomically, by key and window."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.aws.clock import SystemClock
from chalicelib.aws.counter import DynamoCounter
from tests.support.emulator import Emulator


@pytest.mark.emulator
def test_every_request_is_counted_once(emulator: Emulator) -> None:
    """Forty at once count to forty; another key and another window begin anew."""
    clock = SystemClock()
    table = emulator.make_tables().registry
    counter = DynamoCounter(emulator.clients.dynamodb, table, clock)
    expires = clock.now() + 60_000
    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(lambda _: counter.count("crd_1", 7, expires), range(40)))
    assert sorted(counts) == list(range(1, 41))
    assert counter.count("crd_1", 8, expires) == 1
    assert counter.count("crd_2", 7, expires) == 1
