"""Rows to series: each metric as the program reads it, contacts and seconds as they stand."""

import numpy as np

from ladder.adapters.metric_files.table import Numbers, Rows, Series
from ladder.adapters.metric_files.wanted import Wanted
from ladder.domain.programs.program import Measure


def series_of(rows: Rows, want: Wanted) -> dict[str, Series]:
    """Every series whose columns are there."""
    known = rows.columns
    series = {
        key: _measured(measure, known[measure.column], known[measure.count])
        for key, measure in want.measures.items()
        if {measure.column, measure.count} <= known.keys()
    }
    for contacts, seconds in want.contacts.items():
        series |= {name: Series(known[name], known[contacts]) for name in (contacts, seconds) if name in known}
    return series


def _measured(measure: Measure, column: Numbers, count: Numbers) -> Series:
    """Nothing can be measured on no contact."""
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        value = 100 * column / count if measure.share else column
    counted = ~np.isnan(count) & (count != 0)
    return Series(np.where(counted, value, np.nan), count)
