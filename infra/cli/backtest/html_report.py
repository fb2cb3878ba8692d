"""Renders a report as one HTML page that needs no script and loads nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from infra.cli.backtest.charts import EXAMPLE_DAYS, example_chart, targets_chart, tiers_chart
from infra.cli.backtest.outcomes import FlagPeriod, completion_rates
from infra.cli.backtest.report import Report
from infra.cli.backtest.report_warnings import HIGHEST_GOOD_RATE, LOWEST_GOOD_RATE
from ladder.domain.programs.program import Metric

FOLDER = Path(__file__).parent
WARNINGS_SHOWN = 4
CHANGES_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Card:
    """What categories on one metric share: an SVG chart, or bars (label, share, class)."""

    categories: Sequence[str]
    metric: Metric
    chart: str = ""
    bars: Sequence[tuple[str, float | None, str]] = ()


def html_report(report: Report) -> str:
    example, changes = report.example, [change for change in report.tier_changes if not change.first_placement]
    days, totals = [night.date for night in report.nights], report.totals
    worked = {key: (each.met.tolist(), each.worked.tolist()) for key, each in totals.items()}
    rate_cards = [
        Card(
            keys,
            metric,
            bars=[
                (f"tier {tier} ({days_worked:,} d)", rate, f"bg{tier}")
                for (tier, rate), days_worked in zip(
                    completion_rates([totals[keys[0]]]).items(), worked[keys[0]][1], strict=True
                )
            ],
        )
        for keys, metric in _groups(report, worked)
    ]
    players = {key: report.players(key) for key in totals}
    tier_cards = [
        Card(keys, metric, chart=tiers_chart(days, players[keys[0]], f"{keys[0]}: agents in each tier"))
        for keys, metric in _groups(report, players)
    ]
    targets = {key: [night.categories[key].targets.shown for night in report.nights] for key in totals}
    target_cards = [
        Card(keys, metric, chart=targets_chart(report.nights, keys, metric, f"{keys[0]}: targets of the three tiers"))
        for keys, metric in _groups(report, targets)
    ]
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"percent": percent, "on_dates": on_dates}
    return environment.get_template("report.html.jinja").render(
        style=(FOLDER / "report.css").read_text(encoding="utf-8"),
        report=report,
        program=report.replayed.program,
        agent=report.replayed.user,
        rates=list(completion_rates(totals.values()).values()),
        good=(LOWEST_GOOD_RATE, HIGHEST_GOOD_RATE),
        warnings_shown=WARNINGS_SHOWN,
        rate_cards=rate_cards,
        tier_cards=tier_cards,
        target_cards=target_cards,
        example_days=EXAMPLE_DAYS,
        example_chart=example_chart(
            example, f"{example.metric.name} of {report.replayed.user(example.slot)} by day, with the target"
        ),
        kinds={"short_contacts": "short calls", "repeat_contacts": "repeat contacts"},
        changes=changes[-CHANGES_SHOWN:],
        change_count=len(changes),
    )


def percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f}"


def on_dates(period: FlagPeriod) -> str:
    if period.days == 1:
        return f"on {period.first}"
    return f"on {period.days} dates from {period.first} to {period.last}"


def _groups(report: Report, figures: Mapping[str, object]) -> list[tuple[list[str], Metric]]:
    """Group the categories that share a metric and figures; they share a card."""
    groups: dict[tuple[str, str], list[str]] = {}
    for key, content in figures.items():
        groups.setdefault((report.replayed.metric_of(key).key, repr(content)), []).append(key)
    return [(keys, report.replayed.metric_of(keys[0])) for keys in groups.values()]
