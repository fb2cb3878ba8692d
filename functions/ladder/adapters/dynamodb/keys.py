"""The keys of the `programs` table. The partition key is the program's, so no program reads another's items.

Dates and zero-padded numbers sort as text: a range of sort keys is a range of days, revisions or blocks.
"""

from datetime import date

REGISTRY = "#programs"  # a separate partition; a program's key never begins with '#'
CONFIG = "CONFIG"
POINTER = "POINTER"
ROSTER = "ROSTER#"
EXPIRING = ("HISTORY#", "ASSIGNMENT#", "BUDGET#", "OUTCOME#", "RUN#")  # columns of single members; decisions stay

type Span = tuple[str, str]  # the first and the last sort key


def config(version: int) -> str:
    return f"CONFIG#{version:06d}"


def roster(block: int) -> str:
    return f"ROSTER#{block:04d}"


def history(day: date, block: int) -> str:
    return f"HISTORY#{day.isoformat()}#{block:04d}"


def histories(first: date, last: date) -> Span:
    return f"HISTORY#{first.isoformat()}", f"HISTORY#{last.isoformat()}#~"


def day_and_block(history_key: str) -> tuple[date, int]:
    _, day, block = history_key.split("#")
    return date.fromisoformat(day), int(block)


def rotation(rotation: str) -> str:
    return f"ROTATION#{rotation}"


def rotations(first: date, last: date) -> Span:
    return f"ROTATION#{first.isoformat()}", f"ROTATION#{last.isoformat()}#~"


def rotations_before(day: date) -> Span:
    return "ROTATION#", f"ROTATION#{day.isoformat()}"  # sorts before any revision of that day


def assignment(rotation: str, block: int) -> str:
    return f"ASSIGNMENT#{rotation}#{block:04d}"


def assignments(rotation: str) -> Span:
    return within(f"ASSIGNMENT#{rotation}#")


def budget(day: date, block: int) -> str:
    return f"BUDGET#{day.isoformat()}#{block:04d}"


def budgets(day: date) -> Span:
    return within(f"BUDGET#{day.isoformat()}#")


def outcome(day: date, block: int) -> str:
    return f"OUTCOME#{day.isoformat()}#{block:04d}"


def outcomes(day: date) -> Span:
    return within(f"OUTCOME#{day.isoformat()}#")


def run(day: date, block: int) -> str:
    return f"RUN#{day.isoformat()}#{block:04d}"


def runs_until(day: date) -> Span:
    return "RUN#", f"RUN#{day.isoformat()}#~"


def within(prefix: str) -> Span:
    return prefix, f"{prefix}~"  # '~' sorts after every digit and letter
