"""What a tool can ask of the simulator, and how it ends."""

from datetime import date

import pytest
import urllib3

from infra.local.simulator import FaultTrigger, Simulator
from ladder.domain.challenges.ports import Reading
from tests.infra.simulator.dialect import CHALLENGES, Talk, posted

DAY = date(2023, 10, 27)


def test_a_tool_configures_faults_closes_days_and_looks_around(simulator: Simulator, talk: Talk) -> None:
    simulator.load("AHT", [Reading("ann", DAY, 170.0, 40.0)], direction="lower")
    talk("POST", "/api/v2/users/ann/groups", {"id": "tier2"})
    created = talk("POST", CHALLENGES, posted())[1]["id"]
    theirs = talk("POST", "/control/foreign", posted(group_ids=["others"]))[1]["id"]
    paid = {"user_id": "ann", "challenge_id": created, "points": 100}

    assert talk("POST", "/control/close_day", {"date": "2023-10-27"}) == (200, [paid])
    assert talk("GET", "/control/calls")[1] == {"token": 1, "groups.join": 1, "challenges.create": 1}
    looked = talk("GET", "/control/snapshot")[1]
    assert looked["groups"] == {"tier2": ["ann"]}
    assert looked["completions"] == [paid]
    assert [challenge["id"] for challenge in looked["challenges"]] == [created, theirs]


def test_faults_are_configured_from_json(simulator: Simulator, talk: Talk) -> None:
    settings = {"throttle": {"every": 2, "kinds": ["challenges.list"]}, "membership_delay": 5.0}

    assert talk("POST", "/control/faults", settings) == (200, {"configured": ["membership_delay", "throttle"]})
    assert simulator.faults.throttle == FaultTrigger(every=2, kinds=frozenset({"challenges.list"}))
    assert [talk("GET", CHALLENGES)[0] for _ in range(2)] == [200, 429]
    assert talk("POST", "/control/faults", {"gravity": 0})[0] == 400


def test_tokens_are_revoked_and_nonsense_is_refused(talk: Talk) -> None:
    assert talk("POST", "/control/close_day", {"date": "today"})[0] == 400
    assert talk("GET", "/control/gravity")[0] == 404
    assert talk("POST", "/control/revoke_tokens")[0] == 200
    assert talk("GET", CHALLENGES)[0] == 401


def test_a_stopped_simulator_closes_the_connections_it_kept_open() -> None:
    with urllib3.PoolManager(retries=False) as pool:
        with Simulator() as simulator:
            address = simulator.base_url + CHALLENGES
            assert pool.request("GET", address).status == 401

        with pytest.raises(urllib3.exceptions.HTTPError):
            pool.request("GET", address)
