"""A gate before speed that nobody ever fails is said to guard nothing."""

import numpy as np
import pytest

from ladder.domain.challenges.quality_gates import LEAST_MEMBER_DAYS, gates_nobody_fails, keeps_bound
from ladder.domain.challenges.rules import QualityGate
from ladder.domain.message import Message
from tests.builders.planning import NAN, NIGHT, history, metric, program, row

DAYS, MEMBERS = 30, 10
WARNING = Message("rotation.gate_never_failed", {"metric": "AHT", "quality": "QA"})


def warned(shares: np.ndarray, *, speed: bool | None = True, at_most: float = 70, final_after_days: int = 0) -> bool:
    quality = metric("QA", unit="%", final_after_days=final_after_days)
    gated = metric(speed=speed, quality_gate=QualityGate(metric="QA", at_most=at_most))
    known = history({"AHT": np.full(shares.shape, 100.0), "QA": shares})
    found = list(gates_nobody_fails(program(metrics=(gated, quality)).challenges, known, NIGHT))
    assert found in ([], [WARNING])
    return bool(found)


def month(share: float = 40.0, days: int = DAYS) -> np.ndarray:
    return np.full((days, MEMBERS), share)


def test_a_gate_that_nobody_failed_on_any_day_is_warned_of_and_one_day_that_fails_is_enough() -> None:
    assert warned(month())
    bad = month()
    bad[3, 2] = 71
    assert not warned(bad)


def test_days_outside_the_window_and_figures_that_are_not_final_say_nothing() -> None:
    old = month(days=40)
    old[5, 2] = 71
    fresh = month()
    fresh[-1, 2] = 71
    assert warned(old)
    assert warned(fresh, final_after_days=3)


def test_a_few_days_are_no_evidence() -> None:
    few = month()
    few[: DAYS - LEAST_MEMBER_DAYS // MEMBERS + 1] = NAN
    assert not warned(few)
    few[DAYS - LEAST_MEMBER_DAYS // MEMBERS] = 40
    assert warned(few)


@pytest.mark.parametrize("speed", [False, None])
def test_a_gate_before_something_else_than_speed_is_the_programs_business(*, speed: bool | None) -> None:
    assert not warned(month(), speed=speed)


def test_the_bound_itself_is_kept_and_no_figure_keeps_none() -> None:
    quality = row(79, 80, 81, NAN)
    assert keeps_bound(QualityGate(metric="QA", at_least=80), quality).tolist() == [False, True, True, False]
    assert keeps_bound(QualityGate(metric="QA", at_most=80), quality).tolist() == [True, True, False, False]
