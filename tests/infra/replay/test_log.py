"""What the rewards function logs is summed up; everything else in its log is passed over."""

import json

from infra.cli.replay.report import reward_totals


def rewarded(entries: int, again: int, units: float) -> str:
    events = {"entries": entries, "again": again, "refused": 0, "quarantined": 1}
    return json.dumps({"message": "rewarded", "events": events, "usage": {"write_units": units, "read_units": 9.0}})


def test_the_invocations_of_the_rewards_function_are_summed_up() -> None:
    lines = ["START RequestId: 1", rewarded(3, 1, 8.0), '{"message": "something else"}', "[1]", rewarded(2, 0, 6.5)]
    assert reward_totals(lines) == {"entries": 5, "again": 1, "refused": 0, "quarantined": 2, "write_units": 14.5}
