"""Show how far a command is, and handle Ctrl-C, SIGTERM and a closed terminal once, so that everything is closed."""

import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import wraps
from threading import Event
from types import FrameType
from typing import NoReturn

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from infra.local.emulator import Emulator

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LINE_SECONDS = 10.0
COLUMNS = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())

type Show = Callable[[int, int], None]  # how many are done, of how many


@contextmanager
def progress(status: Console, title: str) -> Iterator[Show]:
    """Yield a function that shows how many steps of how many are done.

    On a terminal it moves a bar, elsewhere it prints a line every ten seconds and at the end.
    """
    bar, printed = Progress(*COLUMNS, console=status, disable=not status.is_terminal), time.monotonic()
    task = bar.add_task(title)

    def show(done: int, total: int) -> None:
        nonlocal printed
        bar.update(task, completed=done, total=total)
        if bar.disable and (done == total or time.monotonic() - printed >= LINE_SECONDS):
            status.print(f"{title}: {done} of {total}", highlight=False)
            printed = time.monotonic()

    with bar:
        yield show


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

    def stop(received: int, _: FrameType | None) -> NoReturn:
        for number in SIGNALS:
            # not SIG_IGN, with which Python complains of a signal that arrived just before it was set
            signal.signal(number, lambda *_: None)
        raise Stopped(received)

    handled = [number for number in SIGNALS if signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, stop) for number in handled}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def stoppable[**Arguments](command: Callable[Arguments, int]) -> Callable[Arguments, int]:
    """Let a signal end the command in order, with the status that shells report."""

    @wraps(command)
    def run(*args: Arguments.args, **options: Arguments.kwargs) -> int:
        try:
            with stopped_once():
                return command(*args, **options)
        except Stopped as stopped:
            print("stopped", file=sys.stderr)
            return stopped.status

    return run


def keep_running(aws: Emulator, outputs: Mapping[str, str], status: Console) -> None:
    """Wait for Enter, or for Ctrl-C where there is no keyboard. Any AWS tool can connect with dummy keys."""
    status.print(f"The stage is still running: AWS at {aws.endpoint}. Try `ladder ledger verify` in another terminal.")
    for name, value in outputs.items():
        status.print(f"  {name}: {value}")
    status.print("Press Enter or Ctrl-C to stop it.")
    with suppress(KeyboardInterrupt):
        if not sys.stdin.readline():
            Event().wait()
