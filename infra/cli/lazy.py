"""Commands that are imported when they are needed: all of them together take a second and a half."""

from importlib import import_module
from typing import Any

import click


class LazyCommand(click.Command):
    """Stands in a group for a command of another module, which is imported to run or to describe the command."""

    def __init__(self, name: str, source: str, line: str) -> None:
        """`source`: `module:name` of a click command. `line`: its line in the list of commands."""
        self.module, _, self.attribute = source.partition(":")
        super().__init__(name, short_help=line)

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        command: click.Command = getattr(import_module(self.module), self.attribute)
        return command.make_context(info_name, args, parent, **extra)
