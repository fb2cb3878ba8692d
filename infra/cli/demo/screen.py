"""Shows the summary of a demonstration on the terminal, a chapter a function, in the reader's language."""

from collections import Counter

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.table import Table

from infra.cli.completion import describe
from infra.cli.demo.document import Live, Summary
from infra.cli.tables import plain, table
from infra.cli.texts import Texts

CHANGES_SHOWN, EXAMPLE_DAYS, CASES_SHOWN = 25, 14, 10
QUOTE_LENGTH = 90  # characters
COMPLETED = ("completed", "unproven")
STYLES = {  # of the results of a challenge
    "completed": "green",
    "unproven": "yellow",
    "provisional": "yellow",
    "gate failed": "yellow",
    "absent": "dim",
    "too few contacts": "dim",
    "open": "dim",
    "not playing": "dim",
}
SHOWN_CASES = ("grant", "review")


def show(summary: Summary, console: Console, say: Texts) -> None:
    console.print()
    agents, played = len(summary.agents), len(summary.nights)
    console.print(plain(say("demo.title", program=summary.program, agents=agents, nights=played), style="bold"))
    console.print(f"{say('demo.source', source=summary.source)}\n")
    if summary.one_per_metric:
        console.print(f"{say('demo.one_per_metric')}\n")
    for chapter in (
        nights,
        tier_changes,
        example_agent,
        accounts,
        ledger,
        pending,
        judging,
        incidents,
        centre,
        said,
        totals,
    ):
        console.print(chapter(summary, say))
        console.print()


def nights(summary: Summary, say: Texts) -> RenderableType:
    counts = ("up", "down", "lowered_by_caps", "done", "calls", "units")
    rows = _table(say, "nights", ("night", "challenges", *counts), right=counts)
    agents = len(summary.agents)
    for night in summary.nights:
        up = sum(change.new > change.old for change in night.tier_changes)
        done = sum(live.outcomes.get(outcome, 0) for live in night.live for outcome in COMPLETED)
        deferred = (f"[yellow]{say('demo.deferred', category=key)}[/]" for key in night.deferred)
        rows.add_row(
            say.day(night.date),
            Group(*(_challenge(live, say) for live in night.live), *deferred),
            *(str(count or "-") for count in (up, len(night.tier_changes) - up, len(night.lowered_by_caps), done)),
            say.number(round(night.usage.platform_calls / agents, 2)),
            say.number(round(night.usage.write_units / agents, 2)),
        )
    completed = describe(summary.completion_by_tier.values())
    return Group(rows, f"[dim]{say('demo.nights_legend')}[/]", say("demo.completion", shares=completed))


def _challenge(live: Live, say: Texts) -> str:
    targets = "/".join(map(say.number, live.targets))
    players = "·".join(map(str, live.players))
    shows = "" if live.displayed is None else f" [dim]{say('demo.shows', number=live.displayed)}[/]"
    library = "" if live.from_history else f" [dim]{say('demo.library')}[/]"
    return f"{live.category} {targets} {live.unit} ({players}){shows}{library}"


def tier_changes(summary: Summary, say: Texts) -> RenderableType:
    """First placements are only counted, unless there is nothing else to show."""
    changes = summary.tier_changes
    if not changes:
        return say("demo.no_tier_changes")
    later = [change for change in changes if not change.first_placement]
    shown = later or changes
    rows = _table(say, "tier_changes", ("night", "agent", "category", "tier", "reason"), wrap=("reason",))
    for change in shown[:CHANGES_SHOWN]:
        tiers = f"{change.old} → {change.new}"
        rows.add_row(say.day(change.date), change.agent, change.category, tiers, change.reason)
    more, placed = len(shown) - CHANGES_SHOWN, len(changes) - len(later)
    notes = [say("demo.more", more=more)] if more > 0 else []
    if not later:
        notes.append(say("demo.all_first_placements"))
    elif placed:
        notes.append(say("demo.first_placements", placed=placed))
    return Group(rows, f"[dim]{' '.join(notes)}[/]")


def example_agent(summary: Summary, say: Texts) -> RenderableType:
    agent = summary.example_agent.agent
    columns = ("day", "challenge", "tier", "target", "value", "result")
    rows = _table(say, "example_agent", columns, agent=agent)
    final = [day for day in summary.example_agent.days if day.outcome not in {"open", "not playing"}]
    for day in final[-EXAMPLE_DAYS:]:
        result = say(f"outcome.{day.outcome.replace(' ', '_')}")
        rows.add_row(
            say.day(day.date),
            day.category,
            str(day.tier) if day.tier == day.played else say("demo.tier_today", tier=day.tier, played=day.played),
            "-" if day.target is None else f"{say.number(day.target)} {day.unit}",
            "-" if day.value is None else f"{say.number(day.value)} {day.unit}",
            plain(result, style=STYLES.get(day.outcome, "")),
        )
    changes = (change for change in summary.tier_changes if change.agent == agent)
    return Group(rows, *(f"  {say.day(c.date)}  {c.category} {c.old} → {c.new}: {c.reason}" for c in changes))


def accounts(summary: Summary, say: Texts) -> RenderableType:
    columns, numbers = ("agent", "points", "pending", "level", "streaks", "badges"), ("points", "pending")
    rows = _table(say, "accounts", columns, right=numbers, wrap=("streaks", "badges"))
    for account in sorted(summary.points.accounts, key=lambda account: account.agent):
        streaks = ", ".join(f"{name.split(' in a row')[0]}: {length}" for name, length in account.streaks.items())
        earned, waiting = say.number(account.earned), say.number(account.pending) if account.pending else "-"
        rows.add_row(account.agent, earned, waiting, account.level, streaks or "-", ", ".join(account.badges) or "-")
    capped = summary.points.capped.items()
    return Group(rows, *(f"  {say('demo.capped', points=points, reason=reason)}" for reason, points in capped))


def ledger(summary: Summary, say: Texts) -> RenderableType:
    columns = ("day", "points", "entry")
    rows = _table(say, "ledger", columns, right=("points",), wrap=("entry",), agent=summary.points.agent)
    for row in summary.points.ledger:
        waiting = say("demo.points_pending", points=row.pending) if row.pending > 0 else "0"
        rows.add_row(say.day(row.date), f"{row.points:+d}" if row.points else waiting, plain(row.sentence))
    return rows


def pending(summary: Summary, say: Texts) -> RenderableType:
    """Show a row for each agent: how many speed challenges are pending, and what they read about the last one."""
    categories = {live.category for night in summary.nights for live in night.live}
    speed = [item for item in summary.points.pending if item.rule in categories]
    others = [item for item in summary.points.pending if item.rule not in categories]
    awards = f"[dim]{say('demo.pending_by_rule', awards=len(others), reason=others[0].reason)}[/]" if others else ""
    if not speed:
        return f"{say('demo.no_speed_pending')} {awards}"
    rows = _table(say, "pending", ("agent", "pending", "latest", "agent_reads"), wrap=("agent_reads",))
    latest = {item.agent: item for item in speed}
    for agent, count in Counter(item.agent for item in speed).most_common():
        last = latest[agent]
        rows.add_row(agent, str(count), f"{say.day(last.date)} {last.rule}", last.reason)
    return Group(rows, awards)


def judging(summary: Summary, say: Texts) -> RenderableType:
    result, injection, audit = summary.judging, summary.judging.injection, summary.judging.audit
    # grants first, then the latest of the rest; cases that look the same share a row
    columns, counted = ("agent", "badge", "result", "reason", "evidence"), Counter[tuple[str, ...]]()
    proposals = _table(say, "proposals", columns, wrap=("result", "reason", "evidence"))
    for case in (case for outcome in SHOWN_CASES for case in reversed(result.cases) if case.outcome == outcome):
        quote = case.evidence[0] if case.evidence else ""
        evidence = f"“{escape(quote[:QUOTE_LENGTH])}{'…' if len(quote) > QUOTE_LENGTH else ''}”"
        counted[case.agent, case.badge, case.outcome, case.reason, evidence] += 1
    shown = list(counted.items())[:CASES_SHOWN]
    for (agent, badge, outcome, *rest), count in shown:
        proposals.add_row(agent, badge, say(f"demo.case_{outcome}", cases=count), *rest)
    more = counted.total() - sum(count for _, count in shown)
    queue = ", ".join(say(f"review.{kind}", count=count) for kind, count in result.review_queue.items())
    decisions = _table(say, "decisions", ("action", "agent", "badge", "by", "reason", "has_badge"), wrap=("reason",))
    for decision in result.decisions:
        has_badge = say("demo.yes") if decision.has_badge else say("demo.no")
        action = say(f"demo.{decision.action}")
        decisions.add_row(action, decision.agent, decision.badge, decision.by, decision.reason, has_badge)
    counts = {outcome: result.outcomes[outcome] for outcome in ("grant", "review", "nothing")}
    cases = say("demo.cases", cases=len(result.cases), posts=result.posts, model=result.model, **counts)
    complied = say("demo.complied") if injection.model_complied else say("demo.not_complied")
    gain = say("demo.badge") if injection.has_badge else say("demo.no_badge")
    earned = say("demo.injection_gain", reason=injection.reason, points=injection.points, gain=gain)
    verified = f"[red]{escape(audit.problem)}[/]" if audit.problem else say("demo.verified")
    return Group(
        proposals,
        *([f"[dim]{say('demo.more_cases', more=more)}[/]"] if more else []),
        f"[dim]{cases}[/]",
        f"[dim]{say('demo.review_queue', queue=queue or say('demo.empty'))}[/]",
        "",
        decisions,
        plain(say("demo.injection", agent=injection.agent, text=injection.text)),
        f"  {complied}: {earned}",
        f"{say('demo.audit', records=audit.records, seals=audit.seals)} {verified}",
    )


def incidents(summary: Summary, say: Texts) -> RenderableType:
    rows = _table(say, "incidents", ("night", "what_happens"), wrap=("what_happens",))
    for night in summary.nights:
        mismatches = (
            say("demo.group_mismatches", category=category, count=count)
            for category, count in night.group_mismatches.items()
        )
        deferred = (f"{say('demo.deferred', category=category)}: {why}" for category, why in night.deferred.items())
        for line in (*night.notes, *deferred, *mismatches):
            rows.add_row(say.day(night.date), line)
    if lowered_by_caps := Counter(agent for night in summary.nights for agent in night.lowered_by_caps):
        names = ", ".join(f"{agent} ({count})" for agent, count in lowered_by_caps.most_common(5))
        rows.add_row(say("demo.caps"), say("demo.lowered_by_caps", names=names))
    return rows if rows.row_count else say("demo.no_incidents")


def centre(summary: Summary, say: Texts) -> RenderableType:
    """Show the program without a platform: its nights beside the other's, and what Ladder itself shows an agent."""
    played = summary.centre
    counts = {
        "agents": played.agents,
        "nights": played.nights,
        "transitions": played.transitions_per_night,
        "with_platform": summary.transitions_per_night,
        "calls": played.platform_calls,
        "completions": played.completions,
        "earned": played.earned,
    }
    columns = ("challenge", "tier", "points", "agent_reads")
    names = {"program": played.program, "agent": played.agent, "day": say.day(played.day)}
    rows = _table(say, "centre", columns, right=("points",), wrap=("agent_reads",), **names)
    for challenge in played.challenges:
        text = " ".join((challenge.description, *challenge.explanation))
        rows.add_row(challenge.name, str(challenge.tier), str(challenge.points), plain(text))
    return Group(rows, say("demo.centre", **counts))


def totals(summary: Summary, say: Texts) -> RenderableType:
    points, compared = summary.points, summary.comparison
    earned = sum(account.earned for account in points.accounts)
    counts = {"entries": points.entries, "completions": points.completions, "earned": earned, "failed": points.failed}
    balances = {"members": compared.members, "mismatches": len(compared.mismatches)}
    lines = {
        "learning": say("demo.learning", **points.reported),
        "ledgers": say("demo.ledgers", **counts),
        "balances": say("demo.balances", **balances),
        "usage": say("demo.usage", **{name: round(count, 2) for name, count in summary.per_agent_and_night().items()}),
        "cost": say("demo.cost", usd=round(summary.usd_a_month(), 3)),
    }
    titled = (f"[bold]{say(f'demo.title_{name}')}[/]  {line}" for name, line in lines.items())
    return Group(*titled, *map(plain, compared.lines))


def said(summary: Summary, say: Texts) -> RenderableType:
    """Show what was said to whom and where; what was taken back is struck through."""
    rows = _table(say, "said", ("channel", "to", "message"), wrap=("message",))
    for message in summary.said:
        text = escape(message.text)
        rows.add_row(message.channel, message.to, f"[dim strike]{text}[/]" if message.withdrawn else text)
    return Group(rows, f"[dim]{say('demo.said_legend')}[/]")


def _table(
    say: Texts,
    title: str,
    columns: tuple[str, ...],
    *,
    right: tuple[str, ...] = (),
    wrap: tuple[str, ...] = (),
    **names: str,
) -> Table:
    """Return a table whose title and columns are texts; of the columns only those of `wrap` may break their lines."""
    heads = {column: say(f"column.{column}") for column in columns}
    return table(
        say(f"demo.title_{title}", **names),
        *heads.values(),
        right=[heads[column] for column in right],
        wrap=[heads[column] for column in wrap],
    )
