"""The program's cap: never overshot, tiers for as long as it allows, and what it takes is counted and said."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.cli.program_file import read_program
from ladder.domain.challenges.assignment import NO_BUDGET, OWN_CAPS, PROGRAM_CAP, Assignment
from ladder.domain.challenges.caps import COMPLETED, Caps
from ladder.domain.challenges.history import Column, History
from ladder.domain.challenges.member_caps import Grid, PointTable, point_table, points_if_completed, within_member_caps
from ladder.domain.challenges.peers import population
from ladder.domain.challenges.plan import PlannedRotation, plan_rotation
from ladder.domain.challenges.program_cap import ProgramCap, attendance, sufficient_cap, within_cap
from ladder.domain.challenges.rules import TIERS, Category
from ladder.domain.points.award_caps import Allotment, allowance_for, daily_bound
from ladder.domain.programs.program import Program
from tests.builders.planning import NIGHT, category, reward_rule, roster, standing
from tests.paths import PROGRAMS
from tests.reference.scalars import scalar_within_cap

BANK = PROGRAMS / "bank.yaml"
HOUSES = (250, 400, 600, 900, 1_300)
CAP = 60_000


TIERS_PLAYED = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=12)
NONE_OPT_IN = np.zeros(2, dtype=np.bool)
TWO = [category("ONE", points=(50, 80, 120)), category("TWO", points=(60, 90, 140))]


@settings(deadline=None, max_examples=150)
@given(TIERS_PLAYED, st.integers(0, 2_000), st.integers(0, 1_000), st.tuples(st.booleans(), st.booleans()))
def test_a_cut_is_what_lowering_one_challenge_after_the_other_comes_to(
    tiers: list[tuple[int, int]], most: int, seed: int, opt_in: tuple[bool, bool]
) -> None:
    record, pays, caps = np.array(tiers, dtype=np.uint8).T, point_table(TWO, (reward_rule({"TIER_3": 50}),)), Caps()
    working = np.random.default_rng(seed).random(len(tiers)).round(2)

    cap = ProgramCap(record, pays, caps, working, most, np.array(opt_in))

    assert within_cap(record, cap, NIGHT).tolist() == scalar_within_cap(record, cap).tolist()


@settings(deadline=None, max_examples=150)
@given(TIERS_PLAYED, st.integers(0, 2_000), st.none() | st.integers(50, 300), st.integers(0, 1_000))
def test_no_higher_tier_is_offered_less_than_a_lower_one_of_the_same_category(
    tiers: list[tuple[int, int]], most: int, member_cap: int | None, seed: int
) -> None:
    """Wherever the members' own caps kept that order."""
    record, pays = np.array(tiers, dtype=np.uint8).T, point_table(TWO, ())
    caps = Caps(member_daily_points=member_cap)
    capped = within_member_caps(record, pays, caps)
    working = np.random.default_rng(seed).random(len(tiers))

    played = within_cap(capped, ProgramCap(record, pays, caps, working, most, NONE_OPT_IN[: len(record)]), NIGHT)

    assert (played <= capped).all()
    for row, own, before in zip(played.tolist(), record.tolist(), capped.tolist(), strict=True):
        if not inverted(before, own):
            assert not inverted(row, own)


def inverted(played: Sequence[int], record: Sequence[int]) -> bool:
    """Is anybody offered less than somebody of a lower tier?"""
    offered = {tier: [today for today, own in zip(played, record, strict=True) if own == tier] for tier in TIERS}
    pairs = [(low, high) for low in TIERS for high in TIERS if low < high and offered[low] and offered[high]]
    return any(min(offered[high]) < max(offered[low]) for low, high in pairs)


def test_the_turn_to_be_lowered_changes_every_night() -> None:
    record, pays = np.full((1, 100), 3, dtype=np.uint8), point_table([TWO[0]], ())
    cap = ProgramCap(record, pays, Caps(), np.ones(100), 8_000, NONE_OPT_IN[: len(record)])

    lowered = [np.flatnonzero(within_cap(record, cap, NIGHT + timedelta(days=after))[0] < 3) for after in range(20)]

    assert {len(each) for each in lowered} == {len(lowered[0])}
    assert 0 < len(lowered[0]) < 60
    times = np.bincount(np.concatenate(lowered), minlength=100)
    assert times.max() < 20
    assert times.min() > 0


@pytest.mark.parametrize(("payout", "points"), [(0, 0), (100, 110), (79_000, 84_000), (57_000, 60_000)])
def test_the_cap_that_would_be_enough_is_told_in_round_points(payout: float, points: int) -> None:
    assert sufficient_cap(payout, Caps(program_daily_points=1)) == points


@dataclass(frozen=True, slots=True)
class Bank:
    """A night of the bank's program with so many members: five worked days of seven, a quarter in either upper tier."""

    program: Program
    plan: PlannedRotation
    working: np.ndarray[tuple[int], np.dtype[np.float64]]
    record: Assignment

    @property
    def categories(self) -> list[Category]:
        return [self.program.challenges.category(key) for key in self.plan.rotation_plan.selected]

    def played(self, *, own: bool = False) -> Grid:
        columns = [self.plan.assignment[key] for key in self.plan.rotation_plan.selected]
        return np.array([list(each.tier if own else each.played) for each in columns], dtype=np.uint8)

    @property
    def pays(self) -> PointTable:
        return point_table(self.categories, self.program.challenges.reward_rules)

    def expected(self, played: Grid) -> float:
        """Plainly: who comes times what is completed times what it is worth."""
        return float(self.working @ points_if_completed(played, self.pays, self.program.caps)) * COMPLETED


@cache
def bank(members: int, *, cap: int | None = CAP, night: date = NIGHT) -> Bank:
    checked = read_program(BANK)
    assert checked.program is not None
    program = replace(checked.program, caps=replace(checked.program.caps, program_daily_points=cap))
    rng = np.random.default_rng(members)
    off = (np.arange(30)[:, None] + rng.integers(0, 7, members)) % 7 >= 5
    columns = {
        each.key: Column(
            np.where(off, np.nan, rng.normal(200, 40, (30, members))).astype(np.float32),
            np.full((30, members), 40, dtype=np.float32),
        )
        for each in program.challenges.metrics
    }
    history = History(night - timedelta(days=30), 30, members, columns)
    tiers = rng.choice(TIERS, members, p=[0.5, 0.25, 0.25]).astype(np.uint8).tobytes()
    placed = standing(members, tier=tiers, worked=b"\x0a" * members, as_of=night - timedelta(days=1))
    before = {each.key: placed for each in program.challenges.categories}
    plan = plan_rotation(
        program.challenges,
        program.caps,
        night,
        seed=program.key,
        population=population(program.challenges, roster(members), night),
        history=history,
        previous=before,
        last_selected={},
        taken=(),
        relieved={},
        take_part={},
    )
    working = attendance(history, np.ones(members, dtype=np.bool), night)
    return Bank(program, plan, working, before)


@pytest.mark.parametrize("members", HOUSES)
def test_the_third_tier_exists_wherever_what_is_expected_fits(members: int) -> None:
    cap, free = bank(members), bank(members, cap=None)

    if free.expected(free.played()) <= 0.85 * CAP:
        assert cap.played().tolist() == free.played().tolist()
        assert cap.plan.rotation_plan.warnings == ()
    elif free.expected(free.played()) <= CAP:
        assert (cap.played() == 3).any()
    assert cap.expected(cap.played()) <= 0.95 * CAP


def test_houses_of_250_400_and_600_play_every_tier_as_if_there_were_no_cap() -> None:
    for members in (250, 400, 600):
        assert bank(members).played().tolist() == bank(members, cap=None).played().tolist()


@pytest.mark.parametrize("members", [900, 1_300, 3_000])
def test_what_the_cap_takes_is_counted_by_tier_and_said_with_the_cap_that_would_be_enough(members: int) -> None:
    cap, free = bank(members), bank(members, cap=None)
    lower = cap.played() < cap.played(own=True)
    by_cap = cap.played() < free.played()
    night = cap.plan.rotation_plan

    for tier in TIERS:
        mine = cap.played(own=True) == tier
        assert night.lowered_by_tier[tier - 1] == (lower & mine & (cap.played() > 0)).sum()
        assert night.dropped_by_tier[tier - 1] == (lower & mine & (cap.played() == 0)).sum()
    assert night.lowered == (lower & (cap.played() > 0)).any(axis=0).sum()
    assert night.dropped == (lower & (cap.played() == 0)).any(axis=0).sum()
    (warning,) = night.warnings
    said = warning.parameters
    assert (warning.code, said["points"]) == ("rotation.program_cap_too_small", 60_000)
    assert said["lowered"] == (by_cap & (cap.played() > 0)).any(axis=0).sum()
    assert said["dropped"] == (by_cap & (cap.played() == 0)).any(axis=0).sum()
    assert isinstance(said["enough"], int)
    assert bank(members, cap=said["enough"]).plan.rotation_plan.warnings == ()


@pytest.mark.parametrize("members", [900, 1_300])
def test_no_more_is_taken_than_the_cap_demands(members: int) -> None:
    cap = bank(members)

    assert cap.expected(cap.played()) >= 0.8 * CAP


def test_whose_challenge_is_lowered_by_the_programs_cap_is_kept_with_the_assignment() -> None:
    cap, free = bank(900), bank(900, cap=None)

    for key in cap.plan.rotation_plan.selected:
        tonight, alone = cap.plan.assignment[key], free.plan.assignment[key]
        why = list(tonight.capped_by)
        for slot, (now, own, tier) in enumerate(zip(tonight.played, alone.played, tonight.tier, strict=True)):
            assert why[slot] == (PROGRAM_CAP if now < own else OWN_CAPS if own < tier else 0)


@dataclass
class PaidDay:
    """One day of a program: everybody's awards in any order, each paid from the budget and then from the reserve."""

    program: Program
    budgets: list[int]
    drawn: int = 0

    @property
    def allotted(self) -> int:
        return sum(each for each in self.budgets if each != NO_BUDGET)

    def pay(self, member: int, points: int) -> int:
        """What is paid of all that the member earned on the date."""
        budget = self.budgets[member]
        limit = daily_bound(
            self.program.caps,
            self.program.challenges,
            earlier_allowance=None,
            withdrawn=self.drawn,
            allotment=Allotment(None if budget == NO_BUDGET else budget, self.allotted),
        )
        settled = allowance_for(self.program.caps, self.program.challenges, NIGHT, limit, min(points, limit.points))
        self.drawn += settled.withdrawal.points if settled.withdrawal else 0
        return min(points, settled.allowance or 0)


def played_through(cap: Bank, comes: Callable[[], np.ndarray], rng: np.random.Generator) -> tuple[int, int, int]:
    """What all members together are paid, what their challenges came to, and how many were trimmed."""
    day = PaidDay(cap.program, cap.plan.budgets or [])
    done = rng.random(cap.played().shape) < COMPLETED
    earned = points_if_completed(np.where(done & comes(), cap.played(), 0).astype(np.uint8), cap.pays, cap.program.caps)
    paid_out, trimmed = 0, 0
    for member in rng.permutation(len(earned)).tolist():
        points = day.pay(member, round(earned[member]))
        paid_out += points
        trimmed += points < round(earned[member])
    return paid_out, int(earned.sum()), trimmed


@pytest.mark.parametrize("members", HOUSES)
def test_days_at_the_expected_rates_never_overshoot_the_cap_and_trim_hardly_anybody(members: int) -> None:
    cap, rng = bank(members), np.random.default_rng(7)

    days = [played_through(cap, lambda: rng.random(members) < cap.working, rng) for _ in range(30)]

    assert all(paid_out <= CAP for paid_out, _, _ in days)
    assert sum(trimmed for _, _, trimmed in days) <= 0.001 * 30 * members


@pytest.mark.parametrize("members", HOUSES)
def test_a_day_on_which_everybody_comes_and_completes_stays_within_the_cap_and_leaves_only_unspent_budgets(
    members: int,
) -> None:
    cap = bank(members)
    day = PaidDay(cap.program, cap.plan.budgets or [])
    full = points_if_completed(cap.played(), cap.pays, cap.program.caps)

    paid_out = [day.pay(member, round(points)) for member, points in enumerate(full.tolist())]

    assert sum(paid_out) <= CAP
    unspent = sum(
        max(budget - points, 0) for budget, points in zip(day.budgets, paid_out, strict=True) if budget != NO_BUDGET
    )
    if sum(paid_out) < round(full.sum()):  # somebody was trimmed, so nothing is left but what rounding took
        assert CAP - sum(paid_out) <= unspent + 3 * members
