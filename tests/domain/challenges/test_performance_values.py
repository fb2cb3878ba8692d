from datetime import timedelta
from unittest import mock

import numpy as np

from ladder.domain.challenges import performance
from ladder.domain.challenges.history import Row
from ladder.domain.challenges.peers import PeerGroups, Population
from ladder.domain.challenges.performance import MetricValues, rank_among
from ladder.domain.challenges.rules import LITERAL, TierRule
from tests.builders.planning import NAN, YESTERDAY, figures, history, metric, row, work

AHT = metric()
RULE = TierRule(min_members=2)


def of(values: Row, *, active: list[bool] | None = None, days: int = 30) -> MetricValues:
    """Everybody had the same value on each of the last days."""
    members = len(values)
    groups = PeerGroups(("all",), np.zeros(members, dtype=np.int16))
    who = np.array(active if active is not None else [True] * members, dtype=np.bool)
    return MetricValues(history({"AHT": np.tile(values, (days, 1))}), Population(who, groups), RULE)


def test_who_has_left_is_neither_ranked_nor_ranked_against() -> None:
    with_leavers = of(row(100, 110, 120, 1, 2), active=[True, True, True, False, False])
    without = of(row(100, 110, 120))

    assert np.array_equal(with_leavers.value(AHT, YESTERDAY), [100, 110, 120, NAN, NAN], equal_nan=True)
    assert np.array_equal(with_leavers.rank(AHT, YESTERDAY), [*without.rank(AHT, YESTERDAY), NAN, NAN], equal_nan=True)


def test_where_too_few_are_left_nobody_is_ranked() -> None:
    alone = of(row(100, 110, 120), active=[True, False, False])

    assert np.isnan(alone.rank(AHT, YESTERDAY)).all()
    assert alone.value(AHT, YESTERDAY)[0] == 100


def test_a_value_is_known_after_five_worked_days_and_under_the_literal_rule_after_one() -> None:
    values = np.full((30, 1), NAN, dtype=np.float32)
    values[3:7] = 100
    fifth = values.copy()
    fifth[20] = 100

    assert np.isnan(figures(history({"AHT": values}), TierRule()).value(AHT, YESTERDAY))
    assert figures(history({"AHT": values}), LITERAL).value(AHT, YESTERDAY) == [100]
    assert figures(history({"AHT": fifth}), TierRule()).value(AHT, YESTERDAY) == [100]


def test_a_value_is_the_median_of_as_many_worked_days_as_the_rule_smooths() -> None:
    values = np.array([[900]] * 10 + [[NAN]] * 5 + [[100]] * 8, dtype=np.float32)

    assert figures(history({"AHT": values}), TierRule(smoothing_days=15)).value(AHT, YESTERDAY) == [100]
    assert figures(history({"AHT": values}), TierRule(smoothing_days=17)).value(AHT, YESTERDAY) == [900]


def test_a_day_that_was_asked_for_before_another_is_still_right() -> None:
    known = figures(history({"AHT": work(30, 60)}), RULE)
    days = [YESTERDAY - timedelta(days=back) for back in (0, 3, 0, 3, 1)]

    for day in days:
        fresh = figures(known.history, RULE)
        assert np.array_equal(known.rank(AHT, day), fresh.rank(AHT, day), equal_nan=True)
        assert np.array_equal(known.value(AHT, day), fresh.value(AHT, day), equal_nan=True)


def test_ranks_are_those_of_the_values() -> None:
    known = figures(history({"AHT": work(30, 60)}), RULE)
    expected = rank_among(known.value(AHT, YESTERDAY), known.population.groups, direction=AHT.direction, rule=RULE)

    assert np.array_equal(known.rank(AHT, YESTERDAY), expected, equal_nan=True)


def test_a_value_is_worked_out_once_however_often_and_for_whatever_it_is_asked() -> None:
    known = figures(history({"AHT": work(30, 60)}), RULE)

    with mock.patch.object(performance, "smoothed_and_worked", wraps=performance.smoothed_and_worked) as worked_out:
        for _ in range(3):
            known.value(AHT, YESTERDAY)
            known.rank(AHT, YESTERDAY)

    assert worked_out.call_count == 1


def test_who_has_a_value_on_a_day_has_worked() -> None:
    values = np.array([[1, NAN, 1], [NAN, 1, 1]], dtype=np.float32)
    known = figures(history({"AHT": values}), RULE)

    assert known.worked(AHT, YESTERDAY).tolist() == [False, True, True]
    assert known.worked(AHT, YESTERDAY - timedelta(days=1)).tolist() == [True, False, True]
