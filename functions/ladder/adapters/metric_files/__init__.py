"""Metric files: CSV with one row an agent and day, read as a whole; every mistake is reported with its line.

    table = read_metric_file(Path("history.csv"), program)  # mistakes and a missing file become problems
    table.problems                # domain.validation.problem.Problem; str() of one is a line of text
    table.refused                 # whether one of them is an error: then the table must not be used
    table.agents                  # user names, sorted
    table.first, table.last       # dates; None where there is no row
    table.series["AHT"].values    # (G,) one value an agent-day, NaN = not measured; .counts: contacts it is measured on
    table.agent, .day, .line      # (G,) index into `agents`, date ordinal (date.fromordinal), first line in the file

    as_history(table, program, users, first=…, last=…)  # -> a History, slots in the order of `users`

Series: each metric of the program under its key, and each contact type's `contacts` and `seconds` under that name.
How a metric is read is said by the program's `metric_files`; where it has none by `DEFAULTS` (AHT, SHORT10, REPEAT7D).
`as_history` writes a metric under `metric.measured`, and where that is another name leaves `metric.key` empty, for
`rotation.compare.comparable` to fill. Values stand on the day they belong to; `metric.known_until(night)` says which of
them were final on a night.

problems.py  problems: the first few of each kind in full, the others counted
layout.py    which columns a program reads, and where a file's header has them
read.py      bytes to lines to arrays
checks.py    checks of the rows as a whole
table.py     the file as arrays, and the history made from it
s3.py        a MetricSource that reads one file a day from a bucket
"""

from ladder.adapters.metric_files.layout import DEFAULTS
from ladder.adapters.metric_files.read import read_metric_file
from ladder.adapters.metric_files.table import MetricTable, Series, as_history

__all__ = ["DEFAULTS", "MetricTable", "Series", "as_history", "read_metric_file"]
