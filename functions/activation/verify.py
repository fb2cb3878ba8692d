"""Verify: read the groups back, wait for those who are not there yet, and accept where they really are."""

from dataclasses import replace

from ladder.domain.challenges.assignment import Standing, members_of
from ladder.domain.challenges.platform_groups import TiersBySlot, actual_tier, read_groups, with_shared_groups
from ladder.domain.challenges.ports import Assignments, ChallengePlatform, Rotations
from ladder.domain.challenges.rotation import Claim
from ladder.domain.members.roster import Roster
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
    """Done when everybody is in his new group and in no other, or after the last round.

    Who is still elsewhere then plays today the tier of the group he is really in, and is counted as a stray.
    The cursor is the number of rounds done; between two rounds the state machine waits once more.
    """
    rotation = rotations.hold(claim)
    if rotation.reached("active"):
        return DONE
    assignment = assignments.load(claim.program, claim.rotation)
    roster = roster[: members_of(assignment)]
    drawn = rotation.plan.selected if rotation.plan else ()
    found = {key: read_groups(program.category(key), roster, platform) for key in drawn}
    strays = {key: _strays(assignment[key], found[key], roster) for key in drawn}
    if any(strays.values()) and (cursor or 0) + 1 < ROUNDS:
        return Progress(done=False, cursor=(cursor or 0) + 1)
    settled = assignment | {key: _settled(assignment[key], found[key], roster) for key in drawn}
    settled = with_shared_groups(settled, program, drawn)
    if settled != assignment:
        assignments.save(claim, settled)
    reported = rotation.group_mismatches | {key: count for key, count in strays.items() if count}
    rotations.advance(replace(rotation, step="verified", group_mismatches=reported))
    return DONE


def _strays(standing: Standing, found: TiersBySlot, roster: Roster) -> int:
    """Active members who are not in the one group they should be in, or not in it alone."""
    places = zip(roster, standing.played, found, strict=True)
    return sum(tiers != ({played} if played else set()) for member, played, tiers in places if member.active)


def _settled(standing: Standing, found: TiersBySlot, roster: Roster) -> Standing:
    places = zip(roster, standing.played, found, strict=True)
    group = bytes(actual_tier(tiers, played) for _, played, tiers in places)
    played = bytes(tier if member.active else 0 for member, tier in zip(roster, group, strict=True))
    return replace(standing, group=group, played=played)
