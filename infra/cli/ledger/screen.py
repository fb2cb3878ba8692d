"""Ledgers as people read them."""

from collections import defaultdict
from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.table import Table

from infra.cli.ledger.find import ListedEntry
from infra.cli.ledger.reverse import ReversalResult
from infra.cli.ledger.verify import COLUMNS, LedgerCheck
from infra.cli.tables import console
from infra.cli.terminal import print_lines
from ladder.domain.points.ledger import Entry, State
from ladder.domain.text import quantity


def show_verified(checks: Sequence[LedgerCheck]) -> None:
    table = Table(box=SIMPLE_HEAD)
    table.add_column("program")
    for name in ("members", "entries", "points earned", "that differ"):
        table.add_column(name, justify="right")
    by_program = defaultdict[str, list[LedgerCheck]](list)
    for check in checks:
        by_program[check.person.program].append(check)
    for program, group in sorted(by_program.items()):
        entries, points = sum(check.entries for check in group), sum(check.points for check in group)
        differ = sum(not check.holds for check in group)
        table.add_row(program, *(f"{count:,}" for count in (len(group), entries, points, differ)))
    console().print(table)
    wrong = [check for check in checks if not check.holds]
    print_lines([line for check in wrong for line in findings(check)])
    if not checks:
        print_lines(["No ledger to verify: no member has an entry."])
    elif not wrong:
        print_lines([f"All entries and states verified: {quantity(len(checks), 'member')}."])
    else:
        print_lines([f"{len(wrong)} of {quantity(len(checks), 'member')} differ. See `ladder ledger rebuild`."])


def findings(check: LedgerCheck) -> list[str]:
    first, *others = check.findings
    who = f"member {check.person.member} of {check.person.program}"
    return [f"{who}: {first.what}", *(f"  and {finding.what}" for finding in others)]


def rebuilt_line(after: State, entry: Entry, *, written: bool) -> str:
    columns = ", ".join(f"{name} {getattr(after, name)}" for name in COLUMNS)
    moved = f"; entry {'#'.join(entry.key)} carries {entry.points:+} points" if entry.points else ""
    return f"  {'rebuilt' if written else 'would be rebuilt'}: {columns}{moved}"


def listed_lines(listed: ListedEntry) -> list[str]:
    entry, person = listed.entry, listed.person
    at = (entry.recorded_at or entry.activity.occurred_at).isoformat(timespec="seconds")
    who = f"{listed.user} ({person.member})" if listed.user else person.member
    held = f", {entry.held:+} held" if entry.held else ""
    spent = f", {entry.spent:+} spent" if entry.spent else ""
    head = f"{'#'.join(entry.key)}  {entry.points:+}{held}{spent}"
    return [head, f"  {entry.sentence}", f"  recorded {at} for {who} of {person.program}"]


def reversal_lines(done: ReversalResult) -> list[str]:
    entry = done.entry
    if done.already:
        at = f" at {entry.recorded_at.isoformat(timespec='seconds')}" if entry.recorded_at else ""
        return [f"Already taken back{at} by {'#'.join(entry.key)}: {entry.sentence}", "Nothing was sent."]
    before, after = done.before.state, done.after.state
    moves = [
        f"{name} {getattr(before, name)} → {getattr(after, name)}"
        for name in COLUMNS
        if getattr(before, name) != getattr(after, name)
    ]
    lines = [f"Recorded as {'#'.join(entry.key)}: {entry.sentence}", ", ".join(moves) or "No points changed."]
    return [*lines, *(f"{reached[0].upper()}{reached[1:]}." for reached in entry.reached)]
