"""What earns what: rules, which activities they mean, and when they pay. Values only; `evaluate` works them."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

type Plain = str | int | float | bool | None  # the value of an attribute
Period = Literal["day", "week"]  # local days of the program; ISO weeks of them


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
