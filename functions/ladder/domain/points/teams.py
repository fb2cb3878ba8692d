"""Team goals. Nobody sees another's share: only the team's total, and whether the goal is reached."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

from ladder.domain.points.achievements import monday
from ladder.domain.points.rulebook import TeamAchievement
from ladder.domain.points.rules import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """A member's points in a period; `version` of their state, so that an older one never replaces a newer."""

    program: str
    team: str
    achievement: str
    period: int  # a day, or the Monday of a week
    member: str
    points: int
    version: int


@dataclass(frozen=True, slots=True)
class TeamTotals:
    """The points of each member of a team in a period, and who has been granted their share of the reward."""

    points: Mapping[str, int]
    granted: Collection[str] = ()


def period_of(achievement: TeamAchievement, day: int) -> int:
    return day if achievement.every == "day" else monday(day)


def qualifying_members(achievement: TeamAchievement, points: Mapping[str, int], teammates: Sequence[str]) -> list[str]:
    """Return the members who share the reward; none where the team has not reached it."""
    together = sum(points.get(teammate, 0) for teammate in teammates)
    at_floor = _at_floor(achievement, points, teammates)
    enough = together >= achievement.target and len(at_floor) >= achievement.share * len(teammates)
    return at_floor if enough else []


def _at_floor(achievement: TeamAchievement, points: Mapping[str, int], teammates: Sequence[str]) -> list[str]:
    return [teammate for teammate in teammates if points.get(teammate, 0) >= achievement.floor]


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
    achievements: Sequence[TeamAchievement],
    member: str,
    teammates: Sequence[str],
    today: date,
    points: Mapping[str, Mapping[str, int]],
) -> Iterator[TeamGoal]:
    """Yield the team's goals. `teammates`: with the member; `points`: by achievement, those of its current period."""
    for achievement in achievements:
        brought = {teammate: points[achievement.key].get(teammate, 0) for teammate in teammates}
        at_floor = len(_at_floor(achievement, brought, teammates))
        mine = brought.pop(member, 0)  # somebody who plays no longer is in no team's total
        others, step = sum(brought.values()), ceil(achievement.target / STEPS)
        total = mine + others // step * step
        if mine + others >= achievement.target:
            total = max(total, achievement.target)
        visible = sum(earned > 0 for earned in brought.values()) >= MIN_OTHERS
        yield TeamGoal(
            key=achievement.key,
            name=achievement.name,
            every=achievement.every,
            since=date.fromordinal(period_of(achievement, today.toordinal())),
            target=achievement.target,
            total=total if visible else None,
            mine=mine,
            floor=achievement.floor,
            enough_have_floor=at_floor >= achievement.share * len(teammates) if visible else None,
        )
