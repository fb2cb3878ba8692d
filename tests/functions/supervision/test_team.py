"""A team as its supervisor sees it: who may need help, what waits, what to recognise; by name, never by result."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ladder.domain.points.compiled import key_mark
from ladder.domain.points.ledger import State, StreakState
from ladder.domain.reviews.review import Kind, OpenReview
from ladder.messages.render import render
from supervision.show_team import Team, show_team
from tests.builders import academy
from tests.builders.programs import with_values
from tests.builders.supervised import (
    CARE,
    NOW,
    PACE,
    PROGRAM,
    ROSTER,
    TODAY,
    Supervised,
    days_before,
)
from tests.fakes.waiting import MemoryWaiting

EARLY = [(0, ROSTER[0]), (1, ROSTER[1])]
BOOK = academy.academy().rulebook
LEARNING = with_values(
    PROGRAM, levels=BOOK.levels, paths=BOOK.paths, streaks=BOOK.streaks, teams=BOOK.teams, rules=BOOK.rules
)


def shown(supervised: Supervised) -> Team:
    return show_team(supervised.context("supervisor", teams=("early",)), "early", EARLY, supervised.states)


def stuck(team: Team) -> dict[str, list[str]]:
    return {each.member.name: list(map(render, each.stuck)) for each in team.members}


def soon(team: Team) -> dict[str, list[str]]:
    return {each.member.name: list(map(render, each.soon)) for each in team.members}


def test_members_stand_in_the_order_of_their_names_whatever_they_reached() -> None:
    supervised = Supervised(states={ROSTER[0].id: State(earned=99_999)})
    assert [each.member.name for each in shown(supervised).members] == ["anna Beck", "Zoë Amsel"]


def test_whoever_missed_three_worked_days_in_a_row_is_stuck_in_that_category_alone() -> None:
    supervised = Supervised()
    for days in (5, 4, 3, 2):
        tiers = {PACE: [2, 2], CARE: [1, 1]}
        if days < 4:
            supervised.night(days_before(days), tiers, {PACE: ["missed", "completed"], CARE: ["missed", "completed"]})
        else:
            supervised.night(days_before(days), tiers, {PACE: ["missed", "completed"], CARE: ["completed"] * 2})
    assert stuck(shown(supervised)) == {
        "anna Beck": [],
        "Zoë Amsel": ["average handle time: the target was not met on the last 4 worked days."],
    }


def last_active(days: int, **fields: object) -> State:
    moment = datetime(2026, 3, 30 - days, 9, tzinfo=UTC)
    return State(as_of=(moment, "academy", "e"), **fields)  # type: ignore[arg-type]


def test_whoever_began_a_path_and_did_nothing_for_a_week_is_stuck_at_its_next_step() -> None:
    begun = {"FIRST": frozenset({key_mark("A")})}
    states = {ROSTER[0].id: last_active(7, paths=begun), ROSTER[1].id: last_active(6, paths=begun)}
    assert stuck(shown(Supervised(LEARNING, states=states))) == {
        "anna Beck": [],
        "Zoë Amsel": ["the first month: the next step is second, and nothing has happened for 7 days."],
    }


def test_a_path_not_begun_or_finished_makes_nobody_stuck() -> None:
    done = frozenset({key_mark("A"), key_mark("B")})
    states = {ROSTER[0].id: last_active(20), ROSTER[1].id: last_active(20, paths={"FIRST": done})}
    assert stuck(shown(Supervised(LEARNING, states=states))) == {"anna Beck": [], "Zoë Amsel": []}


def test_whoever_has_points_that_wait_is_marked_and_how_many_is_theirs() -> None:
    team = shown(Supervised(LEARNING, states={ROSTER[0].id: State(held=40)}))
    assert [each.waiting for each in team.members] == [False, True]
    assert "40" not in repr(team)


def test_what_is_close_can_be_recognised() -> None:
    near = State(earned=460, streaks={"DAYS": StreakState(length=3, last=TODAY.toordinal(), best=3)})
    assert soon(shown(Supervised(LEARNING, states={ROSTER[1].id: near})))["anna Beck"] == [
        "Close to level 2, Regular.",
        "Close to 5 days in a row: days in a row.",
    ]


def test_an_anniversary_is_told_a_week_ahead() -> None:
    assert soon(shown(Supervised()))["Zoë Amsel"] == ["3 years with us on 2 April 2026."]


def test_a_team_of_two_has_no_total_as_it_would_tell_each_what_the_other_earned() -> None:
    supervised = Supervised(LEARNING)
    [goal] = shown(supervised).goals
    assert (goal.total, goal.target) == (None, 2000)
    larger = [*EARLY, (2, replace(ROSTER[2], team="early"))]
    [goal] = show_team(supervised.context("admin"), "early", larger, {}).goals
    assert goal.total == 0


def test_a_team_says_since_when_something_waits_and_whose_turn_it_is() -> None:
    """Of its own members alone, the oldest first; a draft that waits for a second admin is none of it."""
    kinds: tuple[tuple[int, Kind, str], ...] = (
        (1, "hold", ROSTER[0].id),
        (20, "dispute", ROSTER[0].id),
        (30, "publication", ROSTER[0].id),
        (40, "hold", ROSTER[2].id),
    )
    waits = [
        OpenReview(opened_at=NOW - timedelta(days=days), kind=kind, member=member, id=f"{days:032x}", assigned_to=None)
        for days, kind, member in kinds
    ]
    supervised = Supervised(waiting=MemoryWaiting(waits, {(ROSTER[0].id, f"{1:032x}")}))
    anna, zoe = shown(supervised).members
    assert (anna.waiting_since, anna.waits) == (None, ())
    assert zoe.waiting_since == NOW - timedelta(days=20)
    assert [(item.kind, item.waits_for, item.next, item.late) for item in zoe.waits] == [
        ("dispute", "review", "admin", True),
        ("hold", "confirmation", "colleague", False),
    ]
