"""What a team reaches together. Nobody sees another's share: only the team's total, and whether the goal is reached."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil

from ladder.domain.activities.activity import LADDER, TEAM_ACHIEVED, Activity
from ladder.domain.points.achievements import monday
from ladder.domain.points.caps import DAY
from ladder.domain.points.ledger import State
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


def member_points(achievement: TeamAchievement, state: State, period: int) -> int:
    """Return a member's points of a period, by their state at its end; what is held counts too."""
    if state.day == 0 or period_of(achievement, state.day) != period:
        return 0
    return state.used.get(DAY, 0) if achievement.every == "day" else state.week_used


def qualifying_members(achievement: TeamAchievement, points: Mapping[str, int], teammates: Sequence[str]) -> list[str]:
    """Return the members who share the reward; none where the team has not reached it."""
    enough = sum(points.get(teammate, 0) for teammate in teammates) >= achievement.target
    return (
        _at_floor(achievement, points, teammates)
        if enough and enough_have_floor(achievement, points, teammates)
        else []
    )


def enough_have_floor(achievement: TeamAchievement, points: Mapping[str, int], teammates: Sequence[str]) -> bool:
    """Return whether as many of the team as the goal asks for have reached the floor."""
    return len(_at_floor(achievement, points, teammates)) >= achievement.share * len(teammates)


def _at_floor(achievement: TeamAchievement, points: Mapping[str, int], teammates: Sequence[str]) -> list[str]:
    return [teammate for teammate in teammates if points.get(teammate, 0) >= achievement.floor]


def team_grant(achievement: TeamAchievement, contribution: Contribution, *, at: datetime) -> Activity:
    """Return the grant: one a member, team, achievement and period, however often it is reached.

    It happens at the time of the activity that completed it; the one recorded first counts.
    """
    return Activity(
        source=LADDER,
        id=f"team:{contribution.team}:{achievement.key}:{date.fromordinal(contribution.period)}",
        type=TEAM_ACHIEVED,
        occurred_at=at,
        attributes={"achievement": achievement.key, "points": achievement.points},
    )


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
        contributed = {teammate: points[achievement.key].get(teammate, 0) for teammate in teammates}
        mine = contributed.pop(member, 0)  # somebody who plays no longer is in no team's total
        visible = sum(others > 0 for others in contributed.values()) >= MIN_OTHERS
        yield TeamGoal(
            key=achievement.key,
            name=achievement.name,
            every=achievement.every,
            since=date.fromordinal(period_of(achievement, today.toordinal())),
            target=achievement.target,
            total=_total(achievement, mine, sum(contributed.values())) if visible else None,
            mine=mine,
            floor=achievement.floor,
            enough_have_floor=enough_have_floor(achievement, points[achievement.key], teammates) if visible else None,
        )


def _total(achievement: TeamAchievement, mine: int, others: int) -> int:
    step = ceil(achievement.target / STEPS)
    rounded = mine + others // step * step
    return max(rounded, achievement.target) if mine + others >= achievement.target else rounded
