"""A million rows of an export, an agent and queue and half-hour each, in a process of its own.

python -m tests.bench.metric_files FILE   prints {"seconds", "bytes"}: CPU of reading it, and the peak of the process.
"""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from infra.cli.metrics.guess import guess_file, trial_program
from infra.cli.metrics.workbook import read_metrics
from tests.bench.alone import peak
from tests.bench.rows import at_most
from tests.paths import ROOT

MILLION, AGENTS, HALF_HOURS = 1_000_000, 2_000, 16
WHAT = "reading an export of 1,000,000 rows (2,000 agents, half-hours in UTC), its section guessed"
HEADER = "Interval Start,Queue Name,Agent Id,Handle,Total Handle,Short Handle,Repeat Known,Repeat"


@dataclass(frozen=True, slots=True)
class Reading:
    seconds: float  # of CPU
    bytes: int


@at_most(60, "s", f"{WHAT}: CPU of one core")
def seconds_a_million_rows() -> float:
    return _alone().seconds


@at_most(1, "GB", f"{WHAT}: peak memory of the process")
def memory_a_million_rows() -> float:
    return _alone().bytes / 1e9


@cache
def _alone() -> Reading:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "export.csv"
        write(file, rows=MILLION)
        command = [sys.executable, "-m", "tests.bench.metric_files", str(file)]
        ran = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603
        return Reading(**json.loads(ran.stdout))


def write(file: Path, *, rows: int) -> None:
    rng, start = np.random.default_rng(1), datetime(2026, 1, 5, 14, tzinfo=UTC)
    calls = rng.integers(1, 12, rows)
    seconds, known, short = calls * rng.integers(120, 300, rows), rng.binomial(calls, 0.6), rng.binomial(calls, 0.03)
    repeats, queues = rng.binomial(known, 0.4), rng.integers(0, 3, rows)
    with file.open("w", encoding="utf-8") as lines:
        print(HEADER, file=lines)
        for row in range(rows):
            shift, half = divmod(row // AGENTS, HALF_HOURS)
            moment = start + timedelta(days=shift, minutes=30 * half)
            minutes, rest = divmod(int(seconds[row]), 60)
            total = f"{minutes // 60:02}:{minutes % 60:02}:{rest:02}"
            figures = f"{calls[row]},{total},{short[row]},{known[row]},{repeats[row]}"
            print(f"{moment:%Y-%m-%dT%H:%M:%SZ},Q{queues[row]},ag{row % AGENTS:05},{figures}", file=lines)


if __name__ == "__main__":
    before = time.process_time()
    guess = guess_file(Path(sys.argv[1]))
    table = read_metrics(Path(sys.argv[1]), trial_program(guess, "America/Chicago"))
    if table.refused or table.read != MILLION or guess.questions:
        sys.exit(f"{table.read:,} rows were read: {[*map(str, table.problems), *guess.questions]}")
    sys.stdout.write(json.dumps({"seconds": time.process_time() - before, "bytes": peak()}))
