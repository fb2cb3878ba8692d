"""`ladder metrics inspect | split` on files that any system exports."""

import click

from infra.cli.lazy import LazyCommand


@click.group()
def metrics() -> None:
    """Find out how an export of any system is read, and prepare it for nights."""


for name, source, line in (
    ("inspect", "inspect:inspect", "Guess how a file is read, and say what it holds."),
    ("split", "split:split", "Write one file a work day, as nights read them."),
):
    metrics.add_command(LazyCommand(name, f"infra.cli.metrics.{source}", line))
