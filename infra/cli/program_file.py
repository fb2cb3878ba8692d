"""Read program files from disk."""

from dataclasses import replace
from pathlib import Path as File

from ladder.domain.errors import ProgramRefused
from ladder.domain.programs.files import ProgramFiles
from ladder.domain.programs.program import Program
from ladder.program_file.read import CheckedProgram
from ladder.program_file.read import read_program as read_named
from ladder.program_file.tree import Tree, Unreadable, parse

MOST_BYTES = 256_000


def read_program(file: File) -> CheckedProgram:
    """Read a file and the parts that it names, which are beside it."""
    return read_named(file.name, lambda name: _read(file.parent / name if name != file.name else file))


def load_program(file: File) -> Program:
    """Raises ProgramRefused with every problem in its text."""
    return load_files(file)[0]


def load_files(file: File) -> tuple[Program, ProgramFiles]:
    """Return a program with the texts that it was written in. Raises ProgramRefused as `load_program` does."""
    read = read_program(file)
    if read.program is None:
        raise ProgramRefused("\n".join(map(str, read.problems)))
    files = {File(name) for name, _ in read.tree.lines.values()} | {file}
    texts = {str(each.relative_to(file.parent)): _text(each) for each in sorted(files)}
    return read.program, ProgramFiles(file=file.name, texts=texts)


def _read(file: File) -> Tree:
    try:
        return parse(_text(file), str(file))
    except Unreadable as unreadable:
        return Tree(problems=[replace(unreadable.problem, file=str(file))])


def _text(path: File) -> str:
    try:
        if path.is_dir():
            raise Unreadable("this is a folder", "Name the file in it.")
        if not path.exists():
            raise Unreadable("there is no such file", "Check the name; it is relative to where you are.")
        if not path.is_file():
            raise Unreadable("this is not a regular file", "Name a YAML or JSON file.")
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as refused:
        why = (refused.strerror or "it does not open").lower()
        raise Unreadable(f"the file cannot be read: {why}", "Check its name and its permissions.") from refused
    if len(raw) > MOST_BYTES:
        raise Unreadable("the file is larger than 256 kB", "Name a program file: a few pages of text.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as foreign:
        line = raw[: foreign.start].count(b"\n") + 1
        words = f"line {line} holds a byte (0x{raw[foreign.start]:02X}) that is not UTF-8"
        raise Unreadable(words, "Save the file as UTF-8.") from foreign
