"""Ledgers as people read them."""

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from infra.cli.ledger.newest import Listed
from infra.cli.ledger.reverse import Reversal
from infra.cli.ledger.verify import COLUMNS, Verified
from infra.cli.program.check import printable
from infra.cli.program.summary import number
from ladder.domain.points.ledger import Entry, State

WIDTH_IN_FILES = 120


def console() -> Console:
    found = Console()
    return found if found.is_terminal else Console(width=WIDTH_IN_FILES)


def say(lines: Sequence[str]) -> None:
    for line in lines:
        print(printable(line))


def show_verified(verified: Sequence[Verified]) -> None:
    table = Table(box=SIMPLE_HEAD)
    table.add_column("program")
    for name in ("members", "entries", "points earned", "that differ"):
        table.add_column(name, justify="right")
    for row in _rows(verified):
        table.add_row(*row)
    console().print(table)
    wrong = [each for each in verified if not each.holds]
    say([line for each in wrong for line in findings(each)])
    say([_verdict(verified, wrong)])


def findings(each: Verified) -> list[str]:
    told = [f"member {each.person.member} of {each.person.program}: {each.findings[0].what}"]
    return [*told, *(f"  and {finding.what}" for finding in each.findings[1:])]


def _rows(verified: Sequence[Verified]) -> Iterator[tuple[str, ...]]:
    members, entries, points, wrong = (Counter[str]() for _ in range(4))
    for each in verified:
        key = each.person.program
        members[key] += 1
        entries[key] += each.entries
        points[key] += each.points
        wrong[key] += not each.holds
    for key in sorted(members):
        yield key, f"{members[key]:,}", f"{entries[key]:,}", f"{points[key]:,}", f"{wrong[key]:,}"


def _verdict(verified: Sequence[Verified], wrong: Sequence[Verified]) -> str:
    if not verified:
        return "There is nobody whose ledger could be verified."
    if not wrong:
        return f"Every entry is whole and every state is what its entries make: {number(len(verified), 'member')}."
    return f"{number(len(wrong), 'member')} of {len(verified)} differ. `ladder ledger rebuild` says what it would mend."


def rebuilt_lines(each: Verified, after: State, entry: Entry, *, written: bool) -> list[str]:
    did = "rebuilt" if written else "would be rebuilt"
    moved = f"; entry {'#'.join(entry.key)} carries {entry.points:+} points" if entry.points else ""
    stands = ", ".join(f"{name} {getattr(after, name)}" for name in COLUMNS)
    return [*findings(each), f"  {did}: {stands}{moved}"]


def listed_lines(each: Listed) -> list[str]:
    entry, person = each.entry, each.person
    at = (entry.recorded_at or entry.activity.occurred_at).isoformat(timespec="seconds")
    who = f"{each.user} ({person.member})" if each.user else person.member
    held = f", {entry.held:+} held" if entry.held else ""
    spent = f", {entry.spent:+} spent" if entry.spent else ""
    head = f"{'#'.join(entry.key)}  {entry.points:+}{held}{spent}"
    return [head, f"  {entry.sentence}", f"  recorded {at} for {who} of {person.program}"]


def reversal_lines(done: Reversal) -> list[str]:
    entry = done.entry
    if done.already:
        at = f" at {entry.recorded_at.isoformat(timespec='seconds')}" if entry.recorded_at else ""
        return [f"It was taken back before{at} by {'#'.join(entry.key)}: {entry.sentence}", "Nothing was sent."]
    moves = [
        f"{name} {getattr(done.before.state, name)} → {getattr(done.after.state, name)}"
        for name in COLUMNS
        if getattr(done.before.state, name) != getattr(done.after.state, name)
    ]
    told = [f"Recorded as {'#'.join(entry.key)}: {entry.sentence}", ", ".join(moves) or "No points changed."]
    return [*told, *(f"{each[0].upper()}{each[1:]}." for each in entry.reached)]
