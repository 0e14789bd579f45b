"""Two callers at once, one step of the store at a time, in an order that a seed decides."""

import threading
from collections.abc import Callable
from random import Random
from typing import Any

# The ledger's operations at which another caller may come in between.
STEPS = frozenset({"load", "load_all", "links", "once", "commit", "entries"})


class Turns:
    """A ledger that hands the turn over before each of its operations.

    Only one caller runs at any moment, so that a seed gives the same interleaving again.
    """

    def __init__(self, ledger: Any, seed: int) -> None:
        """Wraps a ledger that may be shared."""
        self._ledger = ledger
        self._dice = Random(seed)  # a seed that failed must fail again
        self._mine: dict[int, threading.Semaphore] = {}
        self._back = threading.Semaphore(0)

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._ledger, name)
        if name not in STEPS:
            return real

        def step(*args: Any, **named: Any) -> Any:
            self._wait()
            return real(*args, **named)

        return step

    def _wait(self) -> None:
        """Give the turn back, and go on when it comes again."""
        mine = self._mine.get(threading.get_ident())
        if mine:
            self._back.release()
            mine.acquire()

    def together[T](self, *jobs: Callable[[], T]) -> list[T]:
        """Run the jobs, their steps mixed; their results in the order of the jobs."""
        results: dict[int, T] = {}
        faults: list[BaseException] = []
        waiting: dict[int, threading.Semaphore] = {}
        threads = []

        def run(number: int, job: Callable[[], T], mine: threading.Semaphore) -> None:
            self._mine[threading.get_ident()] = mine
            mine.acquire()
            try:
                results[number] = job()
            except BaseException as fault:  # noqa: BLE001  # told by the one who started it
                faults.append(fault)
            finally:
                del waiting[number]
                del self._mine[threading.get_ident()]
                self._back.release()

        for number, job in enumerate(jobs):
            waiting[number] = threading.Semaphore(0)
            threads.append(threading.Thread(target=run, args=(number, job, waiting[number])))
            threads[-1].start()
        while waiting:
            waiting[self._dice.choice(sorted(waiting))].release()
            self._back.acquire()
        for thread in threads:
            thread.join()
        if faults:
            raise faults[0]
        return [results[number] for number in range(len(jobs))]
