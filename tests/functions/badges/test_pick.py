"""Which cases an event makes: of badges whose time, cohort and case it is, that the member does not have yet."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ladder.domain.judged_badge import Cohort
from ladder.domain.judging.ruling import granted
from ladder.domain.members import Member
from ladder.domain.rules import Perseverance
from tests.functions.badges.court import (
    ANSWER,
    CHAMPION,
    FAILED,
    MEMBER,
    NOW,
    PERSEVERANCE,
    WRITER,
    World,
    five_tries,
    marked,
    post,
    program,
)
from tests.functions.badges.picking import picked


def test_each_badge_whose_case_it_is() -> None:
    world = World(program=program(CHAMPION, PERSEVERANCE, WRITER))
    assert picked(world, post(1)) == ["CHAMPION"]
    world.record(*(post(number, at=NOW - timedelta(hours=9 - number)) for number in (1, 2, 3)))
    assert picked(world, post(3, at=NOW - timedelta(hours=6))) == ["CHAMPION", "WRITER"]
    world.record(*five_tries()[-1:])
    assert picked(world, five_tries()[-1]) == []


def test_a_post_is_judged_by_its_text_though_its_entry_is_there_already_without_one() -> None:
    world = World(program=program(CHAMPION))
    world.record(post(1, text="", text_digest="ab", text_length=9))
    ((_, case),) = world.cases(post(1))
    assert case.texts == (ANSWER,)


def test_what_the_ledger_has_of_an_event_weighs_more_than_what_a_message_says_of_it() -> None:
    """The same id with another body is refused there, and vouches for nothing here."""
    world = World(program=program(CHAMPION))
    world.record(marked(post(1, helpful=0)))
    ((_, case),) = world.cases(post(1, helpful=9))
    assert (case.texts, case.vouched) == ((ANSWER,), False)


@pytest.mark.parametrize("late", range(5))
def test_in_whatever_order_tries_are_told_the_case_of_the_pass_is_made(late: int) -> None:
    four = Perseverance(subject="module", failed=FAILED, after_failures=4)
    world = World(program=program(replace(PERSEVERANCE, perseverance=four)))
    tries = five_tries()
    last = tries.pop(late)
    world.record(*tries)
    assert [picked(world, each) for each in tries] == [[]] * 4
    world.record(last)
    ((_, case),) = world.cases(last)
    assert (case.event, len(case.facts)) == (five_tries()[-1].key, 5)


def test_nothing_is_read_for_an_event_that_no_badge_asks_for() -> None:
    class Closed:
        def __getattr__(self, name: str) -> object:
            raise AssertionError(name)

    world = World(ledger=Closed())  # type: ignore[arg-type]
    assert picked(world, five_tries()[0]) == []
    world.program = program(replace(CHAMPION, phase="pilot"))
    assert picked(world, post()) == []


def test_not_before_its_first_day() -> None:
    world = World(program=program(replace(CHAMPION, since=NOW.date())))
    assert picked(world, post(), now=NOW - timedelta(days=1)) == []
    assert picked(world, post()) == ["CHAMPION"]


def test_nobody_is_judged_while_the_badge_or_the_program_is_paused() -> None:
    assert picked(World(program=program(replace(CHAMPION, paused=True))), post()) == []
    assert picked(World(program=replace(program(), paused=True)), post()) == []


def test_a_pilot_judges_its_teams_and_nobody_else() -> None:
    world = World(program=program(replace(CHAMPION, phase="pilot", pilot=Cohort(teams=("north",)))))
    world.programs.enrol("academy", (Member(id=MEMBER, user="u", team="north"), Member(id="0" * 32, user="v")))
    assert picked(world, post()) == ["CHAMPION"]
    assert picked(world, post(), member="0" * 32) == []
    assert picked(world, post(), member="1" * 32) == []


def test_who_has_the_badge_is_not_judged_for_it_again() -> None:
    world = World()
    world.record(granted(badge="CHAMPION", case="c", verdict="v", by="anna.l", at=NOW))
    assert picked(world, post()) == []
