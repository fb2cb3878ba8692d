from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder.domain.challenges.rules import Platform, SelectionRule, SelectionWeight
from ladder.domain.challenges.selection import clash, select_categories
from ladder.domain.message import Message
from ladder.domain.programs.program import Program
from tests.builders.planning import NIGHT, category, metric, program
from tests.builders.programs import with_values

METRICS = ("AHT", "QA", "ACW")


def library(per_night: int = 1, *, always: tuple[str, ...] = (), exclusive: bool = True) -> Program:
    """Two categories a metric; FAST and SLOW, on different metrics, share a group."""
    return program(
        metrics=tuple(metric(key, exclusive=exclusive) for key in METRICS),
        categories=(
            category("SPRINT", "AHT"),
            category("FAST", "AHT", groups=("f1", "f2", "shared")),
            category("CARE", "QA"),
            category("SLOW", "QA", groups=("s1", "s2", "shared")),
            category("WRAP", "ACW"),
            category("TIDY", "ACW"),
        ),
        selection=SelectionRule(per_night=per_night, always=always),
    )


def drawn(of: Program, night: int = 0, *, taken: tuple[str, ...] = ()) -> tuple[str, ...]:
    return select_categories(
        of.challenges, NIGHT + timedelta(days=night), seed=of.key, taken=taken, last_selected={}
    ).categories


def test_every_attempt_at_a_night_draws_the_same_whatever_the_order_of_the_library() -> None:
    backwards = with_values(library(2), categories=library().challenges.categories[::-1])

    assert drawn(library(2)) == drawn(library(2)) == drawn(backwards)


def test_nights_and_programs_draw_differently() -> None:
    other = replace(library(2), key="bank-south")

    assert len({drawn(library(2), night) for night in range(30)}) > 5
    assert any(drawn(library(2), night) != drawn(other, night) for night in range(10))


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 3000), st.integers(1, 6), st.booleans())
def test_categories_that_run_together_never_clash(night: int, per_night: int, exclusive: bool) -> None:  # noqa: FBT001
    of = library(per_night, exclusive=exclusive)
    together = [of.challenges.category(key) for key in drawn(of, night)]

    assert len(together) <= per_night
    assert not any(clash(of.challenges, one, other) for one, other in combinations(together, 2))


def test_exclusive_metrics_run_once_a_night_and_others_as_often_as_there_are_groups() -> None:
    assert [len(drawn(library(6), night)) for night in range(20)] == [3] * 20
    assert [len(drawn(library(6, exclusive=False), night)) for night in range(20)] == [5] * 20  # FAST or SLOW


def test_what_always_runs_comes_first_and_chance_fills_the_rest() -> None:
    nights = [drawn(library(2, always=("CARE",)), night) for night in range(50)]

    assert {night[0] for night in nights} == {"CARE"}
    assert {night[1] for night in nights} == {"SPRINT", "FAST", "WRAP", "TIDY"}


@pytest.mark.parametrize(("cooldown", "rests"), [(0, 0), (1, 1), (3, 3)])
def test_a_category_rests_for_its_cool_down(cooldown: int, rests: int) -> None:
    rest = SelectionWeight(key="AHT_SPRINT", cooldown_days=cooldown)
    of = program(categories=(category(),), selection=SelectionRule(categories=(rest,)))
    runs = [
        bool(
            select_categories(
                of.challenges, NIGHT, seed=of.key, taken=(), last_selected={"AHT_SPRINT": NIGHT - timedelta(days=ago)}
            ).categories
        )
        for ago in (1, 2, 3, 4, 5)
    ]

    assert runs == [False] * rests + [True] * (5 - rests)


def test_a_category_on_a_taken_metric_is_deferred_and_the_next_in_order_steps_in() -> None:
    order = drawn(library(3))
    metric_of_first = library().challenges.category(order[0]).metric

    found = select_categories(
        library(1).challenges, NIGHT, seed=library().key, taken={metric_of_first}, last_selected={}
    )

    assert found.categories == (order[1],)
    assert found.deferred[order[0]] == Message("rotation.metric_taken", {"metric": metric_of_first})


def test_where_the_platform_allows_one_challenge_a_metric_every_metric_is_exclusive() -> None:
    shared = library(6, exclusive=False)
    insisting = with_values(shared, platform=Platform(kind="wem", one_active_per_metric=True))

    assert [len(drawn(insisting, night)) for night in range(20)] == [3] * 20  # one a metric
    found = select_categories(insisting.challenges, NIGHT, seed=insisting.key, taken={"AHT"}, last_selected={})
    assert not {"SPRINT", "FAST"} & set(found.categories)
    assert {"SPRINT", "FAST"} & set(found.deferred)


def test_a_metric_that_is_not_exclusive_may_be_taken_and_still_be_played() -> None:
    assert drawn(library(6, exclusive=False), taken=METRICS) == drawn(library(6, exclusive=False))
    assert drawn(library(6), taken=METRICS) == ()


def test_chance_follows_the_weights() -> None:
    """Chi-square with 2 degrees of freedom: above 13.8 once in 1,000 sets of dates, and these dates are fixed."""
    weights = {"A": 1.0, "B": 2.0, "C": 5.0}
    chances = tuple(SelectionWeight(key=key, weight=weight) for key, weight in weights.items())
    of = program(categories=tuple(category(key) for key in weights), selection=SelectionRule(categories=chances))
    nights = 2000

    seen = Counter(drawn(of, night)[0] for night in range(nights))

    counts, expected = np.array([seen[key] for key in weights]), np.array([1, 2, 5]) / 8 * nights
    assert float(((counts - expected) ** 2 / expected).sum()) < 13.8
