import math
from collections.abc import Sequence
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ladder.domain.challenges import history, performance
from ladder.domain.challenges.history import Row, Values
from ladder.domain.challenges.peers import PeerGroups
from ladder.domain.challenges.performance import rank_among, smoothed
from ladder.domain.challenges.rules import TierRule
from ladder.domain.validation.constraints import Direction
from tests.builders.planning import NAN, row, work
from tests.reference.scalars import scalar_median

A_VALUE = st.integers(0, 60).map(float) | st.just(NAN)
HISTORIES = arrays(np.float32, st.tuples(st.integers(0, 12), st.integers(0, 9)), elements=A_VALUE)
ROWS = arrays(np.float32, st.integers(0, 40), elements=st.integers(0, 12).map(float) | st.just(NAN))
DIRECTIONS = st.sampled_from(("lower", "higher"))
EVERYBODY = TierRule(min_members=1, min_peers=1)


def grouped(index: history.GroupIndex) -> PeerGroups:
    """Peer groups of one channel."""
    return PeerGroups(tuple(f"group {number}" for number in range(int(index.max(initial=0)) + 1)), index)


def one_group(values: Row) -> PeerGroups:
    return grouped(np.zeros(len(values), dtype=np.int16))


@settings(deadline=None, max_examples=100)
@given(HISTORIES, st.integers(1, 6), st.integers(1, 4), st.integers(1, 4))
def test_the_smoothed_value_is_the_median_of_the_last_worked_days(
    values: Values, days: int, at_least: int, chunk: int
) -> None:
    expected = [scalar_median(column, days, at_least) for column in values.T.tolist()]

    with mock.patch.object(performance, "CHUNK", chunk):
        assert np.array_equal(smoothed(values, days=days, at_least=at_least), row(*expected), equal_nan=True)


def test_days_before_the_last_worked_ones_do_not_count() -> None:
    column = np.array([[900], [900], [1], [NAN], [2], [NAN], [6], [NAN]], dtype=np.float32)

    assert smoothed(column, days=3) == [2]
    assert smoothed(column, days=2) == [4]


def scalar_rank(
    member: int, values: Sequence[float], peers: Sequence[int], direction: Direction, rule: TierRule
) -> float:
    known = [other for other, value in enumerate(values) if not math.isnan(value)]
    if member not in known or len(known) < rule.min_members:
        return NAN
    mine = [other for other in known if peers[other] == peers[member]]
    apart = min(max((len(mine) - rule.min_peers + 1) / rule.min_peers, 0), 1)

    def among(others: Sequence[int]) -> float:
        against, sign = [values[other] for other in others], -1 if direction == "lower" else 1
        worse = sum(sign * value < sign * values[member] for value in against)
        return 100 * (worse + against.count(values[member]) / 2) / len(against)

    return apart * among(mine) + (1 - apart) * among(known)


@settings(deadline=None, max_examples=100)
@given(ROWS, st.integers(1, 4), DIRECTIONS, st.integers(1, 8), st.integers(1, 12))
def test_a_rank_is_the_share_of_peers_one_beats_and_half_of_those_one_equals(
    values: Row, groups: int, direction: Direction, min_members: int, min_peers: int
) -> None:
    rule = TierRule(min_members=min_members, min_peers=min_peers)
    peers = np.arange(len(values), dtype=np.int16) % groups
    expected = [scalar_rank(n, values.tolist(), peers.tolist(), direction, rule) for n in range(len(values))]

    ranks = rank_among(values, grouped(peers), direction=direction, rule=rule)

    assert ranks == pytest.approx(expected, rel=1e-6, nan_ok=True)


def test_ties_share_the_middle_of_their_ranks() -> None:
    values = row(1, 2, 2, 3)

    assert rank_among(values, one_group(values), direction="higher", rule=EVERYBODY).tolist() == [12.5, 50, 50, 87.5]


def test_where_all_are_equal_everybody_is_in_the_middle() -> None:
    values = row(*[183.4] * 30)

    assert set(rank_among(values, one_group(values), direction="lower", rule=TierRule()).tolist()) == {50}


@settings(deadline=None, max_examples=50)
@given(ROWS)
def test_the_best_under_one_direction_is_the_worst_under_the_other(values: Row) -> None:
    lower, higher = (rank_among(values, one_group(values), direction=d, rule=EVERYBODY) for d in ("lower", "higher"))

    assert lower + higher == pytest.approx(np.where(np.isnan(values), NAN, 100), nan_ok=True)


def test_a_small_peer_group_is_ranked_within_its_channel() -> None:
    values = row(*range(49))
    peers = grouped(np.repeat(np.array([0, 1], dtype=np.int16), [39, 10]))

    ranks = rank_among(values, peers, direction="higher", rule=TierRule(min_peers=20))

    assert ranks[38] == pytest.approx(100 * 38.5 / 39)  # the best of 39
    assert ranks[39] == pytest.approx(100 * 39.5 / 49)  # the worst of ten, among all 49


def test_nobody_is_ranked_where_too_few_are_known() -> None:
    values = row(1, 2, 3, 4, NAN, NAN)

    assert np.isnan(rank_among(values, one_group(values), direction="lower", rule=TierRule(min_members=5))).all()


@settings(deadline=None, max_examples=50)
@given(ROWS.flatmap(lambda values: st.tuples(st.just(values), st.permutations(range(len(values))))))
def test_the_order_of_members_changes_no_rank(drawn: tuple[Row, list[int]]) -> None:
    values, order = drawn[0], np.array(drawn[1], dtype=np.intp)
    peers = np.arange(len(values), dtype=np.int16) % 2

    ranks = rank_among(values, grouped(peers), direction="lower", rule=EVERYBODY)
    shuffled = rank_among(values[order], grouped(peers[order]), direction="lower", rule=EVERYBODY)

    assert np.array_equal(shuffled, ranks[order], equal_nan=True)


@pytest.mark.parametrize("scale", [60, 1000, 1 / 60, 0.001, 1 / 3600])
def test_another_unit_changes_no_rank_although_float32_rounds_it_apart(scale: float) -> None:
    seconds = work(60, 30, between=5, within=10)
    other_unit = (seconds.astype(np.float64) * scale).astype(np.float32)

    ranks, rescaled = (
        rank_among(value, one_group(value), direction="lower", rule=TierRule())
        for value in (smoothed(values, days=10, at_least=5) for values in (seconds, other_unit))
    )

    assert np.array_equal(ranks, rescaled)
