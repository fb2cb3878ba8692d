"""Prints lines that cannot control the terminal."""

from collections.abc import Iterable
from typing import TextIO


def printable(text: str) -> str:
    """Escape the characters that would control a terminal."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)


def print_lines(lines: Iterable[str], *, file: TextIO | None = None) -> None:
    for line in lines:
        print(printable(line), file=file)
