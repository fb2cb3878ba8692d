"""Checks of the rows as a whole: values, totals, duplicates and dates. Axes: R rows."""

import re
from collections.abc import Callable
from datetime import date

import numpy as np

from ladder.adapters.metric_files.layout import Layout
from ladder.adapters.metric_files.problems import FileProblems
from ladder.adapters.metric_files.table import MetricTable, Rows, Series
from ladder.domain.challenges.plausibility import DAY_SECONDS, MAX_VALUE, SLACK, PlausibleRange
from ladder.domain.validation.problem import Severity

MAX_DAYS = 3700  # ten years
MAX_GAP_DAYS = 31
OFTEN = 0.2  # of agent-days: then the column is another than it was taken for
LEAST_IN_TOTAL = 3  # agents of a day, of whom one may be the sum of the others
LEAST_DAYS = 3
LEAST_ROWS = 20
_TOTAL = re.compile(r"\b(sub)?total|\bsum(me)?\b|gesamt|insgesamt|\ball agents\b|\boverall\b", re.IGNORECASE)

type Keys = np.ndarray[tuple[int], np.dtype[np.int32 | np.int64]]  # (R,)
type Amounts = np.ndarray[tuple[int], np.dtype[np.float64]]  # (G,) or (R,)
type Mask = np.ndarray[tuple[int], np.dtype[np.bool]]


def check_values(rows: Rows, layout: Layout, problems: FileProblems) -> Mask:
    """Report impossible values of single rows, each once: infinite, negative, too large, a part above its whole."""
    reported = np.zeros(len(rows.day), dtype=np.bool)
    for name, values in rows.columns.items():
        infinite = np.isinf(values)
        negative, large = (values < 0) & (name not in layout.signed), np.abs(values) > MAX_VALUE
        for wrong, why, hint in (
            (infinite, "is not a finite number", "Leave the cell empty if nothing was measured."),
            (negative & ~infinite, "is below zero", "Write what was measured: times and counts begin at 0."),
            (large & ~infinite, "is larger than any value of one day", f"Write a number up to {MAX_VALUE:,.0f}."),
        ):

            def impossible(row: int, values: Amounts = values, why: str = why) -> str:
                return f"{values[row]:.12g} {why}"

            _report(problems, name, rows, wrong, impossible, hint=hint)
            reported |= wrong
    for measure in layout.measures.values():
        if measure.statistic != "share" or not {*measure.columns, measure.count} <= rows.columns.keys():
            continue
        part = np.add.reduce([rows.columns[name] for name in measure.columns])
        total = np.nan_to_num(rows.columns[measure.count])

        def larger(row: int, part: Amounts = part, total: Amounts = total, count: str = measure.count) -> str:
            return f"{part[row]:g} is more than {count}, {total[row]:g}, of which it is a part"

        hint = f"Write {measure.count} or less, or correct the columns in metric_files of the program."
        _report(problems, measure.columns[0], rows, part > total, larger, hint=hint)
        reported |= part > total
    return reported


def check_days(
    table: MetricTable, layout: Layout, problems: FileProblems, reported: frozenset[tuple[int, int]]
) -> None:
    """Report what no agent can have done in a day. `reported`: agent and day of rows that were reported already."""
    days = zip(table.agent.tolist(), table.day.tolist(), strict=True)
    fresh = np.array([pair not in reported for pair in days], dtype=np.bool)
    believed = fresh.copy()
    for key, possible in layout.plausible.items():
        series = table.series.get(key)
        if series is None:
            continue
        wrong = np.flatnonzero(possible.refuses(series.values, series.counts) & fresh).tolist()
        believed[wrong] = False
        measure = layout.measures.get(key)
        hint = f"Write what was measured; if {key} can have this value, give it a range in the program."
        if measure and measure.statistic == "mean" and possible.spent and len(wrong) > len(fresh) * OFTEN:
            hint = f"Is it a sum rather than a mean? Then write as: ratio for {key} in metric_files. {hint}"

        def why(n: int, wrong: list[int] = wrong, series: Series = series, possible: PlausibleRange = possible) -> str:
            from ladder.messages.render import render  # noqa: PLC0415 - the rotation Lambda starts sooner without it

            return render(possible.why(series.values[wrong[n]], series.counts[wrong[n]])).removesuffix(".")

        lines = [int(table.line[row]) for row in wrong]
        problems.for_lines(measure.columns[0] if measure else key, lines, why, hint)
    _check_mix(table, layout, problems, believed)


def _check_mix(table: MetricTable, layout: Layout, problems: FileProblems, fresh: Mask) -> None:
    """Report days whose contacts of all types, at the mean time of the metric, take more than 24 hours."""
    typed = [table.series[name].values for name in layout.contacts if name in table.series]
    for key in layout.compared.keys() & table.series.keys() if typed else ():
        spent = np.nansum(typed, axis=0) * table.series[key].values * layout.compared[key]
        wrong = np.flatnonzero((spent > DAY_SECONDS * (1 + SLACK)) & fresh)

        def why(n: int, spent: Amounts = spent[wrong]) -> str:
            return f"{spent[n]:,.0f} s of contacts of all types in one day are not possible"

        hint = f"Write how many contacts of each type there were, and the {key} of one."
        problems.for_lines(next(iter(layout.contacts)), table.line[wrong].tolist(), why, hint)


def check_contact_types(rows: Rows, layout: Layout, problems: FileProblems) -> None:
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


def check_duplicates(rows: Rows, layout: Layout, problems: FileProblems) -> None:
    """Report rows that nothing tells apart: the same agent, moment, contact type, and columns of `rows_by`."""
    keys: list[Keys] = [*rows.keys, rows.moment, rows.agent]
    order = np.lexsort((rows.line, *keys))
    same = np.logical_and.reduce([key[order][1:] == key[order][:-1] for key in keys])
    repeated = np.flatnonzero(same)
    first, second = order[repeated], order[repeated + 1]
    by_line = np.argsort(second, kind="stable")
    first, second = first[by_line], second[by_line]
    hint = "Keep one row an agent and day."
    if len(second) > len(rows.day) * OFTEN:
        hint += " If the rows are of several queues or hours, name what tells them apart in metric_files.rows_by."
    problems.for_lines(
        layout.files.agent,
        rows.line[second].tolist(),
        lambda n: (
            f"{rows.agents[rows.agent[second[n]]]} has {_day(rows.day[second[n]])} a second time "
            f"(before in line {rows.line[first[n]]})"
        ),
        hint,
    )


def check_totals_as_agents(table: MetricTable, layout: Layout, problems: FileProblems) -> None:
    """Report an agent whose contacts are those of all others together, of each day or of the file: a line of totals.

    By chance it happens to a real agent of a small group now and then, so it takes several days, or a telling name.
    """
    counts = next((table.series[key].counts for key in layout.measures if key in table.series), None)
    if counts is None:
        return
    counts = np.nan_to_num(counts)
    days, day = np.unique(table.day, return_inverse=True)
    sums, present = np.bincount(day, counts, len(days)), np.bincount(day, minlength=len(days))
    is_sum = (np.abs(sums[day] - 2 * counts) < 1) & (counts > 0) & (present[day] > LEAST_IN_TOTAL)
    worked, summed = np.bincount(table.agent), np.bincount(table.agent, is_sum)
    by_name = np.array([bool(_TOTAL.search(name)) for name in table.agents])
    always = (worked == summed) & ((worked >= LEAST_DAYS) | by_name)
    of_file = (np.abs(counts.sum() - 2 * counts) < 1) & (len(counts) > LEAST_ROWS)
    rows = np.flatnonzero((is_sum & always[table.agent]) | of_file).tolist() if len(counts) else []
    problems.for_lines(
        layout.files.agent,
        [int(table.line[row]) for row in rows],
        lambda n: f"{table.agents[table.agent[rows[n]]]} has as many contacts as all others together",
        f"Leave the line of totals out: metric_files.skip: {{{layout.files.agent}: …}} with what stands in it.",
    )


def check_dates(rows: Rows, layout: Layout, problems: FileProblems) -> None:
    days, row = np.unique(rows.day, return_index=True)
    if len(days) and days[-1] - days[0] > MAX_DAYS:
        message = f"the dates range from {_day(days[0])} (line {rows.line[row[0]]}) to {_day(days[-1])}"
        problems.error(layout.files.date, int(rows.line[row[-1]]), message, "Correct the date that is wrong.")
        return
    gaps = np.flatnonzero(np.diff(days) > MAX_GAP_DAYS)
    problems.for_lines(
        layout.files.date,
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
