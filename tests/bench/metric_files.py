"""A million rows of an export, each in a process of its own: read by their guessed section, and started from.

python -m tests.bench.metric_files read|start FILE   prints {"seconds", "bytes"}: its CPU, and the peak of the process.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from infra.cli.main import main
from infra.cli.metrics.guess import guess_file, trial_program
from infra.cli.metrics.workbook import read_metrics
from tests.bench.alone import peak
from tests.bench.rows import at_most
from tests.paths import ROOT

MILLION, AGENTS, HALF_HOURS = 1_000_000, 2_000, 16
READ = "reading an export of 1,000,000 rows (2,000 agents, half-hours in UTC), its section guessed"
START = "ladder start, from 1,000,000 agent-days (2,000 agents) to a program and 490 nights played by it"


@dataclass(frozen=True, slots=True)
class Measured:
    seconds: float  # of CPU
    bytes: int


@at_most(60, "s", f"{READ}: CPU of one core")
def seconds_of_reading() -> float:
    return _alone("read").seconds


@at_most(1, "GB", f"{READ}: peak memory of the process")
def memory_of_reading() -> float:
    return _alone("read").bytes / 1e9


@at_most(60, "s", f"{START}: CPU of one core")
def seconds_of_starting() -> float:
    return _alone("start").seconds


@at_most(1, "GB", f"{START}: peak memory of the process")
def memory_of_starting() -> float:
    return _alone("start").bytes / 1e9


@cache
def _alone(what: str) -> Measured:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "export.csv"
        {"read": write_half_hours, "start": write_days}[what](file, rows=MILLION)
        command = [sys.executable, "-m", "tests.bench.metric_files", what, str(file)]
        ran = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603
        return Measured(**json.loads(ran.stdout))


def write_half_hours(file: Path, *, rows: int) -> None:
    rng, start = np.random.default_rng(1), datetime(2026, 1, 5, 14, tzinfo=UTC)
    calls = rng.integers(1, 12, rows)
    seconds, known, short = calls * rng.integers(120, 300, rows), rng.binomial(calls, 0.6), rng.binomial(calls, 0.03)
    repeats, queues = rng.binomial(known, 0.4), rng.integers(0, 3, rows)
    with file.open("w", encoding="utf-8") as lines:
        print("Interval Start,Queue Name,Agent Id,Handle,Total Handle,Short Handle,Repeat Known,Repeat", file=lines)
        for row in range(rows):
            shift, half = divmod(row // AGENTS, HALF_HOURS)
            moment = start + timedelta(days=shift, minutes=30 * half)
            minutes, rest = divmod(int(seconds[row]), 60)
            total = f"{minutes // 60:02}:{minutes % 60:02}:{rest:02}"
            figures = f"{calls[row]},{total},{short[row]},{known[row]},{repeats[row]}"
            print(f"{moment:%Y-%m-%dT%H:%M:%SZ},Q{queues[row]},ag{row % AGENTS:05},{figures}", file=lines)


def write_days(file: Path, *, rows: int) -> None:
    rng, first = np.random.default_rng(2), date(2025, 1, 1)
    usual, calls = rng.normal(200, 40, AGENTS), rng.integers(30, 60, rows)
    handle, short = rng.normal(np.resize(usual, rows), 25).clip(20), rng.binomial(calls, 0.03)
    repeats = rng.binomial(calls // 2, 0.6)
    with file.open("w", encoding="utf-8") as lines:
        print("Agent,Date,Calls,AHT,Short calls,Repeat known,Repeat calls", file=lines)
        for row in range(rows):
            figures = f"{calls[row]},{handle[row]:.1f},{short[row]},{calls[row] // 2},{repeats[row]}"
            print(f"ag{row % AGENTS:05},{first + timedelta(row // AGENTS)},{figures}", file=lines)


def read(file: Path) -> None:
    guess = guess_file(file)
    table = read_metrics(file, trial_program(guess, "America/Chicago"))
    if table.refused or table.read != MILLION or guess.questions:
        sys.exit(f"{table.read:,} rows were read: {[*map(str, table.problems), *guess.questions]}")


def start(file: Path) -> None:
    said = StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        ended = main(["start", str(file), "--out", str(file.parent)])
    if ended or not (file.parent / "backtest.html").exists():
        sys.exit(said.getvalue())


if __name__ == "__main__":
    measured: Callable[[Path], None] = {"read": read, "start": start}[sys.argv[1]]
    before = time.process_time()
    measured(Path(sys.argv[2]))
    sys.stdout.write(json.dumps({"seconds": time.process_time() - before, "bytes": peak()}))
