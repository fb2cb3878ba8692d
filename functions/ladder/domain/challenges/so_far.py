"""The figures so far of a day that is not over. They are shown to the member themselves and decide nothing.

No step of a night reads them: a day is settled by the figures that are final.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from ladder.domain.challenges.daily_challenges import DailyChallenge, QualityToday, ValueSoFar
from ladder.domain.challenges.rules import ChallengeRules, Metric
from ladder.domain.challenges.rules_in_words import quality_needed
from ladder.domain.message import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresSoFar:
    """One metric of a day, as it stood at a moment. `values`, `contacts`: by slot, NaN for no figure.

    `given`: whether the source had a figure of anybody.
    """

    day: date
    measured_at: datetime
    given: bool
    values: Sequence[float]
    contacts: Sequence[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFigureSoFar:
    """One member's part of it."""

    day: date
    measured_at: datetime
    given: bool
    value: float | None
    contacts: float | None


def metrics_so_far(rules: ChallengeRules, categories: Iterable[str]) -> dict[str, list[str]]:
    """Return what is read during the day, by metric the categories that show it: their own, and the quality these need.

    Without metrics whose figures of a day are final days later: on the day itself they mean nothing yet.
    """
    shown = defaultdict[str, list[str]](list)
    for category in categories:
        metric = rules.metric(rules.category(category).metric)
        gate = rules.metric(metric.quality_gate.metric) if metric.quality_gate else metric
        for key in {part.key: part for part in (metric, gate) if not part.final_after_days}:
            shown[key].append(category)
    return shown


def with_figures_so_far(
    challenge: DailyChallenge,
    rules: ChallengeRules,
    figures: Mapping[str, OwnFigureSoFar],
    today: date,
    *,
    read_during_the_day: bool,
) -> DailyChallenge:
    """Return the challenge with the member's value so far; beside speed, with the quality that it pays with.

    `figures`: the member's, by metric. `read_during_the_day`: whether the program reads any before the night.
    """

    def so_far(metric: Metric) -> ValueSoFar:
        return _so_far(metric, rules, figures.get(metric.key), today, read_during_the_day=read_during_the_day)

    metric = rules.metric(rules.category(challenge.category).metric)
    quality = None
    if metric.quality_gate and (needed := quality_needed(rules, metric)):
        gate = rules.metric(metric.quality_gate.metric)
        quality = QualityToday(metric=gate.name, unit=gate.unit, needed=needed, so_far=so_far(gate))
    return replace(challenge, so_far=so_far(metric), quality=quality)


def _so_far(
    metric: Metric, rules: ChallengeRules, figure: OwnFigureSoFar | None, today: date, *, read_during_the_day: bool
) -> ValueSoFar:
    if not read_during_the_day:
        return ValueSoFar(note=Message("challenges.so_far_not_read"))
    if metric.final_after_days:
        return ValueSoFar(note=Message("challenges.so_far_known_later", {"days": metric.final_after_days}))
    if figure is None or figure.day != today:
        return ValueSoFar(note=Message("challenges.so_far_not_measured"))
    if not figure.given:
        return ValueSoFar(measured_at=figure.measured_at, note=Message("challenges.so_far_not_given"))
    if figure.value is None:
        return ValueSoFar(measured_at=figure.measured_at, note=Message("challenges.so_far_nothing_handled"))
    note = Message("challenges.so_far_open")
    if rules.is_compared(metric):
        note = Message("challenges.so_far_before_the_usual_mix")
    return ValueSoFar(value=figure.value, contacts=figure.contacts, measured_at=figure.measured_at, note=note)
