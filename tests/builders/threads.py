"""Several threads that begin in the same moment."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

WORKERS = 8


def at_once[R](act: Callable[[int], R], workers: int = WORKERS) -> Sequence[R]:
    """The answers of so many threads that all begin in the same moment."""
    start = Barrier(workers)

    def one(number: int) -> R:
        start.wait()
        return act(number)

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(one, range(workers)))
