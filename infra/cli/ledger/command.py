"""`ladder ledger list | verify | rebuild | explain EVENT | reverse ENTRY --reason TEXT`."""

import click

from infra.cli.lazy import LazyCommand


@click.group()
def ledger() -> None:
    """List, verify, explain and repair members' ledgers."""


for name, source, line in (
    ("list", "listing:list_entries", "List the newest entries, each with its event and its member."),
    ("verify", "verify:verify", "Check that entries, sums and states agree."),
    ("rebuild", "verify:rebuild", "Recalculate the states that differ from their entries."),
    ("explain", "explain:explain", "Explain what an event earned and why, or why it has no entry."),
    ("reverse", "reverse:reverse", "Take back an entry."),
):
    ledger.add_command(LazyCommand(name, f"infra.cli.ledger.{source}", line))
