"""The rulebook: the part of a program that turns activities into points, streaks, levels, badges and credit.

These are values only. `evaluate` works them, `program_check` says what makes them unplayable.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from ladder.domain.judged_badge import JudgedBadge
from ladder.domain.rules import Match, Period, Rule

Credit = Literal["time", "growth", "recognition", "money"]  # money is paid outside the system: here it is only promised
Need = Literal["level", "streak", "path", "badge", "unlock", "points", "count"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    length: int  # periods in a row
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Streak:
    """Periods in a row with at least `at_least` matches. Days off by schedule do not break it.

    `grace`: periods in a row that may be missed without breaking it.
    """

    key: str
    name: str
    match: Match
    every: Period = "day"
    at_least: int = 1
    grace: int = 0
    milestones: tuple[Milestone, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """Reached at so many points earned, spent or not. Levels count from 1; the first stands at 0 points."""

    name: str
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """`key` names what is needed, and is None for level, points and count.

    `count` asks for activities that `match`, each value of `distinct` counted once where it is given.
    """

    need: Need
    at_least: int = 1
    key: str | None = None
    match: Match | None = None
    distinct: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlock:
    """Opens rules that require it, once all requirements are met; it stays open."""

    key: str
    name: str
    requires: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of a path counts once its predecessors are done. Its key makes it the same step, however it is edited."""

    key: str
    name: str
    match: Match
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A learning path; `points`, once, when all its steps are done. Up to 32 steps."""

    key: str
    name: str
    steps: tuple[Step, ...]
    points: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BadgeTier:
    name: str  # "bronze"
    requires: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """A badge that rules give: recognition, no points. Its tiers are reached in their order."""

    key: str
    name: str
    description: str
    tiers: tuple[BadgeTier, ...]
    owner: str  # who answers for it
    review_on: date  # when somebody looks whether it still rewards what it should
    paused: bool = False  # nobody reaches it; it counts on, and comes with the first event after the pause


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamAchievement:
    """What a team reaches together in a period: everybody with at least `floor` points shares the reward.

    It is reached when the members' points sum to `target` and at least `share` of the team has reached the floor.
    """

    key: str
    name: str
    target: int
    floor: int
    points: int  # for each member at or above the floor
    every: Period = "week"
    share: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueItem:
    """What points can be spent on. `stock` None: unlimited."""

    key: str
    name: str
    kind: Credit
    price: int
    stock: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    rules: tuple[Rule, ...] = ()
    streaks: tuple[Streak, ...] = ()
    levels: tuple[Level, ...] = ()
    unlocks: tuple[Unlock, ...] = ()
    paths: tuple[Path, ...] = ()
    badges: tuple[Badge, ...] = ()
    judged: tuple[JudgedBadge, ...] = ()
    teams: tuple[TeamAchievement, ...] = ()
    catalogue: tuple[CatalogueItem, ...] = ()
    work_days: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)  # ISO weekdays, Monday is 1; the others are days off
    holidays: tuple[date, ...] = ()
    late_days: int = 7  # an event received later than this after it happened is kept, and pays nothing
    hold_days: int = 14  # after which a held award pays, unless somebody decided
    audited_per_thousand: int = 0  # of the awards that pay at once: drawn by chance, for a person to look at
    most_granted: int = 1_000  # points that a person may give by hand at once
