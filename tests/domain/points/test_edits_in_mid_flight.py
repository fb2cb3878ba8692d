"""Edits while members are in the middle of something: a period, a day, a week, a campaign, an order."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ladder.domain.activities.activity import ORDERED, REVERSED
from ladder.domain.calendar.schedule import Schedule
from ladder.domain.challenges.caps import Caps
from ladder.domain.points.rulebook import CatalogueItem, Milestone, Rulebook, Streak
from ladder.domain.points.rules import Count, Once, Rule
from tests.builders.capped_academy import POSTED, academy, event, ours
from tests.builders.entry_texts import said
from tests.builders.rewards import RewardRunner

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
POST = Rule(key="POST", name="a post", match=POSTED, points=10)
WEEKLY = Streak(key="WEEKS", name="weeks", match=POSTED, every="week", milestones=(Milestone(length=2, points=7),))


class Program:
    """A program and one member who posts; after each step the reference model says the same."""

    def __init__(self, caps: Caps | None = None, **rulebook: Any) -> None:
        program = academy(caps=caps or Caps(), rulebook=Rulebook(**rulebook))
        self.runner = RewardRunner(program=replace(program, schedule=Schedule(time_zone="UTC", rotation_time=time(0))))
        self._posts = 0

    def edit(self, **changed: Any) -> None:
        book = {name: value for name, value in changed.items() if hasattr(self.runner.program.rulebook, name)}
        rest = {name: value for name, value in changed.items() if name not in book}
        self.runner.publish(rulebook=replace(self.runner.program.rulebook, **book), **rest)

    def post(self, at: datetime, **attributes: Any) -> int:
        """Return the points of the entry."""
        self._posts += 1
        entry = self.runner.give(event("forum.posted", at, f"p{self._posts}", **attributes)).entries[0]
        assert self.runner.has() == self.runner.should_be()
        return entry.points


def hours(number: float) -> datetime:
    return MONDAY + timedelta(hours=number)


def test_a_period_counts_as_soon_as_an_eased_threshold_is_passed_and_is_not_stuck() -> None:
    program = Program(streaks=(replace(WEEKLY, at_least=4),))
    for number in range(2):
        program.post(hours(number))
    program.edit(streaks=(replace(WEEKLY, at_least=2),))
    program.post(hours(5))
    assert program.runner.has().streaks == {"WEEKS": (1, 1)}


def test_a_period_that_has_counted_does_not_count_again_at_a_higher_threshold() -> None:
    program = Program(streaks=(replace(WEEKLY, at_least=1),))
    program.post(hours(0))
    program.edit(streaks=(replace(WEEKLY, at_least=2),))
    assert program.post(hours(1)) == 0
    assert program.runner.has().streaks == {"WEEKS": (1, 1)}


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(1, 4) | st.integers(0, 20).map(lambda day: -day), max_size=14))
def test_whatever_is_edited_of_a_streaks_threshold_a_period_counts_once(steps: list[int]) -> None:
    """Positive steps are thresholds, others days on which something is posted, in whatever order they come."""
    program = Program(streaks=(replace(WEEKLY, at_least=2),))
    for minute, step in enumerate(steps):
        if step > 0:
            program.edit(streaks=(replace(WEEKLY, at_least=step),))
        else:
            program.post(MONDAY + timedelta(days=-step, minutes=minute))
    weeks = {-step // 7 for step in steps if step <= 0}
    assert program.runner.has().streaks.get("WEEKS", (0, 0))[1] <= len(weeks)


def test_another_time_zone_begins_no_day_and_no_week_twice_so_no_cap_is_paid_twice() -> None:
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Tokyo", "America/New_York"):
        program = Program(Caps(member_daily_points=15, member_weekly_points=40), rules=(POST,))
        at = MONDAY + timedelta(hours=14, minutes=50)  # in every zone another hour, and in some another day
        assert [program.post(at), program.post(at + timedelta(minutes=1))] == [10, 5]
        program.edit(schedule=replace(program.runner.program.schedule, time_zone=zone))
        later = [program.post(at + timedelta(hours=hour)) for hour in range(1, 5 * 24, 5)]
        assert sum(later) <= 25


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.sampled_from(["UTC", "Asia/Tokyo", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
        | st.integers(1, 40),
        max_size=16,
    )
)
def test_whatever_zones_a_program_moves_to_nobody_has_more_days_than_have_passed(steps: list[str | int]) -> None:
    program, at = Program(Caps(member_daily_points=10), rules=(POST,)), MONDAY
    for step in steps:
        if isinstance(step, str):
            program.edit(schedule=replace(program.runner.program.schedule, time_zone=step))
        else:
            at += timedelta(hours=step)
            program.post(at)
    days = (at - MONDAY).days + 3  # the first, the last, and the one that the way round the world may add
    assert program.runner.has().earned <= 10 * days


def test_a_campaign_that_is_shortened_or_drawn_out_pays_by_the_version_that_each_event_came_under() -> None:
    campaign = replace(POST, starts_on=date(2026, 3, 2), ends_on=date(2026, 3, 4))
    program = Program(rules=(campaign,))
    assert program.post(hours(24)) == 10
    program.edit(rules=(replace(campaign, ends_on=date(2026, 3, 2)),))
    assert (program.post(hours(25)), program.post(hours(1))) == (0, 10)
    program.edit(rules=(replace(campaign, ends_on=date(2026, 3, 9)),))
    assert program.post(hours(24 * 6)) == 10
    assert program.runner.has().earned == 30


def test_a_rule_that_is_edited_keeps_what_counted_once_what_it_counts_and_what_its_cap_has_let_pass_today() -> None:
    once = replace(POST, once=Once(per="thread"))
    program = Program(rules=(once,))
    assert program.post(hours(0), thread="t") == 10
    program.edit(rules=(replace(once, name="a good post", points=20),))
    assert [program.post(hours(1), thread="t"), program.post(hours(2), thread="u")] == [0, 20]
    daily = Program(rules=(replace(POST, daily_points=15),))
    assert daily.post(hours(0)) == 10
    daily.edit(rules=(replace(POST, daily_points=25, points=20),))
    assert [daily.post(hours(1)), daily.post(hours(2))] == [15, 0]
    third = Program(rules=(replace(POST, count=Count(of=3, within_days=7)),))
    assert [third.post(hours(0)), third.post(hours(1))] == [0, 0]
    third.edit(rules=(replace(POST, count=Count(of=3, within_days=7), points=30),))
    assert third.post(hours(2)) == 30


def test_an_order_is_what_it_was_though_its_item_is_gone_and_is_given_back_all_the_same() -> None:
    item = CatalogueItem(key="EARLY", name="home early", kind="time", price=10, stock=3)
    program = Program(rules=(POST,), catalogue=(item,))
    program.post(hours(0))
    program.runner.give(ours(ORDERED, hours(1), "order:1", item="EARLY", price=10))
    (_, ordered) = program.runner.ledger.entries("academy", "m")
    told = said(program.runner.program, ordered)
    program.edit(catalogue=())
    program.runner.ledger.allowances.stock["academy", "EARLY"] = 1
    assert (program.runner.has().spent, told) == (10, "10 points spent on home early.")
    program.runner.give(ours(REVERSED, hours(2), "r", source="ladder", id="order:1", reason="gone"))
    assert (program.runner.has().spent, program.runner.ledger.allowances.stock["academy", "EARLY"]) == (0, 0)
    assert program.runner.has() == program.runner.should_be()
