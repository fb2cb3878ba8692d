"""A program: one population that plays by one set of rules in one time zone. Its values, on which the rules work."""

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Literal

from ladder.domain.judged_badge import JudgeModel
from ladder.domain.rulebook import Rulebook
from ladder.domain.source import Source

Direction = Literal["lower", "higher"]
Payer = Literal["ladder", "platform"]
Membership = Literal["adds", "replaces"]
TIERS = (1, 2, 3)
LEAST_RESERVE_PERCENT = 5.0  # of the program's daily cap
CHALLENGE_COMPLETED = "CHALLENGE_COMPLETED"  # what a reward rule's condition may look at, beside metrics


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
    range: tuple[float, float] | None = None  # what a day's value can be; None: what its unit can, see `plausible`
    final_after_days: int = 0  # a date's value is final on the night this many days after the next one
    normalise_by: str | None = None
    quality_gate: QualityGate | None = None
    at_least: int | None = None  # contacts on a day before it counts; None: a share of what peers handled

    @property
    def measured(self) -> str:
        """The column of the value as it was measured; under `key` stands the one that people are compared by."""
        return f"{self.key} measured" if self.normalise_by else self.key

    def known_until(self, night: date) -> date:
        """The last day whose value is final on a night: only what is known by the night is used."""
        return night - timedelta(days=1 + self.final_after_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactType:
    """A kind of contact with a usual length of its own, by which handle times are made comparable."""

    key: str  # "NW"
    contacts: str  # what the metric source calls a member's contacts of this type on a day
    seconds: str | None = None  # and their handle time in seconds, where the source has it


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """Looks for speed that callers pay for: shares far above those of peers. It holds, and never punishes."""

    short_contacts: str | None = None  # metric: per cent of contacts that ended at once
    repeat_contacts: str | None = None  # metric: per cent of contacts after which the caller rang again
    false_alarms: float = 0.001  # of members like all others, kind and look, the share that is flagged by chance
    min_contacts: int = 100  # in the window, before anybody is looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class HardContacts:
    """From which difficulty of his mix a completion says so, and what it adds."""

    ratio: float = 1.1  # the day's contacts take a tenth longer than usual
    bonus_percentage: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """How a metric is read off a row of a metric file: a column, or a share of two in per cent."""

    column: str
    count: str  # the column of the contacts it rests on
    share: bool = False  # 100 * column / count


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricFiles:
    """Metrics delivered as CSV files, one row an agent and day."""

    measures: dict[str, Measure]  # metric -> how to read it; other columns are read as they stand, by their name
    agent: str = "agent"
    date: str = "date"


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
    member_weekly_points: int | None = None  # of an ISO week
    member_daily_bonus_points: int | None = None
    bonus_percent_of_base: float | None = None
    program_daily_points: int | None = None
    reserve_percent: float = 5.0  # of the program's cap, kept back for members without a budget


@dataclass(frozen=True, slots=True, kw_only=True)
class TierRule:
    """How difficulty follows a member. Bands are percentiles of performance: 100 is the best, whatever the direction.

    A member who falls from a tier that he held for long comes back to it sooner than he first got there: a slump
    should not cost months. The literal single-threshold rule is `LITERAL`.
    """

    up: tuple[float, float] = (55.0, 77.0)  # from tier 1 to 2, from 2 to 3
    down: tuple[float, float] = (33.0, 67.0)  # from tier 2 to 1, from 3 to 2
    up_after_days: int = 10
    down_after_days: int = 10
    home_after_days: int = 10  # worked days in a tier that make it home
    home_kept_days: int = 120  # worked days for which home is remembered; 0 = never
    return_after_days: int = 5  # worked days in a row that lead one tier back towards home …
    return_margin: float = 3.0  # … this many percentile points above the band that leads down
    window_days: int = 30  # trailing calendar days that count
    smoothing_days: int = 12  # worked days whose median is the smoothed value
    placed_after_days: int = 10  # worked days before the first tier other than 1
    targets: tuple[float, float, float] = (25.0, 50.0, 75.0)
    clamp: tuple[float, float] = (5.0, 95.0)
    min_peers: int = 20  # a smaller peer group is judged against the whole program
    min_members: int = 5  # with fewer members known, tiers rest and targets are the library's


LITERAL = TierRule(up=(50.0, 75.0), down=(50.0, 75.0), down_after_days=5, smoothing_days=1, home_kept_days=0)


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
    """The contact-centre platform; its address, credentials and request limit are in the program's secret."""

    kind: str  # "wem"
    membership: Membership = "adds"
    one_active_per_metric: bool = False  # it refuses a second active challenge on a metric and day: one for all tiers


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
    platform: Platform | None = None  # None: no nightly challenges, as in an academy
    metrics: tuple[Metric, ...] = ()
    categories: tuple[Category, ...] = ()
    payer: Payer = "ladder"
    reward_rules: tuple[RewardRule, ...] = ()
    caps: Caps = field(default_factory=Caps)
    tier_rule: TierRule = field(default_factory=TierRule)
    draw: Draw = field(default_factory=Draw)
    peers: Peers = field(default_factory=Peers)
    contact_types: tuple[ContactType, ...] = ()
    guard: Guard | None = None
    hard_contacts: HardContacts | None = None
    metric_files: MetricFiles | None = None  # None: the platform's own figures
    sources: tuple[Source, ...] = ()
    rulebook: Rulebook = field(default_factory=Rulebook)
    judge: JudgeModel | None = None  # None: the one that the bundle names
    version: int = 0  # 0: a draft; published versions count from 1
    paused: bool = False  # no nights, nobody judged, no rule pays; what was completed or decided before still does

    def metric(self, key: str) -> Metric:
        return next(metric for metric in self.metrics if metric.key == key)

    def exclusive(self, metric: str) -> bool:
        """May one category a night run on it, and only while nobody else's challenge does?"""
        insists = self.platform is not None and self.platform.one_active_per_metric
        return insists or self.metric(metric).exclusive

    def category(self, key: str) -> Category:
        return next(category for category in self.categories if category.key == key)

    def source(self, key: str) -> Source | None:
        return next((source for source in self.sources if source.key == key), None)
