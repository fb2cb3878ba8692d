"""Quick tests are told apart by where they stand and what they use, and cannot do what would make them slow."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.builders.stores import EMULATED
from tests.builders.watch import NotQuick


def is_quick(request: pytest.FixtureRequest) -> bool:
    return request.node.get_closest_marker("quick") is not None


def with_socket(act: Callable[[socket.socket], object]) -> None:
    with socket.socket() as opened:
        act(opened)


def test_a_test_is_quick_by_default(request: pytest.FixtureRequest) -> None:
    assert is_quick(request)


@pytest.mark.slow
def test_a_test_that_is_marked_as_slow_is_not_quick(request: pytest.FixtureRequest) -> None:
    assert not is_quick(request)
    subprocess.run([sys.executable, "-c", ""], check=True)


@EMULATED
def test_a_test_that_needs_ministack_is_not_quick(request: pytest.FixtureRequest) -> None:
    assert not is_quick(request)


@pytest.mark.parametrize(
    "act",
    [
        lambda: subprocess.run([sys.executable, "-c", ""], check=True),
        lambda: os.posix_spawn(sys.executable, [sys.executable, "-c", ""], {}),
        lambda: with_socket(lambda opened: opened.connect(("127.0.0.1", 9))),
        lambda: with_socket(lambda opened: opened.bind(("127.0.0.1", 0))),
    ],
    ids=["a process", "a spawned process", "a connection", "a server"],
)
def test_a_quick_test_starts_no_process_and_opens_no_connection(act: Callable[[], object]) -> None:
    with pytest.raises(NotQuick, match="mark it as slow, or use a fake"):
        act()
