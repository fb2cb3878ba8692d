"""Planning in a process of its own, on one core, so that its time and its memory are nobody else's.

python -m tests.bench.alone MEMBERS RUNS   prints {"seconds", "bytes"}: the best run, and the peak of the process.
"""

import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.bench.task import draw_task
from tests.paths import ROOT

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
STATUS = Path("/proc/self/status")


@dataclass(frozen=True, slots=True)
class Planned:
    seconds: float  # of CPU
    bytes: int  # resident at most, interpreter, numpy and input included


@cache
def planned_alone(members: int, *, runs: int) -> Planned:
    command = [sys.executable, "-m", "tests.bench.alone", str(members), str(runs)]
    ran = subprocess.run(command, cwd=ROOT, env=os.environ | ONE_THREAD, check=True, capture_output=True, text=True)  # noqa: S603
    return Planned(**json.loads(ran.stdout))


def best_of(runs: int, members: int) -> float:
    """The first run, which warms up, does not count unless it is the only one."""
    task = draw_task(members)
    seconds = []
    for _ in range(runs):
        before = time.process_time()
        task.plan()
        seconds.append(time.process_time() - before)
    return min(seconds)


def peak() -> int:
    """Of this program alone: `getrusage` on Linux remembers its parent's too."""
    if STATUS.exists():
        (line,) = (line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # bytes on macOS


if __name__ == "__main__":
    seconds = best_of(runs=int(sys.argv[2]), members=int(sys.argv[1]))
    sys.stdout.write(json.dumps({"seconds": seconds, "bytes": peak()}))
