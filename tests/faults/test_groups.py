"""Groups change late, partly or not at all: a member plays the tier of the group he is really in."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from ladder.domain.challenges.rotation import Claim, Rotation
from ladder.domain.challenges.rules import SelectionRule
from rotation.assign import assign
from tests.builders.nights import FIRST_NIGHT, World, small_program

NIGHTS = [FIRST_NIGHT + timedelta(days=n) for n in range(8)]


def everything_runs() -> World:
    return World(program=small_program(draw=SelectionRule(per_night=2, always=("SPRINT", "CARE"))))


def of(world: World, night: date, program: str = "bank") -> Rotation:
    found = world.rotations.latest(program, night)
    assert found is not None
    return found


def assert_groups_match_what_is_played(world: World, rotation: Rotation) -> None:
    played = world.assignments.load("bank", rotation.claim.rotation)
    for key in rotation.plan.selected if rotation.plan else ():
        for slot, member in enumerate(world.roster):
            groups = world.program.challenges.category(key).groups
            inside = [tier for tier in (1, 2, 3) if member.user in world.platform.groups[groups[tier - 1]]]
            assert inside == ([played[key].played[slot]] if played[key].played[slot] else [])


def test_after_every_night_everybody_is_in_the_one_group_of_the_tier_he_plays() -> None:
    world = everything_runs()
    for night in NIGHTS:
        world.night(night)
        assert_groups_match_what_is_played(world, of(world, night))


def test_a_platform_that_takes_its_time_is_waited_for() -> None:
    quick, slow = everything_runs(), everything_runs()
    slow.platform.slow = True
    for night in NIGHTS:
        quick.night(night)
        slow.night(night)
    assert slow.state() == quick.state()


def test_whom_the_platform_will_not_move_plays_the_tier_he_is_in_and_is_reported() -> None:
    world = everything_runs()
    world.night(NIGHTS[0])
    world.platform.refuses = {"agent0": "his record is locked", "agent1": "his record is locked"}
    for night in NIGHTS[1:]:
        world.night(night)
        assert_groups_match_what_is_played(world, of(world, night))
    rotations = world.rotations.between("bank", NIGHTS[0], NIGHTS[-1])
    assert any(rotation.group_mismatches for rotation in rotations)
    assert set().union(*(rotation.refused for rotation in rotations)) <= {"agent0", "agent1"}
    assert all(set(rotation.refused.values()) <= {"his record is locked"} for rotation in rotations)


def test_only_members_whose_group_changes_are_moved() -> None:
    world = everything_runs()
    world.night(NIGHTS[0])
    claim = world.claimed(NIGHTS[1])
    steps = world.steps(claim)
    for name in ("collect", "settle", "plan", "retire"):
        steps[name]()
    plan = world.assignments.load("bank", claim.rotation)
    due = {
        member.user
        for standing in (plan["SPRINT"], plan["CARE"])
        for member, group, played in zip(world.roster, standing.group, standing.played, strict=True)
        if group != played
    }
    world.platform.refuses = dict.fromkeys((member.user for member in world.roster), "asked")
    steps["assign"]()
    found = world.rotations.get("bank", claim.rotation)
    assert found is not None
    assert set(found.refused) == due
    assert 0 < len(due) < len(world.roster)


def test_a_leaver_is_taken_out_of_his_groups() -> None:
    world = everything_runs()
    world.night(NIGHTS[0])
    leaver = replace(world.roster[0], active=False)
    world.programs.enrol("bank", (leaver, *world.roster[1:]))
    world.night(NIGHTS[1])
    assert not any(leaver.user in users for users in world.platform.groups.values())


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


def rounds_of_assigning(world: World, claim: Claim) -> int:
    """With time for one change a round."""
    cursor, rounds, done = None, 0, False
    while not done:
        left = iter([100.0])
        progress = assign(
            claim,
            world.program,
            world.roster,
            cursor=cursor,
            rotations=world.rotations,
            assignments=world.assignments,
            platform=world.platform,
            time_left=partial(next, left, 0.0),
        )
        cursor, done, rounds = progress.cursor, progress.done, rounds + 1
    return rounds


def test_a_failed_night_in_between_leaves_no_wrong_idea_of_who_is_where() -> None:
    """A night that moved people and never went live: the next one reads the groups before it trusts them."""
    world = everything_runs()
    world.night(NIGHTS[0])
    claim = world.claimed(NIGHTS[1])
    steps = world.steps(claim)
    for name in ("collect", "settle", "plan", "retire", "assign"):
        steps[name]()
    world.executions.started[claim.execution].status = "ABORTED"
    for night in NIGHTS[2:4]:
        world.night(night)
        assert_groups_match_what_is_played(world, of(world, night))
