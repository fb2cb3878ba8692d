"""The audit as people read it."""

from collections.abc import Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.table import Table

from infra.cli.audit.records import AuditRecord
from infra.cli.tables import console
from infra.cli.terminal import print_lines
from ladder.domain.audit.verify import Verified
from ladder.domain.text import quantity

COUNTS = ("records", "seals", "unsealed", "anchors")


def show_verified(verified: Sequence[Verified]) -> None:
    table = Table(box=SIMPLE_HEAD)
    table.add_column("program")
    for name in COUNTS:
        table.add_column(name, justify="right")
    table.add_column("chain")
    for chain in verified:
        counts = (f"{getattr(chain, name):,}" for name in COUNTS)
        table.add_row(chain.program, *counts, "holds" if chain.holds else "BROKEN")
    console().print(table)
    print_lines([f"{chain.program}: {chain.broken}" for chain in verified if chain.broken])
    broken = sum(not chain.holds for chain in verified)
    if not verified:
        verdict = "No program to verify: none was published."
    elif broken:
        verdict = (
            f"The audit of {broken} of {quantity(len(verified), 'program')} does not hold: compare with the backups."
        )
    else:
        verdict = f"All seals and records verified: {quantity(len(verified), 'program')}."
    print_lines([verdict])


def record_lines(program: str, record: AuditRecord, *, user: str = "") -> Iterator[str]:
    """`user`: who is behind the login that made the decision; "" if that is not known."""
    item = record.item
    yield f"{item.get('at')}  {program}  {item.get('what')}"
    yield f"  by {item.get('who')}{f' ({user})' if user else ''}: {item.get('why')}"
    if record.about:
        yield "  about " + ", ".join(f"{name} {value}" for name, value in sorted(record.about.items()))
    if isinstance(digest := item.get("digest"), bytes):
        yield f"  digest of details stored elsewhere: {digest.hex()}"
    yield f"  {item['key']}, " + (f"in seal {record.seal}" if record.seal else "not sealed yet")
