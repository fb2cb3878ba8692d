"""A simulator on a clock that stands still, and a client that is let in."""

from collections.abc import Iterator
from typing import Any

import pytest
import urllib3

from infra.local.simulator import Simulator
from tests.fakes.clock import FakeClock
from tests.infra.simulator.dialect import EVERYTHING, Talk, token


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator(users=["ann", "bob"], groups=["tier1", "tier2"], clock=FakeClock(90.0)) as simulator:
        yield simulator


@pytest.fixture
def talk(simulator: Simulator) -> Iterator[Talk]:
    """Sends one request with a token; the answer's status and JSON."""
    with urllib3.PoolManager(retries=False) as pool:
        bearer = token(pool, simulator, EVERYTHING)

        def talking(method: str, path: str, body: object = None) -> tuple[int, Any]:
            address = simulator.base_url + path
            answer = pool.request(method, address, json=body, headers={"Authorization": f"Bearer {bearer}"})
            return answer.status, answer.json()

        yield talking
