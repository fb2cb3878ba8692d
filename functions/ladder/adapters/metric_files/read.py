"""A metric file, read whole."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ladder.adapters.metric_files.findings import Findings, Unreadable
from ladder.adapters.metric_files.header import read_header
from ladder.adapters.metric_files.lines import Document, document_at
from ladder.adapters.metric_files.rows import read_rows
from ladder.adapters.metric_files.sanity import check_rows
from ladder.adapters.metric_files.table import MetricTable, Numbers, Rows, Series
from ladder.adapters.metric_files.wanted import Wanted, wanted
from ladder.domain.program import Measure, Program


def read_metric_file(path: Path, program: Program) -> MetricTable:
    """Never raises for what stands in the file, nor for there being none. A name that ends in .gz is compressed."""
    try:
        document = document_at(path)
    except Unreadable as unreadable:
        findings = Findings(str(path))
        findings.stop(unreadable)
        return MetricTable(str(path), Rows.none(), {}, findings.problems())
    return read_document(document, program)


def read_document(document: Document, program: Program, *, closed: bool = False) -> MetricTable:
    """`closed`: a header alone is no mistake but a day on which nobody worked."""
    findings, rows = Findings(document.name), Rows.none()
    want = wanted(program, findings)
    try:
        with document.lines() as lines:
            rows = _rows(lines, want, findings, closed=closed)
    except Unreadable as unreadable:
        findings.stop(unreadable)
    return MetricTable(document.name, rows, _series(rows, want), findings.problems())


def _rows(lines: Iterator[str], want: Wanted, findings: Findings, *, closed: bool) -> Rows:
    header = read_header(lines, want, findings)
    if not {want.agent, want.date} <= header.places.keys():
        return Rows.none()
    rows = read_rows(lines, header, want, findings)
    if not rows.read and not closed:
        raise Unreadable("there is no row below the header", "Write one row an agent and day.", line=header.line)
    check_rows(rows, want, findings)
    return rows


def _series(rows: Rows, want: Wanted) -> dict[str, Series]:
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
    with np.errstate(invalid="ignore", divide="ignore"):
        value = 100 * column / count if measure.share else column
    return Series(np.where(count > 0, value, np.nan), count)
