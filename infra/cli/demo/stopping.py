"""Told to stop, by Ctrl-C, SIGTERM or a terminal that is closed: once, so that everything open is closed in order."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(KeyboardInterrupt):
    """By the signal of that number."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.status = 128 + number  # as shells tell it


@contextmanager
def stopped_once() -> Iterator[None]:
    """The first signal raises Stopped; more of them would only interrupt the closing. One that was ignored stays so."""
    heeded = [each for each in SIGNALS if signal.getsignal(each) != signal.SIG_IGN]
    before = {each: signal.signal(each, _stop) for each in heeded}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _stop(number: int, _: FrameType | None) -> NoReturn:
    for each in SIGNALS:
        signal.signal(each, _heard_already)
    raise Stopped(number)


def _heard_already(_number: int, _: FrameType | None) -> None:
    """No SIG_IGN: Python complains of a signal that came in the moment before it was set."""
