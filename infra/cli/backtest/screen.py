"""Shows the main figures of a report on the terminal."""

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from infra.cli.backtest.html_report import on_dates, percent
from infra.cli.backtest.outcomes import CategoryTotals, completion_rates
from infra.cli.backtest.report import Report
from infra.cli.backtest.report_warnings import HIGHEST_GOOD_RATE, LOWEST_GOOD_RATE
from infra.cli.terminal import printable
from ladder.domain.programs.program import TIERS
from ladder.domain.text import quantity

FLAGS_SHOWN = 10


def show(report: Report, console: Console) -> None:
    yearly, agents = report.changes_per_member_year, quantity(len(report.replayed.roster), "agent")
    changes = quantity(sum(totals.tier_changes for totals in report.totals.values()), "tier change")
    rate = "" if yearly is None else f", {yearly:.1f} a year for each agent and category"
    first, last = report.nights[0].date, report.nights[-1].date
    nights = f"{quantity(len(report.nights), 'night')} from {first} to {last}"
    console.print(Group("", _text(f"Backtest of {report.replayed.program.name}", bold=True)))
    console.print(_text(f"{agents}, {nights}; {changes}{rate}."))
    console.print(Group("", _categories(report), ""))
    for effect in report.mix:
        console.print(
            _text(
                f"{effect.metric}: the contact mix explains {percent(effect.within_before)} % of the differences "
                f"between days of one agent as measured, {percent(effect.within_after)} % mix-adjusted (between all "
                f"agent-days: {percent(effect.over_all_before)} and {percent(effect.over_all_after)} %)."
            )
        )
        console.print()
    console.print(Group(_flags(report), ""))
    warnings = [Padding(_text(f"· {warning}"), (0, 0, 0, 2)) for warning in report.warnings]
    console.print(Group(_text("Before you rely on it:", bold=True), *warnings, ""))


def _categories(report: Report) -> RenderableType:
    table = Table(title="Each category, as if it ran every night", title_justify="left", box=SIMPLE_HEAD)
    table.add_column("category")
    for column in ("agents at the end", "target met", "changes a year", "targets now"):
        table.add_column(column, justify="right", no_wrap=True)
    for key, totals in report.totals.items():
        last, yearly = report.nights[-1].categories[key], totals.changes_per_member_year
        targets = " / ".join(f"{target:g}" for target in last.targets.shown)
        table.add_row(
            _text(key),
            " / ".join(str(int((last.tier == tier).sum())) for tier in TIERS),
            _rates(totals),
            "-" if yearly is None else f"{yearly:.1f}",
            _text(f"{targets} {report.replayed.metric_of(key).unit}"),
        )
    legend = (
        "Figures are for tiers 1 / 2 / 3. Target met: share of worked days; "
        f"{100 * LOWEST_GOOD_RATE:.0f} to {100 * HIGHEST_GOOD_RATE:.0f} % is good. "
        "Changes a year: tier changes of one agent, without the first placement."
    )
    return Group(table, Text(legend, style="dim"))


def _rates(totals: CategoryTotals) -> Text:
    parts: list[Text | str] = []
    for rate in completion_rates([totals]).values():
        good = rate is None or LOWEST_GOOD_RATE <= rate <= HIGHEST_GOOD_RATE
        parts += [" / " if parts else "", Text(percent(rate), style="" if good else "bold yellow")]
    return Text.assemble(*parts, " %")


def _flags(report: Report) -> RenderableType:
    if not report.flagged:
        return Text("No agents flagged for review.")
    agents = len({period.slot for period in report.flagged})
    lines: list[RenderableType] = [
        _text(f"{quantity(agents, 'agent')} flagged for review (nothing is taken away meanwhile):", bold=True)
    ]
    for period in report.flagged[:FLAGS_SHOWN]:
        lines += [_text(f"{report.replayed.user(period.slot)}, {on_dates(period)}:"), _text(f"  {period.evidence}")]
    more = len(report.flagged) - FLAGS_SHOWN
    return Group(*lines, *([f"… and {more:,} more; --json lists all of them."] if more > 0 else []))


def _text(text: str, *, bold: bool = False) -> Text:
    """Return names as data: no markup is read in them, and no control character reaches the terminal."""
    return Text(printable(text), style="bold" if bold else "")
