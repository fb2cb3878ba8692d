"""Where members cannot be told apart, a category runs with two tiers or one, and the night says so."""

import numpy as np
import pytest

from ladder.domain.challenges.expected_completion import Triple
from ladder.domain.challenges.history import Values
from ladder.domain.challenges.plan import PlannedRotation
from ladder.domain.challenges.rotation import Targets
from ladder.domain.challenges.rules import SelectionRule, TierRule
from ladder.domain.challenges.targets import tiers_to_play
from ladder.domain.challenges.tied_members import Tie, tied_members
from ladder.domain.message import Message
from tests.builders.planned_rotations import planned
from tests.builders.planning import NAN, YESTERDAY, category, figures, history, metric, program, roster

SHORT = metric("SHORT10", unit="%", step=0.5, at_least=1)
RULES = program(
    metrics=(SHORT,),
    categories=(category("CALM", "SHORT10", targets=(6, 4, 2)),),
    selection=SelectionRule(per_night=1),
)
EVERY_TIER = np.array([0, 1, 2, 3], dtype=np.uint8)


def perfect_and_others(perfect: int, others: int) -> Values:
    """Thirty days: the first members have 0 % on nine of ten, and each of the others a share of their own."""
    rng = np.random.default_rng(1)
    calm = np.where(rng.random((30, perfect)) < 0.9, 0.0, 3.0)
    shares = rng.normal(np.linspace(3, 9, others), 1, (30, others)).clip(0.5)
    return np.concatenate([calm, shares], axis=1).astype(np.float32)


def first_night(days: Values) -> PlannedRotation:
    return planned(RULES, roster=roster(days.shape[1]), history=history({"SHORT10": np.tile(days, (3, 1))}))


def to_play(targets: Triple, *, eased: bool = False, best: float = 0.0) -> list[int]:
    """The tiers that members of no tier, and of tiers 1 to 3, play."""
    asked = Targets(shown=targets, by_peers={"all": targets}, from_history=True)
    return tiers_to_play(EVERY_TIER, np.full(4, eased), asked, bytes(4), best).tolist()


def test_twenty_four_perfect_agents_of_31_play_the_highest_tier_and_the_category_runs_with_two() -> None:
    plan = first_night(perfect_and_others(24, 7))
    played, targets = plan.assignment["CALM"].played, plan.rotation_plan.targets["CALM"].shown

    assert played == bytes([3] * 24 + [1] * 7)
    assert targets[0] > targets[1] > targets[2] == 0
    (warning,) = plan.rotation_plan.warnings
    assert warning == Message(
        "rotation.tied_members",
        {"category": "CALM", "tied": 24, "members": 31, "tiers": 2, "value": 0.0, "unit": "%"},
    )


def test_perfect_agents_reach_the_highest_tier_however_many_they_are() -> None:
    for perfect in (3, 12, 15, 20, 30, 31):
        played = first_night(perfect_and_others(perfect, 31 - perfect)).assignment["CALM"].played
        assert set(played[:perfect]) == {3}, perfect


def test_where_everybody_has_the_same_value_the_category_runs_with_one_tier() -> None:
    plan = first_night(np.full((30, 20), 5, dtype=np.float32))

    assert set(plan.assignment["CALM"].played) == {1}
    (warning,) = plan.rotation_plan.warnings
    assert (warning.parameters["tied"], warning.parameters["tiers"]) == (20, 1)


def test_where_members_differ_nobody_is_warned_although_some_are_equal() -> None:
    days = np.tile(np.repeat(np.arange(1, 11), 3), (30, 1)).astype(np.float32)

    assert first_night(days).rotation_plan.warnings == ()


@pytest.mark.parametrize(
    ("values", "tie"),
    [
        ([1, 2, 3, 4, 5], None),
        ([5] * 20, Tie(20, 20, 5.0, 1)),
        ([0] * 24 + [3, 4, 5, 6, 7, 8, 9], Tie(31, 24, 0.0, 2)),
        ([7] * 16 + [1, 2, 3, 4], Tie(20, 16, 7.0, 2)),
        ([1, 2, 3, 4], None),  # too few to be ranked
    ],
)
def test_a_tie_is_found_where_it_leaves_a_tier_without_a_rank(values: list[float], tie: Tie | None) -> None:
    known = figures(history({"SHORT10": np.tile(np.array(values, dtype=np.float32), (30, 1))}), TierRule())

    assert tied_members(known, SHORT, YESTERDAY) == tie


def test_tiers_that_ask_for_the_same_play_the_easiest_of_them() -> None:
    assert to_play((9, 6, 3)) == [0, 1, 2, 3]
    assert to_play((9, 9, 3)) == [0, 1, 1, 3]
    assert to_play((9, 6, 6)) == [0, 1, 2, 2]
    assert to_play((6, 6, 6)) == [0, 1, 1, 1]


def test_at_the_best_possible_value_they_play_the_hardest_as_nobody_can_be_asked_more() -> None:
    assert to_play((9, 0, 0)) == [0, 1, 3, 3]
    assert to_play((0, 0, 0)) == [0, 3, 3, 3]
    assert to_play((0, 0, 0), best=NAN) == [0, 1, 1, 1]


def test_whose_challenge_is_eased_is_asked_for_less_or_stays_where_there_is_nothing_less() -> None:
    assert to_play((9, 6, 3), eased=True) == [0, 1, 1, 2]
    assert to_play((9, 0, 0), eased=True) == [0, 1, 1, 1]
    assert to_play((9, 6, 6), eased=True) == [0, 1, 1, 1]
    assert to_play((6, 6, 6), eased=True) == [0, 1, 1, 1]


def test_a_night_of_values_too_coarse_for_three_targets_says_how_many_tiers_run() -> None:
    """Stars from 1 to 5, on a contact or two a day: four are given nearly always, five on six days of ten."""
    rng = np.random.default_rng(4)
    stars = metric("STARS", direction="higher", unit="stars", range=(1, 5))
    rules = program(
        metrics=(stars,),
        categories=(category("GLAD", "STARS", targets=(3, 4, 5)),),
        selection=SelectionRule(per_night=1),
    )
    good = np.linspace(0.3, 0.9, 40)
    days = np.where(rng.random((90, 40)) < good, 5, 4).astype(np.float32)
    plan = planned(rules, roster=roster(40), history=history({"STARS": days}))

    targets, played = plan.rotation_plan.targets["GLAD"].shown, set(plan.assignment["GLAD"].played)
    assert len(set(targets)) < 3
    assert all(played_one == played_other or targets[played_one - 1] != targets[played_other - 1]
               for played_one in played for played_other in played)  # fmt: skip
    assert plan.rotation_plan.warnings
    assert plan.rotation_plan.warnings[0].code in {"rotation.fewer_tiers", "rotation.tied_members"}
