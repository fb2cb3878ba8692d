from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ladder.domain.challenges.completion import OUTCOMES, Outcome
from ladder.domain.challenges.gaming_guard import Flag
from ladder.domain.challenges.history import Values
from ladder.domain.challenges.rules import ContactType, Metric, QualityGate
from ladder.domain.challenges.settlement import (
    ChallengesAsked,
    Codes,
    doubtful,
    hold_reason,
    merge,
    outcome_code,
    outcome_message,
    settle,
    settled_now,
)
from ladder.domain.message import Message
from ladder.domain.programs.program import Program
from ladder.messages.render import render
from tests.builders.planning import NAN, NIGHT, YESTERDAY, alike, history, metric, program

GATE = QualityGate(metric="QA", at_least=80, over_days=3)
GATED = metric(quality_gate=GATE)

SPEED_HELD = Message("challenges.speed_is_held")


def gated_program(aht: Metric, *, quality_final_after: int = 0) -> Program:
    return program(metrics=(aht, metric("QA", direction="higher", final_after_days=quality_final_after)))


def found(
    value: float,
    *,
    aht: Metric = GATED,
    tier: int = 1,
    target: float = 200,
    quality: tuple[float, ...] = (90,),
    nights_later: int = 0,
    quality_final_after: int = 0,
) -> Outcome:
    """The outcome of one member for yesterday; `quality`: their last days', yesterday's last."""
    values = np.full((20, 1), 100, dtype=np.float32)
    qa = np.full((20, 1), NAN, dtype=np.float32)
    values[-1], qa[-len(quality) :, 0] = value, quality
    asked = ChallengesAsked(aht, YESTERDAY, np.array([tier], dtype=np.uint8), np.array([target]), alike(1))
    known = history({"AHT": values, "QA": qa})
    tonight = NIGHT + timedelta(days=nights_later)
    return OUTCOMES[
        int(settle(asked, gated_program(aht, quality_final_after=quality_final_after).challenges, known, tonight)[0])
    ]


def test_exactly_the_target_is_enough_in_either_direction() -> None:
    higher = metric(direction="higher")

    assert [found(value) for value in (199, 200, 201)] == ["completed", "completed", "missed"]
    assert [found(value, aht=higher) for value in (199, 200, 201)] == ["missed", "completed", "completed"]


@pytest.mark.parametrize("value", [182.3, 182.7, 4.35, 0.1])
@pytest.mark.parametrize("direction", ["lower", "higher"])
def test_a_value_equal_to_the_target_meets_it_although_float32_stores_it_inexactly(
    value: float, direction: str
) -> None:
    assert found(value, aht=metric(direction=direction), target=value) == "completed"


def test_who_had_no_challenge_is_not_playing_and_who_did_not_work_is_absent() -> None:
    assert found(100, tier=0, target=NAN) == "not playing"
    assert found(NAN) == "absent"


def test_a_date_is_open_until_its_value_is_final() -> None:
    slow = metric(final_after_days=2)

    assert [found(100, aht=slow, nights_later=nights) for nights in (0, 1, 2)] == ["open", "open", "completed"]


def test_a_completion_is_provisional_until_the_quality_of_that_day_is_final() -> None:
    outcomes = [found(100, quality_final_after=2, nights_later=nights) for nights in (0, 1, 2)]

    assert outcomes == ["provisional", "provisional", "completed"]
    assert found(999, quality_final_after=2) == "missed"


@pytest.mark.parametrize(
    ("quality", "outcome"),
    [
        ((80,), "completed"),
        ((79.9,), "gate failed"),
        ((70, 90, 90), "completed"),  # the median of three
        ((70, 70, 90), "gate failed"),
        ((0, 0, 90, 90, 70), "completed"),  # three days count, not five
        ((90, NAN, NAN), "completed"),  # days without a figure are no days
        ((NAN,), "unproven"),
    ],
)
def test_the_gate_judges_the_median_quality_of_the_last_worked_days(
    quality: tuple[float, ...], outcome: Outcome
) -> None:
    assert found(100, quality=quality) == outcome


def test_a_gate_may_also_have_an_upper_bound() -> None:
    repeats = metric(quality_gate=QualityGate(metric="QA", at_most=30))

    assert [found(100, aht=repeats, quality=(share,)) for share in (30, 31)] == ["completed", "gate failed"]


def scalar_outcome(value: float, quality: float, *, lower: bool, plays: bool) -> Outcome:
    if not plays:
        return "not playing"
    if np.isnan(value):
        return "absent"
    if (value > 50) if lower else (value < 50):
        return "missed"
    if np.isnan(quality):
        return "unproven"
    return "completed" if quality >= GATE.at_least else "gate failed"  # type: ignore[operator]


@settings(deadline=None, max_examples=100)
@given(
    arrays(np.float32, (2, 8), elements=st.integers(0, 100).map(float) | st.just(NAN)),
    st.lists(st.integers(0, 3), min_size=8, max_size=8),
    st.booleans(),
)
def test_every_member_is_settled_as_one_who_is_looked_at_alone(
    values: Values,
    played: list[int],
    lower: bool,  # noqa: FBT001
) -> None:
    aht = metric(direction="lower" if lower else "higher", quality_gate=GATE)
    asked = ChallengesAsked(aht, YESTERDAY, np.array(played, dtype=np.uint8), np.full(8, 50.0), alike(8))

    codes = settle(asked, gated_program(aht).challenges, history({"AHT": values[:1], "QA": values[1:]}), NIGHT)

    assert [OUTCOMES[each] for each in codes] == [
        scalar_outcome(*values[:, n].tolist(), lower=lower, plays=tier > 0) for n, tier in enumerate(played)
    ]


def codes(*outcomes: Outcome) -> Codes:
    return np.array([outcome_code(outcome) for outcome in outcomes], dtype=np.uint8)


@pytest.mark.parametrize("paid", ["completed", "unproven"])
@pytest.mark.parametrize("unpaid", ["not playing", "absent", "open", "missed", "provisional", "gate failed"])
def test_a_correction_turns_no_into_pay_and_pay_into_no_only_by_a_person(paid: Outcome, unpaid: Outcome) -> None:
    before, after = codes(unpaid, paid, paid, unpaid), codes(paid, unpaid, paid, unpaid)

    assert settled_now(before, after).tolist() == [True, False, False, False]
    assert doubtful(before, after).tolist() == [False, True, False, False]
    assert merge(before, after).tolist() == codes(paid, paid, paid, unpaid).tolist()


def test_what_is_not_paid_yet_may_still_change() -> None:
    assert (
        merge(codes("open", "provisional"), codes("missed", "gate failed")).tolist()
        == codes("missed", "gate failed").tolist()
    )


def test_speed_and_missing_quality_hold_the_points_back() -> None:
    assert hold_reason(program().challenges, metric(), "completed", None) is None
    assert hold_reason(program().challenges, metric(), "unproven", None) == Message("challenges.quality_unknown")
    assert hold_reason(program().challenges, metric(speed=True), "completed", None) == SPEED_HELD


def test_speed_at_the_usual_mix_and_under_a_gate_is_paid_unless_it_looks_odd() -> None:
    mixed = program(contact_types=(ContactType(key="NW", contacts="NW calls"),))
    fair = metric(speed=True, normalise_by="contact_type", quality_gate=GATE)

    flag = Flag(slot=0, kind="short_contacts", share=0.2, usual=0.02, contacts=600).message(30)
    assert hold_reason(mixed.challenges, fair, "completed", None) is None
    assert hold_reason(mixed.challenges, fair, "completed", flag) == flag
    assert hold_reason(mixed.challenges, metric(), "completed", flag) is None
    assert hold_reason(mixed.challenges, replace(fair, quality_gate=None), "completed", None) == SPEED_HELD
    assert hold_reason(program().challenges, fair, "completed", None) == SPEED_HELD


@pytest.mark.parametrize(
    ("of", "value", "target", "text"),
    [
        (metric(), NAN, 185, "The platform reports that you met the target: average handle time 185 s."),
        (metric(), 182.296, 185, "Target met: average handle time 182.3 s, at or below 185 s."),
        (metric(), 12344.2, 12350, "Target met: average handle time 12,344.2 s, at or below 12,350 s."),
        (metric(name="calls sold", unit="€", direction="higher", step=1000), 1_234_567, 1_234_000,
         "Target met: calls sold 1,234,600 €, at or above 1,234,000 €."),
        (metric(name="score", unit="%", direction="higher", step=0.1), 87.46, 87.4,
         "Target met: score 87.46 %, at or above 87.4 %."),
    ],
)  # fmt: skip
def test_the_sentence_writes_numbers_out_as_finely_as_the_metric_counts(
    of: Metric, value: float, target: float, text: str
) -> None:
    assert render(outcome_message(of, float(np.float32(value)), target)) == text
