"""The summary as a supervisor reads it: a chapter a module."""

from rich.console import Console
from rich.text import Text

from infra.cli.demo.document import Summary
from infra.cli.demo.screen.judged import judged
from infra.cli.demo.screen.nights import every_night, incidents, moves, story
from infra.cli.demo.screen.points import accounts, held, ledger
from infra.cli.demo.screen.totals import totals

ONE_PER_METRIC = (
    "The platform allows one active challenge per metric, so each category is posted as one challenge for all tiers: "
    "its words name every tier's target, its one number (shows) is the hardest that somebody plays, and Ladder pays "
    "each agent by the target of their own tier."
)
CHAPTERS = (every_night, moves, story, accounts, ledger, held, judged, incidents, totals)


def show(summary: Summary, console: Console) -> None:
    console.print()
    console.print(Text(f"{summary.program}: {len(summary.agents)} agents, {len(summary.nights)} nights", style="bold"))
    console.print(f"History: {summary.source}\n")
    if summary.one_per_metric:
        console.print(f"{ONE_PER_METRIC}\n")
    for chapter in CHAPTERS:
        console.print(chapter(summary))
        console.print()
