"""Retry an act that depends on what it has read, where somebody else wrote meanwhile."""

from collections.abc import Callable

from ladder.domain.errors import Superseded, Unavailable

TRIES = 8

type Pause = Callable[[int], None]  # takes the number of tries so far


def until_written[T](act: Callable[[], T], pause: Pause, *, busy: str) -> T:
    """Return what `act` returns; it reads everything again each time. Raises Unavailable, naming what is `busy`."""
    for tries in range(TRIES):
        try:
            return act()
        except Superseded:
            pause(tries)
    raise Unavailable(f"others kept {busy} busy through {TRIES} tries")
