"""The stages on which every challenge platform is tried: in memory, and WEM over real HTTP against the simulator."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Protocol

from infra.local.simulator import Simulator
from ladder.adapters.wem import Session, Transport, WemPlatform, read_connection
from ladder.domain.challenges.ports import ChallengePlatform, LiveChallenge, NewChallenge, Reading
from ladder.domain.challenges.rules import Membership
from ladder.usage import Usage
from tests.fakes.clock import FakeClock
from tests.fakes.platform import MemoryMetrics, MemoryPlatform

DAY = date(2023, 10, 27)
MORNING = datetime(2023, 10, 27, tzinfo=UTC)
MIDNIGHT = datetime(2023, 10, 27, 23, 59, 59, tzinfo=UTC)
USERS = [f"user-{number:03d}" for number in range(250)]


class PlatformSetup(Protocol):
    """A platform, and the hands that move the world behind it."""

    @property
    def platform(self) -> ChallengePlatform: ...
    def slow_down(self) -> None: ...
    def settle(self) -> None: ...
    def refuse(self, user: str, why: str) -> None: ...
    def allow_one_per_metric(self) -> None: ...
    def post_as_another_team(self) -> str: ...
    def close_day(self, values: Mapping[str, float]) -> None: ...


@dataclass
class MemoryStage:
    platform: MemoryPlatform

    def slow_down(self) -> None:
        self.platform.slow = True

    def settle(self) -> None:
        self.platform.settle()

    def refuse(self, user: str, why: str) -> None:
        self.platform.refuses[user] = why

    def allow_one_per_metric(self) -> None:
        self.platform.one_active_per_metric = True

    def post_as_another_team(self) -> str:
        self.platform.live["theirs"] = LiveChallenge(
            id="theirs", name="Theirs", metric="CSAT", groups=("others",), target=4.5, points=10, starts_at=MORNING
        )
        return "theirs"

    def close_day(self, values: Mapping[str, float]) -> None:
        metrics = MemoryMetrics({"AHT": _readings(values)})
        self.platform.close_day(DAY, metrics, {"AHT": "lower"})


@dataclass
class WemStage:
    simulator: Simulator
    platform: WemPlatform
    clock: FakeClock

    def slow_down(self) -> None:
        self.simulator.faults.membership_delay = 300.0

    def settle(self) -> None:
        self.clock.sleep(300.0)

    def refuse(self, user: str, why: str) -> None:
        self.simulator.faults.refuse_members[user] = why

    def allow_one_per_metric(self) -> None:
        self.simulator.faults.one_active_per_metric = True

    def post_as_another_team(self) -> str:
        return self.simulator.foreign("CSAT", starts_at=MORNING, ends_at=MIDNIGHT, name="Theirs", groups=("others",))

    def close_day(self, values: Mapping[str, float]) -> None:
        self.simulator.load("AHT", _readings(values), direction="lower")
        self.simulator.close_day(DAY)


def _readings(values: Mapping[str, float]) -> list[Reading]:
    return [Reading(user, DAY, value, 10.0) for user, value in values.items()]


@contextmanager
def opened(kind: str, membership: Membership) -> Iterator[PlatformSetup]:
    if kind == "memory":
        yield MemoryStage(MemoryPlatform(membership=membership, users=frozenset(USERS)))
        return
    clock = FakeClock()
    with Simulator(users=USERS, membership=membership, clock=clock) as simulator:
        session = Session(read_connection("test", simulator.secret()), clock=clock, sleep=clock.sleep)
        yield WemStage(simulator, WemPlatform(Transport(session, usage=Usage()), membership=membership), clock)
        session.close()


def challenge(**changed: Any) -> NewChallenge:
    usual: dict[str, Any] = {
        "name": "AHT sprint",
        "description": "Keep it under 3 minutes: überprüfen ✓",
        "metric": "AHT",
        "groups": ("tier2",),
        "target": 180.5,
        "points": 100,
        "starts_at": MORNING,
        "ends_at": MIDNIGHT,
    }
    return NewChallenge(**{**usual, **changed})
