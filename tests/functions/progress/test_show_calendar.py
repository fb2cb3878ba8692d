"""What each day paid, by rule: sums of the ledger's own lines."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ladder.messages.render import render
from progress.show_calendar import PointsCalendar, show_calendar
from tests.builders.academy import academy
from tests.builders.academy_events import MONDAY, TUESDAY, passed
from tests.functions.progress.member_services import MemberServices


def shown(services: MemberServices, first: date = MONDAY, last: date = TUESDAY) -> PointsCalendar:
    return show_calendar(
        services.me, first=first, last=last, compiled=services.book, version=services.version, ledger=services.ledger
    )


def test_a_day_says_what_it_paid_by_rule_in_the_rule_s_own_name() -> None:
    services = MemberServices()
    services.did(passed("a"), passed("b", minute=1))
    [day] = shown(services).days
    assert day.day == MONDAY
    assert ("an assessment passed", 100) in [(render(paid.name), paid.points) for paid in day.paid]


def test_a_day_on_which_a_streak_counted_says_so() -> None:
    services = MemberServices()
    services.did(passed("a"))
    calendar = shown(services)
    assert [day.streaks for day in calendar.days] == [("DAYS",)]
    assert [streak.key for streak in calendar.streaks] == ["DAYS"]


def test_days_outside_are_left_out() -> None:
    services = MemberServices()
    services.did(passed("a"))
    assert shown(services, first=TUESDAY).days == ()


@given(st.lists(st.tuples(st.integers(0, 6), st.sampled_from("abcdefgh")), max_size=20))
def test_the_days_sum_to_what_was_earned(events: list[tuple[int, str]]) -> None:
    services = MemberServices(program=academy())
    for number, (day, module) in enumerate(sorted(events)):
        services.did(passed(module, day=MONDAY + timedelta(days=day), minute=number))
    calendar = shown(services, last=MONDAY + timedelta(days=6))
    assert sum(day.points for day in calendar.days) == services.state().earned
    assert all(day.points == sum(paid.points for paid in day.paid) for day in calendar.days)
