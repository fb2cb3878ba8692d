"""The demonstration program as text: the good file that tests break."""

from pathlib import Path
from typing import Any, cast

from ladder.adapters.program_file import CheckedProgram, read_program
from ladder.adapters.program_file.tree import parse
from ladder.domain.programs.program import Program
from tests.paths import PROGRAMS

BANK = (PROGRAMS / "bank.yaml").read_text()
LIBRARY = (PROGRAMS / "bank-library.json").read_text()
RULE = (PROGRAMS / "bank-third-tier.json").read_text()
FILES = {"bank-library.json": LIBRARY, "bank-third-tier.json": RULE}
ACADEMY = (PROGRAMS / "academy.yaml").read_text()
GOOD = cast("dict[str, Any]", parse(BANK, "bank.yaml").value)


def read(folder: Path, text: str) -> CheckedProgram:
    """Read a text as a program file; the bank's other files lie beside it, unless a test put its own there."""
    for name, part in FILES.items():
        if not (folder / name).exists():
            (folder / name).write_text(part)
    file = folder / "program.yaml"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    return read_program(file)


def edited(old: str, new: str) -> str:
    assert old in BANK, f"the bank's file no longer holds {old!r}"
    return BANK.replace(old, new, 1)


def playable(checked: CheckedProgram) -> Program:
    assert checked.program, "\n".join(map(str, checked.problems))
    return checked.program
