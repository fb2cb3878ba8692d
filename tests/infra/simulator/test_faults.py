"""What goes wrong on demand, and what it leaves behind."""

from random import Random

import pytest
import urllib3

from infra.local.simulator import FaultTrigger, Simulator
from infra.local.simulator.membership import Memberships
from tests.fakes.clock import FakeClock
from tests.infra.simulator.dialect import CHALLENGES, EVERYTHING, Talk, posted, token


def seeded(seed: int) -> Random:
    return Random(seed)  # noqa: S311 (repeatable on purpose)


def test_the_next_few_calls_of_a_kind_can_be_struck(simulator: Simulator, talk: Talk) -> None:
    simulator.faults.fail_before = FaultTrigger(upcoming=2, kinds=frozenset({"challenges.create"}))

    assert talk("GET", CHALLENGES)[0] == 200
    assert [talk("POST", CHALLENGES, posted())[0] for _ in range(3)] == [503, 503, 200]
    assert len(simulator.active()) == 1


def test_a_failure_after_the_effect_leaves_the_effect(simulator: Simulator, talk: Talk) -> None:
    simulator.faults.fail_after = FaultTrigger(upcoming=1)

    assert talk("POST", CHALLENGES, posted())[0] == 502
    assert len(simulator.active()) == 1


def test_a_lost_answer_leaves_the_effect(simulator: Simulator, talk: Talk) -> None:
    simulator.faults.lose_answer = FaultTrigger(upcoming=1)

    with pytest.raises(urllib3.exceptions.ProtocolError):
        talk("POST", CHALLENGES, posted())
    assert len(simulator.active()) == 1


def test_every_nth_call_can_be_struck() -> None:
    trigger, rng = FaultTrigger(every=3), seeded(1)

    assert [trigger.fires("any", rng) for _ in range(6)] == [False, False, True] * 2


def test_a_share_of_calls_is_struck_repeatably() -> None:
    struck = [[FaultTrigger(share=0.3).fires("any", rng) for _ in range(1000)] for rng in (seeded(7), seeded(7))]

    assert struck[0] == struck[1]
    assert 250 < sum(struck[0]) < 350


def test_a_share_of_changes_is_refused_by_name(simulator: Simulator, talk: Talk) -> None:
    simulator.faults.refuse_share = 1.0

    assert talk("POST", "/api/v2/users/ann/groups", {"id": "tier1"})[0] == 400
    assert talk("DELETE", "/api/v2/groups/tier1/members?ids=ann,bob")[1] == {
        "errors": [{"id": user, "message": "the change was not applied"} for user in ("ann", "bob")]
    }


def test_one_active_challenge_a_metric_and_day_where_the_platform_insists(simulator: Simulator, talk: Talk) -> None:
    simulator.faults.one_active_per_metric = True
    tomorrow = {"start_time": "2023-10-28T00:00:00Z", "end_time": "2023-10-28T23:59:59Z"}
    asked = [posted(), posted(group_ids=["tier1"]), posted(metric_key="CSAT"), posted(**tomorrow)]

    assert [talk("POST", CHALLENGES, body)[0] for body in asked] == [200, 409, 200, 200]


def test_a_fault_setting_that_does_not_exist_or_makes_no_sense_is_refused(talk: Talk) -> None:
    status, answer = talk("POST", "/control/faults", {"gravity": 0})
    assert (status, "gravity" in answer["message"]) == (400, True)
    assert talk("POST", "/control/faults", {"throttle": {"every": "often"}})[0] == 400


def test_the_rate_limit_starts_afresh_every_minute() -> None:
    clock = FakeClock(60.0)
    with Simulator(clock=clock) as simulator, urllib3.PoolManager(retries=False) as pool:
        simulator.faults.requests_per_minute = 2
        bearer = {"Authorization": f"Bearer {token(pool, simulator, EVERYTHING)}"}

        def asked() -> tuple[int, str | None]:
            answer = pool.request("GET", simulator.base_url + CHALLENGES, headers=bearer)
            return answer.status, answer.headers.get("Retry-After")

        first = [asked() for _ in range(3)]
        clock.now += 60

        assert first == [(200, None), (200, None), (429, "60")]
        assert asked() == (200, None)


def test_changes_due_in_another_order_than_asked_apply_when_they_are_due() -> None:
    clock = FakeClock()
    groups = Memberships("adds", clock=clock)
    groups.change("tier1", ["ann"], joins=True, delay=60)
    groups.change("tier1", ["ann"], joins=False, delay=10)

    seen = []
    for seconds in (0, 30, 30):
        clock.now += seconds
        seen.append(groups.of("tier1"))

    assert seen == [[], [], ["ann"]]
