"""Guess the `metric_files` section of an export: which column is what, and how its cells are written.

A guess rests on what the figures allow, then on words of the header. A mean handle time times its contacts fits into a
day; a sum of seconds taken for a mean does not. A rate times the contacts that it rests on is a whole number. Where two
readings are left that mean different figures, nothing is chosen: it is asked.

    guess.py      the agent, the date, rows that are left out, signs of numbers; and all of it together
    times.py      the column of contacts, and handle time
    rates.py      shares and scores: short contacts, repeat contacts, quality
    groups.py     contact types, and what tells rows of one agent and day apart
    columns.py    what the cells of a column can be
    words.py      what headers call it
    sample.py     the rows that all of them look at
    shape.py      a file of text: encoding, separator, header; workbook.py: a workbook
    section.py    the section as YAML
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from infra.cli.metrics.columns import Column, number_signs
from infra.cli.metrics.findings import Guess, GuessedMetric
from infra.cli.metrics.groups import guess_rows_by, guess_types
from infra.cli.metrics.rates import guess_rates
from infra.cli.metrics.sample import Sample
from infra.cli.metrics.shape import Shape
from infra.cli.metrics.times import contact_column, guess_handle_time
from infra.cli.metrics.words import says
from ladder.domain.challenges.metric_files import INSTANT, MetricFiles, SkippedRows, is_date_format
from ladder.domain.validation.constraints import is_time_zone

LEAST_ON_ROSTER = 0.5  # of the agents of a file
LEAST_IN_TOTAL = 3  # agents of a day, of whom one may be the sum of the others
LEAST_DAYS = 3
MOST_WORDS = 20  # that a pattern of rows may list


def guess(shape: Shape, *, roster: Mapping[str, Sequence[str]], given: Mapping[str, str]) -> Guess:
    """Guess the section. `roster`: the columns of a roster, by name; `given`: answers, which are believed.

    Raises ValueError for an answer that cannot be.
    """
    sample = Sample(shape.header, shape.rows, shape.complete, roster, given, findings=list(shape.findings))
    skipped = [*_skip_repeated_headers_and_notes(sample, shape), *_skip_totals(sample)]
    agent, date = _agent(sample), _date(sample)
    if agent is None or date is None:
        return Guess(files=None, findings=tuple(sample.findings))
    skipped += _skip_rows_without_agent(sample, agent)
    date_format = _date_format(sample, sample.columns[date])
    decimal, thousands = _signs(sample)
    shaped = {finding.key: finding.value for finding in shape.findings}
    sample.read_as(
        MetricFiles(
            measures={},
            agent=agent,
            agent_ids=_agent_ids(sample, agent),
            date=date,
            date_format=date_format or "yyyy-mm-dd",
            time_zone=_time_zone(sample, date, date_format),
            skip=tuple(skipped),
            header=int(str(shaped["header"])) if shaped["header"] != 1 else None,
            encoding=str(shaped.get("encoding", "utf-8")),
            separator=None if shaped.get("separator", ",") == "," else shaped["separator"],  # type: ignore[arg-type]
            sheet=given.get("sheet"),
            decimal=decimal,  # type: ignore[arg-type]
            thousands=thousands,  # type: ignore[arg-type]
            empty=tuple(
                dict.fromkeys(word for column in sample.columns.values() if column.is_number for word in column.empty)
            ),
        )
    )
    metrics: list[GuessedMetric] = []
    if count := contact_column(sample):
        _skip_sums(sample, count)
        metrics += guess_handle_time(sample, count)
        metrics += guess_rates(sample, metrics[0].measure.count if metrics else count)
    types = guess_types(sample, metrics[0].measure.count if metrics else count or "")
    files = replace(
        sample.files,
        measures={metric.key: metric.measure for metric in metrics},
        contact_type=types.in_rows,
        rows_by=guess_rows_by(sample, types.in_rows),
    )
    if count and not metrics and not any(finding.sure == "unsure" for finding in sample.findings):
        what = "no column of handle time, short contacts, repeat contacts or quality was found"
        sample.find("measures", None, "unsure", what, tuple(sample.columns))
    used = {agent, date, *files.rows_by, *(kind.contacts for kind in types.kinds)}
    used |= {name for metric in metrics for name in (*metric.measure.columns, metric.measure.count)}
    used |= {types.in_rows.column} if types.in_rows else set()
    return Guess(
        files=files if metrics and date_format else None,
        metrics=tuple(metrics),
        contact_types=types.kinds,
        findings=tuple(sample.findings),
        unused=tuple(name for name, column in sample.columns.items() if column.is_number and name not in used),
        names={kind.key: types.texts.get(kind.key, kind.key) for kind in types.kinds},
    )


# --- agent


def _agent(sample: Sample) -> str | None:
    if name := sample.answered_column("agent"):
        return name
    columns = [column for column in sample.columns.values() if not (column.dates or column.formats[:1] == ("percent",))]
    if sample.roster:
        known = {column.name: _roster_column(sample, column)[1] for column in columns}
        best = max(known, key=lambda name: known[name], default="")
        if known.get(best, 0.0) > LEAST_ON_ROSTER:
            sample.find("agent", best, "certain", f"{known[best]:.0%} of its cells stand in the roster")
            return best
    named = [
        column.name
        for column in columns
        if says(column.name, "agent") and not says(column.name, "other person") and not _is_measure(column)
    ]
    named = [name for name in named if len(sample.columns[name].texts) > 1] or named
    ids = [name for name in named if says(name, "agent id")]
    ordered = [*ids, *(name for name in named if name not in ids)]
    if not ordered:
        texts = [column.name for column in columns if column.texts and not _is_measure(column)]
        sample.find("agent", None, "unsure", "no header says agent, user, login or the like", texts)
        return None
    chosen = ordered[0]
    rivals = [name for name in ordered[1:] if not sample.one_to_one(chosen, name)]
    if rivals:
        why = f"{chosen} and {', '.join(rivals)} do not name the same people"
        sample.find("agent", None, "unsure", why, ordered)
        return None
    others = f"; {', '.join(ordered[1:])} names the same" if ordered[1:] else ""
    sample.find("agent", chosen, "certain", f"it has {len(sample.columns[chosen].texts)} values{others}")
    return chosen


def _is_measure(column: Column) -> bool:
    """Return whether it holds times, or numbers with fractions: no id does."""
    if column.formats and column.formats != ("number",):
        return True
    return column.is_number and (
        any(sign in text for text in column.texts for sign in ".,") or says(column.name, "time")
    )


def _roster_column(sample: Sample, column: Column) -> tuple[str, float]:
    """Return the column of the roster that holds most of a column's texts, and the share."""
    texts = set(column.texts)
    shares = {name: len(texts & set(known)) / max(len(texts), 1) for name, known in sample.roster.items()}
    best = max(shares, key=lambda name: shares[name], default="")
    return best, shares.get(best, 0.0)


def _agent_ids(sample: Sample, agent: str) -> str | None:
    if given := sample.answer("agent_ids"):
        return given
    if not sample.roster:
        return None
    name, share = _roster_column(sample, sample.columns[agent])
    if share == 0:
        sample.find("agent_ids", None, "unsure", f"nobody of {agent} is on the roster", tuple(sample.roster))
        return None
    if name == "user":
        return None
    sample.find("agent_ids", name, "certain", f"{share:.0%} of {agent} stand in {name} of the roster")
    return name


# --- date


def _date(sample: Sample) -> str | None:
    if name := sample.answered_column("date"):
        return name
    dated = [name for name, column in sample.columns.items() if column.dates]
    named = [name for name in dated if says(name, "date") and not says(name, "other date")]
    others = [name for name in dated if not sample.columns[name].is_number and not says(name, "other date")]
    candidates = named or others
    strict = [name for name in candidates if says(name, "day itself")] or candidates
    moments = [
        name for name in strict if any("hh" in written or written == INSTANT for written in sample.columns[name].dates)
    ]
    if len(strict) > 1 and len(moments) == 1:
        strict = moments  # the moment says the day, too, and where it is cut
    if len(strict) == 1:
        sample.find("date", strict[0], "certain", "every cell is a date or a moment")
        return strict[0]
    if strict and all(sample.cells(name) == sample.cells(strict[0]) for name in strict):
        sample.find("date", strict[0], "certain", f"every cell is a date, the same in {', '.join(strict[1:])}")
        return strict[0]
    why = "several columns hold dates" if strict else "no column holds dates that can be read"
    sample.find("date", None, "unsure", why, strict or tuple(sample.columns))
    return None


def _date_format(sample: Sample, column: Column) -> str | None:
    if given := sample.answer("date_format"):
        if not is_date_format(given):
            raise ValueError(f"--set date_format={given}: write yyyy-mm-dd, dd.mm.yyyy, m/d/yyyy hh:mm or instant")
        return given
    formats, shown = column.dates, column.texts[0] if column.texts else "nothing"
    if len(formats) == 1:
        sample.find("date_format", formats[0], "certain", f"every cell is one, such as {shown}")
        return formats[0]
    if formats:
        why = f"{shown} can be read in {len(formats)} ways, and so can every other date of the file"
    else:
        why = f"{column.name} holds no dates that are known: {shown}"
    sample.find("date_format", None, "unsure", why, formats)
    return None


def _time_zone(sample: Sample, date: str, date_format: str | None) -> str | None:
    if given := sample.answer("time_zone"):
        if not is_time_zone(given):
            raise ValueError(f"--set time_zone={given}: write an IANA name such as UTC or Europe/Berlin")
        return given
    has_times = date_format is not None and (date_format == INSTANT or "hh" in date_format)
    if not has_times or sample.columns[date].names_zone:
        return None
    if says(date, "utc"):
        sample.find("time_zone", "UTC", "certain", f"{date} says so")
        return "UTC"
    sample.find("time_zone", None, "likely", "times that name no zone are read as the centre's own; UTC must be said")
    return None


# --- rows that are left out


def _skip_repeated_headers_and_notes(sample: Sample, shape: Shape) -> list[SkippedRows]:
    """Leave out lines that hold one text alone, such as a note at the end, and headers that are repeated."""
    notes: dict[tuple[str, str], None] = {}
    width, kept = len(shape.header), []
    for row in (*shape.odd, *shape.rows):
        filled = [(position, cell.strip()) for position, cell in enumerate(row) if cell.strip()]
        if len(filled) == 1 and filled[0][0] < width and shape.header[filled[0][0]]:
            position, text = filled[0]
            notes[shape.header[position], _pattern(text)] = None
        elif [cell.strip() for cell in row] == list(shape.header):
            notes[shape.header[0], shape.header[0]] = None
        elif len(row) == width:
            kept.append(row)
    if not notes:
        return []
    sample.keep(kept)
    by_column: dict[str, list[str]] = {}
    for name, text in notes:
        by_column.setdefault(name, []).append(text)
    sample.find("skip", by_column, "certain", "these lines hold a note or the header again")
    return [SkippedRows(column=name, like=tuple(texts[:20])) for name, texts in by_column.items()]


def _pattern(text: str) -> str:
    """Return a pattern of a note that holds tomorrow, too: what comes before its first figure."""
    start = re.split(r"\d", text, maxsplit=1)[0]
    literal = re.sub(r"([*?\[])", r"[\1]", start if len(start) > 1 else text)
    return literal if literal == text else f"{literal}*"


def _skip_totals(sample: Sample) -> list[SkippedRows]:
    """Leave out rows in which a cell is a word for a total, also of all queues or of a day."""
    skipped = []
    for name, column in sample.columns.items():
        words = [text for text in column.texts if says(text, "total")]
        if words and len(words) < len(column.texts) and len(words) <= MOST_WORDS:
            skipped.append(_left_out(sample, name, words, "a line of totals is no agent's day"))
    return skipped


def _skip_rows_without_agent(sample: Sample, agent: str) -> list[SkippedRows]:
    if all(sample.cells(agent)) or len(sample.columns[agent].texts) == 1:
        return []
    return [_left_out(sample, agent, [""], "a line without an agent is a total")]


def _left_out(sample: Sample, name: str, words: Sequence[str], why: str) -> SkippedRows:
    cells = sample.cells(name)
    sample.keep([row for row, text in zip(sample.rows, cells, strict=True) if text not in words])
    sample.find("skip", {name: list(words)}, "certain", why)
    return SkippedRows(column=name, like=tuple(re.sub(r"([*?\[])", r"[\1]", word) for word in words))


def _skip_sums(sample: Sample, count: str) -> None:
    """Leave out an agent whose contacts are those of all others together on every day: a total by another name."""
    agents, dates, counts = sample.cells(sample.files.agent), sample.cells(sample.files.date), sample.numbers(count)
    spent: dict[str, dict[str, float]] = {}
    for agent, moment, value in zip(agents, dates, np.nan_to_num(counts).tolist(), strict=True):
        day = spent.setdefault(re.split("[T ]", moment)[0], {})
        day[agent] = day.get(agent, 0.0) + value
    days = [day for day in spent.values() if len(day) > LEAST_IN_TOTAL] if sample.complete else []
    sums = [
        agent
        for agent in dict.fromkeys(agents)
        if len(appears := [day for day in spent.values() if agent in day]) >= LEAST_DAYS
        and all(len(day) > LEAST_IN_TOTAL and abs(sum(day.values()) - 2 * day[agent]) < 1 for day in appears)
    ]
    if not days or len(sums) != 1:
        return
    total = _left_out(sample, sample.files.agent, sums, "it has as many contacts as all others together, every day")
    sample.read_as(replace(sample.files, skip=(*sample.files.skip, total)))


# --- numbers


def _signs(sample: Sample) -> tuple[str, str | None]:
    if decimal := sample.answer("decimal"):
        return decimal, sample.answer("thousands")
    pairs = number_signs(sample.columns.values())
    counts = [column for column in sample.columns.values() if says(column.name, "contacts") and column.is_number]
    counts = [column for column in counts if not says(column.name, "not contacts")]
    whole = [pair for pair in pairs if all(pair[0] not in text for column in counts for text in column.texts)]
    if len(pairs) > 1 and whole:
        pairs = whole  # contacts are whole numbers
    decimal, thousands = pairs[0] if pairs else (".", None)
    if len(pairs) > 1:
        choices = [" and ".join(filter(None, pair)) for pair in pairs]
        sample.find("decimal", None, "unsure", "numbers such as 1.234 can be read in two ways", choices)
    elif (decimal, thousands) != (".", None):
        sample.find("decimal", decimal, "certain", "no other reading fits every number of the file")
        if thousands:
            sample.find("thousands", thousands, "certain", "no other reading fits every number of the file")
    return decimal, thousands
