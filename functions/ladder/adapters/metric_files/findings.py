"""Problems of a file, bounded: the first few of each kind in full, the others counted."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from ladder.domain.program_check import Problem, Severity

SHOWN = 5  # of one kind in one column
_LONGEST_SHOWN = 40


class Unreadable(Exception):
    """The file cannot be read any further; carries the problem."""

    def __init__(self, message: str, mend: str, *, line: int = 0) -> None:
        super().__init__(message)
        self.message, self.mend, self.line = message, mend, line


class Findings:
    def __init__(self, file: str) -> None:
        self._file = file
        self._found: dict[tuple[str, str], list[Problem]] = {}
        self._more: dict[tuple[str, str], int] = {}

    def error(self, column: str, line: int, message: str, mend: str) -> None:
        self._add(column, line, message, mend, "error")

    def warn(self, column: str, line: int, message: str, mend: str) -> None:
        self._add(column, line, message, mend, "warning")

    def stop(self, unreadable: Unreadable) -> None:
        self.error("", unreadable.line, unreadable.message, unreadable.mend)

    def rows(
        self,
        column: str,
        lines: Sequence[int],
        message: Callable[[int], str],
        mend: str,
        *,
        severity: Severity = "error",
    ) -> None:
        """One problem for each of `lines`, in words by its place among them."""
        for place, line in enumerate(lines[:SHOWN]):
            self._add(column, line, message(place), mend, severity)
        self._count(column, mend, len(lines) - SHOWN)

    def problems(self) -> tuple[Problem, ...]:
        """In the order of the file; how many more there are of a kind stands behind the last of it that is shown."""
        kinds = sorted(self._found, key=lambda kind: self._found[kind][0].line)
        return tuple(problem for kind in kinds for problem in self._of(kind))

    def _of(self, kind: tuple[str, str]) -> Iterator[Problem]:
        found, more = self._found[kind], self._more.get(kind, 0)
        yield from found
        if more:
            yield replace(found[-1], message=f"and {more:,} more like this", line=0)

    def _add(self, column: str, line: int, message: str, mend: str, severity: Severity) -> None:
        """Problems of one column with one mend are of one kind."""
        known = self._found.setdefault((column, mend), [])
        if len(known) == SHOWN:
            self._count(column, mend, 1)
            return
        path = (column,) if column else ()
        known.append(Problem(path=path, message=message, mend=mend, severity=severity, file=self._file, line=line))

    def _count(self, column: str, mend: str, more: int) -> None:
        if more > 0:
            self._more[column, mend] = self._more.get((column, mend), 0) + more


def shown(text: str) -> str:
    """A cell as a sentence can hold it."""
    short = text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"
    return f'"{short}"'
