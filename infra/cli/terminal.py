"""What all commands share at a terminal: printing, and who is using it."""

import getpass
import os
from collections.abc import Sequence

from rich.console import Console

from ladder.domain.reviews.permissions import Staff

FILE_WIDTH = 120  # characters, where the output is no terminal


def printable(text: str) -> str:
    """Escape the characters that would control a terminal."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)


def print_lines(lines: Sequence[str]) -> None:
    for line in lines:
        print(printable(line))


def console() -> Console:
    found = Console()
    return found if found.is_terminal else Console(width=FILE_WIDTH)


def staff(program: str) -> Staff:
    """Return an admin of the program: the credentials of the stack make one. The audit names the machine's user."""
    return Staff(subject=f"{user()} at a terminal", program=program, role="admin", declared=True)


def user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"
