"""The rulebook: the part of a program that turns activities into points, streaks, levels, badges and credit.

These are values only: `apply` evaluates them, `check` says what makes them unplayable.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from ladder.domain.activities.event_filter import Condition, EventFilter
from ladder.domain.points.judged_badge import JudgedBadge
from ladder.domain.points.rules import Period, Rule
from ladder.domain.validation.constraints import (
    Holds,
    Key,
    Length,
    Natural,
    Points,
    Positive,
    Says,
    SomePoints,
    Text,
    Within,
    distinct,
)

DAYS_OF_THE_WEEK = {"mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6, "sun": 7}
Weekday = Annotated[  # ISO: Monday is 1
    int, Within(1, 7), Says("Write a day such as mon, or its number: Monday is 1.", words=DAYS_OF_THE_WEEK)
]
Credit = Literal["time", "growth", "recognition", "money"]  # money is paid outside the system: here it is only promised
Need = Literal["level", "points", "path", "unlock", "badge", "streak", "count"]
NEEDS: tuple[Need, ...] = ("level", "points", "path", "unlock", "badge", "streak", "count")


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """A length of a streak that pays, once: when the streak is longer than it ever was."""

    length: Positive  # periods in a row
    points: Annotated[SomePoints, Says("Write a whole number of points.")]


MOST_GRACE = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Streak:
    """Periods in a row with at least `at_least` matches. Days off by schedule do not break it.

    `grace`: periods in a row that may be missed without breaking it.
    """

    key: Key
    name: Annotated[Text, Says("Write what a member reads, such as learning days in a row.")]
    match: Annotated[EventFilter, Says("Write when: task.completed.", inline=True)]
    every: Annotated[Period, Says("Write day or week.")] = "day"
    at_least: Annotated[int, Within(1, 255), Says("Write how many a day or a week takes, such as 1.")] = 1
    grace: Annotated[
        int, Within(0, MOST_GRACE), Says("Write how many may be missed in a row; 1 forgives a bad day.")
    ] = 0
    milestones: Annotated[
        tuple[Milestone, ...],
        Length(0, 20),
        Says("Write lengths with their points, such as {5: 50, 20: 200}.", by="length", short="points"),
    ] = ()

    def __post_init__(self) -> None:
        """Milestones are reached in the order of their lengths, however they were written."""
        in_order = tuple(sorted(self.milestones, key=lambda milestone: milestone.length))
        object.__setattr__(self, "milestones", in_order)


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """Reached at so many points earned, spent or not. Levels count from 1; the first stands at 0 points."""

    name: Annotated[str, Length(1, 1000)]
    points: Annotated[Natural, Says("Write the points that it is reached at.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityCount:
    """Activities that are counted, each value of `distinct` once where it is given."""

    match: Annotated[EventFilter, Says("Write when: article.contributed.", inline=True)]
    distinct: Annotated[Text | None, Says("Name the attribute of which each value counts once: article.")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One thing that is needed: exactly one of the first seven is set.

    `tier` goes with a badge, `at_least` with a streak or a count.
    """

    level: Annotated[Positive | None, Says("Write the level's number; the first is 1.")] = None
    points: Annotated[Positive | None, Says("Write a whole number of points earned.")] = None
    path: Annotated[Text | None, Says("Name a path.")] = None
    unlock: Annotated[Text | None, Says("Name an unlock.")] = None
    badge: Annotated[Text | None, Says("Name a badge.")] = None
    streak: Annotated[Text | None, Says("Name a streak.")] = None
    count: Annotated[ActivityCount | None, Says("Write {when: article.contributed, distinct: article}.")] = None
    tier: Annotated[Positive | None, Says("Write the number of the badge's tier; the first is 1.")] = None
    at_least: Annotated[Positive | None, Says("Write how many.")] = None

    @property
    def needs(self) -> tuple[Need, ...]:
        return tuple(need for need in NEEDS if getattr(self, need) is not None)

    @property
    def need(self) -> Need:
        return (*self.needs, NEEDS[0])[0]

    @property
    def key(self) -> str | None:
        """Return the name of what is needed; a level, points and a count have none."""
        return self.path or self.unlock or self.badge or self.streak

    @property
    def amount(self) -> int:
        return self.level or self.points or self.tier or self.at_least or 1


Requirements = Annotated[
    tuple[Requirement, ...], Length(1, 8), Says("Write what it takes, such as [{level: 3}, {path: ONBOARDING}].")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlock:
    """Opens rules that require it, once all requirements are met; it stays open."""

    key: Key
    name: Annotated[Text, Says("Write what a member reads, such as mentoring.")]
    requires: Requirements


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of a path, which counts once its predecessors are done, though it was done before.

    Its key makes it the same step, however it is edited.
    """

    key: Key
    name: Annotated[Text, Says("Write what a member reads, such as the first call.")]
    match: Annotated[EventFilter, Says("Write when: task.completed.", inline=True)]
    after: Annotated[tuple[Text, ...], Says("Name the steps that come before it, such as [A].", one=True)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A learning path; `points`, once, when all its steps are done. Each done takes three bytes of a member's state."""

    key: Key
    name: Annotated[Text, Says("Write what a member reads, such as the first month.")]
    steps: Annotated[
        tuple[Step, ...],
        Length(1, 32),
        Says("Write each step's key and {name: …, when: …, where: …, after: […]}.", by="key"),
    ]
    points: Annotated[Points, Says("Write what its last step adds, in points.")] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BadgeTier:
    """A step of a badge, and all that it takes."""

    name: Annotated[str, Length(1, 1000)]  # "bronze"
    requires: Requirements


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """A badge that rules give: recognition, no points. Its tiers are reached in their order."""

    key: Key
    name: Annotated[Text, Says("Write what a member reads, such as knowledge sharer.")]
    description: Annotated[Text, Says("Write what it is given for, in words that a member reads.")]
    tiers: Annotated[
        tuple[BadgeTier, ...],
        Length(1, 5),
        Says("Write each tier and what it takes: {bronze: [{level: 3}]}.", by="name", short="requires"),
    ]
    owner: Annotated[Text, Says("Name who answers for it, and looks at it on the day of its review.")]
    review_on: Annotated[date, Says("Write the day on which somebody looks whether it still fits: 2027-05-01.")]
    paused: bool = False  # nobody reaches it; it counts on, and comes with the first event after the pause


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamAchievement:
    """A goal that a team reaches together in a period: everybody with at least `floor` points shares the reward.

    It is reached when the members' points sum to `target` and at least `share` of the team has reached the floor.
    """

    key: Key
    name: Annotated[Text, Says("Write what a member reads, such as a good week together.")]
    target: Annotated[Natural, Says("Write the points that the team reaches together.")]
    floor: Annotated[Positive, Says("Write the points that a member adds at least, so that nobody is carried along.")]
    points: Annotated[  # for each member at or above the floor
        Positive, Says("Write what each of them gets, in points.")
    ]
    every: Annotated[Period, Says("Write day or week.")] = "week"
    share: Annotated[
        float, Within(most=1, above=0), Says("Write the share of the team that must add its part: 0.8 is four of five.")
    ] = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueItem:
    """An item that points can be spent on. `stock` None: unlimited. `owner`: who hands it over."""

    key: Key
    name: Annotated[Text, Says("Write what a member reads, such as home an hour early.")]
    kind: Annotated[Credit, Says("Write time, growth, recognition or money.")]
    price: Annotated[Positive, Says("Write a whole number of points.")]
    stock: Annotated[Natural | None, Says("Write how many there are, or leave it out where there is no end.")] = None
    owner: Annotated[Text | None, Says("Name who hands it over, such as the team lead.")] = None
    within_days: Annotated[  # from the day of the order
        int | None, Within(1, 365), Says("Write within how many days it is handed over, such as 14.")
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    rules: Annotated[
        tuple[Rule, ...],
        Length(0, 40),
        Says("Write each rule's key and {name: …, when: …, where: …, points: …}.", by="key"),
    ] = ()
    streaks: Annotated[
        tuple[Streak, ...], Length(0, 8), Says("Write each streak's key and {name: …, when: …}.", by="key")
    ] = ()
    levels: Annotated[
        tuple[Level, ...],
        Length(0, 100),
        Says(
            "Write each level with the points it is reached at: {Newcomer: 0, Regular: 500}.",
            by="name",
            short="points",
        ),
    ] = ()
    unlocks: Annotated[
        tuple[Unlock, ...], Length(0, 20), Says("Write each unlock's key and {name: …, requires: […]}.", by="key")
    ] = ()
    paths: Annotated[
        tuple[Path, ...], Length(0, 16), Says("Write each path's key and {name: …, steps: {…}}.", by="key")
    ] = ()
    badges: Annotated[
        tuple[Badge, ...],
        Length(0, 20),
        Says("Write each badge's key with name, description, owner, review_on and tiers.", by="key"),
    ] = ()
    judged: Annotated[
        tuple[JudgedBadge, ...],
        Length(0, 6),
        Says("Write each badge's key with name, criteria, when, since and policy.", by="key"),
    ] = ()
    teams: Annotated[
        tuple[TeamAchievement, ...],
        Length(0, 8),
        Says("Write each key and {name: …, target: …, floor: …, points: …}.", by="key"),
    ] = ()
    catalogue: Annotated[
        tuple[CatalogueItem, ...],
        Length(0, 50),
        Says("Write each item's key and {name: …, kind: …, price: …}.", by="key"),
    ] = ()
    work_days: Annotated[  # the others are days off
        tuple[Weekday, ...],
        Length(1, 7),
        Holds(distinct, "days that are each named once"),
        Says("Write each day once, such as [mon, tue, wed, thu, fri]; a week begins with the first of them."),
    ] = (1, 2, 3, 4, 5, 6, 7)
    holidays: Annotated[tuple[date, ...], Says("Write a list of dates such as [2026-12-25].")] = ()
    late_days: Annotated[  # an event received later than this after it happened is kept, and pays nothing
        int, Within(0, 365), Says("Write for how many days an event may be late, such as 7.")
    ] = 7
    hold_days: Annotated[  # unless somebody decided
        int, Within(1, 90), Says("Write after how many days a held award pays, such as 14.")
    ] = 14
    audited_per_thousand: Annotated[  # of the awards that pay at once
        int, Within(0, 1000), Says("Write how many awards of a thousand are drawn for a person to look at, such as 10.")
    ] = 0
    most_granted: Annotated[  # by hand
        int, Within(0, 100_000), Says("Write how many points a person may give at once; 0 lets nobody give any.")
    ] = 1_000


type Place = tuple[str | int, ...]  # in a program file: ("rules", "QUIZ", "bonuses", 0)


def matches(rulebook: Rulebook) -> Iterator[tuple[Place, EventFilter]]:
    """Yield every event filter, with the path at which its `when` and `where` stand."""
    for rule in rulebook.rules:
        yield ("rules", rule.key), rule.match
        if rule.perseverance:
            yield ("rules", rule.key, "perseverance", "failed"), rule.perseverance.failed
    yield from ((("streaks", streak.key), streak.match) for streak in rulebook.streaks)
    yield from ((("paths", path.key, "steps", step.key), step.match) for path in rulebook.paths for step in path.steps)
    for judged in rulebook.judged:
        yield ("judged", judged.key), judged.match
        if judged.perseverance:
            yield ("judged", judged.key, "perseverance", "failed"), judged.perseverance.failed
    yield from (((*at, "count"), asked.count.match) for at, asked in requirements(rulebook) if asked.count)


def tests(rulebook: Rulebook) -> Iterator[tuple[Place, Condition]]:
    """Yield every test, with its path."""
    for at, match in matches(rulebook):
        yield from (((*at, "where", test.attribute), test) for test in match.where)
    for rule in rulebook.rules:
        for place, bonus in enumerate(rule.bonuses):
            at = ("rules", rule.key, "bonuses", place)
            yield from (((*at, "where", test.attribute), test) for test in bonus.where)
    for judged in rulebook.judged:
        at = ("judged", judged.key, "confirmed_by")
        yield from (((*at, test.attribute), test) for test in judged.confirmed_by)


def requirements(rulebook: Rulebook) -> Iterator[tuple[Place, Requirement]]:
    for unlock in rulebook.unlocks:
        yield from _numbered(("unlocks", unlock.key, "requires"), unlock.requires)
    for badge in rulebook.badges:
        for tier in badge.tiers:
            yield from _numbered(("badges", badge.key, "tiers", tier.name), tier.requires)


def _numbered(at: Place, requires: tuple[Requirement, ...]) -> Iterator[tuple[Place, Requirement]]:
    yield from (((*at, place), asked) for place, asked in enumerate(requires))
