import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ladder.domain.challenges.expected_completion import Triple
from ladder.domain.challenges.history import Row
from ladder.domain.challenges.peers import PeerGroups, Population
from ladder.domain.challenges.performance import MetricValues
from ladder.domain.challenges.rotation import Targets
from ladder.domain.challenges.rules import Metric, TierRule
from ladder.domain.challenges.targets import (
    SAMPLED,
    per_member,
    performance_percentiles,
    round_easier,
    targets_for,
)
from ladder.domain.validation.constraints import Direction
from tests.builders.planning import NAN, YESTERDAY, category, history, metric, row
from tests.reference.scalars import scalar_percentile

PERCENTILES = TierRule(targets=(25.0, 50.0, 75.0))
EXACT = 1e-6  # no rounding worth mentioning
ROWS = arrays(np.float32, st.integers(5, 60), elements=st.integers(100, 900).map(float))
DIRECTIONS = st.sampled_from(("lower", "higher"))


def groups(*sizes: int) -> PeerGroups:
    names = tuple(f"group {number}" for number in range(len(sizes)))
    return PeerGroups(names, np.repeat(np.arange(len(sizes), dtype=np.int16), sizes))


def asked(values: Row, of: Metric, *sizes: int) -> Targets:
    """The targets by percentiles of members who reach these values every day."""
    known = history({of.key: np.tile(values, (5, 1))})
    population = Population(np.ones(len(values), dtype=np.bool), groups(*(sizes or (len(values),))))
    tiers = np.ones(len(values), dtype=np.uint8)
    return targets_for(category(), of, MetricValues(known, population, PERCENTILES), tiers, YESTERDAY)


@settings(deadline=None, max_examples=100)
@given(ROWS, st.lists(st.floats(0, 100), min_size=1, max_size=3))
def test_percentiles_of_performance_count_from_the_bad_end_of_the_metric(values: Row, wanted: list[float]) -> None:
    higher = [scalar_percentile(values.tolist(), p) for p in wanted]
    lower = [-scalar_percentile((-values).tolist(), p) for p in wanted]

    assert performance_percentiles(values, tuple(wanted), "higher") == pytest.approx(higher)
    assert performance_percentiles(values, tuple(wanted), "lower") == pytest.approx(lower)


def test_the_easiest_target_of_a_lower_is_better_metric_is_the_highest_number() -> None:
    values = row(*range(1, 101))

    assert asked(values, metric(direction="lower")).shown == (76, 51, 26)
    assert asked(values, metric(direction="higher")).shown == (25, 50, 75)


@settings(deadline=None, max_examples=100)
@given(ROWS, DIRECTIONS, st.sampled_from((EXACT, 0.1, 1.0, 5.0)))
def test_targets_get_harder_and_stay_within_a_step_of_the_channels_5th_and_95th(
    values: Row, direction: Direction, step: float
) -> None:
    targets = asked(values, metric(direction=direction, step=step)).shown
    bounds = performance_percentiles(values, (5, 95), direction)

    assert list(targets) == sorted(targets, reverse=direction == "lower")
    assert min(bounds) - step <= min(targets)
    assert max(targets) <= max(bounds) + step


@settings(deadline=None, max_examples=200)
@given(st.floats(-1e4, 1e4), DIRECTIONS, st.sampled_from((0.01, 0.1, 1.0, 5.0)))
def test_a_target_is_rounded_to_the_next_easier_multiple_of_the_step(
    value: float, direction: Direction, step: float
) -> None:
    easier = (
        round_easier(value, step, direction) - value
        if direction == "lower"
        else value - round_easier(value, step, direction)
    )

    assert -0.001 * step <= easier <= step
    assert round_easier(value, step, direction) / step == pytest.approx(
        round(round_easier(value, step, direction) / step)
    )


@pytest.mark.parametrize(("reached", "step"), [(182.3, 0.1), (182.7, 0.1), (4.35, 0.01), (85.1, 0.1)])
@pytest.mark.parametrize("direction", ["lower", "higher"])
def test_what_everybody_reached_is_asked_as_it_is_although_float32_stores_it_inexactly(
    reached: float, step: float, direction: Direction
) -> None:
    assert asked(row(*[reached] * 30), metric(direction=direction, step=step)).shown == (reached,) * 3


def test_a_group_of_39_has_targets_of_its_own_one_of_19_its_channels_and_one_between_a_blend() -> None:
    values = row(*range(300, 339), *range(200, 219))

    def of_first_group(known: int) -> Triple:
        return asked(row(*values[:known], *[NAN] * (39 - known), *values[39:]), metric(step=EXACT), 39, 19).by_peers[
            "group 0"
        ]

    channel = performance_percentiles(row(*range(300, 319), *values[39:]), (25, 50, 75), "lower")
    both = performance_percentiles(row(*range(300, 329), *values[39:]), (25, 50, 75), "lower"), (321.25, 314, 306.75)

    assert of_first_group(39) == pytest.approx((328.75, 319, 309.25))
    assert of_first_group(19) == pytest.approx(channel)
    assert of_first_group(29) == pytest.approx(np.mean(both, axis=0))


def test_targets_of_a_group_far_behind_are_held_at_their_channels_5th() -> None:
    values = row(*range(400, 1600), *[2000] * 39)

    assert asked(values, metric(), 1200, 39).by_peers["group 1"] == (1577,) * 3


@settings(deadline=None, max_examples=100)
@given(arrays(np.float32, 50, elements=st.integers(100, 900).map(float)), DIRECTIONS)
def test_nobody_is_held_to_a_harder_target_than_their_tier_is_shown(values: Row, direction: Direction) -> None:
    targets = asked(values, metric(direction=direction), 25, 25)

    for own in targets.by_peers.values():
        assert list(own) == sorted(own, reverse=direction == "lower")
        assert all(
            mine >= shown if direction == "lower" else mine <= shown
            for mine, shown in zip(own, targets.shown, strict=True)
        )


def test_a_group_far_ahead_is_asked_what_the_program_is_shown() -> None:
    values = row(*range(400, 880), *[50] * 20)
    targets = asked(values, metric(), 480, 20)

    assert targets.by_peers["group 1"] == targets.shown


def test_with_fewer_than_five_members_known_the_librarys_targets_stand() -> None:
    targets = asked(row(1, 2, 3, 4, NAN, NAN), metric(), 3, 3)

    assert targets == Targets(
        shown=(300, 200, 100), by_peers={"group 0": (300, 200, 100), "group 1": (300, 200, 100)}, from_history=False
    )


def test_each_member_reads_their_groups_target_by_the_tier_they_play() -> None:
    by_peers = {"group 1": (30.0, 20.0, 10.0), "group 0": (33.0, 22.0, 11.0)}  # a store may keep them in any order
    targets = Targets(shown=(31, 21, 11), by_peers=by_peers, from_history=True)

    table = per_member(targets, b"\x00\x01\x01")

    assert np.array_equal(table, [[NAN, 33, 22, 11], [NAN, 30, 20, 10], [NAN, 30, 20, 10]], equal_nan=True)
    assert per_member(targets, b"").shape == (0, 4)


def test_who_joined_after_a_night_without_members_has_the_programs_target() -> None:
    nobodys = Targets(shown=(30, 20, 10), by_peers={}, from_history=False)

    assert np.array_equal(per_member(nobodys, b"\x00\x00"), [[NAN, 30, 20, 10]] * 2, equal_nan=True)


def test_in_a_roster_of_two_large_channels_in_turn_each_has_targets_of_its_own_days() -> None:
    members = 4 * SAMPLED  # of two channels: twice as many in each as the days are taken of
    channel = np.arange(members) % 2
    days = np.random.default_rng(0).normal(300, 50, (10, members)).astype(np.float32) + (100 * channel)
    groups_in_turn = PeerGroups(("chat", "voice"), channel.astype(np.int16), channels=(0, 1))
    population = Population(np.ones(members, dtype=np.bool), groups_in_turn)
    values = MetricValues(history({"AHT": days}), population, TierRule())

    targets = targets_for(category(), metric(step=1.0), values, np.ones(members, dtype=np.uint8), YESTERDAY)

    chat, voice = (targets.by_peers[name] for name in ("chat", "voice"))
    assert np.subtract(voice, chat) == pytest.approx([100, 100, 100], abs=3)
