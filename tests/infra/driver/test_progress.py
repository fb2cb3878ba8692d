"""Told to stop, a command closes what it opened; being told again does not hurry it."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from infra.cli.driver.progress import SIGNALS, Stopped, stopped_once


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
