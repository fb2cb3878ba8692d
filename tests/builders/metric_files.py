"""A small metric file as text, a program that is measured by it, and ways to change one thing about either."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from ladder.adapters.metric_files import MetricTable, read_metric_file
from ladder.domain.challenges.rules import Metric
from ladder.domain.programs.program import Program
from tests.builders.bank import HANDLE_TIME, program
from tests.builders.programs import with_values

SHORT = Metric(key="SHORT10", name="short calls", unit="%", direction="lower", step=0.5)
REPEAT = Metric(key="REPEAT7D", name="repeats", unit="%", direction="lower")
BY_DEFAULT = program(metrics=(replace(HANDLE_TIME, quality_gate=None, step=5), SHORT, REPEAT))
HEADER = "agent,date,calls,aht_seconds,short_calls_le10s,fcr_eligible_calls,repeat7d_calls,calls_NEW,calls_OLD"
ANN = "ann,2026-03-02,40,180.5,2,16,4,10,30"
BOB = "bob,2026-03-02,20,200,0,0,,20,0"
ANN_AGAIN = "ann,2026-03-03,50,175,5,20,10,25,25"
GOOD = "\n".join([HEADER, ANN, BOB, ANN_AGAIN, ""])


def with_files(**files: Any) -> Program:
    return with_values(BY_DEFAULT, **files)


def read(folder: Path, text: str | bytes, wanted: Program = BY_DEFAULT, *, name: str = "days.csv") -> MetricTable:
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_metric_file(file, wanted)
