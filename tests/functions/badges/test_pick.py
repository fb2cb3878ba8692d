"""Which cases an event makes: of badges whose time, cohort and case it is, that the member does not have yet."""

from dataclasses import replace
from datetime import timedelta

import pytest

from badges.pick import Happened
from badges.work import Docket, work
from ladder.domain.activity import Activity
from ladder.domain.errors import Unavailable
from ladder.domain.judged_badge import Cohort
from ladder.domain.judging.ruling import granted
from ladder.domain.members import Member
from tests.functions.badges.court import (
    ANSWER,
    CHAMPION,
    MEMBER,
    NOW,
    PERSEVERANCE,
    WRITER,
    World,
    five_tries,
    post,
    program,
)


def picked(world: World, done: Activity, **given: object) -> list[str]:
    return [badge.key for badge, _ in world.cases(done, **given)]  # type: ignore[arg-type]


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


def test_one_messages_trouble_is_its_own() -> None:
    said = list[str]()

    def hear(happened: Happened) -> object:
        if happened.activity.id == "post-2":
            raise Unavailable("busy")
        yield "review"

    def read(body: str) -> list[Happened]:
        if body == "broken":
            raise ValueError(body)
        return [Happened(program="academy", member=MEMBER, activity=post(int(body)))]

    docket = Docket(
        read=read,
        hear=hear,  # type: ignore[arg-type]
        time_left=lambda: 100,
        takes_seconds=60,
        report=lambda message, error: said.append(f"{message}: {type(error).__name__}"),
    )
    assert work([("a", "1"), ("b", "broken"), ("c", "2"), ("d", "3")], docket) == ["b", "c"]
    assert said == ["b: ValueError", "c: Unavailable"]
    assert docket.told == {"review": 2}


@pytest.mark.parametrize(("left", "failed"), [(64.9, ["a"]), (65.0, [])])
def test_without_time_for_a_case_the_message_comes_again(left: float, failed: list[str]) -> None:
    docket = Docket(
        read=lambda _: [Happened(program="academy", member=MEMBER, activity=post())],
        hear=lambda _: iter(["review"]),
        time_left=lambda: left,
        takes_seconds=60,
        report=lambda *_: None,
    )
    assert work([("a", "")], docket) == failed
