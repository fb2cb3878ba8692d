"""Draws tables in one look, and names as plain text, on every command's screen."""

from collections.abc import Collection

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from infra.cli.terminal import printable

FILE_WIDTH = 120  # characters, where the output is no terminal


def console() -> Console:
    """Return the terminal, on which only what a command marks has a colour, or a file of a fixed width."""
    terminal = Console(highlight=False)
    return terminal if terminal.is_terminal else Console(highlight=False, width=FILE_WIDTH)


def table(
    title: str | None, *columns: str, right: Collection[str] = (), wrap: Collection[str] = (), header: bool = True
) -> Table:
    """Return a table without rows. `right`: columns of numbers; `wrap`: columns that may break their lines."""
    drawn = Table(title=title, title_justify="left", box=SIMPLE_HEAD, show_header=header)
    for column in columns:
        drawn.add_column(column, justify="right" if column in right else "left", no_wrap=column not in wrap)
    return drawn


def plain(text: str, style: str = "") -> Text:
    """Return text that is not the program's own: no markup is read in it, and it cannot control the terminal."""
    return Text(printable(text), style=style)
