"""The text of a file that people name: it may be missing, a folder, far too big or no text at all."""

from pathlib import Path

from ladder.domain.program_check import Problem, error

MOST_BYTES = 256_000


class Unreadable(Exception):
    """There is no text to read; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def read_text(path: Path) -> str:
    """Raises Unreadable."""
    try:
        raw = _bytes(path)
    except OSError as refused:
        why = (refused.strerror or "it does not open").lower()
        raise _unreadable(f"the file cannot be read: {why}", "Check its name and its permissions.") from refused
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as foreign:
        line = raw[: foreign.start].count(b"\n") + 1
        message = f"line {line} holds a byte (0x{raw[foreign.start]:02X}) that is not UTF-8"
        raise _unreadable(message, "Save the file as UTF-8.") from foreign


def _bytes(path: Path) -> bytes:
    if path.is_dir():
        raise _unreadable("this is a folder", "Name the file in it.")
    if not path.exists():
        raise _unreadable("there is no such file", "Check the name; it is relative to where you are.")
    if not path.is_file():
        raise _unreadable("this is not a regular file", "Name a YAML or JSON file.")
    with path.open("rb") as file:
        raw = file.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise _unreadable("the file is larger than 256 kB", "Name a program file: a few pages of text.")
    return raw


def _unreadable(message: str, mend: str) -> Unreadable:
    return Unreadable(error((), message, mend))
