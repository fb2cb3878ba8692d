"""A problem of a program: where it is, what is wrong, and what to write instead."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

type Path = tuple[str | int, ...]  # ("metrics", "AHT", "direction")
Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    path: Path
    message: str  # a clause that the path begins: "is missing"
    hint: str  # a sentence that says what to write instead
    severity: Severity = "error"
    file: str = ""  # the file and the line of the path, where it was read from a file
    line: int = 0

    @property
    def where(self) -> str:
        """The path as a person writes it: metrics.AHT.direction, reward_rules[0].name."""
        steps = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path]
        return "".join(steps).removeprefix(".")

    def __str__(self) -> str:
        location = f"{self.file}:{self.line}  " if self.line else f"{self.file}  " if self.file else ""
        label = "warning: " if self.severity == "warning" else ""
        subject = f"{self.where}: " if self.path else ""
        return f"{location}{label}{subject}{self.message}. {self.hint}"


def error(path: Path, message: str, hint: str) -> Problem:
    return Problem(path=path, message=message, hint=hint)


def warning(path: Path, message: str, hint: str) -> Problem:
    return Problem(path=path, message=message, hint=hint, severity="warning")


def nearest(word: str, known: Iterable[str]) -> str:
    """Return what was probably meant, or else everything that is known."""
    names = sorted(known)
    return similar(word, names).rstrip() or (f"Known here: {', '.join(names)}." if names else "None is defined yet.")


def similar(word: str, known: Iterable[str]) -> str:
    """Return the question "Did you mean caps? ", or an empty text where nothing is similar."""
    names = {name.casefold(): name for name in known}
    close = get_close_matches(word[:64].casefold(), names, n=1)
    return f"Did you mean {names[close[0]]}? " if close else ""
