import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder.domain.assignment import Standing
from ladder.domain.columns import History, Values
from ladder.domain.program import LITERAL, TierRule
from ladder.domain.tiers import Rungs, days_to_fold, fold_day, fold_standing
from tests.domain.examples import NAN, YESTERDAY, figures, history, metric, row, standing, work

NO_MEMORY = TierRule(up=(48, 74), down=(42, 68), down_after_days=5, home_kept_days=0)
BANDS = replace(NO_MEMORY, smoothing_days=10)
QUICK = replace(NO_MEMORY, smoothing_days=10, up_after_days=3, down_after_days=2, placed_after_days=3, min_members=2)
MEMORY = TierRule(up=(51, 76), down=(43, 68), down_after_days=5, home_after_days=40, smoothing_days=15)
A_DAY_OFF = None


def lived(
    ranks: Sequence[float | None], rule: TierRule = BANDS, *, placed: bool = True, tier: int = 1, **columns: int
) -> list[Rungs]:
    """One member after each day, through the vectorised code; None is a day off."""
    worked = rule.placed_after_days if placed else 0
    start = {"tier": tier, "worked": worked, **columns}
    rungs = Rungs.of(standing(1, **{name: bytes([value]) for name, value in start.items()}))
    days = []
    for rank in ranks:
        known = row(50 if rank is A_DAY_OFF else rank)
        rungs = fold_day(rungs, known, worked=np.array([rank is not A_DAY_OFF]), rule=rule)
        days.append(rungs)
    return days


def climb(ranks: Sequence[float | None], rule: TierRule = BANDS, **start: Any) -> list[int]:
    """The tier of one member after each day."""
    return [int(rungs.tier[0]) for rungs in lived(ranks, rule, **start)]


@dataclass
class OneMember:
    """The whole rule for one member, a day at a time."""

    tier: int = 1
    worked: int = 0
    above: int = 0
    below: int = 0
    held: int = 0
    home: int = 0
    kept: int = 0
    back: int = 0

    def works(self, rank: float, rule: TierRule) -> None:
        if self.worked < rule.placed_after_days:
            self.arrives(rank, rule)
            return
        self.counts(rank, rule)
        was, held_for_long = self.tier, self.held >= rule.home_after_days
        self.held = min(self.held + 1, rule.home_after_days)
        self.kept = max(self.kept - 1, 0)
        if self.above == rule.up_after_days or self.back == rule.return_after_days:
            self.tier += 1
        elif self.below == rule.down_after_days:
            if held_for_long and self.tier >= self.home and rule.home_kept_days:
                self.home, self.kept = self.tier, rule.home_kept_days
            self.tier -= 1
        if self.tier != was:
            self.above = self.below = self.back = self.held = 0
        if self.tier >= self.home or self.kept == 0:
            self.home = self.kept = 0

    def arrives(self, rank: float, rule: TierRule) -> None:
        if self.worked + 1 < rule.placed_after_days or not math.isnan(rank):
            self.worked += 1
        if self.worked == rule.placed_after_days:
            self.tier = 1 + sum(rank >= band for band in rule.up)

    def counts(self, rank: float, rule: TierRule) -> None:
        good = self.tier < 3 and rank >= rule.up[self.tier - 1]
        poor = self.tier > 1 and rank < rule.down[self.tier - 2]
        fair = self.tier < self.home and rank >= rule.down[self.tier - 1] + rule.return_margin
        self.above = self.above + 1 if good else 0
        self.below = self.below + 1 if poor else 0
        self.back = self.back + 1 if fair else 0


COUNTS = st.integers(1, 4)
RULES = st.builds(
    TierRule,
    up=st.just((48.0, 74.0)),
    down=st.just((42.0, 68.0)),
    up_after_days=COUNTS,
    down_after_days=COUNTS,
    placed_after_days=COUNTS,
    home_after_days=st.integers(0, 5),
    home_kept_days=st.integers(0, 12),
    return_after_days=COUNTS,
    return_margin=st.sampled_from((0.0, 3.0, 6.0)),
)
AROUND_THE_BANDS = row(0, 41, 42, 44, 45, 47, 48, 60, 67, 68, 70, 71, 73, 74, 100, NAN)


def weathers(rng: np.random.Generator, days: int, members: int) -> Values:
    """Ranks that last for some days, so that counts fill: (D, M)."""
    lasting = [np.repeat(rng.choice(AROUND_THE_BANDS, days), rng.integers(1, 9, days))[:days] for _ in range(members)]
    return np.stack(lasting, axis=1)


@settings(deadline=None, max_examples=200)
@given(st.integers(0, 2**32 - 1), RULES)
def test_every_member_climbs_as_one_who_is_looked_at_alone(seed: int, rule: TierRule) -> None:
    rng = np.random.default_rng(seed)
    days, members = 60, 6
    ranks, worked = weathers(rng, days, members), rng.random((days, members)) < 0.8
    everybody, rungs = [OneMember() for _ in range(members)], Rungs.of(Standing.new(members))

    for rank, here in zip(ranks, worked, strict=True):
        rungs = fold_day(rungs, rank, worked=here, rule=rule)
        for member, one in enumerate(everybody):
            if here[member]:
                one.works(float(rank[member]), rule)
        assert_same(rungs, everybody)

    assert set(rungs.tier) <= {1, 2, 3}


def assert_same(rungs: Rungs, everybody: Sequence[OneMember]) -> None:
    seen = {name: getattr(rungs, name).tolist() for name in Rungs.__slots__}

    assert seen == {name: [getattr(one, name) for one in everybody] for name in Rungs.__slots__}
    assert all(getattr(rungs, name).dtype == np.uint8 for name in Rungs.__slots__)


LONGEST = TierRule(
    up_after_days=255,
    down_after_days=255,
    return_after_days=255,
    placed_after_days=255,
    home_after_days=255,
    home_kept_days=255,
)


def test_no_count_overflows_its_byte_at_the_longest_settings() -> None:
    lives = (  # (rank, for so many days) …
        [(100, 600), (0, 255), (100, 345)],  # to the top, a slump, and back
        [(100, 600), (0, 600)],  # all the way down
        [(100, 600), (0, 255), (60, 1), (72, 344)],  # a day too late
        [(NAN, 1200)],
    )
    ranks = np.array([[rank for rank, days in life for _ in range(days)] for life in lives], dtype=np.float32).T
    everybody, rungs = [OneMember() for _ in lives], Rungs.of(Standing.new(len(lives)))
    highest = dict.fromkeys(Rungs.__slots__, 0)

    for rank in ranks:
        rungs = fold_day(rungs, rank, worked=np.ones(len(lives), dtype=np.bool), rule=LONGEST)
        for one, own in zip(everybody, rank, strict=True):
            one.works(float(own), LONGEST)
        assert_same(rungs, everybody)
        highest = {name: max(most, *getattr(rungs, name).tolist()) for name, most in highest.items()}

    longest = {"above": 254, "below": 254, "back": 254, "worked": 255, "held": 255, "kept": 255}
    assert highest == longest | {"tier": 3, "home": 3}
    assert [one.tier for one in everybody] == [3, 1, 2, 1]


def test_who_falls_from_a_tier_held_for_forty_days_is_back_after_five_days_above_the_fall() -> None:
    assert climb([50] * 36 + [0] * 5 + [46] * 5, MEMORY, tier=2) == [2] * 40 + [1] * 5 + [2]
    assert climb([90] * 36 + [0] * 5 + [71] * 5, MEMORY, tier=3) == [3] * 40 + [2] * 5 + [3]


def test_a_fall_from_a_tier_held_for_less_than_forty_days_is_not_remembered() -> None:
    days = lived([50] * 35 + [0] * 5 + [46] * 200, MEMORY, tier=2)

    assert {int(rungs.tier[0]) for rungs in days[39:]} == {1}
    assert not any(rungs.home[0] or rungs.kept[0] for rungs in days)


@pytest.mark.parametrize(("start", "tier"), [(1, 1), (2, 2)])
def test_days_before_the_move_into_a_tier_do_not_make_it_home(start: int, tier: int) -> None:
    """A member who rose lately has held his new tier for the days since then."""
    days = lived([{1: 40, 2: 60}[start]] * 100 + [100] * 10 + [0] * 5, MEMORY, tier=start)

    assert (int(days[109].tier[0]), int(days[-1].tier[0]), int(days[-1].home[0])) == (tier + 1, tier, 0)


def test_the_days_that_lead_back_are_in_a_row_and_at_the_margin() -> None:
    fallen = [50] * 36 + [0] * 5

    assert climb([*fallen, *[46] * 4, 45.9, *[46] * 4], MEMORY, tier=2)[41:] == [1] * 9
    assert climb([*fallen, *[46] * 4, NAN, *[46] * 4], MEMORY, tier=2)[41:] == [1] * 9
    assert climb([*fallen, *[46, A_DAY_OFF] * 5], MEMORY, tier=2)[41:] == [1] * 8 + [2] * 2


def test_home_is_remembered_for_120_worked_days_and_then_forgotten() -> None:
    fallen = [50] * 36 + [0] * 5

    in_time = climb([*fallen, *[40] * 115, *[46] * 5], MEMORY, tier=2)
    too_late = lived([*fallen, *[40] * 116, *[46] * 200], MEMORY, tier=2)

    assert (in_time[-2], in_time[-1]) == (1, 2)
    assert {int(rungs.tier[0]) for rungs in too_late[40:]} == {1}
    assert [int(rungs.home[0]) for rungs in too_late[159:162]] == [2, 0, 0]


@pytest.mark.parametrize(
    ("way", "rule"), [([46] * 5, MEMORY), ([100] * 10, replace(MEMORY, return_after_days=20))], ids=["back", "up"]
)
def test_who_reaches_home_by_either_way_begins_anew(way: list[float], rule: TierRule) -> None:
    days = lived([*[50] * 36, *[0] * 5, *way, *[0] * 5, *[46] * 30], rule, tier=2)
    home = days[40 + len(way)]

    assert {name: int(getattr(home, name)[0]) for name in ("tier", "home", "kept", "held", "back")} == {
        "tier": 2,
        "home": 0,
        "kept": 0,
        "held": 0,
        "back": 0,
    }
    assert {int(rungs.tier[0]) for rungs in days[-30:]} == {1}


def test_a_second_fall_further_down_keeps_the_higher_home() -> None:
    days = lived([90] * 36 + [0] * 10 + [46] * 5 + [71] * 5, MEMORY, tier=3)

    assert [int(rungs.tier[0]) for rungs in days[36:]] == [3] * 4 + [2] * 5 + [1] * 5 + [2] * 5 + [3]
    assert {int(rungs.home[0]) for rungs in days[40:-1]} == {3}
    assert [int(rungs.kept[0]) for rungs in days[40:-1]] == list(range(120, 105, -1))


def test_a_second_fall_from_a_tier_held_for_long_keeps_the_higher_home_too_and_its_days() -> None:
    days = lived([90] * 36 + [0] * 5 + [60] * 50 + [0] * 5, MEMORY, tier=3)
    fallen_twice = days[-1]

    assert [int(rungs.tier[0]) for rungs in days[-6:]] == [2] * 5 + [1]
    assert (int(fallen_twice.home[0]), int(fallen_twice.kept[0])) == (3, 120 - 55)


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 2**32 - 1), RULES)
def test_days_not_worked_change_nothing_of_what_is_remembered(seed: int, rule: TierRule) -> None:
    rng = np.random.default_rng(seed)
    ranks = weathers(rng, 60, 1)[:, 0].tolist()
    with_days_off = [day for rank in ranks for day in (*[A_DAY_OFF] * int(rng.integers(0, 3)), rank)]

    assert lived(with_days_off, rule, placed=False)[-1] == lived(ranks, rule, placed=False)[-1]


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 2**32 - 1), RULES)
def test_a_memory_of_no_days_is_no_memory(seed: int, rule: TierRule) -> None:
    ranks = weathers(np.random.default_rng(seed), 60, 1)[:, 0].tolist()
    off = replace(rule, home_kept_days=0)

    assert climb(ranks, off, placed=False) == climb(ranks, replace(off, return_after_days=200), placed=False)
    assert not any(rungs.home[0] or rungs.kept[0] for rungs in lived(ranks, off, placed=False))


def test_a_memory_that_is_switched_off_leads_nobody_back_from_that_day_on() -> None:
    four_days_back: dict[str, Any] = {"home": 2, "kept": 100, "back": 4}
    off = replace(MEMORY, home_kept_days=0)

    (day,) = lived([46], off, **four_days_back)

    assert (int(day.tier[0]), int(day.home[0]), int(day.kept[0])) == (1, 0, 0)
    assert climb([46], MEMORY, **four_days_back) == [2]


def test_ten_days_in_a_row_at_the_band_lead_up_one_tier() -> None:
    assert climb([48] * 10) == [1] * 9 + [2]
    assert climb([48] * 9 + [47.9] + [48] * 9) == [1] * 19
    assert climb([100] * 25) == [1] * 9 + [2] * 10 + [3] * 6


def test_five_days_in_a_row_below_the_band_lead_down_one_tier() -> None:
    assert climb([41.9] * 5, tier=2) == [2] * 4 + [1]
    assert climb([41.9] * 4 + [42] + [41.9] * 4, tier=2) == [2] * 9
    assert climb([0] * 12, tier=3) == [3] * 4 + [2] * 5 + [1] * 3


def test_between_the_bands_a_member_stays_on_either_side() -> None:
    assert climb([45] * 60, tier=1) == [1] * 60
    assert climb([45] * 60, tier=2) == [2] * 60


def test_days_not_worked_are_no_days() -> None:
    assert climb([48, A_DAY_OFF] * 10) == [1] * 18 + [2] * 2
    assert climb([A_DAY_OFF] * 300, tier=3) == [3] * 300


@pytest.mark.parametrize(("rank", "tier"), [(0, 1), (47, 1), (48, 2), (73, 2), (74, 3), (100, 3)])
def test_a_new_member_starts_in_tier_1_and_is_placed_where_he_stands_on_his_tenth_worked_day(
    rank: float, tier: int
) -> None:
    assert climb([rank] * 11, placed=False) == [1] * 9 + [tier] * 2


def test_the_placement_waits_until_a_rank_is_known() -> None:
    assert climb([100] * 9 + [NAN, A_DAY_OFF, 100], placed=False) == [1] * 11 + [3]


def test_a_member_who_wobbles_around_the_band_stays_where_he_is() -> None:
    assert set(climb([20, 90] * 100, tier=2)) == {2}
    assert set(climb([41, 49] * 100, LITERAL, tier=1)) == {1}


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(0, 100), min_size=1, max_size=120), st.sampled_from((BANDS, LITERAL)))
def test_moves_lie_as_many_days_apart_as_the_rule_says_and_go_one_tier_at_a_time(
    ranks: list[int], rule: TierRule
) -> None:
    tiers = np.array([1, *climb(ranks, rule)])
    days, steps = np.nonzero(np.diff(tiers))[0], np.diff(tiers)

    assert set(np.abs(steps)) <= {0, 1}
    assert all(np.diff([-1, *days]) >= [rule.up_after_days if steps[day] > 0 else rule.down_after_days for day in days])


def test_a_rule_made_quicker_moves_nobody_on_a_day_off() -> None:
    nine_good_days = Rungs.of(standing(1, above=b"\x09", worked=b"\x0a"))
    quicker = TierRule(up_after_days=5)

    resting = fold_day(nine_good_days, row(100), worked=np.array([False]), rule=quicker)

    assert resting.tier == [1]
    assert fold_day(resting, row(100), worked=np.array([True]), rule=quicker).tier == [2]


def fold(before: Standing, known: History, until: date, rule: TierRule = QUICK) -> Standing:
    return fold_standing(before, figures(known, rule), metric(), until=until)


def days_before(days: int) -> date:
    return YESTERDAY - timedelta(days=days)


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 2**32 - 1), st.sets(st.integers(1, 25)))
def test_missed_nights_count_every_day_once(seed: int, nights: set[int]) -> None:
    known = history({"AHT": work(8, 90, seed=seed)})
    start = fold(Standing.new(8), known, days_before(26))

    in_between = start
    for back in sorted(nights, reverse=True):
        in_between = fold(in_between, known, days_before(back))

    assert fold(in_between, known, YESTERDAY) == fold(start, known, YESTERDAY)


@pytest.mark.parametrize("until", [YESTERDAY, days_before(1), days_before(20)])
def test_a_day_that_is_folded_in_already_is_not_folded_again(until: date) -> None:
    known = history({"AHT": work(8, 90)})
    folded = fold(Standing.new(8), known, YESTERDAY)

    assert fold(folded, known, until) == folded
    assert folded.as_of == YESTERDAY


def test_the_first_night_folds_the_days_of_the_window_each_seen_with_a_window_of_its_own() -> None:
    values = work(8, 90)
    first = fold(Standing.new(8), history({"AHT": values}), YESTERDAY)
    values[:31] = NAN

    assert days_to_fold(None, YESTERDAY, QUICK) == [days_before(days) for days in range(29, -1, -1)]
    assert first == fold(Standing.new(8), history({"AHT": values}), YESTERDAY)
    assert set(first.tier) == {1, 2, 3}


def test_after_a_gap_longer_than_the_window_only_the_windows_days_are_folded() -> None:
    known = history({"AHT": work(8, 150)})
    long_ago = fold(Standing.new(8), known, days_before(60))

    assert fold(long_ago, known, YESTERDAY) == fold(replace(long_ago, as_of=days_before(30)), known, YESTERDAY)


def test_an_agent_alone_rests_in_tier_1_and_an_empty_house_is_no_error() -> None:
    assert fold(Standing.new(1), history({"AHT": work(1, 90)}), YESTERDAY).tier == b"\x01"
    assert fold(Standing.new(0), history({"AHT": work(0, 90)}), YESTERDAY).tier == b""


@pytest.mark.parametrize(("rule", "tier"), [(BANDS, b"\x02"), (LITERAL, b"\x02"), (MEMORY, b"\x01")])
def test_a_house_of_equals_stands_where_the_middle_stands_for_good(rule: TierRule, tier: bytes) -> None:
    known = history({"AHT": np.full((200, 30), 183.4, dtype=np.float32)})

    first = fold(Standing.new(30), known, days_before(100), rule)

    assert first.tier == tier * 30
    assert fold(first, known, YESTERDAY, rule).tier == tier * 30


@pytest.mark.parametrize("scale", [1000, 1 / 60])
def test_another_unit_changes_no_standing(scale: float) -> None:
    seconds = work(40, 90, between=10, within=10)
    rescaled = (seconds.astype(np.float64) * scale).astype(np.float32)

    folded = [fold(Standing.new(40), history({"AHT": values}), YESTERDAY) for values in (seconds, rescaled)]

    assert folded[0] == folded[1]


def test_the_order_of_members_changes_nobodys_tier() -> None:
    values, order = work(40, 90), np.random.default_rng(1).permutation(40)

    straight, shuffled = (
        fold(Standing.new(40), history({"AHT": columns}), YESTERDAY).tier for columns in (values, values[:, order])
    )

    assert shuffled == bytes(straight[slot] for slot in order)


def test_the_literal_rule_judges_each_day_by_itself() -> None:
    usual = np.tile(np.arange(100, 140, dtype=np.float32), (90, 1))
    usual[-5:, 0] = 999  # the best member's five worst days
    peak = fold(Standing.new(40), history({"AHT": usual}), days_before(5), LITERAL)

    assert peak.tier[0] == 3
    assert fold(peak, history({"AHT": usual}), YESTERDAY, LITERAL).tier[0] == 2
    assert fold(peak, history({"AHT": usual}), YESTERDAY, BANDS).tier[0] == 3
