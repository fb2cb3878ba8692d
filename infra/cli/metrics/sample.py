"""The sampled rows of an export as columns and numbers, with what was found out about them so far."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from infra.cli.metrics.columns import Column, column_of
from infra.cli.metrics.findings import Finding, Sureness
from infra.cli.metrics.words import says
from ladder.adapters.metric_files.cells import Numbers
from ladder.domain.challenges.metric_files import CellFormat, MetricFiles

type Values = np.ndarray[tuple[int], np.dtype[np.float64]]  # (R,) one a sampled row


@dataclass(slots=True)
class Sample:
    """`roster`: the columns of a roster, by name. `given`: answers to questions, which are believed."""

    header: tuple[str, ...]
    rows: Sequence[list[str]]
    complete: bool
    roster: Mapping[str, Sequence[str]]
    given: Mapping[str, str]
    files: MetricFiles = field(default_factory=lambda: MetricFiles(measures={}))
    findings: list[Finding] = field(default_factory=list)
    columns: dict[str, Column] = field(default_factory=dict)
    _numbers: dict[tuple[str, CellFormat], Values] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.keep(self.rows)

    def keep(self, rows: Sequence[list[str]]) -> None:
        """Go on with these rows alone."""
        self.rows = rows
        self.columns = {name: column_of(name, self.cells(name)) for name in self.header if name}

    def cells(self, name: str) -> list[str]:
        position = self.header.index(name)
        return [row[position].strip() for row in self.rows]

    def numbers(self, name: str, cell: CellFormat = "number") -> Values:
        """Return the column in seconds, per cent or plain numbers; NaN where a cell holds none."""
        if (name, cell) not in self._numbers:
            numbers = Numbers(self.files, cell)
            self._numbers[name, cell] = np.array([numbers[text] for text in self.cells(name)], dtype=np.float64)
        return self._numbers[name, cell]

    def read_as(self, files: MetricFiles) -> None:
        """Read numbers with the signs of this section from now on."""
        self.files, self._numbers = files, {}

    def named(self, kind: str, *, without: Sequence[str] = ()) -> list[str]:
        """Return the columns whose header holds a word for it."""
        return [name for name in self.columns if says(name, kind) and not any(says(name, other) for other in without)]

    def one_to_one(self, one: str, other: str) -> bool:
        """Return whether two columns name the same things, each in its own words."""
        pairs = set(zip(self.cells(one), self.cells(other), strict=True))
        return len(pairs) == len({first for first, _ in pairs}) == len({second for _, second in pairs})

    def find(self, key: str, value: object, sure: Sureness, why: str, choices: Iterable[object] = ()) -> None:
        self.findings.append(Finding(key, value, sure, why, tuple(choices)))

    def answer(self, key: str) -> str | None:
        """Return the answer that was given to a question, and note it."""
        if key not in self.given:
            return None
        self.find(key, self.given[key], "certain", "as you said")
        return self.given[key]

    def answered_column(self, key: str) -> str | None:
        """Return the column that was named as an answer. Raises ValueError where there is none of this name."""
        name = self.answer(key)
        if name is not None and name not in self.columns:
            raise ValueError(f"--set {key}={name}: there is no such column, but {', '.join(self.columns)}")
        return name
