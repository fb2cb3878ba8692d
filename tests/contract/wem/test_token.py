"""One token for many calls, renewed before and after it fails."""

from collections.abc import Callable

import pytest

from infra.local.simulator import Simulator
from ladder.adapters.wem import WemPlatform
from ladder.domain.challenges.ports import NewChallenge
from ladder.domain.errors import Rejected
from tests.fakes.clock import FakeClock


def test_one_token_serves_many_calls(platform: WemPlatform, simulator: Simulator) -> None:
    for _ in range(5):
        platform.active()

    assert simulator.calls == {"token": 1, "challenges.list": 5}


def test_a_token_is_renewed_shortly_before_it_expires(
    platform: WemPlatform, simulator: Simulator, clock: FakeClock
) -> None:
    platform.active()
    clock.now += 3539
    platform.active()
    clock.now += 2
    platform.active()

    assert simulator.calls == {"token": 2, "challenges.list": 3}


def test_a_token_that_is_no_longer_accepted_is_renewed_once(
    platform: WemPlatform, simulator: Simulator, challenge: NewChallenge
) -> None:
    platform.active()
    simulator.issue_tokens_for()

    platform.launch(challenge)

    assert simulator.calls == {"token": 2, "challenges.list": 1, "challenges.create": 2}
    assert len(simulator.active()) == 1


def test_a_fresh_token_that_is_not_accepted_either_is_rejected(platform: WemPlatform, simulator: Simulator) -> None:
    simulator.issue_tokens_for(seconds=0)

    with pytest.raises(Rejected, match="does not accept the token of 'test'"):
        platform.active()
    assert simulator.calls == {"token": 2, "challenges.list": 2}


def test_wrong_credentials_are_rejected_by_the_name_of_the_secret(
    opened: Callable[..., WemPlatform], users: list[str]
) -> None:
    with pytest.raises(Rejected, match="refuses the credentials of 'test'") as refused:
        opened(client_secret="hunter2").add("tier2", users[:1])

    assert "hunter2" not in str(refused.value)
