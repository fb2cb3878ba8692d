"""Verify: read the groups back, wait for members who are not there yet, and accept where everybody really is."""

from dataclasses import replace

from ladder.domain.challenges.assignment import ASKED_ELSEWHERE, Assignment, members_of
from ladder.domain.challenges.platform_groups import actual_tier, read_groups, resting_to_leave, with_shared_groups
from ladder.domain.challenges.ports import Assignments, ChallengePlatform, Rotations
from ladder.domain.challenges.rotation import Claim
from ladder.domain.members.roster import Roster
from ladder.domain.message import Message
from ladder.domain.programs.program import Program
from ladder.step import DONE, Progress

ROUNDS = 3


def verify(
    claim: Claim,
    program: Program,
    roster: Roster,
    *,
    cursor: int | None,
    rotations: Rotations,
    assignments: Assignments,
    platform: ChallengePlatform,
) -> Progress:
    """Return done when everybody is in their new group and in no other, or after the last round.

    Members who are still elsewhere then play today the tier of the group they are really in, and are counted as
    mismatches; who does not take part in an opt-in category plays none. The cursor is the number of rounds done;
    between two rounds the state machine waits once more.
    """
    rotation = rotations.hold(claim)
    if rotation.reached("active"):
        return DONE
    assignment = assignments.load(claim.program, claim.rotation)
    roster = roster[: members_of(assignment)]
    selected = rotation.plan.selected if rotation.plan else ()
    resting = [category.key for category in resting_to_leave(program.challenges, selected, assignment)]
    actual = {key: read_groups(program.challenges.category(key), roster, platform) for key in (*selected, *resting)}
    mismatches = {}
    for key, groups in actual.items():
        standing = assignment[key]
        mismatches[key] = sum(
            tiers != ({played} if played else set())
            for member, played, outside, tiers in zip(roster, standing.played, standing.outside, groups, strict=True)
            if member.active and (outside or key in selected)
        )
    if any(mismatches.values()) and (cursor or 0) + 1 < ROUNDS:
        return Progress(done=False, cursor=(cursor or 0) + 1)
    verified = dict(assignment)
    for key, groups in actual.items():
        standing = assignment[key]
        group = bytes(actual_tier(tiers, played) for played, tiers in zip(standing.played, groups, strict=True))
        plays = bytes(
            tier if member.active and not outside and why != ASKED_ELSEWHERE else 0
            for member, tier, outside, why in zip(roster, group, standing.outside, standing.capped_by, strict=True)
        )
        verified[key] = replace(standing, group=group, played=plays if key in selected else standing.played)
    verified = with_shared_groups(verified, program.challenges, selected)
    reported = rotation.group_mismatches | {key: count for key, count in mismatches.items() if count}
    plan = rotation.plan
    if plan and _anybody_plays(assignment) and not _anybody_plays(verified):
        plan = replace(plan, warnings=tuple(dict.fromkeys([*plan.warnings, Message("rotation.nobody_in_groups")])))
    # Reported first: once the assignment is as the groups are, nothing tells that it had been another.
    rotations.advance(replace(rotation, step="verified", plan=plan, group_mismatches=reported))
    if verified != assignment:
        assignments.save(claim, verified)
    return DONE


def _anybody_plays(assignment: Assignment) -> bool:
    return any(any(standing.played) for standing in assignment.values())
