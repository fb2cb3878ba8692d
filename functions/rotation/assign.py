"""Assign: move members between the platform's groups; only those whose group changes."""

from collections.abc import Callable
from dataclasses import replace

from ladder.domain.challenges.assignment import Assignment, members_of
from ladder.domain.challenges.platform_groups import (
    GroupChange,
    actual_tier,
    group_changes,
    read_groups,
    resting_to_leave,
)
from ladder.domain.challenges.ports import Assignments, ChallengePlatform, Rotations
from ladder.domain.challenges.rotation import Claim, Rotation
from ladder.domain.challenges.rules import Category
from ladder.domain.members.roster import Roster
from ladder.domain.programs.program import Program
from ladder.step import DONE, Progress, process_in_order

MAX_REFUSALS = 100


def assign(
    claim: Claim,
    program: Program,
    roster: Roster,
    *,
    cursor: int | None,
    rotations: Rotations,
    assignments: Assignments,
    platform: ChallengePlatform,
    time_left: Callable[[], float],
) -> Progress:
    """Apply tonight's changes; stop in time with the number of changes done as the cursor.

    Adding a member twice, or removing them twice, changes nothing, so running it twice does not either.
    """
    rotation = rotations.hold(claim)
    if rotation.reached("active"):
        return DONE
    assignment = assignments.load(claim.program, claim.rotation)
    roster = roster[: members_of(assignment)]
    if cursor is None and not rotation.reached("assigned") and _groups_uncertain(rotation, rotations):
        assignment = {
            category.key: replace(assignment[category.key], group=_groups(category, roster, assignment, platform))
            for category in program.challenges.categories
        }
        assignments.save(claim, assignment)
    selected = [program.challenges.category(key) for key in rotation.plan.selected] if rotation.plan else []
    due = group_changes(
        selected,
        roster,
        assignment,
        resting=resting_to_leave(program.challenges, [category.key for category in selected], assignment),
        membership=platform.membership,
        batch=platform.batch,
    )
    refused = dict(rotation.refused)

    def apply(change: GroupChange) -> None:
        rotations.hold(claim)
        move = platform.add if change.verb == "add" else platform.remove
        refused.update(move(change.group, change.users))

    completed = process_in_order(due, apply, start=cursor or 0, time_left=time_left)
    done, recorded = completed == len(due), dict(list(refused.items())[:MAX_REFUSALS])
    step = "assigned" if done and rotation.step == "retired" else rotation.step
    if (step, recorded) != (rotation.step, rotation.refused):
        rotations.advance(replace(rotation, step=step, refused=recorded))
    return DONE if done else Progress(done=False, cursor=completed)


def _groups_uncertain(rotation: Rotation, rotations: Rotations) -> bool:
    """Return whether the recorded group of some member may not be the real one.

    That is so on the first night of all, after mismatches, under a new version of the program, and after a rotation
    that touched groups under another plan and never went live.
    """
    claim = rotation.claim
    before = rotations.before(claim.program, claim.date)
    if before is None or before.group_mismatches or before.program_version != rotation.program_version:
        return True
    since = rotations.between(claim.program, before.claim.date, claim.date)
    between = (other for other in since if before.claim.rotation < other.claim.rotation < claim.rotation)
    return any(other.reached("retired") for other in between)


def _groups(category: Category, roster: Roster, assignment: Assignment, platform: ChallengePlatform) -> bytes:
    """Return each member's group; of a member in several groups, one that they have to leave."""
    played = assignment[category.key].played
    actual = read_groups(category, roster, platform)
    return bytes(actual_tier(tiers - {wanted} or tiers, wanted) for tiers, wanted in zip(actual, played, strict=True))
