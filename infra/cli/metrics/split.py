"""`ladder metrics split FILE --program FILE.yaml --to FOLDER`: writes one file a work day, as nights read them."""

import csv
import io
from datetime import date
from pathlib import Path

import click

from infra.cli.arguments import file_argument
from infra.cli.input_files import InputFileError
from infra.cli.metrics.workbook import Workbook, is_workbook, read_metrics
from infra.cli.program_file import load_program
from infra.cli.terminal import print_lines
from ladder.adapters.metric_files.cells import Moments
from ladder.adapters.metric_files.layout import Header, Layout, layout_of
from ladder.adapters.metric_files.problems import FileProblems
from ladder.adapters.metric_files.read import Source, document_at, wanted_rows

DONE = 0


@click.command()
@file_argument
@click.option("--program", type=Path, required=True, metavar="FILE.yaml", help="A program file with metric_files.")
@click.option("--to", "folder", type=Path, required=True, metavar="FOLDER", help="Files go to FOLDER/PROGRAM/DATE.csv.")
def split(*, file: Path, program: Path, folder: Path) -> int:
    """Write one file a work day of the program, as nights read them from the bucket of metric files.

    Each keeps the form of FILE; lines that the program leaves out are left out. A workbook becomes text. Copy them with
    aws s3 sync FOLDER s3://BUCKET.

    Exit status: 0 done, 2 a file has errors, or a day is there already.
    """
    rules = load_program(program)
    table = read_metrics(file, rules)
    if table.refused or not table.first:
        raise InputFileError("\n".join([*map(str, table.problems), f"{file} has errors."]))
    target = folder / rules.key
    days = sorted({date.fromordinal(day) for day in table.day.tolist()})
    for day in days:
        if (target / f"{day}.csv").exists():
            raise InputFileError(f"{target / f'{day}.csv'} exists. Remove it, or name another folder with --to.")
    problems = FileProblems(str(file))
    layout = layout_of(rules, problems)
    source: Source = Workbook(file) if is_workbook(file) else document_at(file, encoding=layout.files.encoding)
    moments = Moments(layout.files, layout.schedule)
    try:
        target.mkdir(parents=True, exist_ok=True)
        with source.rows(layout, problems) as (header, chunks):
            place = header.positions[layout.files.date]
            for chunk in wanted_rows(chunks, header, layout):
                by_day = dict[date, list[list[str]]]()
                for row in chunk.rows:
                    by_day.setdefault(date.fromordinal(moments[row[place]][0]), []).append(row)
                for day, rows in by_day.items():
                    _append(target / f"{day}.csv", rows, header, layout)
    except OSError as error:
        raise InputFileError(f"{target} cannot be written: {error.strerror or error}") from error
    print_lines([f"{len(days):,} days from {days[0]} to {days[-1]} written to {target}."])
    return DONE


def _append(file: Path, rows: list[list[str]], header: Header, layout: Layout) -> None:
    """Write rows; a new file begins with the header, in the line that the program names."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=header.separator, lineterminator="\n")
    if not file.exists():
        text.write("\n" * (layout.files.header - 1 if layout.files.header else 0))
        names = [""] * header.width
        for name, position in header.positions.items():
            names[position] = name
        writer.writerow(names)
    writer.writerows(rows)
    with file.open("a", encoding=layout.files.encoding, newline="") as target:
        target.write(text.getvalue())
