"""The rulebook: the part of a program that turns activities into points, streaks, levels, badges and credit.

These are values only. `evaluate` works them, `program_check` says what makes them unplayable.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

type Plain = str | int | float | bool | None  # the value of an attribute
Period = Literal["day", "week"]  # local days of the program; ISO weeks of them
SourceKind = Literal["standard", "cornerstone", "docebo", "absorb", "talentlms", "xapi", "hubspot", "jira"]
Credit = Literal["time", "growth", "recognition", "money"]  # money is paid outside the system: here it is only promised
Need = Literal["level", "streak", "path", "badge", "unlock", "points", "count"]
Policy = Literal["suggest", "approve", "auto"]  # what becomes of a model's proposal
Phase = Literal["pilot", "expansion", "scale"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A system that posts events for a program, or that is polled."""

    key: str  # "academy", the last part of its hook's address
    kind: SourceKind
    secret: str  # the name of the secret in Secrets Manager
    events: Mapping[str, str] = field(
        default_factory=dict
    )  # the vendor's event name -> canonical type, beside the usual
    options: Mapping[str, str] = field(default_factory=dict)  # what the source's kind leaves to configuration


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """One thing that must hold of an attribute; an attribute that is absent never passes.

    Exactly one of the four is set. `equals` and `one_of` compare values of one kind: 1 is not "1", and not true.
    """

    attribute: str
    equals: Plain = None
    one_of: tuple[Plain, ...] = ()
    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Activities of any of these types of which every test holds."""

    types: tuple[str, ...]
    where: tuple[Test, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bonus:
    """Adds to the base where its tests hold; several that apply are added, never multiplied."""

    name: str
    percentage: float
    where: tuple[Test, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """Pays once for each value of an attribute (a module, a colleague), again only after so many days."""

    per: str
    again_after_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Pays at every `of`th match that falls within `within_days` local days, and counts anew after it."""

    of: int
    within_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Perseverance:
    """Pays for finishing what was failed before: a match after `after_failures` failed tries at the same `subject`."""

    subject: str  # attribute: what is tried, such as module
    failed: Match
    after_failures: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Improvement:
    """Pays for getting better and staying there.

    Of `weeks` ISO weeks in a row, the weekly mean of `attribute` in every week of the second half lies at least
    `percent` per cent on the good side of the mean of the first half. Then a new span begins.
    """

    attribute: str
    percent: float
    weeks: int = 8
    higher_is_better: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Base points for an activity, and when it counts.

    `points_from`: base points are this attribute of the activity, where the source knows the worth.
    `hold`: why an award waits for a person before it pays.
    """

    key: str
    name: str  # as a member reads it: "a module passed"
    match: Match
    points: int
    points_from: str | None = None
    bonuses: tuple[Bonus, ...] = ()
    once: Once | None = None
    count: Count | None = None
    perseverance: Perseverance | None = None
    improvement: Improvement | None = None
    daily_points: int | None = None  # base points of this rule in a local day
    starts_on: date | None = None  # a campaign pays on these local days only, first and last included
    ends_on: date | None = None
    requires: str | None = None  # an unlock
    hold: str | None = None
    paused: bool = False  # by hand, in a version of its own: it pays nothing and notes nothing


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
    """A step of a path counts once its predecessors are done."""

    key: str
    name: str
    match: Match
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A learning path; `points` when its last step is done. Up to 32 steps."""

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
class Cohort:
    """Who is judged at all in a phase: these teams', these channels', and a share of everybody by their random ids."""

    share: float = 0.0
    teams: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """Several pieces of evidence: so many matches within so many local days are one case."""

    at_least: int
    within_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedBadge:
    """A badge that a model may propose, and people or a policy that people set decide.

    A match is a case; with `perseverance` only after failed tries, with `pieces` only together with others.
    `confirmed_by`: what others must have recorded beside a text before "auto" may grant anything on it.
    Until `probation_days` after `since` every proposal goes to a person, whatever `policy` says.
    """

    key: str
    name: str
    description: str
    criteria: str  # published, and what the model is told
    owner: str
    review_on: date
    match: Match
    since: date
    perseverance: Perseverance | None = None
    pieces: Pieces | None = None
    confirmed_by: tuple[Test, ...] = ()
    policy: Policy = "suggest"
    confidence: float = 0.8  # below it nothing is proposed
    probation_days: int = 30
    phase: Phase = "pilot"
    pilot: Cohort = field(default_factory=Cohort)
    expansion: Cohort = field(default_factory=Cohort)  # beside the pilot's; at scale everybody is judged
    per_member_daily: int = 3  # cases that are judged for one member in a day
    paused: bool = False  # nobody is judged for it; people may still grant it


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
