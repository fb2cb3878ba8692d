"""Every member climbs as one who is looked at alone, at the longest settings too."""

from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder.domain.challenges.assignment import Standing
from ladder.domain.challenges.rules import TierRule
from ladder.domain.challenges.tiers import TierState, apply_day
from tests.builders.planning import NAN, row
from tests.reference.tier_rule import RULES, OneMember, weathers


@settings(deadline=None, max_examples=200)
@given(st.integers(0, 2**32 - 1), RULES)
def test_every_member_climbs_as_one_who_is_looked_at_alone(seed: int, rule: TierRule) -> None:
    rng = np.random.default_rng(seed)
    days, members = 60, 6
    ranks, worked = weathers(rng, days, members), rng.random((days, members)) < 0.8
    weeks = row(7, 5, 4, 3, 2.25, 1)  # days a week
    everybody, rungs = [OneMember() for _ in range(members)], TierState.of(Standing.new(members))

    for rank, here in zip(ranks, worked, strict=True):
        rungs = apply_day(rungs, rank, worked_today=here, days_a_week=weeks, rule=rule)
        for member, one in enumerate(everybody):
            if here[member]:
                one.works(float(rank[member]), rule, float(weeks[member]))
        assert_same(rungs, everybody)

    assert set(rungs.tier) <= {1, 2, 3}


def assert_same(rungs: TierState, everybody: Sequence[OneMember]) -> None:
    seen = {name: getattr(rungs, name).tolist() for name in TierState.__slots__}

    assert seen == {name: [getattr(one, name) for one in everybody] for name in TierState.__slots__}
    assert all(getattr(rungs, name).dtype == np.uint8 for name in TierState.__slots__)


LONGEST = TierRule(
    up_after_days=255,
    down_after_days=255,
    return_after_days=255,
    placed_after_days=255,
    previous_after_days=255,
    previous_kept_days=255,
)


def test_no_count_overflows_its_byte_at_the_longest_settings() -> None:
    lives = (  # (rank, for so many days) …
        [(100, 600), (0, 255), (100, 345)],  # to the top, a slump, and back
        [(100, 600), (0, 600)],  # all the way down
        [(100, 600), (0, 255), (60, 1), (72, 344)],  # a day too late
        [(NAN, 1200)],
    )
    ranks = np.array([[rank for rank, days in life for _ in range(days)] for life in lives], dtype=np.float32).T
    everybody, rungs = [OneMember() for _ in lives], TierState.of(Standing.new(len(lives)))
    highest = dict.fromkeys(TierState.__slots__, 0)

    for rank in ranks:
        here, week = np.ones(len(lives), dtype=np.bool), np.full(len(lives), 5, dtype=np.float32)
        rungs = apply_day(rungs, rank, worked_today=here, days_a_week=week, rule=LONGEST)
        for one, own in zip(everybody, rank, strict=True):
            one.works(float(own), LONGEST)
        assert_same(rungs, everybody)
        highest = {name: max(most, *getattr(rungs, name).tolist()) for name, most in highest.items()}

    longest = {"above": 254, "below": 254, "return_days": 254, "worked": 255, "tier_days": 255, "memory_days": 255}
    assert highest == longest | {"tier": 3, "previous_tier": 3}
    assert [one.tier for one in everybody] == [3, 1, 2, 1]
