"""Shows the summary of a demonstration on the terminal, a chapter a function."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from infra.cli.demo.document import JudgedCase, Live, Summary
from ladder.domain.text import quantity

ONE_PER_METRIC = (
    "The platform allows one active challenge per metric, so each category is posted as one challenge for all tiers: "
    "its description names every tier's target, its number (shows) is the hardest target that somebody plays, and "
    "Ladder pays each agent by the target of their own tier."
)
CHANGES_SHOWN, EXAMPLE_DAYS, CASES_SHOWN = 25, 14, 10
QUOTE_LENGTH = 90  # characters
COMPLETED = ("completed", "unproven")
RESULTS = {
    "completed": "[green]completed[/]",
    "unproven": "[yellow]completed, no quality figure[/]",
    "provisional": "[yellow]completed, quality pending[/]",
    "gate failed": "[yellow]completed, but quality too low[/]",
    "missed": "missed",
    "absent": "[dim]not at work[/]",
    "too few contacts": "[dim]too few contacts to count[/]",
    "open": "[dim]pending[/]",
    "not playing": "[dim]-[/]",
}
CASE_RESULTS = {"grant": "granted automatically", "review": "pending review"}


def show(summary: Summary, console: Console) -> None:
    console.print()
    console.print(Text(f"{summary.program}: {len(summary.agents)} agents, {len(summary.nights)} nights", style="bold"))
    console.print(f"History: {summary.source}\n")
    if summary.one_per_metric:
        console.print(f"{ONE_PER_METRIC}\n")
    for chapter in (nights, tier_changes, example_agent, accounts, ledger, pending, judging, incidents, totals):
        console.print(chapter(summary))
        console.print()


def nights(summary: Summary) -> RenderableType:
    table = _table("Every night")
    table.add_column("night", no_wrap=True)
    table.add_column("challenges: targets of tier 1 / 2 / 3 (players)", no_wrap=True)
    for column in ("up", "down", "eased", "done", "calls", "units"):
        table.add_column(column, justify="right", no_wrap=True)
    agents = len(summary.agents)
    for night in summary.nights:
        up = sum(change.new > change.old for change in night.tier_changes)
        done = sum(live.outcomes.get(outcome, 0) for live in night.live for outcome in COMPLETED)
        table.add_row(
            f"{night.date:%d %b}",
            Group(*map(_challenge, night.live), *(f"[yellow]{key} deferred[/]" for key in night.deferred)),
            *(str(count or "-") for count in (up, len(night.tier_changes) - up, len(night.eased), done)),
            f"{night.usage.platform_calls / agents:.2f}",
            f"{night.usage.write_units / agents:.2f}",
        )
    legend = (
        "up, down: tier changes · eased: agents with an easier day because of caps · done: completions so far · "
        "calls, units: platform calls (without metric reads) and DynamoDB write units, per agent"
    )
    return Group(table, f"[dim]{legend}[/]")


def _challenge(live: Live) -> str:
    targets = "/".join(f"{target:g}" for target in live.targets)
    players = "·".join(map(str, live.players))
    shows = "" if live.displayed is None else f" [dim]shows {live.displayed:g}[/]"
    return f"{live.category} {targets} {live.unit} ({players}){shows}{'' if live.from_history else ' [dim]library[/]'}"


def tier_changes(summary: Summary) -> RenderableType:
    """First placements are only counted, unless there is nothing else to show."""
    changes = summary.tier_changes
    if not changes:
        return "No tier changes."
    later = [change for change in changes if not change.first_placement]
    shown = later or changes
    table = _table("Tier changes and their reasons", "night", "agent", "category", "tier", "reason", wrap="reason")
    for change in shown[:CHANGES_SHOWN]:
        tiers = f"{change.old} → {change.new}"
        table.add_row(f"{change.date:%d %b}", change.agent, change.category, tiers, change.reason)
    more = len(shown) - CHANGES_SHOWN
    notes = [f"… and {more} more; --json lists all of them."] if more > 0 else []
    placed = len(changes) - len(later)
    if not later:
        notes.append("All of them are first placements after ten worked days.")
    elif placed:
        notes.append(f"Also, {quantity(placed, 'first placement')} above tier 1 after ten worked days.")
    return Group(table, f"[dim]{' '.join(notes)}[/]")


def example_agent(summary: Summary) -> RenderableType:
    agent = summary.example_agent.agent
    table = _table(f"Latest final results of {agent}", "day", "challenge", "tier", "target", "value", "result")
    final = [day for day in summary.example_agent.days if day.outcome not in {"open", "not playing"}]
    for day in final[-EXAMPLE_DAYS:]:
        table.add_row(
            f"{day.date:%d %b}",
            day.category,
            str(day.tier) if day.tier == day.played else f"{day.tier}, today {day.played or 'none'}",
            "-" if day.target is None else f"{day.target:g} {day.unit}",
            "-" if day.value is None else f"{day.value:g} {day.unit}",
            RESULTS[day.outcome],
        )
    changes = (change for change in summary.tier_changes if change.agent == agent)
    lines = (f"  {c.date:%d %b}  {c.category} {c.old} → {c.new}: {c.reason}" for c in changes)
    return Group(table, *lines)


def accounts(summary: Summary) -> RenderableType:
    table = _table("Accounts")
    for column in ("agent", "points", "pending", "level", "longest streaks", "badges"):
        table.add_column(column, justify="right" if column in {"points", "pending"} else "left")
    for account in sorted(summary.points.accounts, key=lambda each: each.agent):
        streaks = ", ".join(f"{name.split(' in a row')[0]}: {length}" for name, length in account.streaks.items())
        badges = ", ".join(account.badges)
        waiting = str(account.pending or "-")
        table.add_row(account.agent, f"{account.earned:,}", waiting, account.level, streaks or "-", badges or "-")
    return Group(
        table, *(f"  {points:>6,} points not paid: {reason}" for reason, points in summary.points.capped.items())
    )


def ledger(summary: Summary) -> RenderableType:
    table = _table(f"Recent ledger entries of {summary.points.agent}")
    table.add_column("day", no_wrap=True)
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("entry")
    for row in summary.points.ledger:
        points = f"{row.points:+d}" if row.points else f"({row.pending} pending)" if row.pending > 0 else "0"
        table.add_row(_day(row.date, summary.nights[-1].date.year), points, row.sentence)
    return table


def _day(day: date, year: int) -> str:
    """Staff decide today, long after the nights: then the year is shown too."""
    return f"{day:%d %b}" if day.year == year else f"{day:%d %b %Y}"


def pending(summary: Summary) -> RenderableType:
    """Show a row for each agent: how many speed challenges are pending, and what they read about the last one."""
    categories = {live.category for night in summary.nights for live in night.live}
    speed = [item for item in summary.points.pending if item.rule in categories]
    others = [item for item in summary.points.pending if item.rule not in categories]
    awards = f"{quantity(len(others), 'other award')} pending by rule: {others[0].reason}." if others else ""
    if not speed:
        return f"No speed challenges pending review. [dim]{awards}[/]"
    agent_reads = "what the agent reads"
    table = _table("Speed challenges pending review", "agent", "pending", "latest", agent_reads, wrap=agent_reads)
    latest = {item.agent: item for item in speed}
    for agent, count in Counter(item.agent for item in speed).most_common():
        last = latest[agent]
        table.add_row(agent, str(count), f"{last.date:%d %b} {last.rule}", last.reason)
    return Group(table, f"[dim]{awards}[/]")


def judging(summary: Summary) -> RenderableType:
    result, injection, audit = summary.judging, summary.judging.injection, summary.judging.audit
    counts, queue = result.outcomes, ", ".join(f"{count} {kind}" for kind, count in result.review_queue.items())
    decisions = _table("Decisions of staff", "action", "agent", "badge", "by", "reason", "has badge", wrap="reason")
    for decision in result.decisions:
        has_badge = "yes" if decision.has_badge else "no"
        decisions.add_row(decision.action, decision.agent, decision.badge, decision.by, decision.reason, has_badge)
    complied = "The model follows it" if injection.model_complied else "The model proposes nothing"
    gain = "the badge" if injection.has_badge else "no badge"
    verified = f"[red]{escape(audit.problem)}[/]" if audit.problem else "all verified"
    return Group(
        *_proposals(result.cases),
        f"[dim]{len(result.cases)} cases from {result.posts} posts and from repeated assessments: {counts['grant']} "
        f"granted automatically, {counts['review']} for review, {counts['nothing']} without a badge. "
        f"Model: {result.model}.[/]",
        f"[dim]Review queue before the decisions: {queue or 'empty'}.[/]",
        "",
        decisions,
        f"{injection.agent} posts a prompt injection: “{escape(injection.text)}”",
        f"  {complied}: {injection.reason}. It earns {injection.points} points and {gain}.",
        f"Audit: {quantity(audit.records, 'record')} in {quantity(audit.seals, 'seal')}, {verified}.",
    )


def _proposals(cases: tuple[JudgedCase, ...]) -> Iterator[RenderableType]:
    """Show grants first, then the latest of the rest; cases that look the same share a row."""
    table = _table("Proposals of the model")
    for column in ("agent", "badge", "result", "reason", "evidence"):
        table.add_column(column, no_wrap=column in {"agent", "badge"})
    rows = Counter(_case_row(case) for outcome in CASE_RESULTS for case in reversed(cases) if case.outcome == outcome)
    shown = list(rows.items())[:CASES_SHOWN]
    for (agent, badge, result, *rest), count in shown:
        table.add_row(agent, badge, f"{result}, {count} cases" if count > 1 else result, *rest)
    yield table
    if more := rows.total() - sum(count for _, count in shown):
        yield f"[dim]… and {quantity(more, 'more case')}; --json lists all of them.[/]"


def _case_row(case: JudgedCase) -> tuple[str, ...]:
    quote = case.evidence[0] if case.evidence else ""
    evidence = f"“{escape(quote[:QUOTE_LENGTH])}{'…' if len(quote) > QUOTE_LENGTH else ''}”"
    return case.agent, case.badge, CASE_RESULTS[case.outcome], case.reason, evidence


def incidents(summary: Summary) -> RenderableType:
    table = _table("Incidents")
    table.add_column("night", no_wrap=True)
    table.add_column("what happens")
    for night in summary.nights:
        mismatches = (
            f"{quantity(count, 'agent')} not in the new group of {category} in time: they play their old tier"
            for category, count in night.group_mismatches.items()
        )
        deferred = (f"{category} deferred: {reason}" for category, reason in night.deferred.items())
        for line in (*night.notes, *deferred, *mismatches):
            table.add_row(f"{night.date:%d %b}", line)
    eased = Counter(agent for night in summary.nights for agent in night.eased)
    if eased:
        names = ", ".join(f"{agent} ({count})" for agent, count in eased.most_common(5))
        table.add_row("caps", f"a daily cap would be exceeded, so Ladder eases the day for {names}")
    return table if table.row_count else "No incidents."


def totals(summary: Summary) -> RenderableType:
    average, points, reported = summary.per_agent_and_night(), summary.points, summary.points.reported
    earned = sum(account.earned for account in points.accounts)
    return Group(
        f"[bold]Learning events[/]  {reported.sent} signed events: {reported.repeated} repeated, {reported.late} late",
        f"[bold]Ledger[/]  {points.entries} entries, {points.completions} of them completed challenges; "
        f"{earned:,} points earned; {points.failed} messages failed",
        f"[bold]Per agent and night[/]  {average['platform_calls']:.3f} platform calls, "
        f"{average['metric_calls']:.2f} metric reads, {average['write_units']:.3f} write units, "
        f"{average['read_units']:.2f} read units (without points)",
        f"[bold]AWS cost[/]  ${summary.usd_a_month():.3f} a month for the DynamoDB and Step Functions of these nights "
        "(on demand, us-east-1). Points and Lambda time are not included.",
    )


def _table(title: str, *columns: str, wrap: str = "") -> Table:
    """Return a table with a title; of the columns only `wrap` may break its lines."""
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD)
    for column in columns:
        table.add_column(column, no_wrap=column != wrap)
    return table
