"""After a long silence people start from their peers again, and what is not measured is not asked."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from ladder.domain.challenges.assignment import Assignment
from ladder.domain.challenges.history import Values
from ladder.domain.challenges.peers import PeerGroups, Population
from ladder.domain.challenges.plan import PlannedRotation, first_history_day, plan_rotation
from ladder.domain.challenges.rules import SelectionRule
from ladder.domain.challenges.targets import SILENT_DAYS
from ladder.domain.message import Message
from tests.builders.planning import NAN, NIGHT, category, history, metric, program, work

MEMBERS, DAYS = 24, 170
RULES = program(
    metrics=(metric("AHT"), metric("QA", direction="higher", final_after_days=3)),
    categories=(category("SPRINT", "AHT"), category("CARE", "QA")),
    selection=SelectionRule(per_night=2),
)


def planned(
    values: Values, *, quality: Values | None = None, tonight: date = NIGHT, previous: Assignment | None = None
) -> PlannedRotation:
    members = values.shape[1]
    quality = work(members, DAYS, seed=1) if quality is None else quality
    return plan_rotation(
        RULES.challenges,
        RULES.caps,
        tonight,
        seed="a program",
        population=Population(np.ones(members, dtype=np.bool), PeerGroups(("all",), np.zeros(members, dtype=np.int16))),
        history=history({"AHT": values, "QA": quality}),
        previous=previous or {},
        last_selected={},
        taken=(),
        relieved={},
        take_part={},
    )


def silent(values: Values, *days_ago: int, members: Sequence[int] | slice = slice(None)) -> Values:
    """Without figures of the days from the first to the second number of days ago."""
    first, last = days_ago
    cut = values.copy()
    cut[DAYS - first : DAYS - last + 1, members] = NAN
    return cut


def nightly(values: Values, first: int, last: int, previous: Assignment) -> PlannedRotation:
    for back in range(first, last - 1, -1):
        plan = planned(values, tonight=NIGHT - timedelta(days=back), previous=previous)
        previous = plan.assignment
    return plan


def test_who_returns_after_forty_days_is_placed_by_ten_new_days_among_peers_and_keeps_the_tier_until_then() -> None:
    values = work(MEMBERS, DAYS, within=5)
    best, others = int(np.nanmean(values, axis=0).argmin()), np.nanmedian(values)
    before = planned(values, tonight=NIGHT - timedelta(days=60)).assignment
    assert before["SPRINT"].tier[best] == 3

    values = silent(values, 60, 15, members=[best])
    values[-14:, best] = others + 500  # slower than everybody
    returned = nightly(values, 59, 5, before)
    placed = nightly(values, 4, 0, returned.assignment)

    assert returned.assignment["SPRINT"].tier[best] == 3
    assert returned.assignment["SPRINT"].worked[best] < 10
    assert placed.assignment["SPRINT"].tier[best] == 1


def test_a_row_of_good_days_before_a_long_absence_is_not_continued_after_it() -> None:
    values = work(MEMBERS, DAYS, within=5)
    before = planned(values, tonight=NIGHT - timedelta(days=60)).assignment
    nine = b"\x09" * MEMBERS
    long = {"SPRINT": replace(before["SPRINT"], above=nine, below=nine, return_days=nine)}

    first_day = nightly(silent(values, 60, 2), 59, 0, {**before, **long}).assignment["SPRINT"]

    back = [slot for slot in range(MEMBERS) if not np.isnan(values[-1, slot])]
    assert back
    assert {(first_day.above[slot], first_day.below[slot], first_day.return_days[slot]) for slot in back} == {(0, 0, 0)}
    assert first_day.tier == before["SPRINT"].tier


@pytest.mark.parametrize("days", [15, 40, 90])
def test_a_metric_without_figures_for_more_than_two_weeks_is_not_drawn_and_the_night_says_why(days: int) -> None:
    plan = planned(silent(work(MEMBERS, DAYS), days, 1)).rotation_plan

    assert plan.selected == ("CARE",)
    assert plan.deferred == {"SPRINT": Message("rotation.metric_silent", {"metric": "AHT"})}


@pytest.mark.parametrize("days", [15, 29, 40, 57])
def test_a_category_that_is_new_on_a_silent_metric_stops_no_night(days: int) -> None:
    """The history begins with the oldest day that the plan asks for, and no day before it is asked for."""
    values = silent(work(MEMBERS, DAYS), days, 1)
    before = planned(values, tonight=NIGHT - timedelta(days=1)).assignment
    without = {key: standing for key, standing in before.items() if key == "CARE"}
    start = DAYS - (NIGHT - first_history_day(RULES.challenges, NIGHT, without)).days

    plan = planned(values[start:], quality=work(MEMBERS, DAYS, seed=1)[start:], previous=without)

    assert plan.rotation_plan.selected == ("CARE",)
    assert set(plan.assignment["SPRINT"].worked) == {0}


def test_a_holiday_of_two_weeks_is_no_silence() -> None:
    closed = SILENT_DAYS.days

    plan = planned(silent(work(MEMBERS, DAYS), closed, 1), quality=silent(work(MEMBERS, DAYS), closed, 1))

    assert set(plan.rotation_plan.selected) == {"SPRINT", "CARE"}


def test_a_metric_is_not_silent_on_days_whose_figures_are_not_final_yet() -> None:
    plan = planned(work(MEMBERS, DAYS), quality=silent(work(MEMBERS, DAYS), SILENT_DAYS.days + 3, 1))

    assert set(plan.rotation_plan.selected) == {"SPRINT", "CARE"}


def test_where_everything_has_been_silent_nothing_is_asked_until_figures_come() -> None:
    values = work(MEMBERS, DAYS)
    before = planned(values, tonight=NIGHT - timedelta(days=95)).assignment
    nothing = np.full_like(values, NAN)

    assert planned(nothing, quality=nothing, previous=before).rotation_plan.selected == ()


def test_a_program_that_waits_for_its_first_figures_plays() -> None:
    nothing = np.full((DAYS, MEMBERS), NAN, dtype=np.float32)
    few = nothing.copy()
    few[-3:] = 200

    assert set(planned(nothing, quality=nothing).rotation_plan.selected) == {"SPRINT", "CARE"}
    assert set(planned(few, quality=nothing).rotation_plan.selected) == {"SPRINT", "CARE"}


def test_targets_do_not_rest_on_medians_of_long_ago() -> None:
    """Of a metric that was silent for forty days, the first figures are too few: the library's targets apply."""
    values = silent(work(MEMBERS, DAYS), 41, 2)

    plan = planned(values)

    assert not plan.rotation_plan.targets["SPRINT"].from_history
    assert plan.rotation_plan.targets["SPRINT"].shown == (300, 200, 100)
