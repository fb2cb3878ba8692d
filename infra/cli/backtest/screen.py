"""Shows the main figures of a report on the terminal."""

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from infra.cli.backtest.outcomes import points_offered
from infra.cli.backtest.report import Report
from infra.cli.completion import GOOD, describe
from infra.cli.pages import percent
from infra.cli.tables import plain, table
from infra.cli.texts import quantity
from ladder.domain.challenges.rules import TIERS
from ladder.messages.render import render

SHOWN = 10  # of each list
INDENT = (0, 0, 0, 2)
COLUMNS = ("agents at the end", "target met", "changes a year", "targets now")
LEGEND = (
    "Figures are for tiers 1 / 2 / 3. Target met: share of worked days; "
    f"{100 * GOOD[0]:.0f} to {100 * GOOD[1]:.0f} % is good. "
    "Changes a year: tier changes of one agent, without the first placement."
)


def show(report: Report, console: Console) -> None:
    yearly, nights = report.changes_per_member_year, report.nights
    rate = "" if yearly is None else f", {yearly:.1f} a year for each agent and category"
    console.print()
    console.print(plain(f"Backtest of {report.replayed.program.name}", "bold"))
    agents, changes = quantity(len(report.replayed.roster), "agent"), quantity(len(report.tier_changes), "tier change")
    span = f"{quantity(len(nights), 'night')} from {nights[0].date} to {nights[-1].date}"
    console.print(plain(f"{agents}, {span}; {changes}{rate}."), end="\n\n")
    drawn = table("Each category, as if it ran every night", "category", *COLUMNS, right=COLUMNS, wrap=("category",))
    for key, totals in report.totals.items():
        last, yearly = nights[-1].categories[key], totals.changes_per_member_year
        targets = " / ".join(f"{target:g}" for target in last.targets.shown)
        rates = Text()
        for completion in totals.completion.values():
            style = "bold yellow" if completion.outside else ""
            rates.append(" / " if rates else "").append(percent(completion.rate), style)
        drawn.add_row(
            plain(key),
            " / ".join(str(int((last.tier == tier).sum())) for tier in TIERS),
            rates.append(" %"),
            "-" if yearly is None else f"{yearly:.1f}",
            plain(f"{targets} {report.replayed.metric_of(key).unit}"),
        )
    console.print(drawn)
    console.print(f"[dim]{LEGEND}[/]\n")
    offered = " / ".join(
        "-" if points is None else f"{points:g}" for points in points_offered(report.totals.values()).values()
    )
    console.print(
        plain(f"Target met in all categories together, with 95 % intervals: {describe(report.completion.values())}.")
    )
    console.print(plain(f"Points that a challenge offers on average: {offered}."), end="\n\n")
    for effect in report.mix:
        console.print(
            plain(
                f"{effect.metric}: the contact mix explains {percent(effect.within_before)} % of the differences "
                f"between days of one agent as measured, {percent(effect.within_after)} % mix-adjusted (between all "
                f"agent-days: {percent(effect.over_all_before)} and {percent(effect.over_all_after)} %)."
            ),
            end="\n\n",
        )
    _show_cost(report, console)
    _show_agents(report, console)
    console.print("\n[bold]Before you rely on it:[/]")
    for warning in report.warnings:
        console.print(Padding(plain(f"· {warning}"), INDENT))
    console.print()


def _show_cost(report: Report, console: Console) -> None:
    """Show what a month costs, by category and tier."""
    cost, worth, caps = report.cost(), report.point_value, report.replayed.program.caps
    columns = ("completions", "tiers 1 / 2 / 3", "points", "held", *([worth.currency] if worth else []))
    drawn = table(
        "What a month of 30 nights would cost, in points", "category", *columns, right=columns, wrap=("category",)
    )
    for key in (*report.totals, None):
        spent = report.cost(category=key)
        tiers = " / ".join(f"{report.cost(category=key, tier=tier).points:,.0f}" for tier in TIERS)
        money = [worth.money(spent.points)] if worth else []
        figures = (f"{spent.completions:,.0f}", tiers, f"{spent.points:,.0f}", f"{spent.held:,.0f}", *money)
        drawn.add_row(plain(key or "together"), *figures, style="" if key else "bold")
    console.print(drawn)
    notes = ["Held points are paid once a reviewer approves them."]
    if cost.trimmed:
        notes.append(f"Caps keep {cost.trimmed:,.0f} points from being paid.")
    if caps.program_daily_points:
        notes.append(f"The program's cap lets everybody together earn at most {caps.program_daily_points:,} a day.")
    console.print(plain(" ".join(notes), "dim"), end="\n\n")


def _show_agents(report: Report, console: Console) -> None:
    """Show who moved and why, whose completions are held and why, and who is flagged."""
    changes, user = report.tier_changes, report.replayed.user
    console.print(
        plain(f"Tier changes{', the last ones' if changes[SHOWN:] else ''}:", "bold")
        if changes
        else "Nobody changes tier."
    )
    for change in changes[-SHOWN:]:
        console.print(plain(f"{change.date} {user(change.slot)}, {change.category} {change.old} → {change.new}"))
        console.print(Padding(plain(render(change.reason)), INDENT))
    held = [(agent, why, number) for agent in report.agents() for why, number in agent.held.items()]
    console.print(plain("Held completions:", "bold") if held else "No completion is held.")
    for agent, why, number in sorted(held, key=lambda entry: -entry[2])[:SHOWN]:
        console.print(plain(f"{user(agent.slot)}, {quantity(number, 'completion')}: {why}"))
    if flagged := len({period.slot for period in report.flagged}):
        flagged_agents = quantity(flagged, "agent")
        console.print(plain(f"{flagged_agents} flagged for review (nothing is taken away meanwhile):", "bold"))
    else:
        console.print("No agents flagged for review.")
    for period in report.flagged[:SHOWN]:
        console.print(plain(f"{user(period.slot)}, {period.when}:"))
        console.print(Padding(plain(render(period.evidence)), INDENT))
    if max(len(changes), len(held), len(report.flagged)) > SHOWN:
        console.print("… --json lists all of them, --html shows each agent.")
