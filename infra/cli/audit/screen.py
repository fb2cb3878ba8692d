"""The audit as people read it."""

from collections.abc import Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.table import Table

from infra.cli.audit.read import Entry
from infra.cli.ledger.screen import console, say
from infra.cli.program.summary import number
from ladder.domain.audit.verify import Verified

COUNTS = ("records", "seals", "unsealed", "anchors")


def show_verified(verified: Sequence[Verified]) -> None:
    table = Table(box=SIMPLE_HEAD)
    table.add_column("program")
    for name in COUNTS:
        table.add_column(name, justify="right")
    table.add_column("chain")
    for each in verified:
        counts = (f"{getattr(each, name):,}" for name in COUNTS)
        table.add_row(each.program, *counts, "holds" if each.holds else "BROKEN")
    console().print(table)
    say([*(f"{each.program}: {each.broken}" for each in verified if each.broken), verdict(verified)])


def verdict(verified: Sequence[Verified]) -> str:
    if not verified:
        return "There is no program whose audit could be verified."
    wrong = sum(not each.holds for each in verified)
    if wrong:
        return f"The audit of {number(wrong, 'program')} of {len(verified)} does not hold: compare with the backups."
    return f"Every seal and every record is as it was left: {number(len(verified), 'program')}."


def record_lines(program: str, entry: Entry, *, user: str = "") -> Iterator[str]:
    """`user`: who is behind the login that did it; "" where that is not known."""
    item = entry.item
    yield f"{item.get('at')}  {program}  {item.get('what')}"
    yield f"  by {item.get('who')}{f' ({user})' if user else ''}: {item.get('why')}"
    if entry.about:
        yield "  about " + ", ".join(f"{name} {value}" for name, value in sorted(entry.about.items()))
    if isinstance(digest := item.get("digest"), bytes):
        yield f"  digest of what is kept elsewhere: {digest.hex()}"
    yield f"  {item['sk']}, " + (f"in seal {entry.seal}" if entry.seal else "not sealed yet")
