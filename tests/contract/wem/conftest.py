"""The WEM adapter, towards a simulator whose clock it shares, so that no test sleeps."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from infra.local.simulator import Faults, Simulator
from ladder.adapters.wem import Session, Transport, WemPlatform, read_connection
from ladder.adapters.wem.transport import no_deadline
from ladder.domain.challenges.ports import NewChallenge
from ladder.usage import Usage
from tests.fakes.clock import FakeClock


@pytest.fixture
def noon() -> datetime:
    return datetime(2023, 10, 27, 12, tzinfo=UTC)


@pytest.fixture
def clock(noon: datetime) -> FakeClock:
    return FakeClock(noon.timestamp())


@pytest.fixture
def users() -> list[str]:
    return [f"user-{number:03d}" for number in range(250)]


@pytest.fixture
def challenge() -> NewChallenge:
    return NewChallenge(
        name="AHT sprint",
        description="",
        metric="AHT",
        groups=("tier2",),
        target=180,
        points=0,
        starts_at=datetime(2023, 10, 27, tzinfo=UTC),
        ends_at=datetime(2023, 10, 27, 23, 59, 59, tzinfo=UTC),
    )


@pytest.fixture
def simulator(clock: FakeClock, users: list[str]) -> Iterator[Simulator]:
    with Simulator(users=users, clock=clock) as simulator:
        yield simulator


@pytest.fixture
def faults(simulator: Simulator) -> Faults:
    return simulator.faults


@pytest.fixture
def usage() -> Usage:
    return Usage()


@pytest.fixture
def opened(simulator: Simulator, clock: FakeClock, usage: Usage) -> Iterator[Callable[..., WemPlatform]]:
    """Opens the platform with another deadline, or with something in the secret changed."""
    sessions: list[Session] = []

    def opening(*, deadline: Callable[[], float] = no_deadline, **secret: Any) -> WemPlatform:
        sessions.append(Session(read_connection("test", simulator.secret(**secret)), clock=clock, sleep=clock.sleep))
        return WemPlatform(Transport(sessions[-1], usage=usage, deadline=deadline))

    yield opening
    for session in sessions:
        session.close()


@pytest.fixture
def platform(opened: Callable[..., WemPlatform]) -> WemPlatform:
    return opened()
