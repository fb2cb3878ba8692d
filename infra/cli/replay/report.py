"""The result of a replay: as a document, and for people."""

from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from infra.cli.replay.compare import Comparison
from infra.cli.replay.log import RewardTotals
from infra.cli.terminal import printable

MOST_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayResult:
    """`events`: lines of the file; `sent`: what was posted of them, repetitions included."""

    program: str
    source: str
    changed: tuple[str, ...]
    events: int
    ignored: int
    sent: int
    late: int
    accepted: int
    duplicates: int
    refused: int
    seconds: float
    dead: int
    worked: RewardTotals
    compared: Comparison

    @property
    def document(self) -> dict[str, object]:
        """`duplicates`: sent again, whether the queue dropped it or the ledger (`dropped_by_ledger`)."""
        return {
            "program": self.program,
            "source": self.source,
            "program_changes": list(self.changed),
            "events": self.events,
            "ignored": self.ignored,
            "sent": self.sent,
            "accepted": self.accepted,
            "duplicates": self.duplicates,
            "dropped_by_ledger": self.worked.again,
            "late": self.late,
            "refused": self.refused,
            "parked": self.worked.parked,
            "dead_letters": self.dead,
            "members": self.compared.members,
            "entries": self.compared.entries,
            "points": self.compared.points,
            "mismatches": len(self.compared.mismatches),
            "mismatched": [each.as_dict() for each in self.compared.mismatches],
            "seconds": round(self.seconds, 2),
            "events_per_second": round(self.sent / self.seconds, 2) if self.seconds else 0.0,
            "wcu_per_event": round(self.worked.write_units / self.accepted, 3) if self.accepted else 0.0,
        }


def show_result(replayed: ReplayResult, console: Console) -> None:
    told = replayed.document
    table = Table(title=f"Replayed as {replayed.program}", title_justify="left", box=SIMPLE_HEAD, show_header=False)
    table.add_column("what", no_wrap=True)
    table.add_column("figure", justify="right", no_wrap=True)
    table.add_column("meaning")
    for name, meaning in MEANINGS.items():
        table.add_row(name, f"{told[name]:,}", meaning)
    console.print(table)
    console.print(_verdict(replayed))
    for each in replayed.compared.mismatches[:MOST_SHOWN]:
        for name, found in each.differing.items():
            said = ", ".join(f"{by} {value}" for by, value in found.items())
            console.print(printable(f"  member {each.member}: {name}: {said}"), markup=False)


MEANINGS = {
    "events": "lines of the file",
    "ignored": "of them ignored by the source",
    "sent": "events posted, repetitions included",
    "accepted": "different events that the API took",
    "duplicates": "sent again",
    "dropped_by_ledger": "of those, dropped by the ledger; the queue dropped the others",
    "late": "sent after something that happened later",
    "refused": "same event ID, different payload",
    "parked": "messages in quarantine: unreadable, or impossible to apply",
    "dead_letters": "messages that failed",
    "members": "whose balances were compared",
    "entries": "in their ledgers",
    "points": "earned by all of them",
    "mismatches": "members whose state, sum of entries and reference model differ",
    "seconds": "from the first post until the queue was empty",
    "events_per_second": "sent, on this machine; AWS differs",
    "wcu_per_event": "write units of the rewards function for each accepted event",
}


def _verdict(replayed: ReplayResult) -> str:
    count = len(replayed.compared.mismatches)
    if count:
        return f"[bold red]{count} of {replayed.compared.members} members differ from the reference model.[/]"
    return "[bold]All balances match the reference model.[/]"
