"""Tell quick tests from slow ones, hold the quick ones to it, and provide the two emulators of AWS.

MiniStack is a process of its own: it runs the deployed functions, and it is what several threads write to at once.
moto runs within the test: it is quicker to call, and gone when the test ends.
"""

import signal
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.local.emulator import KEYS, REGION, Emulator, emulator
from tests.builders.stores import EMULATED
from tests.builders.watch import WATCH

TESTS = Path(__file__).parent
SLOW_FOLDERS = (  # they deploy, synthesise, measure, or speak HTTP
    "bench",
    "console",
    "contract/aws",
    "contract/channels",
    "contract/handlers",
    "contract/platforms",
    "contract/sources",
    "contract/wem",
    "e2e",
    "faults",
    "infra",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--ministack", action="store_true", help="run every test of DynamoDB on MiniStack, not on moto")


def pytest_configure() -> None:
    """Let what tests start hear an interrupt: a shell that runs the tests in the background has it ignored."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if not config.getoption("--ministack") and not is_slow(item):
            item.add_marker(pytest.mark.quick)


def is_slow(item: pytest.Item) -> bool:
    """Return whether the test stands in a slow folder, is marked, or uses MiniStack."""
    folders = tuple(f"{folder}/" for folder in SLOW_FOLDERS)
    marked = item.get_closest_marker("slow") or item.get_closest_marker(EMULATED.name)
    return bool(
        item.path.relative_to(TESTS).as_posix().startswith(folders)
        or marked
        or "aws" in getattr(item, "fixturenames", ())
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    WATCH.test = item.name if item.get_closest_marker("quick") else None
    try:
        return (yield)
    finally:
        WATCH.test = None


@pytest.fixture(scope="session")
def aws() -> Iterator[Emulator]:
    """MiniStack, with no function deployed to it."""
    with emulator() as running:
        yield running


@pytest.fixture
def dynamodb(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A client of DynamoDB: of MiniStack where the test writes from several threads, else of an empty moto."""
    node = request.node
    if node.get_closest_marker(EMULATED.name) or "aws" in node.fixturenames or request.config.getoption("--ministack"):
        yield request.getfixturevalue("aws").client("dynamodb")
    else:
        with mock_aws():
            yield _client_of_moto()


@cache
def _client_of_moto() -> Any:
    """Return a client that meets moto whenever a test mocks AWS: creating one takes longer than most tests."""
    return boto3.client("dynamodb", REGION, **{name.lower(): key for name, key in KEYS.items()})
