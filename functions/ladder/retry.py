"""An act that rests on what it has read, tried again where somebody else wrote meanwhile."""

from collections.abc import Callable

from ladder.domain.errors import Superseded, Unavailable

TRIES = 8

type Pause = Callable[[int], None]  # told how many tries there were


def until_written[T](act: Callable[[], T], pause: Pause, *, busy: str) -> T:
    """What `act` answers; it reads everything anew each time. Raises Unavailable, naming who was `busy`, in the end."""
    for tries in range(TRIES):
        try:
            return act()
        except Superseded:
            pause(tries)
    raise Unavailable(f"others kept {busy} busy through {TRIES} tries")
