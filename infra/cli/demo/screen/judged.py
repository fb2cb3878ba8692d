"""What a model proposed, what people decided, and what an attack has gained."""

from collections import Counter
from collections.abc import Iterator

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table

from infra.cli.demo.document import Summary
from infra.cli.demo.judged import Injected, Judged, JudgedCase
from infra.cli.terminal import plural

CASES_SHOWN, QUOTED = 10, 90
OUTCOMES = {"grant": "granted by policy", "review": "waits for a person"}


def judged(summary: Summary) -> RenderableType:
    told = summary.judged
    return Group(*_proposals(told), *_counts(told), "", _decisions(told), *_attack(told.injected), *_proof(told))


def _proposals(told: Judged) -> Iterator[RenderableType]:
    """What was granted first, then the latest of the rest; cases that look the same are one row."""
    table = Table(title="What a model proposed", title_justify="left", box=SIMPLE_HEAD)
    for column in ("agent", "badge", "what came of it", "because", "on this evidence"):
        table.add_column(column, no_wrap=column in {"agent", "badge"})
    alike = Counter(_row(each) for outcome in OUTCOMES for each in reversed(told.cases) if each.outcome == outcome)
    shown = list(alike.items())[:CASES_SHOWN]
    for (agent, badge, outcome, *rest), count in shown:
        table.add_row(agent, badge, f"{outcome}, {count} cases" if count > 1 else outcome, *rest)
    yield table
    if more := alike.total() - sum(count for _, count in shown):
        yield f"[dim]… and {plural(more, 'case')} more, all of them in --json.[/]"


def _row(case: JudgedCase) -> tuple[str, ...]:
    return case.agent, case.badge, OUTCOMES[case.outcome], case.because, _quoted(case)


def _quoted(case: JudgedCase) -> str:
    first = case.evidence[0] if case.evidence else ""
    return f"“{escape(first[:QUOTED])}{'…' if len(first) > QUOTED else ''}”"


def _counts(told: Judged) -> Iterator[str]:
    counts, queue = told.outcomes, ", ".join(f"{count} {kind}" for kind, count in told.queue.items())
    yield (
        f"[dim]{len(told.cases)} cases, made by {told.posts} posts and by tries at assessments: {counts['grant']} "
        f"granted, {counts['review']} for a person, {counts['nothing']} no badge. Asked was {told.asked}.[/]"
    )
    yield f"[dim]The queue before anybody decided: {queue or 'empty'}.[/]"


def _decisions(told: Judged) -> RenderableType:
    table = Table(title="What people decided", title_justify="left", box=SIMPLE_HEAD)
    for column in ("what", "agent", "badge", "by", "reason", "has it now"):
        table.add_column(column, no_wrap=column != "reason")
    for each in told.by_hand:
        table.add_row(each.what, each.agent, each.badge, each.by, each.reason, "yes" if each.has else "no")
    return table


def _attack(told: Injected) -> Iterator[str]:
    yield f"{told.agent} posted: “{escape(told.text)}”"
    did = "The model did as the post said" if told.obeyed else "The model proposed nothing"
    gained = "the badge" if told.has else "no badge"
    yield f"  {did}: {told.because}. It gained {told.points} points and {gained}."


def _proof(told: Judged) -> Iterator[str]:
    chain = told.chain
    found = f"[red]{escape(chain.broken)}[/]" if chain.broken else "every one as it was left"
    yield f"The audit: {plural(chain.records, 'record')} in {plural(chain.seals, 'seal')}, {found}."
