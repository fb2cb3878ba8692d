"""Whether a member takes part in an opt-in category on a date, by what they chose and when."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ladder.domain.calendar.schedule import ONE_DAY, Schedule, due, night_falls_at
from ladder.domain.challenges.participation import Choice, choose, opt_in_categories
from ladder.messages.render import render
from tests.builders.planning import category, program

SCHEDULE = Schedule(time_zone="Asia/Jerusalem", rotation_time=time(0, 15))
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
TODAY = due(SCHEDULE, NOON)
TOMORROW = TODAY + ONE_DAY
CHOICES = st.lists(st.tuples(st.integers(0, 3 * 24 * 60), st.booleans()), max_size=12)


def chosen(*choices: tuple[datetime, bool]) -> Choice | None:
    choice = None
    for now, takes_part in choices:
        choice = choose(choice, SCHEDULE, takes_part=takes_part, now=now) or choice
    return choice


def takes_part(choice: Choice | None, day: object) -> bool:
    return choice is not None and choice.covers(SCHEDULE, day)  # type: ignore[arg-type]


def test_a_member_takes_part_from_the_next_night_on() -> None:
    choice = chosen((NOON, True))

    assert (takes_part(choice, TODAY), takes_part(choice, TOMORROW)) == (False, True)


def test_who_leaves_still_takes_part_today() -> None:
    choice = chosen((NOON - ONE_DAY, True), (NOON, False))

    assert (takes_part(choice, TODAY), takes_part(choice, TOMORROW)) == (True, False)


@pytest.mark.parametrize(("before", "first"), [(timedelta(seconds=1), TOMORROW), (timedelta(0), TOMORROW + ONE_DAY)])
def test_the_moment_at_which_the_night_falls_decides(before: timedelta, first: object) -> None:
    choice = chosen((night_falls_at(SCHEDULE, TOMORROW) - before, True))

    assert choice is not None
    assert choice.first_day(SCHEDULE) == first


def test_leaving_and_coming_back_on_one_day_changes_nothing() -> None:
    choice = chosen((NOON - ONE_DAY, True), (NOON, False), (NOON + timedelta(minutes=1), True))

    assert takes_part(choice, TODAY)
    assert takes_part(choice, TOMORROW)


def test_the_same_choice_again_is_no_new_one() -> None:
    known = chosen((NOON, True))

    assert choose(known, SCHEDULE, takes_part=True, now=NOON + ONE_DAY) is None
    assert choose(None, SCHEDULE, takes_part=False, now=NOON) is None


def test_a_clock_that_is_behind_does_not_undo_a_later_choice() -> None:
    choice = chosen((NOON, True), (NOON - timedelta(days=2), False))

    assert choice == Choice(takes_part=False, since=NOON, before=False)


@given(CHOICES)
def test_a_date_goes_by_the_last_choice_before_its_night(after_noon: list[tuple[int, bool]]) -> None:
    choices = [(NOON + timedelta(minutes=minutes), part) for minutes, part in sorted(after_noon)]
    choice = chosen(*choices)
    last = max((now for now, _ in choices), default=NOON)

    for day in (due(SCHEDULE, last), due(SCHEDULE, last) + ONE_DAY):
        earlier = [part for now, part in choices if due(SCHEDULE, now) < day]
        assert takes_part(choice, day) == (earlier[-1] if earlier else False)


def test_a_member_is_shown_every_opt_in_category_and_what_they_chose() -> None:
    rules = program(
        categories=(category(), category("CARE", participation="opt_in"), category("QUIZ", participation="opt_in"))
    ).challenges
    yesterday = Choice(takes_part=True, since=NOON - ONE_DAY, before=False)

    care, quiz = opt_in_categories(rules, SCHEDULE, {"CARE": yesterday}, TODAY)

    assert (care.category, care.takes_part, care.first_day) == ("CARE", True, TODAY)
    assert (quiz.category, quiz.takes_part, quiz.first_day) == ("QUIZ", False, None)
    assert render(care.explanation) == "You take part in “CARE”."
    assert render(quiz.explanation) == "You do not take part in “QUIZ”. You are asked nothing there, and lose nothing."


def test_a_choice_that_is_ahead_says_from_when_on_it_holds() -> None:
    rules = program(categories=(category("CARE", participation="opt_in"),)).challenges

    (joining,) = opt_in_categories(rules, SCHEDULE, {"CARE": Choice(takes_part=True, since=NOON, before=False)}, TODAY)
    (leaving,) = opt_in_categories(rules, SCHEDULE, {"CARE": Choice(takes_part=False, since=NOON, before=True)}, TODAY)

    assert render(joining.explanation) == "From Wednesday 11 March on you take part in “CARE”."
    assert render(leaving.explanation).startswith("From Wednesday 11 March on you do not take part in “CARE”.")
