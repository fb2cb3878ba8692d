"""A MetricSource over one metric file a day: `<program>/<date>.csv` in a bucket, or `.csv.gz`."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from io import BytesIO
from typing import Any

import numpy as np
from botocore.exceptions import ClientError, IncompleteReadError

from ladder.adapters.aws import busy_is_unavailable, error_code
from ladder.adapters.metric_files.findings import Findings
from ladder.adapters.metric_files.lines import Document
from ladder.adapters.metric_files.read import read_document
from ladder.adapters.metric_files.table import MetricTable
from ladder.adapters.metric_files.wanted import wanted
from ladder.domain.challenges.ports import Reading
from ladder.domain.errors import Rejected, Unavailable
from ladder.domain.program_check import Problem, error
from ladder.domain.programs.program import Program
from ladder.usage import Usage

BATCH = 100_000
ENDINGS = (".csv", ".csv.gz")
MOST_BYTES = 256 * 2**20
MOST_ROWS_KEPT = 3_000_000  # of all days together; of a larger program days are read again for the next series
PROBLEMS_TOLD = 5


@dataclass(frozen=True, slots=True)
class MetricBucket:
    """Where the metric files of every program lie."""

    client: Any
    name: str

    def source(self, program: Program, usage: Usage) -> "S3Metrics":
        return S3Metrics(self.client, self.name, program, usage)


class S3Metrics:
    """Reads a day's file once, whatever the number of series and users. A day without one has no readings.

    Raises Rejected for a file that needs mending, naming it with line and mend: of a file with a mistake nothing
    is believed. A figure that can be read and cannot be is handed on, to be refused by name.
    """

    batch = BATCH

    def __init__(self, client: Any, bucket: str, program: Program, usage: Usage) -> None:
        self._client = client
        self._bucket = bucket
        self._program = program
        self._usage = usage
        self._days: OrderedDict[date, Figures] = OrderedDict()
        self._endings: tuple[str, ...] = ENDINGS
        want = wanted(program, Findings(program.key))
        self._series = {*want.measures, *want.numbers}

    def readings(self, metric: str, users: Sequence[str], *, first: date, last: date) -> Iterator[Reading]:
        """Of metrics, and of contact types by their columns."""
        if metric not in self._series:
            raise Rejected(
                f"no metric file of {self._program.key} has {metric}: name its column in metric_files of the program, "
                "and leave it there until its last challenges are settled"
            )
        return self._readings(metric, users, first=first, last=last)

    def _readings(self, metric: str, users: Sequence[str], *, first: date, last: date) -> Iterator[Reading]:
        for after in range((last - first).days + 1):
            day = first + timedelta(days=after)
            yield from self._figures(day).readings(metric, users, day)

    def _figures(self, day: date) -> "Figures":
        if day not in self._days:
            self._days[day] = Figures(self._read(day))
            while sum(map(len, self._days.values())) > MOST_ROWS_KEPT and len(self._days) > 1:
                self._days.popitem(last=False)
        return self._days[day]

    def _read(self, day: date) -> MetricTable | None:
        for ending in self._endings:
            key = f"{self._program.key}/{day}{ending}"
            body = self._fetch(key)
            if body is not None:
                self._endings = (ending, *(other for other in ENDINGS if other != ending))  # likely the next day's too
                return _believed(read_document(_document(key, body), self._program, nightly=True), day)
        return None

    def _fetch(self, key: str) -> bytes | None:
        self._usage.metric_calls += 1
        try:
            with busy_is_unavailable():
                found = self._client.get_object(Bucket=self._bucket, Key=key)
                if found["ContentLength"] > MOST_BYTES:
                    raise Rejected(f"{key} is larger than {MOST_BYTES // 2**20} MiB: compress it as {key}.gz")
                body: bytes = found["Body"].read()
        except IncompleteReadError as cut:
            raise Unavailable(str(cut)) from cut
        except ClientError as refused:
            if error_code(refused) != "NoSuchKey":
                raise
            return None
        return body


class Figures:
    """A day's file, by user."""

    def __init__(self, table: MetricTable | None) -> None:
        self._table = table

    def __len__(self) -> int:
        return len(self._table.rows.day) if self._table else 0

    def readings(self, metric: str, users: Sequence[str], day: date) -> Iterator[Reading]:
        if self._table is None:
            return
        series = self._table.series[metric]
        values, counts = series.values.tolist(), series.counts.tolist()
        for user in users:
            row = self._rows.get(user)
            if row is not None and not np.isnan(values[row]):
                yield Reading(user, day, values[row], counts[row])

    @cached_property
    def _rows(self) -> dict[str, int]:
        """A user has one row a day."""
        if self._table is None:
            return {}
        agents, rows = self._table.agents, self._table.rows
        return {agents[agent]: row for row, agent in enumerate(rows.agent.tolist())}


def _document(key: str, body: bytes) -> Document:
    return Document(key, lambda: BytesIO(body))


def _believed(table: MetricTable, day: date) -> MetricTable:
    wrong = [problem for problem in table.problems if problem.severity == "error"] or list(_other_days(table, day))
    if wrong:
        raise Rejected("\n".join(map(str, wrong[:PROBLEMS_TOLD])))
    return table


def _other_days(table: MetricTable, day: date) -> Iterator[Problem]:
    others = np.flatnonzero(table.rows.day != day.toordinal())
    if len(others):
        stray = date.fromordinal(int(table.rows.day[others[0]]))
        found = error((), f"{stray} stands in the file of {day}", "Put each day into a file of its own.")
        yield replace(found, file=table.file, line=int(table.rows.line[others[0]]))
