"""A program as people wrote it: its file and the parts that it names, which keep their comments and their order."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from ladder.domain.programs.pausing import with_pauses
from ladder.domain.programs.program import Program


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramFiles:
    """`file`: the name of the program file among `texts`, which are by name."""

    file: str
    texts: Mapping[str, str]


class WrittenPrograms(Protocol):
    """Files are found by the program that they were read as, so no version is shown with another one's text."""

    def keep(self, program: Program, files: ProgramFiles) -> None: ...
    def of(self, program: Program) -> ProgramFiles | None: ...  # None: it was published without its files


def as_written(program: Program) -> Program:
    """Return the program as its file says it: without a version, and with nothing paused."""
    return replace(with_pauses(program, set()), version=0)
