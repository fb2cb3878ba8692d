"""The agent whose days are drawn: whoever moved most often, on the ladder whose values are compared by mix."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

import numpy as np

from infra.cli.backtest.replay import Evening, Replayed
from ladder.domain.challenges.evidence import Evidence
from ladder.domain.programs.program import Category, Metric


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryDay:
    """None where they did not work, or nobody asked anything of them; `met`: nor on a day of too few contacts."""

    date: date
    tier: int
    target: float | None
    measured: float | None
    compared: float | None
    smoothed: float | None
    met: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    slot: int
    category: str
    metric: Metric
    days: tuple[StoryDay, ...]


def story(replayed: Replayed) -> Story:
    category = _telling(replayed)
    metric = replayed.program.metric(category.metric)
    slot = _busiest(replayed, category.key, metric)
    days = tuple(_day(replayed, evening, category.key, metric, slot) for evening in replayed.evenings)
    return Story(slot=slot, category=category.key, metric=metric, days=days)


def _telling(replayed: Replayed) -> Category:
    """The first that is compared by mix, else the first."""
    program = replayed.program
    return max(program.categories, key=lambda each: program.metric(each.metric).normalise_by is not None)


def _busiest(replayed: Replayed, key: str, metric: Metric) -> int:
    """Of those who worked on half as many days as the busiest, whoever moved most; of equals, who worked most."""
    worked = (~np.isnan(replayed.known.columns[metric.key].values)).sum(axis=0)
    often = np.flatnonzero(2 * worked >= worked.max()).tolist()
    moved = Counter(
        move.slot for evening in replayed.evenings for move in evening.moves if move.category == key and not move.placed
    )
    return int(max(often, key=lambda slot: (moved[slot], worked[slot])))


def _day(replayed: Replayed, evening: Evening, key: str, metric: Metric, slot: int) -> StoryDay:
    each, row = evening.asked[key], replayed.known.row(evening.date)
    target = float(each.question(metric, evening.date, played=False).target[slot])
    compared = float(replayed.known.columns[metric.key].values[row, slot])
    better = compared <= target if metric.direction == "lower" else compared >= target
    enough = Evidence(replayed.known, metric, evening.everybody.groups.index, replayed.program.tier_rule)
    return StoryDay(
        date=evening.date,
        tier=int(each.tier[slot]),
        target=_figure(target),
        measured=_figure(replayed.known.columns[metric.measured].values[row, slot]),
        compared=_figure(compared),
        smoothed=_figure(each.value[slot]),
        met=None if np.isnan(compared) or np.isnan(target) or not enough.on(evening.date).enough[slot] else better,
    )


def _figure(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 2)
