"""The same hundred pairs on the emulator: two threads, two connections, real transactions."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest

from chalicelib.aws.clock import SystemClock
from chalicelib.aws.ids import SystemIds
from chalicelib.aws.ledger import DynamoLedger
from chalicelib.services.complaint import Answer
from chalicelib.services.deliver import deliver
from chalicelib.services.parts import Parts
from tests.support.emulator import Emulator
from tests.support.fakes import FakeQueues
from tests.support.judged_pairs import check
from tests.support.pairs import pairs
from tests.support.world import World


@pytest.mark.emulator
def test_a_hundred_pairs_at_once_on_the_emulator(emulator: Emulator) -> None:
    """Never two unlinked cases for one order, never one case for two strangers."""
    world, clock = World(), SystemClock()
    ledger = DynamoLedger(emulator.clients.dynamodb, emulator.make_tables(), clock)
    queues = FakeQueues(clock)
    world.parts = replace(world.parts, ledger=ledger, clock=clock, ids=SystemIds(), queues=queues)
    with ThreadPoolExecutor(2) as two:
        for pair in pairs():
            start = Barrier(2)
            jobs = [two.submit(_together(world, start, one)) for one in (pair.first, pair.second)]
            answers = [job.result() for job in jobs]
            _follow(world.parts, queues)
            ids = dict.fromkeys(answer.body["case"] for answer in answers)
            found = [loaded.case for loaded in ledger.load_all(list(ids))]
            check(pair, answers, [case for case in found if case])


def _together(world: World, start: Barrier, fields: dict[str, Any]) -> Callable[[], Answer]:
    def run() -> Answer:
        start.wait()
        return world.complain(**fields)

    return run


def _follow(parts: Parts, queues: FakeQueues) -> None:
    for body in queues.take_pages():
        if "follow" in body:
            deliver(parts, dict(body), 1, "message")
