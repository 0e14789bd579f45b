"""Waiting for several answers at once."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor


class Threads:
    """``AtOnce`` on threads, which a worker keeps; boto3's clients may be shared between them."""

    def __init__(self, most: int) -> None:
        """``most`` jobs run at once; the others wait for their turn."""
        self._pool = ThreadPoolExecutor(most, thread_name_prefix="at-once")

    def __call__[T](self, jobs: Sequence[Callable[[], T]]) -> list[T]:
        """Their results in order; raises what a job raised.  A lone job has no thread."""
        if len(jobs) == 1:
            return [jobs[0]()]
        return list(self._pool.map(_run, jobs))


def _run[T](job: Callable[[], T]) -> T:
    return job()
