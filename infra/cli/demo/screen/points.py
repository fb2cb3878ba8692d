"""What everybody has, one agent's ledger as he reads it, and which completions on speed wait."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table

from infra.cli.demo.document import Summary
from infra.cli.terminal import plural


def accounts(summary: Summary) -> RenderableType:
    points = summary.points
    table = Table(title="What everybody has", title_justify="left", box=SIMPLE_HEAD)
    for column in ("agent", "points", "held", "level", "longest streaks", "badges"):
        table.add_column(column, justify="right" if column in {"points", "held"} else "left")
    for account in sorted(points.accounts, key=lambda each: each.agent):
        streaks = ", ".join(f"{name.split(' in a row')[0]}: {length}" for name, length in account.streaks.items())
        badges = ", ".join(account.badges)
        held = str(account.held or "-")
        table.add_row(account.agent, f"{account.earned:,}", held, account.level, streaks or "-", badges or "-")
    return Group(table, *_caps(points.trimmed))


def _caps(trimmed: Mapping[str, int]) -> Iterator[str]:
    for because, points in trimmed.items():
        yield f"  {points:>6,} points not paid: {because}"


def ledger(summary: Summary) -> RenderableType:
    points = summary.points
    title = f"The last telling entries in the ledger of {points.agent}, by their days, as he reads them"
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD)
    table.add_column("day", no_wrap=True)
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("what it says")
    for row in points.ledger:
        told = f"{row.points:+d}" if row.points else f"({row.held} held)" if row.held > 0 else "0"
        table.add_row(_day(row.date, summary.year), told, row.sentence)
    return table


def _day(day: date, year: int) -> str:
    """What people decide happens today, long after the nights: then the year stands there too."""
    return f"{day:%d %b}" if day.year == year else f"{day:%d %b %Y}"


def held(summary: Summary) -> RenderableType:
    """One line an agent and reason: how much waits, and what he reads about the last of it."""
    table = Table(title="Completions on speed that wait for a person's look", title_justify="left", box=SIMPLE_HEAD)
    for column in ("agent", "held", "latest", "what the agent reads"):
        table.add_column(column, no_wrap=column != "what the agent reads")
    watched = [each for each in summary.points.held if each.rule in summary.categories]
    latest = {each.agent: each for each in watched}
    for agent, count in Counter(each.agent for each in watched).most_common():
        last = latest[agent]
        table.add_row(agent, str(count), f"{last.date:%d %b} {last.rule}", last.why)
    others = [each for each in summary.points.held if each.rule not in summary.categories]
    waiting = plural(len(others), "award")
    rest = f"[dim]Besides, {waiting} held as the rule says: {others[0].why}.[/]" if others else ""
    return Group(table, rest) if watched else f"No completion on speed waits for a person's look. {rest}"
