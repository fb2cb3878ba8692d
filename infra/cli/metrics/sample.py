"""The sampled rows of an export as columns and numbers, and what a guess finds out about them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from infra.cli.metrics.columns import Column
from infra.cli.metrics.words import says
from ladder.adapters.metric_files.cells import Moments, Numbers
from ladder.domain.calendar.schedule import Schedule
from ladder.domain.challenges.metric_files import CellFormat, Measure, MetricFiles
from ladder.domain.challenges.rules import ContactType

Sureness = Literal["certain", "likely", "unsure"]
type Values = np.ndarray[tuple[int], np.dtype[np.float64]]  # (R,) one a sampled row


@dataclass(frozen=True, slots=True)
class Finding:
    """`key`: what `--set` and metric_files call it. `choices`: what it may be, where it is unsure."""

    key: str
    value: object
    sure: Sureness
    why: str
    choices: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GuessedMetric:
    """A metric as a program describes it, and how it is read. `role`: what it can be used for."""

    key: str
    name: str
    unit: str
    direction: Literal["lower", "higher"]
    step: float
    role: Literal["time", "short", "repeat", "rate", "score"]
    measure: Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """`files` is None where something essential is missing; `unused`: columns of numbers that nothing was made of."""

    files: MetricFiles | None
    metrics: tuple[GuessedMetric, ...] = ()
    contact_types: tuple[ContactType, ...] = ()
    findings: tuple[Finding, ...] = ()
    unused: tuple[str, ...] = ()

    @property
    def questions(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.sure == "unsure")


@dataclass(slots=True)
class Sample:
    """`roster`, `type_names`: columns by name of the files that name people and contact types. `given`: answers."""

    header: tuple[str, ...]
    rows: Sequence[list[str]]
    complete: bool
    roster: Mapping[str, Sequence[str]]
    type_names: Mapping[str, Sequence[str]]
    given: Mapping[str, str]
    files: MetricFiles = field(default_factory=lambda: MetricFiles(measures={}))
    findings: list[Finding] = field(default_factory=list)
    columns: dict[str, Column] = field(default_factory=dict)
    _numbers: dict[tuple[str, CellFormat], Values] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.keep(self.rows)

    def keep(self, rows: Sequence[list[str]]) -> None:
        """Go on with these rows alone."""
        self.rows, self._numbers = rows, {}
        self.columns = {name: Column.of(name, self.cells(name)) for name in self.header if name}

    def cells(self, name: str) -> list[str]:
        position = self.header.index(name)
        return [row[position].strip() for row in self.rows]

    def numbers(self, name: str, cell: CellFormat = "number") -> Values:
        """Return the column in seconds, per cent or plain numbers; NaN where a cell holds none."""
        if (name, cell) not in self._numbers:
            numbers = Numbers(self.files, cell)
            self._numbers[name, cell] = np.array([numbers[text] for text in self.cells(name)], dtype=np.float64)
        return self._numbers[name, cell]

    def days(self) -> list[int]:
        """Return the day of each row, an ordinal; of moments the one in UTC."""
        moments = Moments(self.files, Schedule(time_zone="UTC"))
        return [moments[text][0] for text in self.cells(self.files.date)]

    def added(self, names: Iterable[str], cell: CellFormat = "number") -> Values:
        """Return the sum of columns: NaN where one of them has no number."""
        return np.sum([self.numbers(name, cell) for name in names], axis=0)

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

    def repeats(self, names: Iterable[str]) -> int:
        """Return how many rows these columns do not tell from an earlier one."""
        return len(self.rows) - len(set(zip(*map(self.cells, names), strict=True)))

    def find(self, key: str, value: object, sure: Sureness, why: str, choices: Iterable[object] = ()) -> None:
        self.findings.append(Finding(key, value, sure, why, tuple(choices)))

    def ask(self, key: str, why: str, choices: Iterable[object] = ()) -> None:
        self.find(key, None, "unsure", why, choices)

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


def best_column(columns: Mapping[str, Sequence[str]], texts: Iterable[str]) -> tuple[str, float]:
    """Return the column of a roster, or of another file of names, that holds most of the texts, and the share."""
    wanted = set(texts)
    shares = {name: len(wanted & set(known)) / max(len(wanted), 1) for name, known in columns.items()}
    best = max(shares, key=lambda name: shares[name], default="")
    return best, shares.get(best, 0.0)
