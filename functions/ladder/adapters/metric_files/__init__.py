"""Metric files: what a centre measured as CSV, one row an agent and day, read whole, every mistake with its line.

    table = read_metric_file(Path("history.csv"), program)  # never raises for what stands in the file, nor for its lack
    table.problems                # domain.program_check.Problem; str() of each is a line for a person
    table.refused                 # whether one of them is an error: then nothing may be played on the table
    table.agents                  # user names, sorted
    table.first, table.last       # dates; None where there is no row
    table.series["AHT"].values    # (R,) one value a row, NaN = not measured; .counts: what it rests on
    table.rows.agent, .day, .line # (R,) index into `agents`, date ordinal (date.fromordinal), line of the file

    strangers(table, users)       # a warning for each agent that is not among `users`
    as_history(table, program, users, first=…, last=…)  # -> domain.columns.History, slots in the order of `users`

Series: each metric of the program under its key, and each contact type's `contacts` and `seconds` under that name.
How a metric is read is said by the program's `metric_files`; where it has none by `DEFAULTS` (AHT, SHORT10, REPEAT7D).
`as_history` writes a metric under `metric.measured`, and where that is another name leaves `metric.key` empty, for
`rotation.compare.comparable` to fill. What a night did not know yet is the business of whoever replays it: figures
stand on the day they belong to, `metric.known_until(night)` says which of them were final.

findings.py  problems, the first few of each kind in words, the others counted
wanted.py    what a program wants to read
lines.py     bytes -> lines of text: compression, encoding, lines without end
header.py    the first line: separator and places of the columns
cells.py     text -> numbers, dates and agents
rows.py      lines -> arrays
sanity.py    what cannot be, though each cell alone could
table.py     the answer, and the history made from it
read.py      all of it
s3.py        a MetricSource over one file a day in a bucket
"""

from ladder.adapters.metric_files.read import read_metric_file
from ladder.adapters.metric_files.table import MetricTable, Rows, Series, as_history, strangers
from ladder.adapters.metric_files.wanted import DEFAULTS

__all__ = ["DEFAULTS", "MetricTable", "Rows", "Series", "as_history", "read_metric_file", "strangers"]
