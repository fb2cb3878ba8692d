"""A MetricSource that reads one metric file a day: `<program>/<date>.csv` in a bucket, or `.csv.gz`."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, partial
from io import BytesIO
from typing import Any

import numpy as np
from botocore.exceptions import ClientError, IncompleteReadError

from ladder.adapters.aws import busy_is_unavailable, error_code
from ladder.adapters.metric_files.layout import layout_of
from ladder.adapters.metric_files.problems import FileProblems
from ladder.adapters.metric_files.read import Document, Users, read_document
from ladder.adapters.metric_files.table import MetricTable
from ladder.domain.challenges.ports import Reading
from ladder.domain.errors import Rejected, Unavailable
from ladder.domain.programs.program import Program
from ladder.domain.validation.problem import Problem, error
from ladder.usage import Usage

BATCH = 100_000
ENDINGS = (".csv", ".csv.gz")
MAX_BYTES = 256 * 2**20
MAX_CACHED_FIGURES = (
    30_000_000  # of all days and series together; a larger program's days are read again for the next series
)
MAX_PROBLEMS = 5


@dataclass(frozen=True, slots=True)
class MetricBucket:
    """The bucket with the metric files of every program. `users`: whose ids of another system stand in them."""

    client: Any
    name: str
    users: Users | None = None

    def source(self, program: Program, usage: Usage) -> "S3Metrics":
        return S3Metrics(self.client, self.name, program, usage, self.users)


class S3Metrics:
    """Reads a day's file once for all series and users. A day without a file has no readings.

    Raises Rejected for a file with a mistake, naming file, line and correction: nothing of such a file is used. An
    impossible value is passed on; the rotation refuses it by name.
    """

    batch = BATCH

    def __init__(self, client: Any, bucket: str, program: Program, usage: Usage, users: Users | None = None) -> None:
        self._client = client
        self._bucket = bucket
        self._program = program
        self._usage = usage
        self._users = users
        self._days: OrderedDict[date, DayReadings] = OrderedDict()
        self._endings: tuple[str, ...] = ENDINGS
        layout = layout_of(program, FileProblems(program.key))
        self._encoding, self._series = layout.files.encoding, layout.series

    def readings(self, metric: str, users: Sequence[str], *, first: date, last: date) -> Iterator[Reading]:
        """Yield readings of a metric, or of a contact type by its column. An unknown one raises Rejected at once."""
        if metric not in self._series:
            raise Rejected(
                f"no metric file of {self._program.key} has {metric}: name its column in metric_files of the program, "
                "and leave it there until its last challenges are settled"
            )
        days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
        return (reading for day in days for reading in self._day(day).readings(metric, users, day))

    def _day(self, day: date) -> "DayReadings":
        if day not in self._days:
            self._days[day] = DayReadings(self._read(day))
            while sum(map(len, self._days.values())) > MAX_CACHED_FIGURES and len(self._days) > 1:
                self._days.popitem(last=False)
        return self._days[day]

    def _read(self, day: date) -> MetricTable | None:
        for ending in self._endings:
            key = f"{self._program.key}/{day}{ending}"
            body = self._fetch(key)
            if body is None:
                continue
            self._endings = (ending, *(other for other in ENDINGS if other != ending))  # likely the next day's too
            document = Document(key, partial(BytesIO, body), self._encoding)
            table = read_document(document, self._program, nightly=True, users=self._users)
            problems = [problem for problem in table.problems if problem.severity == "error"] or _other_days(table, day)
            if problems:
                raise Rejected("\n".join(map(str, problems[:MAX_PROBLEMS])))
            return table
        return None

    def _fetch(self, key: str) -> bytes | None:
        self._usage.metric_calls += 1
        try:
            with busy_is_unavailable():
                response = self._client.get_object(Bucket=self._bucket, Key=key)
                if response["ContentLength"] > MAX_BYTES:
                    raise Rejected(f"{key} is larger than {MAX_BYTES // 2**20} MiB: compress it as {key}.gz")
                body: bytes = response["Body"].read()
        except IncompleteReadError as error:
            raise Unavailable(str(error)) from error
        except ClientError as error:
            if error_code(error) != "NoSuchKey":
                raise
            return None
        return body


class DayReadings:
    """A day's file, by user."""

    def __init__(self, table: MetricTable | None) -> None:
        self._table = table

    def __len__(self) -> int:
        """Return how many figures it holds."""
        return len(self._table.day) * len(self._table.series) if self._table else 0

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
        """Map each user to their one row of the day."""
        if self._table is None:
            return {}
        agents = self._table.agents
        return {agents[agent]: row for row, agent in enumerate(self._table.agent.tolist())}


def _other_days(table: MetricTable, day: date) -> list[Problem]:
    rows = np.flatnonzero(table.day != day.toordinal())
    if not len(rows):
        return []
    other = date.fromordinal(int(table.day[rows[0]]))
    problem = error((), f"{other} is in the file of {day}", "Put each day into its own file.")
    return [replace(problem, file=table.file, line=int(table.line[rows[0]]))]
