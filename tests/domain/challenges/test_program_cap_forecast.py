"""What a night will cost: who is likely to come, and what will hardly be exceeded."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder.domain.challenges.caps import COMPLETED, USUAL_ATTENDANCE
from ladder.domain.challenges.history import History, Points
from ladder.domain.challenges.member_caps import PointTable
from ladder.domain.challenges.program_cap import attendance, likely_completion, payout
from tests.builders.planning import NAN, NIGHT, history
from tests.reference.scalars import scalar_attendance, scalar_payout

EVERYBODY = np.ones(1, dtype=np.bool)


def of_one(days: Points) -> History:
    """One member's figures, the last day being yesterday; another works every day."""
    return history({"AHT": np.stack([days, np.ones(len(days))], axis=1)})


def likely(days: Points) -> float:
    return float(attendance(of_one(days), np.ones(2, dtype=np.bool), NIGHT)[0])


def test_who_works_on_the_same_days_of_every_week_is_expected_on_these_days() -> None:
    """The night's own day of the week is the oldest of seven."""
    off_today = np.array([NAN, 1, 1, 1, 1, 1, NAN] * 4)
    works_today = np.array([1, 1, 1, 1, 1, NAN, NAN] * 4)

    assert likely(works_today) > 0.9
    assert likely(off_today) < 0.2


def test_who_stayed_away_lately_is_expected_less() -> None:
    always, lately_away = np.ones(28), np.array([1.0] * 14 + [NAN] * 14)

    assert likely(always) == 1
    assert likely(lately_away) == 0.5


def test_a_newcomers_days_before_the_first_one_say_nothing() -> None:
    assert likely(np.array([NAN] * 25 + [1.0] * 3)) == 1


def test_who_never_worked_or_has_left_is_not_expected_unless_nobody_worked_yet() -> None:
    assert likely(np.full(28, NAN)) == 0
    assert attendance(of_one(np.ones(28)), np.zeros(2, dtype=np.bool), NIGHT).tolist() == [0, 0]
    nobody = history({"AHT": np.full((28, 1), NAN)})
    assert attendance(nobody, EVERYBODY, NIGHT).tolist() == [USUAL_ATTENDANCE]


@settings(deadline=None, max_examples=100)
@given(st.integers(1, 6), st.integers(1, 35), st.floats(0, 1), st.integers(0, 10_000))
def test_everybody_is_expected_as_one_who_is_looked_at_alone(members: int, days: int, share: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    worked = rng.random((days, members)) < share
    active = rng.random(members) < 0.8
    known = history({"AHT": np.where(worked, 1.0, np.nan)})

    found = attendance(known, active, NIGHT)

    assert found.tolist() == pytest.approx(scalar_attendance(worked.tolist(), active.tolist(), known.first, NIGHT))


@pytest.mark.parametrize("members", [10, 250, 1_300])
def test_what_is_paid_hardly_ever_exceeds_the_forecast_and_never_all_that_there_is(members: int) -> None:
    rng = np.random.default_rng(members)
    worth: Points = np.array([90.0, 150.0, 260.0])[rng.integers(0, 3, members)]
    working = rng.random(members)

    most = payout(worth, working)
    completes = rng.random((2_000, members)) < working * COMPLETED
    paid = completes @ worth

    assert (paid > most).mean() < 0.05
    assert most <= worth.sum()
    assert most == pytest.approx(scalar_payout(worth.tolist(), working.tolist()))


def test_a_forecast_rests_on_how_often_the_challenges_played_are_likely_to_be_completed() -> None:
    """Two categories, of three and of two players: the second is completed every day."""
    pays = PointTable(np.array([[0, 100, 200, 300], [0, 50, 50, 50]], dtype=float), np.zeros((0, 2, 4)), ())
    played = np.array([[1, 2, 3, 0], [1, 1, 0, 0]], dtype=np.uint8)
    likely = np.array([[0, 0.5, 0.5, 0.5], [0, 1.0, 1.0, 1.0]])

    assert likely_completion(played, pays, likely) == pytest.approx((600 * 0.5 + 100) / 700)
    assert likely_completion(np.zeros((2, 4), dtype=np.uint8), pays, likely) == COMPLETED
    worth, everybody = np.full(200, 100.0), np.ones(200)
    assert payout(worth, everybody, 0.3) < payout(worth, everybody) < payout(worth, everybody, 0.8)
