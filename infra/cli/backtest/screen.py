"""The short of it, as a supervisor reads it on a terminal."""

from collections.abc import Iterable, Iterator

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from infra.cli.backtest.notes import HIGH, LOW
from infra.cli.backtest.outcomes import Ladder, rates
from infra.cli.backtest.report import Report
from infra.cli.backtest.sections import on_dates, percent
from infra.cli.program.check import printable
from ladder.domain.text import quantity

FLAGS_SHOWN = 10
COLUMNS = ("in tier at the end", "target met", "moves a year", "targets now")  # each of tier 1 / 2 / 3


def show(report: Report, console: Console) -> None:
    for part in (_opening(report), _ladders(report), *_mix(report), _flags(report), _warnings(report)):
        console.print(part)
        console.print()


def _opening(report: Report) -> RenderableType:
    first, last, years = report.evenings[0].date, report.evenings[-1].date, report.changes_per_member_year
    moves = f"{quantity(report.changes, 'change')} of tier" + (
        "" if years is None else f", {years:.1f} a year for one agent on one ladder"
    )
    return Group(
        "",
        _plain(f"{report.replayed.program.name}: what Ladder would have done", bold=True),
        _plain(
            f"{quantity(len(report.replayed.roster), 'agent')}, {quantity(len(report.evenings), 'night')} from {first} "
            f"to {last}; {moves}."
        ),
    )


def _ladders(report: Report) -> RenderableType:
    table = Table(title="Each ladder, as if it had run every night", title_justify="left", box=SIMPLE_HEAD)
    table.add_column("ladder")
    for column in COLUMNS:
        table.add_column(column, justify="right", no_wrap=True)
    for key, ladder in report.ladders.items():
        table.add_row(*_row(report, key, ladder))
    legend = (
        f"Of tiers 1 / 2 / 3. Target met: on this share of worked days; {100 * LOW:.0f} to {100 * HIGH:.0f} % is good. "
        "Moves a year: changes of one agent's tier, the first placement apart."
    )
    return Group(table, Text(legend, style="dim"))


def _row(report: Report, key: str, ladder: Ladder) -> Iterator[RenderableType]:
    last = report.evenings[-1].asked[key]
    metric = report.replayed.program.metric(report.replayed.program.category(key).metric)
    yield _plain(key)
    yield " / ".join(str(int((last.tier == tier).sum())) for tier in (1, 2, 3))
    yield Text.assemble(*_joined(_rate(rate) for rate in rates([ladder]).values()), " %")
    yield "-" if ladder.changes_per_member_year is None else f"{ladder.changes_per_member_year:.1f}"
    yield _plain(" / ".join(f"{target:g}" for target in last.targets.shown) + f" {metric.unit}")


def _rate(rate: float | None) -> Text:
    good = rate is None or LOW <= rate <= HIGH
    return Text(percent(rate), style="" if good else "bold yellow")


def _joined(parts: Iterable[Text]) -> Iterator[Text | str]:
    for place, part in enumerate(parts):
        yield from (" / ", part) if place else (part,)


def _mix(report: Report) -> Iterator[RenderableType]:
    for each in report.mix:
        yield _plain(
            f"{each.metric}: the mix of contacts explained {percent(each.within_before)} % of the differences between "
            f"one agent's days, and {percent(each.within_after)} % once compared (between all agent-days: "
            f"{percent(each.over_all_before)} and {percent(each.over_all_after)} %)."
        )


def _flags(report: Report) -> RenderableType:
    if not report.flagged:
        return Text("The guard would have asked about nobody.")
    lines = [_plain("Where a person would have had a look (nothing is taken away meanwhile):", bold=True)]
    for each in report.flagged[:FLAGS_SHOWN]:
        lines.append(_plain(f"{report.agent(each.slot)}, {on_dates(each)}:"))
        lines.append(_plain(f"  {each.evidence}"))
    more = len(report.flagged) - FLAGS_SHOWN
    return Group(*lines, *([f"… and {more:,} more, all of them in --json."] if more > 0 else []))


def _warnings(report: Report) -> RenderableType:
    items = [Padding(_plain(f"· {warning}"), (0, 0, 0, 2)) for warning in report.warnings]
    return Group(_plain("Before you rely on it:", bold=True), *items)


def _plain(text: str, *, bold: bool = False) -> Text:
    """Names are data: no markup is read in them, and no sign steers the terminal."""
    return Text(printable(text), style="bold" if bold else "")
