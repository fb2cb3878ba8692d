"""The section of a program on nightly challenges: metrics, categories and their tiers, and how tiers follow members."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Annotated, Literal

from ladder.domain.challenges.metric_files import Load, MetricFiles
from ladder.domain.validation.constraints import (
    LARGEST,
    ColumnKey,
    Direction,
    Holds,
    Key,
    Length,
    Natural,
    Number,
    Percentage,
    Percentile,
    Positive,
    Preset,
    Rising,
    Says,
    Text,
    Within,
    not_rising,
)

Payer = Literal["ladder", "platform"]
Membership = Literal["adds", "replaces"]
PlatformKind = Literal["ladder", "wem"]
Participation = Literal["everyone", "opt_in"]
TIERS = (1, 2, 3)
KEPT_DAYS = 400  # how long a day's figures and who played what are kept
MOST_CATEGORIES = 24  # beyond it, nobody could say which ones fit together
CHALLENGE_COMPLETED = "CHALLENGE_COMPLETED"  # what a reward rule's condition may look at, beside metrics

NotRising = Holds(not_rising, "numbers that do not rise")
Days = Annotated[int, Within(1, 255)]  # a count of days is kept in one byte
DaysOrNone = Annotated[int, Within(0, 255)]


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityGate:
    """A completion stands only where the median of `metric` over the last `over_days` worked days keeps the bound."""

    metric: Annotated[Text, Says("Name the metric of quality.")]
    at_least: Annotated[Number | None, Says("Write the lowest value that is good, or at_most instead.")] = None
    at_most: Annotated[Number | None, Says("Write the highest value that is good, or at_least instead.")] = None
    over_days: Annotated[Positive, Says("Write how many worked days count, such as 10.")] = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A measure of a member, and which value of it is better."""

    key: ColumnKey  # "AHT"; as the platform names it, where that measures
    name: Annotated[Text, Says("Write what a member reads, such as average handle time.")]
    unit: Annotated[Text, Says('Write its unit, such as s or "%".')]
    direction: Annotated[
        Direction, Says('Write "lower" when a smaller number is better, "higher" when a larger one is.')
    ]
    step: Annotated[float, Within(most=LARGEST, above=0), Says("Write what targets are rounded to, such as 5.")] = 1.0
    north_star: Annotated[bool, Says("Write true for the behaviours that matter most, at most three.")] = False
    speed: Annotated[  # None: nobody has said, see check_speed
        bool | None, Says("Write true when it rewards being quick, false where quicker cannot mean worse.")
    ] = None
    exclusive: Annotated[bool, Says("Write false to allow several challenges on it at once, else true.")] = True
    range: Annotated[  # None: what its unit can, see `plausible`
        tuple[Number, Number] | None, Rising, Says("Write the least and the most that a day's value can be: [0, 100].")
    ] = None
    final_after_days: Annotated[Natural, Says("Write the days until its figures no longer change, or 0.")] = 0
    normalise_by: Annotated[
        Literal["contact_type"] | None, Says("Write contact_type to compare people at the usual mix of contacts.")
    ] = None
    quality_gate: Annotated[QualityGate | None, Says("Write {metric: …, at_most: …} or at_least.")] = None
    at_least: Annotated[  # None: a share of what peers handled
        Positive | None, Says("Write the contacts that a day needs before it counts, such as 10.")
    ] = None

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

    key: ColumnKey  # "NW"
    contacts: Annotated[str, Length(0, 1000), Says("Write what the source calls its contacts, such as calls_NW.")] = ""
    seconds: Annotated[Text | None, Says("Write what the source calls its handle time in seconds.")] = None

    def __post_init__(self) -> None:
        """Sources usually name the column after the type."""
        if not self.contacts:
            object.__setattr__(self, "contacts", f"calls_{self.key}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """Looks for speed that callers pay for: shares far above those of peers. It holds, and never punishes."""

    short_contacts: Annotated[Text | None, Says("Name the metric of contacts that ended at once, in per cent.")] = None
    repeat_contacts: Annotated[Text | None, Says("Name the metric of callers who rang again, in per cent.")] = None
    false_alarms: Annotated[  # of members like all others, kind and look
        float, Within(most=0.1, above=0), Says("Write the share flagged by chance: 0.001 is one in 1,000.")
    ] = 0.001
    min_contacts: Annotated[
        Positive, Says("Write how many contacts a member needs before they are looked at, such as 100.")
    ] = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class HardContacts:
    """From which difficulty of a member's mix a completion says so, and what it adds."""

    ratio: Annotated[
        float, Within(most=LARGEST, above=1), Says("Write how many times the usual length: 1.1 is a tenth longer.")
    ] = 1.1
    bonus_percentage: Annotated[
        Percentage, Says("Write a percentage: 10 adds a tenth of the base points to what other rules add.")
    ] = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """One tier's challenge of a category, in the words and with the group of the platform."""

    name: Annotated[Text, Says("Write the challenge's name.")]
    description: Annotated[Text, Says("Write what is asked, in words that a member reads.")]
    target_value: Annotated[Number, Says("Write the target to use while history is too thin.")]
    points: Annotated[Positive, Says("Write a whole number of points.")]
    group_id: Annotated[  # None: no outside platform, so no groups
        Text | None, Says("Write the platform's id of this tier's group, in quotes.")
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A kind of challenge on one metric, with three tiers for three disjoint groups."""

    key: Key  # "AHT_SPRINT"
    metric: Annotated[Text, Says("Name the metric, as in metrics.")]
    tiers: Annotated[
        tuple[Challenge, Challenge, Challenge],
        Says(
            "Write the three challenges, tier_1 the easiest, tier_3 the hardest.", spread=("tier_1", "tier_2", "tier_3")
        ),
    ]
    participation: Annotated[  # opt_in: nobody plays it before they choose to
        Participation, Says("Write opt_in to let each member choose whether they take part, else everyone.")
    ] = "everyone"

    @property
    def opt_in(self) -> bool:
        return self.participation == "opt_in"

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of the tiers, easiest first; empty without an outside platform."""
        return tuple(challenge.group_id for challenge in self.tiers if challenge.group_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardCondition:
    """A condition that adds a bonus; CHALLENGE_COMPLETED EQUALS TIER_1, TIER_2, TIER_3 or ANY."""

    metric: Annotated[Text, Says("Write what is looked at, such as CHALLENGE_COMPLETED.")]
    operator: Annotated[Text, Says("Write EQUALS.")]
    value: Annotated[str, Says("Write what it is compared with: TIER_3.", as_text=True)]
    bonus_percentage: Annotated[Percentage, Says("Write a percentage: 50 adds half of the base points.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardRule:
    """Bonuses on top of base points; those that apply are added, never multiplied."""

    name: Annotated[Text, Says("Write the rule's name.")]
    description: Annotated[Text, Says("Write what it rewards, in words that a member reads.")]
    evaluation_scope: Annotated[Literal["DAILY"], Says("Write DAILY.")]
    conditions: Annotated[tuple[RewardCondition, ...], Says("Write a list of conditions, each with its bonus.")]
    max_daily_bonus_points: Annotated[Positive | None, Says("Write a whole number of points, or leave it out.")] = None


_LITERAL = Preset(
    fixed={
        "up": (50.0, 75.0),
        "down": (50.0, 75.0),
        "smoothing_days": 1,
        "previous_after_days": 10,
        "previous_kept_days": 0,
        "return_after_days": 5,
        "return_margin": 3.0,
    },
    usual={"down_after_days": 5, "targets": (25.0, 50.0, 75.0)},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TierRule:
    """The rule by which difficulty follows a member.

    Bands are percentiles of performance: 100 is the best, whatever the direction. Members who fall from a tier that
    they held for long come back to it sooner than they first got there: a slump should not cost months. The literal
    single-threshold rule is `LITERAL`.
    """

    rule: Annotated[
        Literal["bands", "literal"],
        Says("Write bands, or literal for single thresholds.", presets={"literal": _LITERAL}),
    ] = "bands"
    up: Annotated[
        tuple[Percentile, Percentile], Rising, Says("Write two percentiles: from tier 1 to 2, from 2 to 3.")
    ] = (55.0, 77.0)
    down: Annotated[
        tuple[Percentile, Percentile], Rising, Says("Write two percentiles: from tier 2 to 1, from 3 to 2.")
    ] = (33.0, 67.0)
    up_after_days: Annotated[Days, Says("Write a number of worked days in a row.")] = 10
    down_after_days: Annotated[Days, Says("Write a number of worked days in a row.")] = 12
    previous_after_days: Annotated[  # in a tier, after which a drop from it remembers it
        DaysOrNone, Says("Write the worked days in a tier that make it worth remembering: 40.")
    ] = 10
    previous_kept_days: Annotated[
        DaysOrNone, Says("Write the worked days that the previous tier is remembered for: 120, or 0.")
    ] = 120
    return_after_days: Annotated[  # that lead one tier back towards the previous tier …
        Days, Says("Write a number of worked days in a row.")
    ] = 5
    return_margin: Annotated[  # … this many percentile points above the band that leads down
        float, Within(0, 100), Says("Write percentile points above the band down, such as 3.")
    ] = 3.0
    window_days: Annotated[Days, Says("Write a number of trailing calendar days, such as 30.")] = 30
    smoothing_days: Annotated[  # whose median is the smoothed value
        Days, Says("Write a number of worked days, such as 15.")
    ] = 12
    placed_after_days: Annotated[  # before the first tier other than 1
        Days, Says("Write a number of worked days, such as 10.")
    ] = 10
    completion: Annotated[  # the share of worked days on which a tier's members are expected to meet its target
        tuple[Percentile, Percentile, Percentile],
        NotRising,
        Says("Write three percentages of worked days, of tier 1 to 3, such as [66, 63, 57]."),
    ] = (66.0, 63.0, 57.0)
    targets: Annotated[  # of what peers reached on average, instead of by completion
        tuple[Percentile, Percentile, Percentile] | None,
        Rising,
        Says("Write three percentiles of peers, such as [25, 50, 75], or leave it out for targets by completion."),
    ] = None
    clamp: Annotated[tuple[Percentile, Percentile], Rising, Says("Write two percentiles, such as [5, 95].")] = (
        5.0,
        95.0,
    )
    min_peers: Annotated[  # a smaller peer group is compared within its channel; twice as many stand alone
        Positive, Says("Write a number of members, such as 20.")
    ] = 20
    min_members: Annotated[  # with fewer members known in a channel, its tiers rest
        Positive, Says("Write a number of members, such as 5.")
    ] = 5


LITERAL = TierRule(rule="literal", **{**_LITERAL.usual, **_LITERAL.fixed})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionWeight:
    """A category's weight: how often it runs beside the others."""

    key: str  # of the category
    weight: Annotated[
        float, Within(most=LARGEST, above=0), Says("Write how likely it is beside the others; 1 is usual.")
    ] = 1.0
    cooldown_days: Annotated[Natural, Says("Write how many nights it rests after it ran.")] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionRule:
    """Selects the categories that run on a night: those in `always`, and others at random up to `per_night` in all."""

    per_night: Annotated[Natural, Says("Write how many categories run on a night.")] = 1
    always: Annotated[tuple[Text, ...], Says("Write a list of categories that run every night.")] = ()
    categories: Annotated[
        tuple[SelectionWeight, ...], Says("Write a category's key and {weight: …, cooldown_days: …}.", by="key")
    ] = ()

    def weight_of(self, category: str) -> SelectionWeight:
        return next((weight for weight in self.categories if weight.key == category), SelectionWeight(key=category))


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """The system that shows the challenges: Ladder, or an outside platform whose address and credentials are secret."""

    kind: Annotated[
        PlatformKind, Says("Write wem for a platform of that dialect, or ladder where Ladder shows the challenges.")
    ] = "ladder"
    instance: Annotated[  # programs of one instance have the same agents and groups where these have the same ids
        Text, Says("Write a name, such as north, where the ids of agents are not those of other programs' agents.")
    ] = "main"
    membership: Annotated[
        Membership, Says("Write adds when a new group leaves the member in the old one, replaces when it does not.")
    ] = "adds"
    language: Annotated[  # of a browser's Accept-Language
        Text, Says("Write the language of what Ladder adds to descriptions on the platform, such as de.")
    ] = "en"
    one_active_per_metric: Annotated[  # it refuses a second active challenge on a metric and day: one for all tiers
        bool, Says("Write true when the platform allows one active challenge per metric and day, else false.")
    ] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Peers:
    """Members are compared within channel and tenure band, where there are enough of them."""

    by_channel: Annotated[bool, Says("Write true to compare members within their channel, else false.")] = True
    tenure_bands_days: Annotated[  # upper bounds: up to 90 days, and beyond
        tuple[Positive, ...], Rising, Says("Write upper bounds in days that rise, such as [90, 365].")
    ] = (90,)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengeRules:
    """The section of nightly challenges: what is measured, what is asked, and who is asked what.

    A program without them, such as an academy, has neither a metric nor a category.
    """

    payer: Annotated[Payer, Says("Write ladder, or platform when the platform's own points count.")] = "ladder"
    today_every_hours: Annotated[  # None: members see no value of a day before it is settled
        int | None,
        Within(1, 12),
        Says("Write every how many hours members' values of today are read, such as 2.", nights="allowed"),
    ] = None
    platform: Annotated[  # None: the kind ladder
        Platform | None, Says("Write {kind: wem}, or leave it out where Ladder shows the challenges.")
    ] = None
    peers: Annotated[Peers, Says("Write {by_channel: true, tenure_bands_days: [90]}.", nights="allowed")] = field(
        default_factory=Peers
    )
    metrics: Annotated[
        tuple[Metric, ...],
        Length(0, 20),
        Says("Describe each metric under its key, such as AHT.", by="key", nights="needed"),
    ] = ()
    contact_types: Annotated[
        tuple[ContactType, ...],
        Length(0, 20),
        Says(
            "Write a list of keys, such as [NEW, REGULAR], or each with {contacts: …, seconds: …}.",
            by="key",
            keys_alone=True,
            nights="allowed",
        ),
    ] = ()
    metric_files: Annotated[  # None: the platform's own figures
        MetricFiles | None, Says("Write {measures: {AHT: {column: …, count: …}}}.", nights="allowed")
    ] = None
    guard: Annotated[Guard | None, Says("Write {short_contacts: …, repeat_contacts: …}.", nights="allowed")] = None
    categories: Annotated[
        tuple[Category, ...],
        Length(0, MOST_CATEGORIES),
        Says(
            "Write each category with metric and tier_1 to tier_3, or {file: library.json}.",
            name="challenge_library",
            by="key",
            nights="needed",
        ),
    ] = ()
    reward_rules: Annotated[
        tuple[RewardRule, ...], Says("Write a list of rules, or {file: rules.json}.", nights="allowed")
    ] = ()
    hard_contacts: Annotated[
        HardContacts | None, Says("Write {ratio: 1.1, bonus_percentage: 10}.", nights="allowed")
    ] = None
    selection: Annotated[SelectionRule, Says("Write {per_night: 1}.", nights="allowed")] = field(
        default_factory=SelectionRule
    )
    tier_rule: Annotated[TierRule, Says("Write {rule: bands}, or leave it out.", name="tiers", nights="allowed")] = (
        field(default_factory=TierRule)
    )

    @property
    def has_nights(self) -> bool:
        return self.outside_platform is not None or bool(self.metrics or self.categories)

    @property
    def outside_platform(self) -> Platform | None:
        """The platform that takes challenges and has groups; None where Ladder shows the challenges itself."""
        return None if self.platform is None or self.platform.kind == "ladder" else self.platform

    @property
    def instance(self) -> str:
        return (self.platform or Platform()).instance

    @property
    def asked_metrics(self) -> frozenset[str]:
        """Return the metrics that some category challenges members on."""
        return frozenset(category.metric for category in self.categories)

    def metric(self, key: str) -> Metric:
        return next(metric for metric in self.metrics if metric.key == key)

    @property
    def load(self) -> Load | None:
        """By which conditions handle times are compared; None where they are compared whatever the load."""
        load = self.metric_files.load if self.metric_files else None
        return load if load and load.conditions else None

    def is_compared(self, metric: Metric) -> bool:
        """Return whether its values are made comparable."""
        return metric.normalise_by is not None and bool(self.contact_types or self.load)

    @property
    def tells_contacts_apart(self) -> bool:
        """Return whether the source says what kinds of contacts, or contacts of which queues, a member had."""
        return bool(self.contact_types or (self.load and self.load.queues))

    def exclusive(self, metric: str) -> bool:
        """Return whether one category a night may run on it, and only while nobody else's challenge does."""
        insists = self.outside_platform is not None and self.outside_platform.one_active_per_metric
        return insists or self.metric(metric).exclusive

    def category(self, key: str) -> Category:
        return next(category for category in self.categories if category.key == key)

    @property
    def opt_in(self) -> tuple[Category, ...]:
        """Return the categories that members choose to take part in."""
        return tuple(category for category in self.categories if category.opt_in)
