"""Rules of points: what earns what, by which activities, and when they pay. Values only; `evaluate` works them."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from ladder.domain.activities.event_filter import EventFilter, Perseverance, Tests
from ladder.domain.validation.constraints import (
    Direction,
    Holds,
    Key,
    Percentage,
    Points,
    Positive,
    Says,
    Text,
    Within,
)

Period = Literal["day", "week"]  # local days of the program; weeks of them, from its first work day on
SPANS = (8, 10, 12)  # weeks, of which the second half is compared with the first


@dataclass(frozen=True, slots=True, kw_only=True)
class Bonus:
    """Adds to the base where its tests hold; several that apply are added, never multiplied."""

    name: Annotated[Text, Says("Write what it is for, in words that a member reads.")]
    percentage: Annotated[Percentage, Says("Write a percentage: 20 adds a fifth of the base points.")]
    where: Tests = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """Pays once for each value of an attribute (a module, a colleague), again only after so many days."""

    per: Annotated[Text, Says("Name the attribute that tells one from another, such as module.", name="attribute")]
    again_after_days: Annotated[
        Annotated[int, Within(1, 3650)] | None,
        Says("Write the days after which it pays again, such as 180, or leave it out to pay once for good."),
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Pays at every `of`th match that falls within `within_days` local days, and counts anew after it."""

    of: Annotated[int, Within(2, 20), Says("Write how many it takes, such as 3.", name="count")]
    within_days: Annotated[int, Within(1, 92), Says("Write within how many days, such as 7.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Improvement:
    """Pays for getting better and staying there.

    Of the last `weeks` weeks with a value, the weekly mean of `attribute` in every week of the second half lies at
    least `percent` per cent on the good side of the mean of the first half, which is above 0. Then a new span begins.
    """

    attribute: Annotated[Text, Says("Name the attribute that gets better, such as score.")]
    percent: Annotated[float, Within(most=100, above=0), Says("Write by how much, in per cent: 5.")]
    weeks: Annotated[int, Holds(SPANS.__contains__, "8, 10 or 12"), Says("Write 8, 10 or 12.")] = 8
    direction: Annotated[Direction, Says('Write "lower" when a smaller number is better, or "higher".')] = "higher"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Base points for an activity, and when it counts.

    `points_from`: base points are this attribute of the activity, where the source knows the worth.
    `hold`: why an award waits for a person before it pays. `confirm`: who else has to say that it was so.
    """

    key: Key
    name: Annotated[Text, Says("Write what it is for, as a member reads it: a module passed.")]
    match: Annotated[EventFilter, Says("Write when: task.completed.", inline=True)]
    points: Annotated[Points, Says("Write a whole number of points, or points_from.")] = 0
    points_from: Annotated[Text | None, Says("Name the attribute that holds its worth, or write points.")] = None
    bonuses: Annotated[tuple[Bonus, ...], Says("Write a list of bonuses, each with name, percentage and where.")] = ()
    once: Annotated[
        Once | None,
        Says(
            "Name an attribute such as module, or write {attribute: module, again_after_days: 180}.",
            name="once_per",
            short="per",
        ),
    ] = None
    count: Annotated[Count | None, Says("Write {count: 3, within_days: 7}.", name="every")] = None
    perseverance: Annotated[
        Perseverance | None, Says("Write {subject: module, failed: {when: …, where: …}, after_failures: 2}.")
    ] = None
    improvement: Annotated[Improvement | None, Says("Write {attribute: score, percent: 5, weeks: 8}.")] = None
    daily_points: Annotated[  # base points of this rule in a local day
        Positive | None, Says("Write the most that it pays a member in a day, or leave it out.")
    ] = None
    starts_on: Annotated[  # a campaign pays on these local days only, first and last included
        date | None, Says("Write the first day: 2026-03-01.", name="from")
    ] = None
    ends_on: Annotated[date | None, Says("Write the last day: 2026-03-31.", name="until")] = None
    requires: Annotated[Text | None, Says("Name an unlock.")] = None
    hold: Annotated[  # it pays after hold_days, unless somebody decided otherwise
        Text | None,
        Says("Write why it waits, as a member reads it and in their language: until when, or for whom."),
    ] = None
    confirm: Annotated[  # until then, however long, it pays nothing; a reviewer decides it, too
        Literal["colleague"] | None, Says("Write colleague where one of the same team has to confirm it first.")
    ] = None
    paused: bool = False  # by hand, in a version of its own: it pays nothing and notes nothing

    @property
    def uses_up(self) -> bool:
        """Whether an award uses something up, such as a subject or matches, so that it cannot be earned again."""
        return bool(self.once or self.count or self.perseverance or self.improvement)
