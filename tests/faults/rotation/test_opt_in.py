"""Nights with an opt-in category: who stays out is in none of its groups; a choice counts from the next night on."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache, partial

import pytest

from ladder.domain.calendar.schedule import night_falls_at
from ladder.domain.challenges.participation import choose
from ladder.domain.challenges.rules import SelectionRule, SelectionWeight
from tests.builders.bank import CARE, SPRINT, STEADY
from tests.builders.nights import FIRST_NIGHT, NightRunner, small_program
from tests.builders.programs import with_values
from tests.fakes.fault_injection import Fate, Killed, When
from tests.faults.rotation.played_groups import assert_groups_match_what_is_played, of

NIGHTS = [FIRST_NIGHT + timedelta(days=after) for after in range(8)]
JOINED = (0, 1, 2, 3, 4)
CHOSEN_CARE = replace(CARE, participation="opt_in")


def every_night(*, cooldown: int = 0) -> NightRunner:
    """A category for everyone every night, and CARE beside it for members who joined before the first night."""
    rests = (SelectionWeight(key="CARE", cooldown_days=cooldown),)
    program = small_program(selection=SelectionRule(per_night=1, categories=rests))
    runner = NightRunner(program=with_values(program, categories=(SPRINT, STEADY, CHOSEN_CARE)))
    choose_at(runner, FIRST_NIGHT - timedelta(days=1), joining=JOINED)
    return runner


def choose_at(runner: NightRunner, day: date, *, joining: tuple[int, ...] = (), leaving: tuple[int, ...] = ()) -> None:
    """Around noon of a day."""
    now: datetime = night_falls_at(runner.program.schedule, day) + timedelta(hours=12)
    for takes_part, slots in ((True, joining), (False, leaving)):
        for slot in slots:
            change = partial(choose, schedule=runner.program.schedule, takes_part=takes_part, now=now)
            runner.participation.change("bank", runner.roster[slot].id, "CARE", change)


def in_groups(runner: NightRunner) -> set[str]:
    return set[str]().union(*(runner.platform.groups[group] for group in CARE.groups))


def players(runner: NightRunner, night: date, category: str = "CARE") -> set[int]:
    played = runner.assignments.load("bank", of(runner, night).claim.rotation)[category].played
    return {slot for slot, tier in enumerate(played) if tier}


def test_only_who_takes_part_plays_and_is_in_its_groups() -> None:
    runner = every_night()
    for night in NIGHTS:
        runner.night(night)
        assert players(runner, night) == set(JOINED)
        assert in_groups(runner) == {f"agent{slot}" for slot in JOINED}
        assert_groups_match_what_is_played(runner, of(runner, night))
        assert len(players(runner, night, "SPRINT") | players(runner, night, "STEADY")) == runner.members
    assert {completion.category for completion in runner.queue.sent} >= {"CARE"}
    members = {completion.member for completion in runner.queue.sent if completion.category == "CARE"}
    assert members <= {runner.roster[slot].id for slot in JOINED}


def test_a_night_names_nobody_who_stays_out() -> None:
    runner = every_night()
    for night in NIGHTS[:4]:
        runner.night(night)
    record = str(of(runner, NIGHTS[3])) + str(runner.announcements.made)
    assert not [member for member in runner.roster if member.user in record or member.id in record]


def test_a_choice_counts_from_the_next_night_on() -> None:
    runner = every_night()
    runner.night(NIGHTS[0])
    choose_at(runner, NIGHTS[0], joining=(7,), leaving=(0,))
    assert players(runner, NIGHTS[0]) == {0, 1, 2, 3, 4}
    runner.night(NIGHTS[1])
    assert players(runner, NIGHTS[1]) == {1, 2, 3, 4, 7}
    assert in_groups(runner) == {"agent1", "agent2", "agent3", "agent4", "agent7"}


def test_a_rotation_by_hand_keeps_the_choices_of_its_night() -> None:
    runner = every_night()
    runner.night(NIGHTS[0])
    choose_at(runner, NIGHTS[0], joining=(7,), leaving=(0,))
    claim = runner.again_by_hand(NIGHTS[0])
    assert claim is not None
    assert claim.revision == 2
    assert players(runner, NIGHTS[0]) == set(JOINED)


def test_who_leaves_during_the_day_is_still_paid_for_it() -> None:
    runner, twin = every_night(), every_night()
    for night in NIGHTS[:6]:
        runner.night(night)
        twin.night(night)
        if night == NIGHTS[3]:
            choose_at(runner, night, leaving=JOINED)
    outcomes = (world.assignments.outcomes("bank", NIGHTS[3])["CARE"] for world in (runner, twin))
    assert next(outcomes) == next(outcomes)
    paid = [
        {completion.id for completion in world.queue.sent if completion.date <= NIGHTS[3]} for world in (runner, twin)
    ]
    assert paid[0] == paid[1]
    assert any(":CARE:" in completion for completion in paid[0])
    assert not [sent for sent in runner.queue.sent if sent.category == "CARE" and sent.date > NIGHTS[3]]


def test_who_leaves_is_out_of_the_groups_also_on_nights_on_which_the_category_rests() -> None:
    runner = every_night(cooldown=1)
    runner.night(NIGHTS[0])
    choose_at(runner, NIGHTS[0], leaving=(0, 1))
    runner.night(NIGHTS[1])
    assert "CARE" not in of(runner, NIGHTS[1]).planned.selected
    assert in_groups(runner) == {"agent2", "agent3", "agent4"}
    standing = runner.assignments.load("bank", of(runner, NIGHTS[1]).claim.rotation)["CARE"]
    assert [slot for slot, group in enumerate(standing.group) if group] == [2, 3, 4]
    for night in NIGHTS[2:6]:
        runner.night(night)
        assert in_groups(runner) == {"agent2", "agent3", "agent4"}


def test_whom_the_platform_keeps_in_a_group_is_still_asked_nothing() -> None:
    runner = every_night()
    runner.night(NIGHTS[0])
    choose_at(runner, NIGHTS[0], leaving=(0,))
    runner.platform.refuses = {"agent0": "the record is locked"}
    runner.night(NIGHTS[1])
    assert players(runner, NIGHTS[1]) == {1, 2, 3, 4}
    assert of(runner, NIGHTS[1]).group_mismatches["CARE"] == 1
    runner.platform.refuses = {}
    runner.night(NIGHTS[2])
    assert in_groups(runner) == {"agent1", "agent2", "agent3", "agent4"}


def test_a_version_that_makes_a_category_one_of_choice_empties_its_groups() -> None:
    runner = NightRunner(program=small_program(selection=SelectionRule(per_night=2)))
    runner.night(NIGHTS[0])
    assert in_groups(runner) == {member.user for member in runner.roster}
    runner.program = runner.programs.publish(
        with_values(runner.program, categories=(SPRINT, STEADY, CHOSEN_CARE), selection=SelectionRule(per_night=1))
    )
    runner.night(NIGHTS[1])
    assert of(runner, NIGHTS[1]).planned.selected in {("SPRINT",), ("STEADY",)}
    assert in_groups(runner) == set()


def test_a_choice_outlives_a_version_in_which_everybody_takes_part() -> None:
    runner = every_night()
    runner.night(NIGHTS[0])
    chosen = runner.program
    runner.program = runner.programs.publish(with_values(chosen, categories=(SPRINT, STEADY, CARE)))
    runner.night(NIGHTS[1])
    runner.program = runner.programs.publish(chosen)
    runner.night(NIGHTS[2])
    assert players(runner, NIGHTS[2]) == set(JOINED)


def before_the_third_night() -> NightRunner:
    """CARE rests on the second night and runs on the third; on each, some have just left."""
    runner = every_night(cooldown=1)
    runner.night(NIGHTS[0])
    choose_at(runner, NIGHTS[0], leaving=(0, 1))
    return runner


@cache
def undisturbed() -> tuple[dict[str, object], tuple[str, ...]]:
    runner, fate = before_the_third_night(), Fate()
    runner.night(NIGHTS[1], fate)
    choose_at(runner, NIGHTS[1], joining=(8,), leaving=(2,))
    runner.night(NIGHTS[2])
    return runner.state(), tuple(fate.calls)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("at", range(0, len(undisturbed()[1]), 2))
def test_a_night_in_which_members_leave_a_resting_category_may_be_killed_anywhere(at: int, when: When) -> None:
    runner = before_the_third_night()
    with suppress(Killed):
        runner.night(NIGHTS[1], Fate(at=at, when=when))
    runner.night(NIGHTS[1])
    choose_at(runner, NIGHTS[1], joining=(8,), leaving=(2,))
    runner.night(NIGHTS[2])
    assert runner.state() == undisturbed()[0]
