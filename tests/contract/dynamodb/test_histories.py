"""Histories: a day is merged, never overwritten, and what is read is what was recorded."""

from datetime import timedelta

import numpy as np

from ladder.domain.challenges.history import DayColumn
from tests.builders.full_program import DAY, PROGRAM, day_of, row
from tests.builders.stores import Stores

YESTERDAY = DAY - timedelta(days=1)
NAN = float("nan")


def values(stores: Stores, *, members: int = 3, metric: str = "AHT", program: str = PROGRAM) -> list[list[float]]:
    history = stores.histories.load(program, first=YESTERDAY, last=DAY, members=members, metrics=(metric,))
    found: list[list[float]] = history.columns[metric].values.tolist()
    return found


def same(found: list[list[float]], expected: list[list[float]]) -> bool:
    return np.array_equal(np.array(found), np.array(expected), equal_nan=True)


def test_a_history_has_a_row_for_every_calendar_day_and_nan_where_nothing_is_known(stores: Stores) -> None:
    stores.histories.record(PROGRAM, DAY, {"AHT": day_of(row(400, NAN, 402.25))})
    history = stores.histories.load(PROGRAM, first=YESTERDAY, last=DAY, members=3, metrics=("AHT", "QA"))
    assert (history.first, history.days, history.members) == (YESTERDAY, 2, 3)
    assert same(history.columns["AHT"].values.tolist(), [[NAN] * 3, [400, NAN, 402.25]])
    assert same(history.columns["AHT"].counts.tolist(), [[NAN] * 3, [20, NAN, 20]])
    assert np.isnan(history.columns["QA"].values).all()


def test_days_outside_the_range_are_left_out(stores: Stores) -> None:
    for distance in (-2, 1):
        stores.histories.record(PROGRAM, DAY + timedelta(days=distance), {"AHT": day_of(row(1, 2, 3))})
    assert np.isnan(values(stores)).all()


def test_a_correction_replaces_values_and_its_nan_leaves_what_is_known(stores: Stores) -> None:
    stores.histories.record(PROGRAM, DAY, {"AHT": day_of(row(400, 410, NAN))})
    corrected = DayColumn(row(NAN, 415, 420), row(NAN, NAN, 7))
    assert stores.histories.record(PROGRAM, DAY, {"AHT": corrected})
    history = stores.histories.load(PROGRAM, first=DAY, last=DAY, members=3, metrics=("AHT",))
    assert history.columns["AHT"].values.tolist() == [[400, 415, 420]]
    assert history.columns["AHT"].counts.tolist() == [[20, 20, 7]]


def test_a_correction_of_one_metric_leaves_the_others(stores: Stores) -> None:
    stores.histories.record(PROGRAM, DAY, {"AHT": day_of(row(400, 410, 420)), "QA": day_of(row(80, 90, 100))})
    stores.histories.record(PROGRAM, DAY, {"QA": day_of(row(81, 90, 100))})
    assert values(stores)[1] == [400, 410, 420]
    assert values(stores, metric="QA")[1] == [81, 90, 100]


def test_what_says_nothing_new_changes_nothing_and_says_so(stores: Stores) -> None:
    assert stores.histories.record(PROGRAM, DAY, {"AHT": day_of(row(400, NAN))})
    assert not stores.histories.record(PROGRAM, DAY, {"AHT": day_of(row(400, NAN))})
    assert not stores.histories.record(PROGRAM, DAY, {"QA": day_of(row(NAN, NAN))})
    assert not stores.histories.record(PROGRAM, DAY, {})


def test_a_changed_count_alone_is_a_change(stores: Stores) -> None:
    stores.histories.record(PROGRAM, DAY, {"AHT": day_of(row(400))})
    assert stores.histories.record(PROGRAM, DAY, {"AHT": DayColumn(row(400), row(21))})


def test_columns_that_a_correction_makes_wrong_are_taken_out_with_it(stores: Stores) -> None:
    both = {"AHT": day_of(row(400, 410, 420)), "AHT measured": day_of(row(500, 510, 520)), "QA": day_of(row(1, 2, 3))}
    stores.histories.record(PROGRAM, DAY, both)
    assert stores.histories.record(PROGRAM, DAY, {"AHT measured": day_of(row(NAN, 511, NAN))}, without=("AHT", "CSAT"))
    assert same(values(stores)[1:], [[NAN, NAN, NAN]])
    assert values(stores, metric="AHT measured")[1] == [500, 511, 520]
    assert values(stores, metric="QA")[1] == [1, 2, 3]
    assert not stores.histories.record(PROGRAM, DAY, {"AHT measured": day_of(row(NAN, 511, NAN))}, without=("AHT",))


def test_a_grown_roster_adds_members_to_an_old_day(stores: Stores) -> None:
    stores.histories.record(PROGRAM, DAY, {"AHT": day_of(row(400))})
    assert same(values(stores)[1:], [[400, NAN, NAN]])
    stores.histories.record(PROGRAM, DAY, {"AHT": day_of(row(NAN, NAN, 420))})
    assert same(values(stores)[1:], [[400, NAN, 420]])


def test_ten_thousand_members_keep_their_slots_over_three_blocks(stores: Stores) -> None:
    whole = np.random.default_rng(1).normal(450, 80, 10_000).astype(np.float32)
    stores.histories.record(PROGRAM, DAY, {"AHT": day_of(whole)})
    stores.histories.record(
        PROGRAM, DAY, {"AHT": day_of(np.where(np.arange(10_000) == 5_000, 1, np.nan).astype(np.float32))}
    )
    whole[5_000] = 1
    assert values(stores, members=10_000)[1] == whole.tolist()
    assert values(stores, members=4_500)[1] == whole[:4_500].tolist()


def test_one_member_s_figures_are_those_of_their_slot_of_every_metric_and_only_of_days_at_work(stores: Stores) -> None:
    whole = np.arange(10_000, dtype=np.float32)
    whole[7_000] = NAN
    stores.histories.record(PROGRAM, YESTERDAY, {"AHT": day_of(whole), "GONE": DayColumn(whole + 1, whole + 2)})
    stores.histories.record(PROGRAM, DAY, {"AHT": day_of(row(400))})
    found = stores.figures.of_slot(PROGRAM, 5_000, first=YESTERDAY, last=DAY)
    assert found == {YESTERDAY: {"AHT": (5_000, 20), "GONE": (5_001, 5_002)}}
    assert stores.figures.of_slot(PROGRAM, 7_000, first=YESTERDAY, last=DAY) == {}
    assert stores.figures.of_slot(PROGRAM, 20_000, first=YESTERDAY, last=DAY) == {}
    assert stores.figures.of_slot(PROGRAM, 0, first=DAY, last=DAY) == {DAY: {"AHT": (400, 20)}}


def test_what_is_loaded_is_a_copy(stores: Stores) -> None:
    given = row(400, 410, 420)
    stores.histories.record(PROGRAM, DAY, {"AHT": day_of(given)})
    given[:] = 0
    stores.histories.load(PROGRAM, first=DAY, last=DAY, members=3, metrics=("AHT",)).columns["AHT"].values[:] = 0
    assert values(stores)[1] == [400, 410, 420]


def test_one_program_sees_nothing_of_another(stores: Stores) -> None:
    stores.histories.record("a", DAY, {"AHT": day_of(row(400, 410, 420))})
    assert np.isnan(values(stores, program="ab")).all()
