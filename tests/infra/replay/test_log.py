"""What the rewards function logs is summed; everything else in its log is passed over."""

import json

from infra.cli.replay.log import RewardTotals, summed


def rewarded(entries: int, again: int, units: float) -> str:
    events = {"entries": entries, "again": again, "refused": 0, "quarantined": 1}
    return json.dumps({"message": "rewarded", "events": events, "usage": {"write_units": units, "read_units": 9.0}})


def test_invocations_are_summed_and_those_before_are_taken_off() -> None:
    lines = ["START RequestId: 1", rewarded(3, 1, 8.0), '{"message": "something else"}', "[1]", rewarded(2, 0, 6.5)]
    whole = summed(lines)
    assert whole == RewardTotals(invocations=2, entries=5, again=1, refused=0, parked=2, write_units=14.5)
    assert whole - summed(lines[:2]) == RewardTotals(invocations=1, entries=2, parked=1, write_units=6.5)
