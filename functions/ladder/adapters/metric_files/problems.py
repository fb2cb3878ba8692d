"""Problems of one metric file: the first few of each kind in full, the others as a number."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from ladder.domain.validation.problem import Problem, Severity

MAX_SHOWN = 5  # of one kind in one column
MAX_QUOTED = 40  # characters of a cell


class Unreadable(Exception):
    """The rest of the file cannot be read; carries the problem."""

    def __init__(self, message: str, hint: str, *, line: int = 0) -> None:
        super().__init__(message)
        self.message, self.hint, self.line = message, hint, line


class FileProblems:
    """Collects the problems of a file. Problems of one column with the same hint are of one kind."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._shown: dict[tuple[str, str], list[Problem]] = {}
        self._hidden: dict[tuple[str, str], int] = {}

    def error(self, column: str, line: int, message: str, hint: str) -> None:
        self._add(column, line, message, hint, "error")

    def unreadable(self, error: Unreadable) -> None:
        self.error("", error.line, error.message, error.hint)

    def for_lines(
        self,
        column: str,
        lines: Sequence[int],
        message: Callable[[int], str],
        hint: str,
        *,
        severity: Severity = "error",
    ) -> None:
        """Add one problem for each of `lines`; `message` takes the index into `lines`."""
        for index, line in enumerate(lines[:MAX_SHOWN]):
            self._add(column, line, message(index), hint, severity)
        self._hide(column, hint, len(lines) - MAX_SHOWN)

    def all(self) -> tuple[Problem, ...]:
        """Return the problems in the order of the file; each kind ends with how many more there are of it."""
        result: list[Problem] = []
        for kind, shown in sorted(self._shown.items(), key=lambda item: item[1][0].line):
            result += shown
            if kind in self._hidden:
                result.append(replace(shown[-1], message=f"and {self._hidden[kind]:,} more like this", line=0))
        return tuple(result)

    def _add(self, column: str, line: int, message: str, hint: str, severity: Severity) -> None:
        shown = self._shown.setdefault((column, hint), [])
        if len(shown) == MAX_SHOWN:
            self._hide(column, hint, 1)
            return
        path = (column,) if column else ()
        shown.append(Problem(path=path, message=message, hint=hint, severity=severity, file=self._file, line=line))

    def _hide(self, column: str, hint: str, count: int) -> None:
        if count > 0:
            self._hidden[column, hint] = self._hidden.get((column, hint), 0) + count


def quoted(text: str) -> str:
    """Return a cell's text in quotes, shortened to fit into a sentence."""
    short = text if len(text) <= MAX_QUOTED else text[:MAX_QUOTED] + "…"
    return f'"{short}"'
