"""A command shows how far it is; told to stop, it closes what it opened, and being told again does not hurry it."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import pytest
from rich.console import Console

from infra.cli.driver.progress import SIGNALS, Stopped, progress, stoppable, stopped_once


@pytest.mark.parametrize("number", SIGNALS)
def test_the_first_signal_ends_the_block_with_the_status_that_shells_tell(number: signal.Signals) -> None:
    with pytest.raises(Stopped) as stopped, stopped_once():
        signal.raise_signal(number)
    assert stopped.value.status == 128 + number


def test_signals_after_the_first_do_not_interrupt_the_closing() -> None:
    closed: list[str] = []
    with pytest.raises(Stopped), stopped_once(), _closing_slowly(closed):
        signal.raise_signal(signal.SIGINT)
    assert closed == ["everything"]


@contextmanager
def _closing_slowly(closed: list[str]) -> Iterator[None]:
    try:
        yield
    finally:
        for number in SIGNALS:
            signal.raise_signal(number)
        closed.append("everything")


def test_afterwards_signals_mean_what_they_meant_before() -> None:
    before = [signal.getsignal(each) for each in SIGNALS]
    with pytest.raises(Stopped), stopped_once():
        signal.raise_signal(signal.SIGTERM)
    assert [signal.getsignal(each) for each in SIGNALS] == before


def test_what_was_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stopped_once():
            signal.raise_signal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def shown(*, terminal: bool) -> str:
    written = StringIO()
    with progress(Console(file=written, force_terminal=terminal, width=80), "Posts judged") as show:
        for done in range(1, 4):
            show(done, 3)
    return written.getvalue()


def test_on_a_terminal_a_bar_moves() -> None:
    assert "Posts judged" in shown(terminal=True)
    assert "3/3" in shown(terminal=True)


def test_elsewhere_a_line_comes_now_and_then_and_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(terminal=False) == "Posts judged: 3 of 3\n"
    monkeypatch.setattr("infra.cli.driver.progress.LINE_SECONDS", 0.0)
    assert shown(terminal=False).splitlines() == [f"Posts judged: {done} of 3" for done in (1, 2, 3)]


def test_a_command_that_is_stopped_says_so_and_has_the_status_that_shells_tell(
    capsys: pytest.CaptureFixture[str],
) -> None:
    @stoppable
    def command() -> int:
        signal.raise_signal(signal.SIGTERM)
        return 0

    assert (command(), capsys.readouterr().err) == (143, "stopped\n")
