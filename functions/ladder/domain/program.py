"""A program: one population that plays by one set of rules in one time zone.

These are the values the rules work on. The file they are written in is read by `ladder.adapters.program_file`,
what makes a program unplayable is said by `ladder.domain.program_check`.
"""

from dataclasses import dataclass, field
from datetime import time
from typing import Literal

Direction = Literal["lower", "higher"]
Payer = Literal["ladder", "platform"]
Membership = Literal["adds", "replaces"]
TIERS = (1, 2, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityGate:
    """A completion stands only where the median of `metric` over the last `over_days` worked days keeps the bound."""

    metric: str
    at_least: float | None = None
    at_most: float | None = None
    over_days: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    key: str  # as the platform names it: "AHT"
    name: str  # as a member reads it: "average handle time"
    unit: str  # "s", "%"
    direction: Direction
    step: float = 1.0  # targets are rounded to a multiple of it
    north_star: bool = False
    speed: bool = False
    exclusive: bool = True  # at most one active challenge on it per member
    final_after_days: int = 0  # a date's value is final on the night this many days after the next one
    normalise_by: str | None = None
    quality_gate: QualityGate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """One rung of a category: what one tier is asked, in the words and the group of the platform."""

    name: str
    description: str
    target_value: float  # the fallback while history is too thin
    points: int
    group_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A kind of challenge on one metric, with three tiers for three disjoint groups."""

    key: str  # "AHT_SPRINT"
    metric: str
    tiers: tuple[Challenge, Challenge, Challenge]
    weight: float = 1.0
    cooldown_days: int = 0

    @property
    def groups(self) -> tuple[str, str, str]:
        first, second, third = self.tiers
        return first.group_id, second.group_id, third.group_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    metric: str  # "CHALLENGE_COMPLETED"
    operator: str  # "EQUALS"
    value: str  # "TIER_3"
    bonus_percentage: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardRule:
    """Bonuses on top of base points; those that apply are added, never multiplied."""

    name: str
    description: str
    evaluation_scope: str
    conditions: tuple[Condition, ...]
    max_daily_bonus_points: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """Upper bounds in points; None means unbounded."""

    member_daily_points: int | None = None  # base and bonus together
    member_daily_bonus_points: int | None = None
    bonus_percent_of_base: float | None = None
    program_daily_points: int | None = None
    reserve_percent: float = 5.0  # of the program's cap, kept back for members without a budget


@dataclass(frozen=True, slots=True, kw_only=True)
class TierRule:
    """How difficulty follows a member. Bands are percentiles of performance: 100 is the best, whatever the direction.

    The literal single-threshold rule is `smoothing_days=1` with `up == down`.
    """

    up: tuple[float, float] = (48.0, 74.0)  # from tier 1 to 2, from 2 to 3
    down: tuple[float, float] = (42.0, 68.0)  # from tier 2 to 1, from 3 to 2
    up_after_days: int = 10
    down_after_days: int = 5
    window_days: int = 30  # trailing calendar days that count
    smoothing_days: int = 10  # worked days whose median is the smoothed value
    placed_after_days: int = 10  # worked days before the first tier other than 1
    targets: tuple[float, float, float] = (25.0, 50.0, 75.0)
    clamp: tuple[float, float] = (5.0, 95.0)
    min_peers: int = 20  # a smaller peer group is judged against the whole program
    min_members: int = 5  # with fewer members known, tiers rest and targets are the library's


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """Which categories run on a night: those in `always`, and drawn ones up to `per_night` in all."""

    per_night: int = 1
    always: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    time_zone: str  # an IANA name
    rotation_time: time
    day_starts_at: time = time(0)
    propagation_seconds: int = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """The contact-centre platform; its address, credentials and request limit are in the secret."""

    kind: str  # "wem"
    secret: str
    membership: Membership = "adds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Peers:
    """Members are compared within channel and tenure band, where there are enough of them."""

    by_channel: bool = True
    tenure_bands_days: tuple[int, ...] = (90,)  # upper bounds: up to 90 days, and beyond


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    key: str
    name: str
    schedule: Schedule
    platform: Platform
    metrics: tuple[Metric, ...]
    categories: tuple[Category, ...]
    payer: Payer = "ladder"
    reward_rules: tuple[RewardRule, ...] = ()
    caps: Caps = field(default_factory=Caps)
    tier_rule: TierRule = field(default_factory=TierRule)
    draw: Draw = field(default_factory=Draw)
    peers: Peers = field(default_factory=Peers)
    version: int = 0  # 0: a draft; published versions count from 1

    def metric(self, key: str) -> Metric:
        return next(metric for metric in self.metrics if metric.key == key)

    def category(self, key: str) -> Category:
        return next(category for category in self.categories if category.key == key)
