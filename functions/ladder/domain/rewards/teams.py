"""What a team reaches together. Nobody's share is shown to anybody: only what the team has, and whether it is done."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ladder.domain.activity import LADDER, TEAM_ACHIEVED, Activity
from ladder.domain.rewards.limits import DAY
from ladder.domain.rewards.state import State
from ladder.domain.rewards.streaks import monday
from ladder.domain.rulebook import TeamAchievement


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A member's points in a period; `version` of his state, so that an older one never replaces a newer."""

    program: str
    team: str
    achievement: str
    period: int  # a day, or the Monday of a week
    member: str
    points: int
    version: int


@dataclass(frozen=True, slots=True)
class Together:
    """What every member of a team has brought in a period, and who has been granted his share of the reward."""

    points: Mapping[str, int]
    granted: Collection[str] = ()


def period_of(achievement: TeamAchievement, day: int) -> int:
    return day if achievement.every == "day" else monday(day)


def brought(achievement: TeamAchievement, state: State, period: int) -> int:
    """A member's points of a period, by the state that he had at its end; what is held counts too."""
    if state.day == 0 or period_of(achievement, state.day) != period:
        return 0
    return state.used.get(DAY, 0) if achievement.every == "day" else state.week_used


def reached(achievement: TeamAchievement, points: Mapping[str, int], mates: Sequence[str]) -> list[str]:
    """Who shares the reward; nobody where the team has not reached it."""
    enough = sum(points.get(mate, 0) for mate in mates) >= achievement.target
    return _there(achievement, points, mates) if enough and enough_there(achievement, points, mates) else []


def enough_there(achievement: TeamAchievement, points: Mapping[str, int], mates: Sequence[str]) -> bool:
    """Whether the share of the team that the goal asks for has reached the floor."""
    return len(_there(achievement, points, mates)) >= achievement.share * len(mates)


def _there(achievement: TeamAchievement, points: Mapping[str, int], mates: Sequence[str]) -> list[str]:
    return [mate for mate in mates if points.get(mate, 0) >= achievement.floor]


def granted(achievement: TeamAchievement, told: Share, *, at: datetime) -> Activity:
    """One grant a member, team, achievement and period, however often it is found to be reached.

    It happens with the activity that completed it; whichever is recorded first stands.
    """
    return Activity(
        source=LADDER,
        id=f"team:{told.team}:{achievement.key}:{date.fromordinal(told.period)}",
        type=TEAM_ACHIEVED,
        occurred_at=at,
        attributes={"achievement": achievement.key, "points": achievement.points},
    )
