"""What cannot be, though each cell alone could. Axes: R rows."""

from collections.abc import Callable
from datetime import date

import numpy as np

from ladder.adapters.metric_files.findings import Findings
from ladder.adapters.metric_files.series import series_of
from ladder.adapters.metric_files.table import Rows, Series
from ladder.adapters.metric_files.wanted import Wanted
from ladder.domain.challenges.plausibility import LARGEST
from ladder.domain.program_check import Severity
from ladder.domain.programs.program import Measure

LONGEST_DAYS = 3700  # ten years
LONGEST_GAP_DAYS = 31

type Mask = np.ndarray[tuple[int], np.dtype[np.bool]]


def check_rows(rows: Rows, wanted: Wanted, findings: Findings) -> None:
    """Who, when, and whether the columns fit together."""
    _untyped(rows, wanted, findings)
    _duplicates(rows, wanted, findings)
    _dates(rows, wanted, findings)


def check_figures(rows: Rows, wanted: Wanted, findings: Findings) -> None:
    """Figures that cannot be, each said once: by the number alone, as a part of others, or by what the day can hold."""
    said = np.zeros(len(rows.day), dtype=np.bool)
    for name in rows.columns:
        said |= _impossible(name, rows, findings, signed=name in wanted.signed)
    for measure in wanted.measures.values():
        if measure.share and {measure.column, measure.count} <= rows.columns.keys():
            said |= _larger_parts(measure, rows, findings)
    for key, series in series_of(rows, wanted).items():
        if key in wanted.plausible:
            _implausible(key, series, rows=rows, wanted=wanted, findings=findings, said=said)


def _implausible(key: str, series: Series, *, rows: Rows, wanted: Wanted, findings: Findings, said: Mask) -> None:
    can_be, column = wanted.plausible[key], wanted.measures[key].column if key in wanted.measures else key
    _say(
        findings,
        column,
        rows,
        can_be.refuses(series.values, series.counts) & ~said,
        lambda row: can_be.why(series.values[row], series.counts[row]),
        mend=f"Write what was measured; where {key} can be so, give it a range in the program.",
    )


def _impossible(name: str, rows: Rows, findings: Findings, *, signed: bool) -> Mask:
    values = rows.columns[name]
    infinite = np.isinf(values)

    def refuse(mask: Mask, what: str, mend: str) -> None:
        _say(findings, name, rows, mask, lambda row: f"{values[row]:.12g} {what}", mend=mend)

    refuse(infinite, "is no number that ends", "Leave the cell empty where nothing was measured.")
    if not signed:
        refuse((values < 0) & ~infinite, "is below zero", "Write what was measured: times and counts begin at 0.")
    largest = f"Write a number up to {LARGEST:,.0f}."
    refuse((np.abs(values) > LARGEST) & ~infinite, "is larger than anything a day can hold", largest)
    wrong: Mask = infinite | (np.abs(values) > LARGEST) | ((values < 0) & (not signed))
    return wrong


def _larger_parts(measure: Measure, rows: Rows, findings: Findings) -> Mask:
    """More short contacts than contacts, more repeats than callers who were known."""
    part, whole = rows.columns[measure.column], np.nan_to_num(rows.columns[measure.count])
    larger: Mask = part > whole
    _say(
        findings,
        measure.column,
        rows,
        larger,
        lambda row: f"{part[row]:g} is more than {measure.count}, {whole[row]:g}, of which it is a part",
        mend=f"Write {measure.count} or less, or name the columns that belong together in metric_files of the program.",
    )
    return larger


def _untyped(rows: Rows, wanted: Wanted, findings: Findings) -> None:
    """Contacts by type add up to all contacts; those of no type would count in no mix."""
    typed = [rows.columns[name] for name in wanted.contacts if name in rows.columns]
    if wanted.total is None or wanted.total not in rows.columns or not typed or len(typed) < len(wanted.contacts):
        return
    total, added = np.nan_to_num(rows.columns[wanted.total]), np.nansum(typed, axis=0)
    _say(
        findings,
        wanted.total,
        rows,
        np.abs(total - added) >= 1,
        lambda row: f"{added[row]:g} contacts have a type, and there are {total[row]:g}",
        mend="Name a column for every type in contact_types of the program, and one for all the rest.",
        severity="warning",
    )


def _duplicates(rows: Rows, wanted: Wanted, findings: Findings) -> None:
    key = rows.agent.astype(np.int64) << 32 | rows.day
    order = np.argsort(key, kind="stable")
    again = np.flatnonzero(key[order][1:] == key[order][:-1])
    first, second = order[again], order[again + 1]
    findings.rows(
        wanted.agent,
        rows.line[second].tolist(),
        lambda n: (
            f"{rows.agents[rows.agent[second[n]]]} has {_day(rows.day[second[n]])} a second time "
            f"(before in line {rows.line[first[n]]})"
        ),
        "Keep one row an agent and day.",
    )


def _dates(rows: Rows, wanted: Wanted, findings: Findings) -> None:
    days, at = np.unique(rows.day, return_index=True)
    if len(days) and days[-1] - days[0] > LONGEST_DAYS:
        earliest = f"from {_day(days[0])} (line {rows.line[at[0]]})"
        message = f"the dates reach {earliest} to {_day(days[-1])}"
        findings.error(wanted.date, int(rows.line[at[-1]]), message, "Mend the date that is wrong.")
        return
    gaps = np.flatnonzero(np.diff(days) > LONGEST_GAP_DAYS)
    findings.rows(
        wanted.date,
        rows.line[at[gaps + 1]].tolist(),
        lambda n: f"there is no row for {days[gaps[n] + 1] - days[gaps[n]] - 1} days after {_day(days[gaps[n]])}",
        "Add the days if anybody worked on them.",
        severity="warning",
    )


def _day(ordinal: int) -> date:
    return date.fromordinal(int(ordinal))


def _say(
    findings: Findings,
    column: str,
    rows: Rows,
    mask: Mask,
    message: Callable[[int], str],
    *,
    mend: str,
    severity: Severity = "error",
) -> None:
    at = np.flatnonzero(mask)
    findings.rows(column, rows.line[at].tolist(), lambda n: message(int(at[n])), mend, severity=severity)
