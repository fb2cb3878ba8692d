"""Renders a report as one HTML page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from infra.cli.backtest.report import Report
from infra.cli.completion import GOOD
from infra.cli.pages import render
from infra.cli.pages.charts import Chart, evenly_spaced, value_scale
from ladder.domain.challenges.rules import TIERS, Metric

SMALL, TALL = 190.0, 320.0  # pixels
EXAMPLE_DAYS = 90
MOST_AGENTS = 500  # in the table
SHORT_UNIT = 2  # letters that fit beside a number


@dataclass(frozen=True, slots=True)
class Card:
    """The figures that categories on one metric share, the chart that they are drawn in, and days that it marks."""

    categories: Sequence[str]
    metric: Metric
    figures: Any
    chart: Chart | None = None
    marked: Sequence[date] = ()


def html_report(report: Report) -> str:
    nights, totals, example = report.nights, report.totals, report.example
    days = nights[0].date, nights[-1].date
    players = {key: [(night.date, night.players(key)) for night in evenly_spaced(nights)] for key in totals}
    targets = {
        key: {tier: [(night.date, night.categories[key].targets.shown[tier - 1]) for night in nights] for tier in TIERS}
        for key in totals
    }
    tier_cards = [
        Card(keys, metric, stacks, Chart(height=SMALL, days=days, values=(0, max(1, *(sum(s) for _, s in stacks)))))
        for keys, metric, stacks in _groups(report, players)
    ]
    target_cards = []
    for keys, metric, lines in _groups(report, targets):
        scale = value_scale([target for points in lines.values() for _, target in points], step=metric.step)
        ran = [night.date for night in nights if any(night.categories[key].selected for key in keys)]
        chart = Chart(height=SMALL, days=days, values=scale, unit=_unit(metric))
        target_cards.append(Card(keys, metric, lines, chart, ran))
    example_days = example.days[-EXAMPLE_DAYS:]
    measured = [figure for day in example_days for figure in (day.target, day.measured, day.compared)]
    scale = value_scale([figure for figure in measured if figure is not None] or [0.0], step=example.metric.step)
    return render(
        Path(__file__).with_name("report.html.jinja"),
        report=report,
        good=GOOD,
        rate_cards=[
            Card(*group) for group in _groups(report, {key: category.completion for key, category in totals.items()})
        ],
        tier_cards=tier_cards,
        target_cards=target_cards,
        most_days=EXAMPLE_DAYS,
        summaries=report.agents(),
        most_agents=MOST_AGENTS,
        example_days=example_days,
        example_chart=Chart(
            height=TALL, days=(example_days[0].date, days[1]), values=scale, unit=_unit(example.metric)
        ),
        smoothed=[(day.date, day.smoothed) for day in example_days],
        targets=[(day.date, day.target) for day in example_days],
    )


def _groups[Figures](report: Report, figures: Mapping[str, Figures]) -> Iterator[tuple[Sequence[str], Metric, Figures]]:
    """Yield the categories that share a metric and figures: they share a card."""
    groups: dict[tuple[str, str], list[str]] = {}
    for key, content in figures.items():
        groups.setdefault((report.replayed.metric_of(key).key, repr(content)), []).append(key)
    for keys in groups.values():
        yield keys, report.replayed.metric_of(keys[0]), figures[keys[0]]


def _unit(metric: Metric) -> str:
    return f" {metric.unit}" if len(metric.unit) <= SHORT_UNIT else ""
