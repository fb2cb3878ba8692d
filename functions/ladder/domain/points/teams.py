"""Team goals. A team's total is what was earned in it, by whoever was in it then; rewards of goals count for none.

Nobody sees another's contribution: only the team's total, and whether the goal is reached.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

from ladder.domain.points.achievements import week_start
from ladder.domain.points.rulebook import Rulebook, TeamAchievement
from ladder.domain.points.rules import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """A member's points in a period; `version` of their state, so that an older one never replaces a newer."""

    program: str
    team: str
    achievement: str
    period: int  # a day, or the first one of a week
    member: str
    points: int
    version: int


@dataclass(frozen=True, slots=True)
class TeamTotals:
    """The points that each member has earned in a team in a period, and who has been granted the reward."""

    points: Mapping[str, int]
    granted: Collection[str] = ()


def period_of(achievement: TeamAchievement, day: int, rulebook: Rulebook) -> int:
    return day if achievement.every == "day" else week_start(day, rulebook)


def qualifying_members(achievement: TeamAchievement, points: Mapping[str, int], teammates: Sequence[str]) -> list[str]:
    """Return the members who share the reward; none where the team has not reached it.

    `points`: what each has earned in the team. Who has left the team since shares the reward of what they brought, and
    is not among those of whom the share is asked.
    """
    reached = sum(points.values()) >= achievement.target and enough_at_floor(achievement, points, teammates)
    return sorted(member for member, earned in points.items() if earned >= achievement.floor) if reached else []


def enough_at_floor(achievement: TeamAchievement, points: Mapping[str, int], teammates: Sequence[str]) -> bool:
    """Return whether the share of the team has the floor: 40 % of 7 are 3 people, and nobody is not enough."""
    needed = ceil(round(achievement.share * len(teammates), 9))  # 55 % of 20 are 11, not 11.000000000000002
    return sum(points.get(teammate, 0) >= achievement.floor for teammate in teammates) >= max(needed, 1)


MIN_OTHERS = 2
STEPS = 10  # of the target, to which others' points are rounded; a member's own are shown in full


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamGoal:
    """A team's goal in the current day or week, which began on `since`.

    `mine`: as in the team's total, by the newest award.

    `total` is `mine` and what the others brought, rounded down to a tenth of the target; once the target is reached, at
    least that. It and `enough_have_floor` (as many as the goal asks for) are None where too few brought something.
    """

    key: str
    name: str
    every: Period
    since: date
    target: int
    total: int | None
    mine: int
    floor: int
    enough_have_floor: bool | None


def team_goals(
    rulebook: Rulebook,
    member: str,
    teammates: Sequence[str],
    today: date,
    points: Mapping[str, Mapping[str, int]],
) -> Iterator[TeamGoal]:
    """Yield the team's goals. `teammates`: with the member; `points`: by achievement, those of its current period."""
    for achievement in rulebook.teams:
        brought = dict(points[achievement.key])
        enough = enough_at_floor(achievement, brought, teammates)
        mine = brought.pop(member, 0)
        others, step = sum(brought.values()), ceil(achievement.target / STEPS)
        total = mine + others // step * step
        if mine + others >= achievement.target:
            total = max(total, achievement.target)
        visible = sum(earned > 0 for earned in brought.values()) >= MIN_OTHERS
        yield TeamGoal(
            key=achievement.key,
            name=achievement.name,
            every=achievement.every,
            since=date.fromordinal(period_of(achievement, today.toordinal(), rulebook)),
            target=achievement.target,
            total=total if visible else None,
            mine=mine,
            floor=achievement.floor,
            enough_have_floor=enough if visible else None,
        )
