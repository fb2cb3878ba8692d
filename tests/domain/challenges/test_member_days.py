"""A member's days: values beside targets, the tier of each night, and what came of it."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from ladder.domain.challenges.assignment import MemberStanding
from ladder.domain.challenges.history import DayColumn
from ladder.domain.challenges.member_days import MemberDay, own_targets, read_member_days
from ladder.domain.challenges.rotation import Targets
from tests.builders.supervised import CARE, PACE, PROGRAM, TARGETS, TODAY, Supervised, days_before


def days(supervised: Supervised, slot: int | None = 0, *, first: date | None = None) -> tuple[MemberDay, ...]:
    read = read_member_days(
        PROGRAM.key,
        slot,
        first=first or days_before(27),
        last=TODAY,
        current=supervised.program.challenges,
        rules=lambda version: supervised.program.challenges,
        rotations=supervised.rotations,
        placements=supervised.assignments,
        figures=supervised.histories,
    )
    assert [metric.key for metric in read.metrics] == ["AHT", "QA"]
    return read.days


def test_a_day_has_the_value_the_target_the_tier_and_what_came_of_it() -> None:
    supervised = Supervised()
    supervised.night(days_before(1), {PACE: [2, 1]}, {PACE: ["completed", "missed"]})
    supervised.measured(days_before(1), {"AHT": [190.0, 400.0]})
    [day] = days(supervised)
    [metric], [category] = day.metrics, day.categories
    assert (metric.metric, metric.value, metric.contacts) == ("AHT", 190.0, 20.0)
    assert (category.category, category.tier, category.played, category.target) == (PACE, 2, 2, 200.0)
    assert category.outcome == "completed"


def test_a_day_without_a_night_has_its_values_and_one_without_values_its_night() -> None:
    supervised = Supervised()
    supervised.measured(days_before(2), {"AHT": [190.0]})
    supervised.night(days_before(1), {PACE: [2]})
    measured, asked = days(supervised)
    assert (len(measured.metrics), measured.categories) == (1, ())
    assert (asked.metrics, asked.categories[0].outcome) == ((), "not playing" if asked.categories[0].outcome else None)


def test_a_category_that_did_not_run_has_a_tier_and_no_target() -> None:
    supervised = Supervised()
    rotation = supervised.night(days_before(1), {PACE: [2], CARE: [3]})
    rotation = replace(rotation, plan=replace(rotation.planned, selected=(PACE,)))
    supervised.rotations.advance(replace(rotation, step="announced"))
    _, care = days(supervised)[0].categories
    assert (care.category, care.tier, care.played, care.target, care.outcome) == (CARE, 3, None, None, None)


def test_only_what_went_live_counts_and_of_a_date_the_last_revision() -> None:
    supervised = Supervised()
    supervised.night(days_before(1), {PACE: [1]})
    supervised.night(days_before(1), {PACE: [3]}, revision=2)
    supervised.night(TODAY, {PACE: [2]}, live=False)
    assert [(day.day, day.categories[0].played) for day in days(supervised)] == [(days_before(1), 3)]


def test_the_mix_of_contacts_stands_beside_the_values() -> None:
    supervised = Supervised()
    supervised.measured(TODAY, {"AHT": [190.0], "calls_NEW": [12.0], "calls_OLD": [3.0]})
    assert days(supervised)[0].mix == {"NEW": 12.0, "OLD": 3.0}


def test_where_the_source_does_not_say_how_many_contacts_there_were_nothing_is_made_up() -> None:
    supervised = Supervised()
    nobody_says = DayColumn(np.array([190.0], dtype=np.float32), np.array([np.nan], dtype=np.float32))
    supervised.histories.record(PROGRAM.key, TODAY, {"AHT": nobody_says})
    assert days(supervised)[0].metrics[0].contacts is None


def test_somebody_who_joined_today_or_is_on_no_roster_has_no_days() -> None:
    supervised = Supervised()
    supervised.night(days_before(1), {PACE: [1]})
    supervised.measured(days_before(1), {"AHT": [190.0]})
    assert days(supervised, slot=7) == ()
    assert days(supervised, slot=None) == ()


@pytest.mark.parametrize(
    ("standing", "targets"),
    [
        (MemberStanding(1, 0, 1, targets=(9.0, 8.0, 7.0)), (9.0, 8.0, 7.0)),
        (MemberStanding(1, 1, 1), (4.0, 5.0, 6.0)),
        (MemberStanding(1, 2, 1), TARGETS.shown),
    ],
)
def test_targets_are_the_member_s_own_then_their_peers_then_those_of_everybody(
    standing: MemberStanding, targets: tuple[float, ...]
) -> None:
    by_peers = {"b": (4.0, 5.0, 6.0), "a": (1.0, 2.0, 3.0)}
    assert own_targets(Targets(shown=TARGETS.shown, by_peers=by_peers, from_history=True), standing) == targets
