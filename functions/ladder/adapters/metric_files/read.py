"""A metric file, read whole."""

from collections.abc import Iterator
from pathlib import Path

from ladder.adapters.metric_files.findings import Findings, Unreadable
from ladder.adapters.metric_files.header import read_header
from ladder.adapters.metric_files.lines import Document, document_at
from ladder.adapters.metric_files.rows import read_rows
from ladder.adapters.metric_files.sanity import check_figures, check_rows
from ladder.adapters.metric_files.series import series_of
from ladder.adapters.metric_files.table import MetricTable, Rows
from ladder.adapters.metric_files.wanted import Wanted, wanted
from ladder.domain.programs.program import Program


def read_metric_file(path: Path, program: Program) -> MetricTable:
    """Never raises for what stands in the file, nor for there being none. A name that ends in .gz is compressed."""
    try:
        document = document_at(path)
    except Unreadable as unreadable:
        findings = Findings(str(path))
        findings.stop(unreadable)
        return MetricTable(str(path), Rows.none(), {}, findings.problems())
    return read_document(document, program)


def read_document(document: Document, program: Program, *, nightly: bool = False) -> MetricTable:
    """`nightly`: a header alone is a day on which nobody worked, and figures that cannot be are left to the night."""
    findings, rows = Findings(document.name), Rows.none()
    want = wanted(program, findings)
    try:
        with document.lines() as lines:
            rows = _rows(lines, want, findings, nightly=nightly)
    except Unreadable as unreadable:
        findings.stop(unreadable)
    return MetricTable(document.name, rows, series_of(rows, want), findings.problems())


def _rows(lines: Iterator[str], want: Wanted, findings: Findings, *, nightly: bool) -> Rows:
    header = read_header(lines, want, findings)
    if not {want.agent, want.date} <= header.places.keys():
        return Rows.none()
    rows = read_rows(lines, header, want, findings)
    if not rows.read and not nightly:
        raise Unreadable("there is no row below the header", "Write one row an agent and day.", line=header.line)
    check_rows(rows, want, findings)
    if not nightly:
        check_figures(rows, want, findings)
    return rows
