"""Streaks, unlocks and badges: counts that can be reached, and somebody who answers for each badge."""

from collections.abc import Iterator
from itertools import pairwise

from ladder.domain.program import Program
from ladder.domain.program_check.problem import Path, Problem, error
from ladder.domain.program_check.rulebook.rules import MOST_POINTS
from ladder.domain.rulebook import Badge, Streak

MOST_A_PERIOD = 255
MOST_GRACE = 14
MOST_TIERS = 5
MOST_MILESTONES = 20


def check_goals(program: Program) -> Iterator[Problem]:
    for streak in program.rulebook.streaks:
        yield from _streak(("streaks", streak.key), streak)
    for unlock in program.rulebook.unlocks:
        if not unlock.requires:
            mend = "Write what opens it, such as [{level: 3}], or take it out and requires: with it."
            yield error(("unlocks", unlock.key, "requires"), "it is open to everybody at once", mend)
    for badge in program.rulebook.badges:
        yield from _badge(("badges", badge.key), badge)


def _streak(at: Path, streak: Streak) -> Iterator[Problem]:
    if not 1 <= streak.at_least <= MOST_A_PERIOD:
        message = f"{streak.at_least} a {streak.every} keep no streak"
        yield error((*at, "at_least"), message, f"Write 1 to {MOST_A_PERIOD}.")
    if not 0 <= streak.grace <= MOST_GRACE:
        message = f"{streak.grace} missed in a row are no grace"
        yield error((*at, "grace"), message, f"Write 0 to {MOST_GRACE}; 1 forgives a bad {streak.every}.")
    yield from _milestones((*at, "milestones"), streak)


def _milestones(at: Path, streak: Streak) -> Iterator[Problem]:
    if len(streak.milestones) > MOST_MILESTONES:
        message = f"{len(streak.milestones)} milestones are more than anybody looks forward to"
        yield error(at, message, f"Keep up to {MOST_MILESTONES}.")
    for milestone in streak.milestones:
        here = (*at, str(milestone.length))
        if milestone.length < 1:
            yield error(here, f"a streak of {milestone.length} is none", "Write a length of 1 or more.")
        if not 1 <= milestone.points <= MOST_POINTS:
            yield error(here, f"{milestone.points} points make no sense", f"Write 1 to {MOST_POINTS}.")
    for one, other in pairwise(streak.milestones):
        if one.length >= other.length:
            here = (*at, str(other.length))
            yield error(here, f"it does not come after {one.length}", "Write each length once, in order.")


def _badge(at: Path, badge: Badge) -> Iterator[Problem]:
    if not badge.owner.strip():
        mend = "Name who answers for it, and looks at it on the day of its review."
        yield error((*at, "owner"), "nobody answers for it", mend)
    if not 1 <= len(badge.tiers) <= MOST_TIERS:
        message = f"a badge of {len(badge.tiers)} tiers cannot be won"
        yield error((*at, "tiers"), message, f"Write 1 to {MOST_TIERS}, such as {{bronze: [{{level: 3}}]}}.")
    for tier in badge.tiers:
        if not tier.requires:
            mend = "Write what it takes, such as [{count: {when: article.contributed}, at_least: 3}]."
            yield error((*at, "tiers", tier.name), "everybody would have it at once", mend)
