"""Checks of the rows as a whole: values, totals, duplicates and dates. Axes: R rows."""

from collections.abc import Callable
from datetime import date

import numpy as np

from ladder.adapters.metric_files.layout import Layout
from ladder.adapters.metric_files.problems import FileProblems
from ladder.adapters.metric_files.table import Rows, Series, series_of
from ladder.domain.challenges.plausibility import MAX_VALUE
from ladder.domain.challenges.rules import Measure
from ladder.domain.validation.problem import Severity

MAX_DAYS = 3700  # ten years
MAX_GAP_DAYS = 31

type Mask = np.ndarray[tuple[int], np.dtype[np.bool]]


def check_rows(rows: Rows, layout: Layout, problems: FileProblems) -> None:
    """Report contact types that do not add up, duplicate rows, and dates that are far apart."""
    _check_totals(rows, layout, problems)
    _check_duplicates(rows, layout, problems)
    _check_dates(rows, layout, problems)


def check_values(rows: Rows, layout: Layout, problems: FileProblems) -> None:
    """Report impossible values, each once: infinite, negative, too large, a part above its whole, out of range."""
    reported = np.zeros(len(rows.day), dtype=np.bool)
    for name in rows.columns:
        reported |= _check_column(name, rows, problems, signed=name in layout.signed)
    for measure in layout.measures.values():
        if measure.share and {measure.column, measure.count} <= rows.columns.keys():
            reported |= _check_part(measure, rows, problems)
    for key, series in series_of(rows, layout).items():
        if key in layout.plausible:
            _check_range(key, series, reported, rows=rows, layout=layout, problems=problems)


def _check_part(measure: Measure, rows: Rows, problems: FileProblems) -> Mask:
    """Report more short contacts than contacts, or more repeats than callers who were known."""
    part, total = rows.columns[measure.column], np.nan_to_num(rows.columns[measure.count])
    larger: Mask = part > total
    _report(
        problems,
        measure.column,
        rows,
        larger,
        lambda row: f"{part[row]:g} is more than {measure.count}, {total[row]:g}, of which it is a part",
        hint=f"Write {measure.count} or less, or correct the columns in metric_files of the program.",
    )
    return larger


def _check_range(
    key: str, series: Series, reported: Mask, *, rows: Rows, layout: Layout, problems: FileProblems
) -> None:
    possible = layout.plausible[key]

    def why(row: int) -> str:
        from ladder.messages.render import render  # noqa: PLC0415 - the rotation Lambda starts sooner without it

        return render(possible.why(series.values[row], series.counts[row])).removesuffix(".")

    _report(
        problems,
        layout.measures[key].column if key in layout.measures else key,
        rows,
        possible.refuses(series.values, series.counts) & ~reported,
        why,
        hint=f"Write what was measured; if {key} can have this value, give it a range in the program.",
    )


def _check_column(name: str, rows: Rows, problems: FileProblems, *, signed: bool) -> Mask:
    """Report values that are impossible by themselves, and return where they are."""
    values = rows.columns[name]
    infinite, negative, large = np.isinf(values), (values < 0) & (not signed), np.abs(values) > MAX_VALUE

    def report(mask: Mask, message: str, hint: str) -> None:
        _report(problems, name, rows, mask, lambda row: f"{values[row]:.12g} {message}", hint=hint)

    report(infinite, "is not a finite number", "Leave the cell empty if nothing was measured.")
    report(negative & ~infinite, "is below zero", "Write what was measured: times and counts begin at 0.")
    report(large & ~infinite, "is larger than any value of one day", f"Write a number up to {MAX_VALUE:,.0f}.")
    wrong: Mask = infinite | negative | large
    return wrong


def _check_totals(rows: Rows, layout: Layout, problems: FileProblems) -> None:
    """Warn where contacts by type do not add up to all contacts: those of no type would count in no case mix."""
    typed = [rows.columns[name] for name in layout.contacts if name in rows.columns]
    if layout.total is None or layout.total not in rows.columns or not typed or len(typed) < len(layout.contacts):
        return
    total, added = np.nan_to_num(rows.columns[layout.total]), np.nansum(typed, axis=0)
    _report(
        problems,
        layout.total,
        rows,
        np.abs(total - added) >= 1,
        lambda row: f"{added[row]:g} contacts have a type, but there are {total[row]:g}",
        hint="Name a column for every type in contact_types of the program, and one for all the rest.",
        severity="warning",
    )


def _check_duplicates(rows: Rows, layout: Layout, problems: FileProblems) -> None:
    key = rows.agent.astype(np.int64) << 32 | rows.day
    order = np.argsort(key, kind="stable")
    repeated = np.flatnonzero(key[order][1:] == key[order][:-1])
    first, second = order[repeated], order[repeated + 1]
    problems.for_lines(
        layout.agent,
        rows.line[second].tolist(),
        lambda n: (
            f"{rows.agents[rows.agent[second[n]]]} has {_day(rows.day[second[n]])} a second time "
            f"(before in line {rows.line[first[n]]})"
        ),
        "Keep one row an agent and day.",
    )


def _check_dates(rows: Rows, layout: Layout, problems: FileProblems) -> None:
    days, row = np.unique(rows.day, return_index=True)
    if len(days) and days[-1] - days[0] > MAX_DAYS:
        message = f"the dates range from {_day(days[0])} (line {rows.line[row[0]]}) to {_day(days[-1])}"
        problems.error(layout.date, int(rows.line[row[-1]]), message, "Correct the date that is wrong.")
        return
    gaps = np.flatnonzero(np.diff(days) > MAX_GAP_DAYS)
    problems.for_lines(
        layout.date,
        rows.line[row[gaps + 1]].tolist(),
        lambda n: f"there is no row for {days[gaps[n] + 1] - days[gaps[n]] - 1} days after {_day(days[gaps[n]])}",
        "Add the days if anybody worked on them.",
        severity="warning",
    )


def _day(ordinal: int) -> date:
    return date.fromordinal(int(ordinal))


def _report(
    problems: FileProblems,
    column: str,
    rows: Rows,
    mask: Mask,
    message: Callable[[int], str],
    *,
    hint: str,
    severity: Severity = "error",
) -> None:
    """Add a problem for each row of `mask`; `message` takes the row."""
    wrong = np.flatnonzero(mask)
    problems.for_lines(column, rows.line[wrong].tolist(), lambda n: message(int(wrong[n])), hint, severity=severity)
