"""`uv run python -m tests.bench [--json] [--markdown] [--only NAME]`: ratios and counts, each against its goal.

Exit status: 0 every goal is met, 1 one is missed. To add a row, decorate a function in one of the modules below.
"""

import argparse
import json
import platform
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from os import process_cpu_count

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from tests.bench import (  # each registers its rows
    audit,
    bundles,
    cost,
    judging,
    metric_files,
    nights,
    planning,
    rewards,
    state_size,
    table,
    transitions,
)
from tests.bench.rows import Row, selected

FAMILIES = (planning, nights, table, transitions, rewards, state_size, cost, judging, metric_files, audit, bundles)
COLUMNS = ("what", "value", "unit", "goal", "met")


def main(argv: Sequence[str] | None = None) -> int:
    asked = _arguments(argv)
    rows = list(_measured(asked.only, Console(stderr=True)))
    if asked.json:
        sys.stdout.write(json.dumps([row.as_dict() for row in rows], indent=2, ensure_ascii=False) + "\n")
    elif asked.markdown:
        sys.stdout.write("\n".join(_markdown(rows)) + "\n")
    else:
        Console().print(_table(rows))
    return 0 if all(row.met for row in rows) else 1


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description="Ratios and counts, against their goals."
    )
    parser.add_argument("--json", action="store_true", help="print the list of rows alone")
    parser.add_argument("--markdown", action="store_true", help="print the table as the README has it")
    parser.add_argument("--only", default="", metavar="NAME", help="only rows whose name contains NAME")
    return parser.parse_args(argv)


def _measured(only: str, console: Console) -> Iterator[Row]:
    for measurement in selected(only):
        with console.status(measurement.name):
            yield measurement.row()


def _table(rows: Sequence[Row]) -> Table:
    table = Table(title=_heading(), title_justify="left", box=SIMPLE_HEAD)
    for column in COLUMNS:
        table.add_column(column, justify="left" if column in {"what", "unit"} else "right")
    for row in rows:
        table.add_row(*_cells(row), style=None if row.met else "bold red")
    return table


def _markdown(rows: Sequence[Row]) -> Iterator[str]:
    yield f"{_heading()}:\n"
    yield f"| {' | '.join(COLUMNS)} |"
    yield "|---|---:|---|---:|:---:|"
    yield from (f"| {' | '.join(_cells(row))} |" for row in rows)


def _cells(row: Row) -> tuple[str, str, str, str, str]:
    return row.name, f"{row.value:.4g}", row.unit, row.goal, "yes" if row.met else "no"


def _heading() -> str:
    machine = (
        f"{process_cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    )
    return f"Measured {datetime.now(UTC):%Y-%m-%d} on {machine}"


if __name__ == "__main__":
    sys.exit(main())
