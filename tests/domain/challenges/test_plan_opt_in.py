"""Opt-in categories in the plan: who stays out is asked nothing, loses nothing and is compared with nobody."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder.domain.challenges.assignment import COLUMNS, Assignment
from ladder.domain.challenges.caps import Caps
from ladder.domain.challenges.history import Flags
from ladder.domain.challenges.participation import Choice
from ladder.domain.challenges.plan import PlannedRotation, participants
from ladder.domain.challenges.rules import SelectionRule
from ladder.domain.programs.program import Program
from tests.builders.planned_rotations import DAYS, MEMBERS, PROGRAM, ROSTER, known, planned
from tests.builders.planning import NIGHT, category, metric, work
from tests.builders.programs import with_values

OPT_IN = with_values(
    PROGRAM,
    categories=(category(), category("CARE", "QA", participation="opt_in")),
    selection=SelectionRule(per_night=1),
)
HALF = np.arange(MEMBERS) % 2 == 0
FEW = np.arange(MEMBERS) < 8
ASKED_DAILY = ("tier", "above", "below", "worked", "tier_days", "previous_tier", "memory_days", "return_days")


def night(take_part: Flags = HALF, of: Program = OPT_IN, **changes: Any) -> PlannedRotation:
    return planned(of, take_part={"CARE": take_part}, **changes)


def column(plan: PlannedRotation, name: str, category: str = "CARE") -> list[int]:
    return list(getattr(plan.assignment[category], name))


def test_only_who_takes_part_is_asked_anything() -> None:
    plan = night()

    assert plan.rotation_plan.selected == ("AHT_SPRINT", "CARE")
    assert [bool(tier) for tier in column(plan, "played")] == HALF.tolist()
    assert column(plan, "outside") == [int(not part) for part in HALF]
    assert all(column(plan, "played", "AHT_SPRINT"))


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 99), st.lists(st.booleans(), min_size=MEMBERS, max_size=MEMBERS))
def test_the_figures_of_who_stays_out_move_nobodys_tier_and_target(seed: int, part: list[bool]) -> None:
    flags = np.array(part)
    history = known()
    other = history.columns["QA"].values.copy()
    other[:, ~flags] = np.where(np.isnan(other), np.nan, work(MEMBERS, DAYS, seed=seed, between=900))[:, ~flags]
    changed = replace(
        history, columns=history.columns | {"QA": replace(history.columns["QA"], values=other.astype(np.float32))}
    )

    one, two = night(flags), night(flags, history=changed)

    assert one.assignment["CARE"] == two.assignment["CARE"]
    assert one.rotation_plan.targets.get("CARE") == two.rotation_plan.targets.get("CARE")


def test_who_takes_part_is_compared_as_if_nobody_else_were_there() -> None:
    alone = planned(
        OPT_IN,
        roster=tuple(replace(member, active=bool(part)) for member, part in zip(ROSTER, HALF, strict=True)),
        take_part={"CARE": HALF},
    )

    assert night().rotation_plan.targets["CARE"] == alone.rotation_plan.targets["CARE"]
    assert column(night(), "tier") == column(alone, "tier")


def test_a_tier_rests_while_its_member_stays_out() -> None:
    before = night(np.ones(MEMBERS, dtype=np.bool), tonight=NIGHT - timedelta(days=30)).assignment
    after = night(HALF, previous=before).assignment

    for name in ASKED_DAILY:
        then, now = getattr(before["CARE"], name), getattr(after["CARE"], name)
        assert [value for value, part in zip(now, HALF, strict=True) if not part] == [
            value for value, part in zip(then, HALF, strict=True) if not part
        ]
    assert before["CARE"].tier != after["CARE"].tier  # of those who take part, some have moved


def test_with_few_who_take_part_targets_are_those_of_the_library() -> None:
    few = night(np.arange(MEMBERS) < 4).rotation_plan.targets["CARE"]

    assert not few.from_history
    assert few.shown == (300, 200, 100)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 60), st.integers(1, 3), st.sampled_from(["QA", "CSAT"]))
def test_an_opt_in_category_takes_no_place_from_the_others(after: int, per_night: int, measured: str) -> None:
    others = (category("ONE"), category("TWO", "QA"), category("THREE", "QA"))
    beside = category("CHOSEN", measured, participation="opt_in")
    metrics = (metric(), metric("QA", direction="higher"), metric("CSAT", direction="higher"))
    rule, tonight = SelectionRule(per_night=per_night), NIGHT + timedelta(days=after)
    without = with_values(PROGRAM, metrics=metrics, categories=others, selection=rule)
    plays = {"CHOSEN": np.ones(MEMBERS, dtype=np.bool)}
    figures = known(last=tonight - timedelta(days=1))
    figures.columns["CSAT"] = figures.columns["QA"]

    usual = planned(without, tonight, history=figures).rotation_plan.selected
    both = with_values(without, categories=(*others, beside))
    selected = planned(both, tonight, history=figures, take_part=plays).rotation_plan.selected

    assert selected[: len(usual)] == usual
    assert ("CHOSEN" in selected) == (measured == "CSAT" or usual == ("ONE",))


def test_a_category_in_which_nobody_takes_part_does_not_run() -> None:
    nobody = night(np.zeros(MEMBERS, dtype=np.bool))

    assert nobody.rotation_plan.selected == ("AHT_SPRINT",)
    assert "CARE" not in nobody.rotation_plan.last_selected
    assert not nobody.rotation_plan.warnings


def test_the_forecast_counts_only_who_takes_part() -> None:
    """The cap suffices for everybody's first category and what few members have in the second."""
    caps = Caps(program_daily_points=3_800)
    tight = with_values(OPT_IN, caps=caps)

    assert not night(FEW, tight).rotation_plan.lowered
    assert night(np.ones(MEMBERS, dtype=np.bool), tight).rotation_plan.lowered


@pytest.mark.parametrize(("cap", "suffices"), [(3_400, True), (2_500, False)])
def test_where_a_cap_is_too_small_opt_in_challenges_are_lowered_before_any_other(*, cap: int, suffices: bool) -> None:
    """`suffices`: for the challenges of everybody."""
    tight = with_values(OPT_IN, caps=Caps(program_daily_points=cap))
    everybody = np.ones(MEMBERS, dtype=np.bool)

    plan, alone = night(everybody, tight), night(np.zeros(MEMBERS, dtype=np.bool), tight)

    assert plan.rotation_plan.dropped > alone.rotation_plan.dropped
    assert column(plan, "played", "AHT_SPRINT") == column(alone, "played", "AHT_SPRINT")
    assert (alone.rotation_plan.lowered == 0) == suffices


def test_everybody_has_what_a_category_for_everyone_had_before_it_became_one_of_choice() -> None:
    """A category whose participation changes with a version keeps its tiers."""
    before = planned(with_values(OPT_IN, categories=PROGRAM.challenges.categories), NIGHT - timedelta(days=1))

    after = night(np.ones(MEMBERS, dtype=np.bool), previous=before.assignment)

    assert set(column(after, "tier")) == {1, 2, 3}
    assert column(after, "worked") == column(before, "worked")


def test_members_take_part_as_they_chose_before_the_night() -> None:
    night_before = NIGHT - timedelta(days=1)
    since = Choice(takes_part=True, since=_noon(night_before), before=False)
    today = Choice(takes_part=True, since=_noon(NIGHT), before=False)
    choices = [(ROSTER[0].id, "CARE", since), (ROSTER[1].id, "CARE", today), ("gone", "CARE", since)]

    flags = participants(OPT_IN.challenges, OPT_IN.schedule, NIGHT, ROSTER, [*choices, (ROSTER[2].id, "OLD", since)])

    assert {key: np.flatnonzero(part).tolist() for key, part in flags.items()} == {"CARE": [0]}


def test_a_program_without_opt_in_categories_is_planned_as_before() -> None:
    standings: Assignment = planned().assignment

    assert not any(any(standing.outside) for standing in standings.values())
    assert "outside" in COLUMNS


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)
