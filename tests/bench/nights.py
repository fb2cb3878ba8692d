"""Platform calls of a night in the steady state: the real WEM adapter, over HTTP, against the platform simulator."""

from datetime import date
from functools import partial
from typing import Any

from infra.local.simulator import Simulator
from ladder.adapters.wem import Session, Transport, WemPlatform, read_connection
from ladder.usage import Usage
from tests.bench.bench_nights import BenchNights, nights_from, settled, steady_program
from tests.bench.rows import at_most

NIGHTS = 20
UNHURRIED = 10**9  # requests a minute: the simulator is not rate-limited, and only counts matter here


class NightlyPlatform(WemPlatform):
    """Rotation and activation are two functions, and a night comes a day later: each asks for a token of its own."""

    def __init__(self, simulator: Simulator) -> None:
        self.session = Session(read_connection("bench", simulator.secret(requests_per_minute=UNHURRIED)))
        super().__init__(Transport(self.session, usage=Usage()))

    def settle(self) -> None:
        """The wait between assigning and verifying, after which another function goes on."""
        self.session.token = None


def calls_a_night(members: int) -> float:
    """HTTP calls that arrive at the platform, tokens included, per agent and night; nobody reads metrics here."""
    runner, first = settled(members, steady_program())
    bridge, *counted = nights_from(first, NIGHTS + 1)
    with Simulator(users=[member.user for member in runner.roster]) as simulator:
        platform = NightlyPlatform(simulator)
        _move(runner, simulator, platform)
        _play(runner, platform, bridge)
        before = sum(simulator.calls.values())
        for night in counted:
            _play(runner, platform, night)
        platform.session.close()
        return (sum(simulator.calls.values()) - before) / NIGHTS / members


def _move(runner: BenchNights, simulator: Simulator, platform: Any) -> None:
    """Everybody is in the groups where the settling nights left them; the challenges are new after one night."""
    for group, users in runner.platform.groups.items():
        for user in users:
            simulator.join(user, group)
    runner.platform = platform


def _play(runner: BenchNights, platform: NightlyPlatform, night: date) -> None:
    platform.session.token = None
    runner.play(night)


for agents, goal in ((500, 0.06), (10_000, 0.02)):
    at_most(
        goal,
        "calls per agent and night",
        f"platform calls at {agents:,} agents, metric reads apart (one category of three a night, nights 62 to 81)",
    )(partial(calls_a_night, agents))
