"""Very many cases due in one second, rung and paged by engines that nobody packaged.

A sweep hands its slots on to as many processes as there are cores.  Each rings a batch of a slot
and then sends its pages, by tens.
"""

import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import batched
from multiprocessing import get_context
from multiprocessing.queues import JoinableQueue, Queue
from multiprocessing.synchronize import Semaphore
from typing import Any, NamedTuple

from chalicelib.audit.entry import Cause
from chalicelib.aws.clients import Clients
from chalicelib.aws.dynamo import Store, Write
from chalicelib.aws.items import beside_of
from chalicelib.aws.ledger import Tables
from chalicelib.cases.commands import Tick
from chalicelib.services.deliver import deliver_all
from chalicelib.services.engine import from_machine, plan
from chalicelib.services.ports import AT_ONCE, Commit, Loaded, Slot
from chalicelib.services.slots import ring_slot, sweep
from chalicelib.terms import SECOND
from tools.bench.crowd import STEP_MS, Crowd, Filed, Taken
from tools.bench.lateness import Heard, late, tally
from tools.local.emulator import Emulator

WORKERS = 3
RUNG = 1
# The engine and the bare store are compared on a third of the cases, with nothing sent.
SHARE = 3
# Until then all of them are in the tables; opening takes about a millisecond a case.
LEAD_MS_A_CASE = 3
LEAD_MS = 3 * SECOND
_IDLE_S = 0.005
_PATIENCE_S = 60


@dataclass(frozen=True, slots=True)
class AtOnce:
    """What came of it: the row of lateness, what was lost, and how fast either was."""

    row: dict[str, Any]
    lost: int
    repeats: int
    unlabelled: int
    case_writes_per_s: float
    bare_case_writes_per_s: float
    emulator_cpu_s: float
    engine_cpu_s: float
    seconds: float

    @property
    def ratio(self) -> float:
        """Case-writes of the engine (load, decide, seal, pack, commit) to the bare store's."""
        return round(self.case_writes_per_s / self.bare_case_writes_per_s, 2)

    @property
    def profile(self) -> dict[str, Any]:
        """Who was busy for how much of the time."""
        return {
            "seconds": round(self.seconds, 1),
            "emulator_cpu_s": round(self.emulator_cpu_s, 1),
            "engine_cpu_s": round(self.engine_cpu_s, 1),
        }


def at_once(clients: Clients, emulator: Emulator, count: int) -> AtOnce:
    """Ring ``count`` cases whose second rung is due in the same second."""
    bare = _bare(Crowd(clients, name="bare-"), count // SHARE)
    crowd = Crowd(clients, name="rung-")
    with _workers(crowd.tables, sending=False) as workers:
        alone, _ = _rung(crowd, workers, count // SHARE)
    crowd = Crowd(clients)
    with _workers(crowd.tables, sending=True) as workers:
        before = cpu_s(emulator.pid)
        seconds, filed = _rung(crowd, workers, count)
        emulator_cpu_s = cpu_s(emulator.pid) - before
        done = workers.finish()
    due = filed[0].case.opened + RUNG * STEP_MS
    taken = [one for report in done for one in report.taken]
    number = crowd.people["owner_second"].phone
    heard = [Heard(one.number, one.text) for one in taken]
    told = tally(heard, [(one.case.code, number) for one in filed])
    late_ms = [one.at - due for one in taken]
    return AtOnce(
        row=late(f"{count} at once", RUNG, late_ms, round(seconds * SECOND)),
        lost=told.lost,
        repeats=told.repeats,
        unlabelled=told.unlabelled,
        case_writes_per_s=round(count // SHARE / alone, 1),
        bare_case_writes_per_s=bare,
        emulator_cpu_s=emulator_cpu_s,
        engine_cpu_s=sum(report.cpu_s for report in done),
        seconds=seconds,
    )


class Report(NamedTuple):
    """What a worker gave to the carrier, and the processor time that it took."""

    taken: list[Taken]
    cpu_s: float


class _Workers(NamedTuple):
    """Processes that ring slots, and what they are given."""

    slots: "JoinableQueue[Slot | None]"
    said: "Queue[Report]"

    def finish(self) -> list[Report]:
        """Have them end, there being nothing left to do."""
        for _ in range(WORKERS):
            self.slots.put(None)
        return [self.said.get(timeout=_PATIENCE_S) for _ in range(WORKERS)]


def _rung(crowd: Crowd, workers: _Workers, count: int) -> tuple[float, list[Filed]]:
    """Cases that fall due once all are in the tables, and the seconds from then to the last."""
    due = crowd.clock.now() + LEAD_MS + count * LEAD_MS_A_CASE
    filed = [crowd.open(due - RUNG * STEP_MS) for _ in range(count)]
    crowd.put(filed)
    while crowd.clock.now() < due:
        time.sleep(_IDLE_S)
    crowd.queues.hand_on = workers.slots.put
    sweep(crowd.parts, until=due)  # so late that it hands all of them on
    workers.slots.join()
    return (crowd.clock.now() - due) / SECOND, filed


@contextmanager
def _workers(tables: Tables, *, sending: bool) -> Iterator[_Workers]:
    """Started afresh, with clients of their own."""
    context = get_context("spawn")
    workers = _Workers(context.JoinableQueue(), context.Queue())
    ready = context.Semaphore(0)
    given = (tables, workers, ready, sending)
    processes = [context.Process(target=_work, args=given) for _ in range(WORKERS)]
    for process in processes:
        process.start()
    try:
        for _ in processes:
            ready.acquire(timeout=_PATIENCE_S)
        yield workers
    finally:
        for process in processes:
            process.terminate()
            process.join()


def _work(tables: Tables, given: _Workers, ready: Semaphore, sending: bool) -> None:  # noqa: FBT001  # a process takes no names
    crowd = Crowd(Clients(), tables)
    crowd.queues.hand_on = given.slots.put
    crowd.parts.watch()  # as any warm worker has done
    ready.release()
    begun = time.process_time()
    while slot := given.slots.get():
        ring_slot(crowd.parts, slot, Cause("sweep", "bench"))
        while sending and (messages := crowd.queues.messages(AT_ONCE)):
            for error in deliver_all(crowd.parts, messages).values():
                raise error
        given.slots.task_done()
    given.said.put(Report(crowd.carriers.taken, time.process_time() - begun))


def _bare(crowd: Crowd, count: int) -> float:
    """Case-writes a second of the store alone: the same Puts, ten cases a transaction.

    They are decided, sealed and packed beforehand, nothing is read, and as many threads write.
    """
    at = crowd.clock.now() - RUNG * STEP_MS
    filed = [crowd.open(at) for _ in range(count)]
    crowd.put(filed)
    commits = [_next(crowd, one) for one in filed]
    batches = [crowd.prepared(some) for some in batched(commits, AT_ONCE, strict=False)]
    shares = [batches[n::WORKERS] for n in range(WORKERS)]
    store = Store(crowd.clients.dynamodb, crowd.clock)

    def write(share: list[tuple[list[Write], str]]) -> None:
        for puts, token in share:
            store.transact(puts, token)

    threads = [threading.Thread(target=write, args=(share,)) for share in shares]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return round(count / (time.perf_counter() - begun), 1)


def _next(crowd: Crowd, one: Filed) -> Commit:
    """What an engine would write for the rung that is due."""
    loaded = Loaded(beside_of(one.case), one.entries[-1].head, one.case)
    planned = plan(crowd.parts, from_machine(Cause("sweep", "bench")), loaded, Tick())
    if planned.commit is None:
        raise ValueError("nothing is due")
    return planned.commit


def cpu_s(pid: int) -> float:
    """Seconds of processor time that a process has used."""
    said = subprocess.run(
        ["ps", "-o", "cputimes=", "-p", str(pid)], check=True, capture_output=True, text=True
    ).stdout
    return float(said)
