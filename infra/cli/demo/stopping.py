"""Handles Ctrl-C, SIGTERM and a closed terminal once, so that everything open is closed in order."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(KeyboardInterrupt):
    """A signal asked the command to stop."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.status = 128 + number  # as shells report it


@contextmanager
def stopped_once() -> Iterator[None]:
    """Raise Stopped at the first signal and ignore later ones, which would interrupt the closing.

    A signal that was ignored before stays ignored.
    """
    handled = [number for number in SIGNALS if signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, _stop) for number in handled}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(received: int, _: FrameType | None) -> NoReturn:
    for number in SIGNALS:
        signal.signal(number, _ignore)
    raise Stopped(received)


def _ignore(_number: int, _: FrameType | None) -> None:
    """Used instead of SIG_IGN, with which Python complains of a signal that arrived just before it was set."""
