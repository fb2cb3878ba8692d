"""Terminal."""

import getpass
import os
from collections.abc import Sequence

from rich.console import Console

from ladder.domain.reviews.permissions import Staff

WIDTH_IN_FILES = 120


def printable(text: str) -> str:
    """Signs that would steer a terminal are spelled out."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)


def plural(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"


def console() -> Console:
    found = Console()
    return found if found.is_terminal else Console(width=WIDTH_IN_FILES)


def print_lines(lines: Sequence[str]) -> None:
    for line in lines:
        print(printable(line))


def staff(program: str) -> Staff:
    """Whoever has the credentials of the stack is its administrator; the audit names the user of this machine."""
    return Staff(subject=f"{user()} at a terminal", program=program, role="admin", declared=True)


def user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"
