"""The result of a replay: as a document, and for people."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from rich.console import Console

from infra.cli.driver.compare import Comparison
from infra.cli.replay.plan import Plan
from infra.cli.tables import plain, table

MEANINGS = {
    "events": "lines of the file",
    "ignored": "of them ignored by the source",
    "sent": "events sent, repetitions included",
    "accepted": "different events that the API accepted",
    "duplicates": "sent again",
    "dropped_by_ledger": "of those, dropped by the ledger; the queue dropped the others",
    "late": "sent after something that happened later",
    "refused": "same event ID, different payload",
    "quarantined": "messages in quarantine: unreadable, or impossible to apply",
    "failed_messages": "messages that failed",
    "members": "members whose balances were compared",
    "entries": "entries in their ledgers",
    "points": "points earned by all of them",
    "mismatches": "members whose state, sum of entries and reference model differ",
    "seconds": "seconds from the first request until the queue was empty",
    "events_per_second": "events a second, on this machine; AWS differs",
    "wcu_per_event": "write units of the rewards function for each accepted event",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayResult:
    """`lines`: of the file; `rewards`: what the rewards function logged since the replay began."""

    program: str
    source: str
    changes: tuple[str, ...]
    lines: int
    plan: Plan
    seconds: float
    failed_messages: int
    rewards: Mapping[str, float]
    comparison: Comparison

    @property
    def document(self) -> dict[str, object]:
        """`duplicates`: sent again, whether the queue dropped it or the ledger (`dropped_by_ledger`)."""
        plan, comparison = self.plan, self.comparison
        ignored = sum(len(post.ignored) for post in plan.posts)
        events, accepted, refused = len(plan.sent), sum(map(len, plan.accepted.values())), plan.refused
        return {
            "program": self.program,
            "source": self.source,
            "program_changes": list(self.changes),
            "events": self.lines,
            "ignored": ignored,
            "sent": events + ignored,
            "accepted": accepted,
            "duplicates": events - accepted - refused,
            "dropped_by_ledger": int(self.rewards["again"]),
            "late": plan.late,
            "refused": refused,
            "quarantined": int(self.rewards["quarantined"]),
            "failed_messages": self.failed_messages,
            "members": comparison.members,
            "entries": comparison.entries,
            "points": comparison.points,
            "mismatches": len(comparison.mismatches),
            "mismatched": [asdict(mismatch) for mismatch in comparison.mismatches],
            "seconds": round(self.seconds, 2),
            "events_per_second": round((events + ignored) / self.seconds, 2) if self.seconds else 0.0,
            "wcu_per_event": round(self.rewards["write_units"] / accepted, 3) if accepted else 0.0,
        }


def reward_totals(log: Iterable[str]) -> Mapping[str, float]:
    """Sum up what the rewards function logged: what became of the events, and what they cost to write."""
    totals = defaultdict[str, float](float)
    for line in log:
        record = json.loads(line) if line.startswith('{"') else {}  # others are the runtime's own lines
        if record.get("message") == "rewarded":
            for name, count in (*record["events"].items(), ("write_units", record["usage"]["write_units"])):
                totals[name] += count
    return totals


def show_result(result: ReplayResult, console: Console) -> None:
    document, mismatches = result.document, result.comparison.mismatches
    rows = table(f"Replayed as {result.program}", "count", "meaning", right=("count",), wrap=("meaning",), header=False)
    for name, meaning in MEANINGS.items():
        rows.add_row(f"{document[name]:,}", meaning)
    console.print(rows)
    if mismatches:
        members = result.comparison.members
        console.print(f"[bold red]{len(mismatches)} of {members} members differ from the reference model.[/]")
    else:
        console.print("[bold]All balances match the reference model.[/]")
    for line in result.comparison.lines:
        console.print(plain(line))
