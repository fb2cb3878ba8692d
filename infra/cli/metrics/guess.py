"""Guess the `metric_files` section of an export: which column is what, and how its cells are written.

A guess rests on what the figures allow, then on words of the header. A mean handle time times its contacts fits into a
day; a sum of seconds taken for a mean does not. A rate times the contacts that it rests on is a whole number. Where two
readings are left that mean different figures, nothing is chosen: it is asked.

    guess.py          the agent, the date, signs of numbers; and all of it together
    rows.py           rows that are left out, cells that repeat, and what tells rows of one agent and day apart
    measures.py       the column of contacts, handle time, shares and scores
    contact_types.py  contact types in rows or in columns
    load.py           queues beside the contact types, and parts of the day
    columns.py        what the cells of a column can be; words.py: what headers call it
    sample.py         the rows that all of them look at, and what they find out
    shape.py          a file of text: encoding, separator, header; workbook.py: a workbook
    section.py        the section as YAML
"""

import zlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import time
from pathlib import Path

from infra.cli.input_files import InputFileError
from infra.cli.metrics.columns import SIGNS, Column, Signs, number_signs
from infra.cli.metrics.contact_types import guess_types
from infra.cli.metrics.inputs import read_names
from infra.cli.metrics.load import guess_load
from infra.cli.metrics.measures import contact_column, guess_handle_time, guess_rates
from infra.cli.metrics.rows import guess_rows_by, repeated_cells, skip_incomplete, skip_notes, skip_sums
from infra.cli.metrics.sample import Guess, GuessedMetric, Sample, best_column
from infra.cli.metrics.shape import Shape, shape_of_text
from infra.cli.metrics.words import says
from infra.cli.metrics.workbook import is_workbook, shape_of_workbook
from ladder.domain.calendar.schedule import Schedule
from ladder.domain.challenges.metric_files import is_date_format
from ladder.domain.challenges.rules import ChallengeRules, Metric
from ladder.domain.programs.program import Program
from ladder.domain.validation.constraints import is_time_zone

USER = "user"  # the column of a roster that every program has
LEAST_ON_ROSTER = 0.5  # of the agents of a file


def guess_file(
    file: Path,
    *,
    roster: Path | None = None,
    types: Path | None = None,
    given: Mapping[str, str] | None = None,
    time_zone: str = "UTC",
) -> Guess:
    """Guess the section of a file. `roster`, `types`: files of names; `given`: answers, which are believed.

    `time_zone`: the centre's, in which the parts of its days begin.

    Raises InputFileError for a file without a table, and for a wrong answer.
    """
    if not file.is_file():
        raise InputFileError(f"{file}: there is no such file; check the path")
    given = given or {}
    people, type_names = read_names(roster, *([USER] if roster else [])), read_names(types)
    try:
        shape = shape_of_workbook(file, given) if is_workbook(file) else shape_of_text(file, given)
        sample = Sample(shape.header, shape.rows, shape.complete, people, type_names, given, findings=[*shape.findings])
        return guess(sample, shape, time_zone)
    except (ValueError, OSError, EOFError, zlib.error) as error:
        raise InputFileError(f"{file}: {error}") from error


def trial_program(guessed: Guess, time_zone: str) -> Program:
    """Return a program that has just what reading the file needs."""
    has_load = bool(guessed.files and guessed.files.load)
    metrics = tuple(
        Metric(
            key=metric.key,
            name=metric.name,
            unit=metric.unit,
            direction=metric.direction,
            step=metric.step,
            normalise_by="contact_type" if has_load and metric.role == "time" else None,
        )
        for metric in guessed.metrics
    )
    rules = ChallengeRules(metrics=metrics, contact_types=guessed.contact_types, metric_files=guessed.files)
    return Program(key="", name="", schedule=Schedule(time_zone=time_zone, rotation_time=time(0)), challenges=rules)


def guess(sample: Sample, shape: Shape, time_zone: str) -> Guess:
    """Guess the section of a file of this shape. Raises ValueError for an answer that cannot be."""
    if any(finding.sure == "unsure" for finding in shape.findings):
        return Guess(files=None, findings=shape.findings)
    skipped = skip_notes(sample, shape.odd)
    agent, date = _agent(sample), _date(sample)
    if agent is None or date is None:
        return Guess(files=None, findings=tuple(sample.findings))
    _refuse_figures_in_rows(sample)
    repeats = repeated_cells(sample, agent, date)
    skipped += skip_incomplete(sample, agent, date)
    date_format = _date_format(sample, sample.columns[date])
    signs = _signs(sample)
    if signs is None:
        return Guess(files=None, findings=tuple(sample.findings))
    numbers = [column for column in sample.columns.values() if column.is_number]
    sample.read_as(
        replace(
            shape.files,
            agent=agent,
            agent_ids=_agent_ids(sample, agent),
            date=date,
            date_format=date_format or next(iter(sample.columns[date].dates), "yyyy-mm-dd"),
            time_zone=_time_zone(sample, sample.columns[date]),
            skip=tuple(skipped),
            repeats=repeats,
            decimal=signs[0],
            thousands=signs[1],
            empty=tuple(dict.fromkeys(word for column in numbers for word in column.empty)),
        )
    )
    metrics: list[GuessedMetric] = []
    if count := contact_column(sample):
        skip_sums(sample, count)
        metrics += guess_handle_time(sample, count)
        metrics += guess_rates(sample, metrics[0].measure.count if metrics else count)
    kinds, in_rows = guess_types(sample, metrics[0].measure.count if metrics else count or "")
    measures = {metric.key: metric.measure for metric in metrics}
    rows_by = guess_rows_by(sample, in_rows)
    files = sample.files = replace(sample.files, measures=measures, contact_type=in_rows, rows_by=rows_by)
    if metrics and metrics[0].role == "time":
        load = guess_load(sample, metrics[0].measure.count, kinds=len(kinds), time_zone=time_zone)
        files = replace(files, load=load)
    if count and not metrics and not any(finding.sure == "unsure" for finding in sample.findings):
        why = "no column of handle time, short contacts, repeat contacts or quality was found"
        sample.ask("measures", why, tuple(sample.columns))
    used = {agent, date, *rows_by, *(kind.contacts for kind in kinds)} | ({in_rows.column} if in_rows else set())
    used |= {name for measure in measures.values() for name in (*measure.columns, measure.count)}
    return Guess(
        files=files if metrics and date_format else None,
        metrics=tuple(metrics),
        contact_types=kinds,
        findings=tuple(sample.findings),
        unused=tuple(name for name, column in sample.columns.items() if column.is_number and name not in used),
    )


def _refuse_figures_in_rows(sample: Sample) -> None:
    for name, column in sample.columns.items():
        kinds = {
            kind for text in column.texts[:20] for kind in ("contacts", "handle time", "short") if says(text, kind)
        }
        if len(kinds) > 1 and not column.is_number and len(column.texts) <= len(sample.rows) / 2:
            raise ValueError(
                f"in {name}, each row holds one figure ({', '.join(column.texts[:3])}); write one row an agent and day "
                "with a column a figure, as a pivot table does"
            )


# --- agent


def _agent(sample: Sample) -> str | None:
    if name := sample.answered_column("agent"):
        return name
    columns = [column for column in sample.columns.values() if not (column.dates or column.formats[:1] == ("percent",))]
    if sample.roster:
        known = {column.name: best_column(sample.roster, column.texts)[1] for column in columns}
        best = max(known, key=lambda name: known[name], default="")
        if known.get(best, 0.0) > LEAST_ON_ROSTER:
            sample.find("agent", best, "certain", f"{known[best]:.0%} of its cells stand in the roster")
            return best
    columns = [column for column in columns if column.texts and not column.is_measure]
    named = [column.name for column in columns if says(column.name, "agent") and not says(column.name, "other person")]
    named = [name for name in named if len(sample.columns[name].texts) > 1] or named
    named.sort(key=lambda name: not says(name, "agent id"))
    if not named:
        names = [column.name for column in columns]
        sample.ask("agent", "no header says agent, user, login or the like", names)
        return None
    chosen, *others = named
    rivals = [name for name in others if not sample.one_to_one(chosen, name)]
    if rivals:
        sample.ask("agent", f"{chosen} and {', '.join(rivals)} do not name the same people", named)
        return None
    same = f"; {', '.join(others)} names the same" if others else ""
    sample.find("agent", chosen, "certain", f"it has {len(sample.columns[chosen].texts)} values{same}")
    return chosen


def _agent_ids(sample: Sample, agent: str) -> str | None:
    if given := sample.answer("agent_ids"):
        return given
    if not sample.roster:
        return None
    name, share = best_column(sample.roster, sample.columns[agent].texts)
    if share == 0:
        sample.ask("agent_ids", f"nobody of {agent} is on the roster", tuple(sample.roster))
    elif name != USER:
        sample.find("agent_ids", name, "certain", f"{share:.0%} of {agent} stand in {name} of the roster")
        return name
    return None


# --- date


def _date(sample: Sample) -> str | None:
    if name := sample.answered_column("date"):
        return name
    dated = [name for name, column in sample.columns.items() if column.dates and not says(name, "other date")]
    named = [name for name in dated if says(name, "date")]
    dated = named or [name for name in dated if not sample.columns[name].is_number]
    dated = [name for name in dated if says(name, "day itself")] or dated
    moments = [name for name in dated if sample.columns[name].has_moments]
    if len(dated) > 1 and len(moments) == 1:
        dated = moments  # the moment says the day, too, and where it is cut
    if not dated or any(sample.cells(name) != sample.cells(dated[0]) for name in dated[1:]):
        why = "several columns hold dates" if dated else "no column holds dates that can be read"
        sample.ask("date", why, dated or tuple(sample.columns))
        return None
    same = f", the same in {', '.join(dated[1:])}" if dated[1:] else ""
    sample.find("date", dated[0], "certain", f"every cell is a date or a moment{same}")
    return dated[0]


def _date_format(sample: Sample, column: Column) -> str | None:
    if given := sample.answer("date_format"):
        if not is_date_format(given):
            raise ValueError(f"--set date_format={given}: write yyyy-mm-dd, dd.mm.yyyy, m/d/yyyy hh:mm or instant")
        return given
    formats, shown = column.dates, column.texts[0] if column.texts else "nothing"
    if len(formats) == 1:
        sample.find("date_format", formats[0], "certain", f"every cell is one, such as {shown}")
        return formats[0]
    why = f"{column.name} holds no dates that are known: {shown}"
    if formats:
        why = f"{shown} can be read in {len(formats)} ways, and so can every other date of the file"
    sample.ask("date_format", why, formats)
    return None


def _time_zone(sample: Sample, date: Column) -> str | None:
    if given := sample.answer("time_zone"):
        if not is_time_zone(given):
            raise ValueError(f"--set time_zone={given}: write an IANA name such as UTC or Europe/Berlin")
        return given
    if not date.has_moments or date.names_zone:
        return None
    if says(date.name, "utc"):
        sample.find("time_zone", "UTC", "certain", f"{date.name} says so")
        return "UTC"
    sample.find("time_zone", None, "likely", "times that name no zone are read as the centre's own; UTC must be said")
    return None


# --- numbers


def _signs(sample: Sample) -> Signs | None:
    """Return the signs of decimals and of thousands; None where they are asked."""
    pairs = number_signs(sample.columns.values())
    if decimal := sample.answer("decimal"):
        thousands = sample.answer("thousands")
        given = [pair for pair in (*pairs, *SIGNS) if pair[0] == decimal and thousands in {None, pair[1]}]
        if not given:
            raise ValueError(f"--set decimal={decimal}: write . or , and another sign for thousands: . , ' or a space")
        return given[0]
    counts = [column for column in sample.columns.values() if says(column.name, "contacts") and column.is_number]
    counts = [column for column in counts if not says(column.name, "not contacts")]
    whole = [pair for pair in pairs if all(pair[0] not in text for column in counts for text in column.texts)]
    if len(pairs) > 1 and whole:
        pairs = whole  # contacts are whole numbers
    if len(pairs) != 1:
        why = "some columns write decimals with a point, others with a comma"
        if pairs:
            why = "numbers such as 1.234 can be read in two ways: does this sign come before decimals?"
        sample.ask("decimal", why, sorted({decimal for decimal, _ in pairs} or {".", ","}))
        return None
    if pairs != [(".", None)]:
        for key, sign in zip(("decimal", "thousands"), pairs[0], strict=True):
            if sign:
                sample.find(key, sign, "certain", "no other reading fits every number of the file")
    return pairs[0]
