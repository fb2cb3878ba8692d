"""Groups change late, partly or not at all: a member plays the tier of the group they are really in."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from ladder.domain.challenges.rotation import Claim
from rotation.assign import assign
from tests.builders.nights import FIRST_NIGHT, NightRunner
from tests.faults.rotation.played_groups import assert_groups_match_what_is_played, everything_runs, of

NIGHTS = [FIRST_NIGHT + timedelta(days=n) for n in range(8)]


def test_after_every_night_everybody_is_in_the_one_group_of_the_tier_they_play() -> None:
    runner = everything_runs()
    for night in NIGHTS:
        runner.night(night)
        assert_groups_match_what_is_played(runner, of(runner, night))


def test_a_platform_that_takes_its_time_is_waited_for() -> None:
    quick, slow = everything_runs(), everything_runs()
    slow.platform.slow = True
    for night in NIGHTS:
        quick.night(night)
        slow.night(night)
    assert slow.state() == quick.state()


def test_whom_the_platform_will_not_move_plays_the_tier_they_are_in_and_is_reported() -> None:
    runner = everything_runs()
    runner.night(NIGHTS[0])
    runner.platform.refuses = {"agent0": "the record is locked", "agent1": "the record is locked"}
    for night in NIGHTS[1:]:
        runner.night(night)
        assert_groups_match_what_is_played(runner, of(runner, night))
    rotations = runner.rotations.between("bank", NIGHTS[0], NIGHTS[-1])
    assert any(rotation.group_mismatches for rotation in rotations)
    assert set().union(*(rotation.refused for rotation in rotations)) <= {"agent0", "agent1"}
    assert all(set(rotation.refused.values()) <= {"the record is locked"} for rotation in rotations)


def test_only_members_whose_group_changes_are_moved() -> None:
    runner = everything_runs()
    runner.night(NIGHTS[0])
    claim = runner.claimed(NIGHTS[1])
    steps = runner.steps(claim)
    for name in ("collect", "settle", "plan", "retire"):
        steps[name]()
    plan = runner.assignments.load("bank", claim.rotation)
    due = {
        member.user
        for standing in (plan["SPRINT"], plan["CARE"])
        for member, group, played in zip(runner.roster, standing.group, standing.played, strict=True)
        if group != played
    }
    runner.platform.refuses = dict.fromkeys((member.user for member in runner.roster), "asked")
    steps["assign"]()
    found = runner.rotations.get("bank", claim.rotation)
    assert found is not None
    assert set(found.refused) == due
    assert 0 < len(due) < len(runner.roster)


def test_a_leaver_is_taken_out_of_their_groups() -> None:
    runner = everything_runs()
    runner.night(NIGHTS[0])
    leaver = replace(runner.roster[0], active=False)
    runner.programs.enrol("bank", (leaver, *runner.roster[1:]))
    runner.night(NIGHTS[1])
    assert not any(leaver.user in users for users in runner.platform.groups.values())


def test_assigning_stops_in_time_and_goes_on_from_its_cursor() -> None:
    hurried, calm = everything_runs(), everything_runs()
    calm.night(NIGHTS[0])
    claim = hurried.claimed(NIGHTS[0])
    for name, step in hurried.steps(claim).items():
        if name == "assign":
            assert rounds_of_assigning(hurried, claim) > 1
        else:
            step()
    assert hurried.state() == calm.state()


def rounds_of_assigning(runner: NightRunner, claim: Claim) -> int:
    """With time for one change a round."""
    cursor, rounds, done = None, 0, False
    while not done:
        left = iter([100.0])
        progress = assign(
            claim,
            runner.program,
            runner.roster,
            cursor=cursor,
            rotations=runner.rotations,
            assignments=runner.assignments,
            platform=runner.platform,
            time_left=partial(next, left, 0.0),
        )
        cursor, done, rounds = progress.cursor, progress.done, rounds + 1
    return rounds


def test_a_failed_night_in_between_leaves_no_wrong_idea_of_who_is_where() -> None:
    """A night that moved people and never went live: the next one reads the groups before it trusts them."""
    runner = everything_runs()
    runner.night(NIGHTS[0])
    claim = runner.claimed(NIGHTS[1])
    steps = runner.steps(claim)
    for name in ("collect", "settle", "plan", "retire", "assign"):
        steps[name]()
    runner.executions.started[claim.execution].status = "ABORTED"
    for night in NIGHTS[2:4]:
        runner.night(night)
        assert_groups_match_what_is_played(runner, of(runner, night))
