"""Night by night: what ran, who moved and why, one agent's challenges, and what did not go as usual."""

from collections import Counter
from collections.abc import Iterator

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table

from infra.cli.demo.document import Live, Move, NightRow, StoryDay, Summary
from infra.cli.terminal import plural

STORY_DAYS = 14
DONE = ("completed", "unproven")
MOVES_SHOWN = 25
PLACED = "worked days are in"  # what only the reason of a first placement says
OUTCOME_MARKS = {
    "completed": "[green]done[/]",
    "unproven": "[yellow]done, no quality figure[/]",
    "provisional": "[yellow]done, waits for quality[/]",
    "gate failed": "[yellow]done, but quality was not kept[/]",
    "missed": "not this time",
    "absent": "[dim]not at work[/]",
    "too few contacts": "[dim]too few contacts to count[/]",
    "open": "[dim]figure not final yet[/]",
    "not playing": "[dim]-[/]",
}


def every_night(summary: Summary) -> RenderableType:
    table = Table(title="Every night", title_justify="left", box=SIMPLE_HEAD)
    table.add_column("night", no_wrap=True)
    table.add_column("what ran: targets of tier 1 / 2 / 3 (who played them)", no_wrap=True)
    for column in ("up", "dn", "eased", "done", "calls", "units"):
        table.add_column(column, justify="right", no_wrap=True)
    for night in summary.nights:
        table.add_row(*_night_row(night, len(summary.agents)))
    legend = (
        "up, dn: moves between tiers · eased: by pre-flight, for the day · done: completions so far · "
        "calls, units: platform calls (metric reads apart) and DynamoDB write units, per agent"
    )
    return Group(table, f"[dim]{legend}[/]")


def _night_row(night: NightRow, agents: int) -> Iterator[RenderableType]:
    yield f"{night.date:%d %b}"
    yield Group(*map(_ran, night.live), *(f"[yellow]{key} deferred[/]" for key in night.deferred))
    yield from _directions(night)
    yield str(len(night.lowered) or "-")
    yield str(sum(live.outcomes.get(outcome, 0) for live in night.live for outcome in DONE) or "-")
    yield f"{night.used.platform_calls / agents:.2f}"
    yield f"{night.used.write_units / agents:.2f}"


def _ran(live: Live) -> str:
    targets = "/".join(f"{target:g}" for target in live.targets)
    players = "·".join(map(str, live.players))
    shows = "" if live.displayed is None else f" [dim]shows {live.displayed:g}[/]"
    return f"{live.category} {targets} {live.unit} ({players}){shows}{'' if live.from_history else ' [dim]library[/]'}"


def _directions(night: NightRow) -> tuple[str, str]:
    ups = sum(move.new > move.old for move in night.moves)
    return str(ups or "-"), str(len(night.moves) - ups or "-")


def moves(summary: Summary) -> RenderableType:
    """First placements are told as a number, unless there is nothing else to tell."""
    if not summary.moves:
        return "Nobody moved tier."
    later = [move for move in summary.moves if PLACED not in move.why]
    told = later or summary.moves
    table = Table(title="Who moved tier, and why", title_justify="left", box=SIMPLE_HEAD)
    for column in ("night", "agent", "ladder", "tier", "because"):
        table.add_column(column, no_wrap=column != "because")
    for move in told[:MOVES_SHOWN]:
        arrow = f"{move.old} → {move.new}"
        table.add_row(f"{move.date:%d %b}", move.agent, move.category, arrow, move.why)
    more = len(told) - MOVES_SHOWN
    rest = f"… and {more} more, all of them in --json. " if more > 0 else ""
    return Group(table, f"[dim]{rest}{_placed(len(summary.moves) - len(later), besides=bool(later))}[/]")


def _placed(placed: int, *, besides: bool) -> str:
    if not besides:
        return "All of them are first placements after ten worked days."
    return f"Besides, {plural(placed, 'first placement')} above tier 1 after ten worked days." if placed else ""


def story(summary: Summary) -> RenderableType:
    agent = summary.story.agent
    table = Table(
        title=f"The last challenges of {agent} whose figures are final", title_justify="left", box=SIMPLE_HEAD
    )
    for column in ("day", "challenge", "tier", "target", "value", "what came of it"):
        table.add_column(column, no_wrap=True)
    final = [day for day in summary.story.days if day.outcome not in {"open", "not playing"}]
    for day in final[-STORY_DAYS:]:
        table.add_row(*_story_row(day))
    return Group(table, *(_moved(move) for move in summary.moves if move.agent == agent))


def _moved(move: Move) -> str:
    return f"  {move.date:%d %b}  {move.category} {move.old} → {move.new}: {move.why}"


def _story_row(day: StoryDay) -> Iterator[str]:
    yield f"{day.date:%d %b}"
    yield day.category
    yield str(day.tier) if day.tier == day.played else f"{day.tier}, today {day.played or 'none'}"
    yield "-" if day.target is None else f"{day.target:g} {day.unit}"
    yield "-" if day.value is None else f"{day.value:g} {day.unit}"
    yield OUTCOME_MARKS[day.outcome]


def incidents(summary: Summary) -> RenderableType:
    table = Table(title="What did not go as usual", title_justify="left", box=SIMPLE_HEAD)
    table.add_column("night", no_wrap=True)
    table.add_column("what")
    for night in summary.nights:
        for line in _unusual(night):
            table.add_row(f"{night.date:%d %b}", line)
    eased = Counter(agent for night in summary.nights for agent in night.lowered)
    if eased:
        names = ", ".join(f"{agent} ({count})" for agent, count in eased.most_common(5))
        table.add_row("pre-flight", f"a daily cap would have been overshot, so the day was eased: {names}")
    return table if table.row_count else "Everything went as usual."


def _unusual(night: NightRow) -> Iterator[str]:
    yield from night.notes
    yield from (f"{category} deferred: {why}" for category, why in night.deferred.items())
    for category, count in night.strays.items():
        yield f"{count} not in the new group of {category} in time: they play the tier of the group they are in"
