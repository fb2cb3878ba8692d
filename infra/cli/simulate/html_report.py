"""Renders what was simulated as one HTML page, with the parts and the look of the backtest's report."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from infra.cli.completion import GOOD
from infra.cli.pages import render
from infra.cli.pages.charts import Chart, Point, evenly_spaced, value_scale
from infra.cli.point_value import PointValue
from infra.cli.simulate.figures import Floor, legend, sentences, too_few
from infra.cli.simulate.measure import WORKING_YEAR, Measurement
from infra.cli.simulate.simulation import FIRST, SETTLING_DAYS, TIME, TierHistory
from infra.cli.texts import texts
from ladder.domain.challenges.rules import TIERS

SMALL = 190.0  # pixels
MONTH = round(WORKING_YEAR / 12)  # worked days


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """One rule: what was measured of it, and its nights without the slump."""

    measured: Measurement
    floors: Mapping[str, Floor]
    nights: TierHistory


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How many members are in each tier, and what each tier is asked, day after day."""

    rule: str
    tiers: Chart
    members: Sequence[tuple[date, Sequence[int]]]
    targets: Chart
    lines: Mapping[int, Sequence[Point]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Of a month: targets met, and the points for them; by tier, then together."""

    rule: str
    met: Sequence[float]
    points: Sequence[float]


def html_report(
    rules: Sequence[Simulated],
    *,
    within: float,
    seed: int,
    points: Sequence[int],
    point_value: PointValue | None,
    language: str,
) -> str:
    """Return the page. `points`: for a target of each tier."""
    say, measured = texts(language), [simulated.measured for simulated in rules]
    columns = [sentences(simulated.measured, simulated.floors, say) for simulated in rules]
    return render(
        Path(__file__).with_name("report.html.jinja"),
        language=language,
        first=measured[0],
        seed=seed,
        warnings=list(too_few(measured, say)),
        legend=legend(rules[0].floors, within=within, say=say),
        names=[rule.rule for rule in measured],
        figures=[[sentence, *(figures[sentence] for figures in columns)] for sentence in columns[0]],
        measured=measured,
        courses=[_course(simulated) for simulated in rules],
        costs=[_cost(rule, points) for rule in measured],
        month=MONTH,
        points=points,
        worth=point_value,
        good=GOOD,
    )


def _course(simulated: Simulated) -> Course:
    nights = simulated.nights
    days = [FIRST + timedelta(days=row) for row in range(len(nights.tiers))]
    drawn = evenly_spaced(list(enumerate(days)))
    lines = {tier: [(day, _known(nights.targets[row, tier - 1])) for row, day in drawn] for tier in TIERS}
    asked = [target for points in lines.values() for _, target in points if target is not None]
    span, members = (days[0], days[-1]), nights.tiers.shape[1]
    return Course(
        rule=simulated.measured.rule,
        tiers=Chart(height=SMALL, days=span, values=(0, members), numbered=True),
        members=[(day, [int((nights.tiers[row] == tier).sum()) for tier in TIERS]) for row, day in drawn],
        targets=Chart(
            height=SMALL, days=span, values=value_scale(asked or [0.0], step=TIME.step), unit=" s", numbered=True
        ),
        lines=lines,
    )


def _known(target: float) -> float | None:
    return None if math.isnan(target) else float(target)


def _cost(measured: Measurement, points: Sequence[int]) -> Cost:
    """Return the cost of the days after the settling ones, as one month of them goes."""
    days = measured.days - SETTLING_DAYS
    met = [(tier.rate or 0.0) * tier.days / days * MONTH for tier in measured.completion_by_tier.values()]
    paid = [count * each for count, each in zip(met, points, strict=True)]
    return Cost(rule=measured.rule, met=[*met, sum(met)], points=[*paid, sum(paid)])
