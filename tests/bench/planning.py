"""Planning a night in the steady state: how long, how large, how it grows, and against plain Python."""

import math
import time
from functools import cache

from tests.bench.alone import planned_alone
from tests.bench.plainly import as_lists, plan_plainly
from tests.bench.rows import at_least, at_most
from tests.bench.task import draw_task

MILLION = 1_000_000
RUNS = {1_000: 30, 10_000: 20, 100_000: 5, MILLION: 2}
COMPARED = 10_000
HOUSE = "1,000,000 members x 30 days x 3 metrics, 3 categories drawn"


@at_most(2, "s", f"planning {HOUSE}: CPU of one core")
def seconds_a_million() -> float:
    return _planned(MILLION)


@at_most(1.2, "GB", f"planning {HOUSE}: peak memory of the process, its input included")
def memory_a_million() -> float:
    return planned_alone(MILLION, runs=RUNS[MILLION]).bytes / 1e9


@at_most(1.1, "exponent", "planning time over members: growth from 1,000 to 1,000,000 (slope of logarithms)")
def growth() -> float:
    return _slope({members: _planned(members) for members in RUNS})


@at_least(20, "ratio", "planning 10,000 members: how many times faster a member than the same rules in plain Python")
def speed_up() -> float:
    return _plainly()[0] / _planned(COMPARED)


@at_least(1, "1/0", "planning 10,000 members: equal results in plain Python, column for column")
def equal_results() -> float:
    return float(_plainly()[1])


def _planned(members: int) -> float:
    return planned_alone(members, runs=RUNS[members]).seconds


@cache
def _plainly(runs: int = 3) -> tuple[float, bool]:
    """Seconds of the best run, and whether the plan is the same."""
    task = draw_task(COMPARED)
    lists, seconds = as_lists(task), []
    for _ in range(runs):
        before = time.process_time()
        plan = plan_plainly(lists)
        seconds.append(time.process_time() - before)
    return min(seconds), plan == task.plan()


def _slope(seconds: dict[int, float]) -> float:
    """Least squares over (log members, log seconds)."""
    x, y = [math.log(members) for members in seconds], [math.log(each) for each in seconds.values()]
    middle, height = sum(x) / len(x), sum(y) / len(y)
    rise = sum((each - middle) * (other - height) for each, other in zip(x, y, strict=True))
    return rise / sum((each - middle) ** 2 for each in x)
