"""Figures of a day that is not over: a member's own comes back, the newest stands, and a turn is taken once."""

from datetime import UTC, datetime, timedelta
from math import nan

from ladder.adapters.dynamodb import keys
from ladder.domain.challenges.so_far import FiguresSoFar
from ladder.domain.members.roster import BLOCK
from tests.builders.full_program import DAY, PROGRAM
from tests.builders.stores import Stores, Tables, dynamodb_stores

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TWO_HOURS = timedelta(hours=2)


def figures(*values: float, at: datetime = NOON) -> FiguresSoFar:
    return FiguresSoFar(day=DAY, measured_at=at, given=True, values=values, contacts=[40.0] * len(values))


def test_a_members_own_figures_come_back_as_they_were_read_and_nobody_elses(stores: Stores) -> None:
    stores.today.save(PROGRAM, "AHT", figures(187.3, 240.1))
    stores.today.save(PROGRAM, "QA", figures(91.25, nan))
    mine = stores.today.of_slot(PROGRAM, 1)
    assert {metric: (own.value, own.contacts, own.day, own.measured_at) for metric, own in mine.items()} == {
        "AHT": (240.1, 40.0, DAY, NOON),
        "QA": (None, 40.0, DAY, NOON),
    }


def test_a_later_reading_stands_instead_of_the_one_before(stores: Stores) -> None:
    stores.today.save(PROGRAM, "AHT", figures(187.3))
    stores.today.save(PROGRAM, "AHT", figures(201.9, at=NOON + TWO_HOURS))
    own = stores.today.of_slot(PROGRAM, 0)["AHT"]
    assert (own.value, own.measured_at) == (201.9, NOON + TWO_HOURS)


def test_who_was_enrolled_since_has_no_figure(stores: Stores) -> None:
    stores.today.save(PROGRAM, "AHT", figures(187.3))
    assert stores.today.of_slot(PROGRAM, 1)["AHT"].value is None


def test_a_member_of_the_second_block_reads_their_own(stores: Stores) -> None:
    stores.today.save(PROGRAM, "AHT", figures(*[100.0] * BLOCK, 187.3))
    assert [stores.today.of_slot(PROGRAM, slot)["AHT"].value for slot in (BLOCK - 1, BLOCK)] == [100.0, 187.3]


def test_a_program_takes_its_turn_once_in_its_hours_however_many_ticks_there_are(stores: Stores) -> None:
    minutes = {0: True, 15: False, 105: False, 120: True, 135: False}
    for minute, begins in minutes.items():
        at = NOON + timedelta(minutes=minute)
        assert stores.today.begin(PROGRAM, DAY, at=at, every=TWO_HOURS) == begins, minute


def test_a_tick_some_seconds_early_is_in_time(stores: Stores) -> None:
    assert stores.today.begin(PROGRAM, DAY, at=NOON, every=TWO_HOURS)
    assert stores.today.begin(PROGRAM, DAY, at=NOON + TWO_HOURS - timedelta(seconds=40), every=TWO_HOURS)


def test_a_new_day_does_not_wait_for_the_turn_of_the_day_before(stores: Stores) -> None:
    assert stores.today.begin(PROGRAM, DAY, at=NOON, every=TWO_HOURS)
    assert stores.today.begin(PROGRAM, DAY + timedelta(days=1), at=NOON + timedelta(minutes=15), every=TWO_HOURS)


def test_what_was_read_expires_after_two_days(tables: Tables) -> None:
    today = dynamodb_stores(tables).today
    today.begin(PROGRAM, DAY, at=NOON, every=TWO_HOURS)
    today.save(PROGRAM, "AHT", figures(187.3))
    items = list(tables.table().query(PROGRAM, keys.within(keys.TODAY)))
    assert [item["expires_at"] for item in items] == [int((NOON + timedelta(days=2)).timestamp())] * 2
