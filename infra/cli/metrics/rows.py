"""Guess which rows are an agent's: totals and notes that are left out, cells that repeat, what tells rows apart."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from infra.cli.metrics.sample import Sample
from infra.cli.metrics.shape import SAMPLED
from infra.cli.metrics.words import says, total_pattern
from ladder.domain.challenges.metric_files import SkippedRows, TypeInRows

LEAST_IN_TOTAL = 3  # agents of a day, of whom one may be the sum of the others
LEAST_DAYS = 3
MOST_WORDS = 20  # that a pattern of rows may list
FEW = 0.1  # of the rows


def skip_notes(sample: Sample, odd: Sequence[list[str]]) -> list[SkippedRows]:
    """Leave out notes, headers that are repeated, and totals that a word says. `odd`: rows of another width."""
    notes: dict[str, dict[str, None]] = {}
    width, kept = len(sample.header), []
    for row in (*odd, *sample.rows):
        filled = [(sample.header[at], cell.strip()) for at, cell in enumerate(row[:width]) if cell.strip()]
        is_note = len(filled) == 1 or (len(row) < width and 2 * len(filled) <= width)
        if is_note and filled[0][0]:
            name, text = filled[0]
            start = re.split(r"\d", text, maxsplit=1)[0]  # what is written tomorrow, too
            notes.setdefault(name, {})[_literal(start) + "*" if 1 < len(start) < len(text) else _literal(text)] = None
        elif [cell.strip() for cell in row] == list(sample.header):
            notes.setdefault(sample.header[0], {})[_literal(sample.header[0])] = None
        elif len(row) == width:
            kept.append(row)
    sample.keep(kept)
    skipped = [SkippedRows(column=name, like=tuple(texts)[:MOST_WORDS]) for name, texts in notes.items()]
    if notes:
        shown = {name: list(texts) for name, texts in notes.items()}
        sample.find("skip", shown, "certain", "these lines hold a note or the header again")
    known = {text for column in sample.columns.values() for text in column.texts}
    for name, column in sample.columns.items():
        texts = (*column.texts, *column.mistakes)
        words = {text: pattern for text in texts if (pattern := total_pattern(text, known))}
        patterns = list(dict.fromkeys(words.values()))
        if words and len(words) < len(texts) and len(patterns) <= MOST_WORDS:
            skipped.append(_left_out(sample, name, [*words], "a line of totals is no agent's day", patterns))
    return skipped


def repeated_cells(sample: Sample, agent: str, date: str) -> tuple[str, ...]:
    """Fill columns in which a cell stands once for the rows below it, as in merged cells; return their names.

    Totals leave cells empty, too, but there are fewer totals than rows that are added up.
    """
    repeats = []
    for name in dict.fromkeys([agent, date, *sample.named("type", without=["not a type"])]):
        cells = sample.cells(name)
        if cells[:1] == [""] or 2 * cells.count("") < len(cells) or len(cells) < LEAST_IN_TOTAL:
            continue
        position, above, rows = sample.header.index(name), "", []
        for row in sample.rows[:SAMPLED]:
            above = row[position].strip() or above
            rows.append([*row[:position], above, *row[position + 1 :]])
        sample.keep(rows)
        repeats.append(name)
    if repeats:
        sample.find("repeats", repeats, "certain", "most of its cells are empty, as where one stands for many rows")
    return tuple(repeats)


def skip_incomplete(sample: Sample, agent: str, date: str) -> list[SkippedRows]:
    """Leave out rows without an agent or a date, where they are few enough to be totals."""
    skipped = []
    for name, what in ((agent, "an agent"), (date, "a date")):
        missing = sample.cells(name).count("")
        if not missing or len(sample.columns[name].texts) <= (name == agent):
            continue
        if missing > len(sample.rows) * (0.5 if name == agent else FEW):
            sample.ask(name, f"{missing} of {len(sample.rows)} rows have no {name}: what are they?")
            continue
        skipped.append(_left_out(sample, name, [""], f"a line without {what} is a total"))
    return skipped


def skip_sums(sample: Sample, count: str) -> None:
    """Leave out an agent whose contacts are those of all others together on every day: a total by another name."""
    agents, spent = sample.cells(sample.files.agent), defaultdict[int, dict[str, float]](dict)
    for agent, day, value in zip(agents, sample.days(), np.nan_to_num(sample.numbers(count)).tolist(), strict=True):
        spent[day][agent] = spent[day].get(agent, 0.0) + value
    sums = [
        agent
        for agent in dict.fromkeys(agents)
        if len(appears := [day for day in spent.values() if agent in day]) >= LEAST_DAYS
        and all(len(day) > LEAST_IN_TOTAL and abs(sum(day.values()) - 2 * day[agent]) < 1 for day in appears)
    ]
    if sample.complete and len(sums) == 1:
        total = _left_out(sample, sample.files.agent, sums, "it has as many contacts as all others together, every day")
        sample.read_as(replace(sample.files, skip=(*sample.files.skip, total)))


def _left_out(
    sample: Sample, name: str, words: Sequence[str], why: str, patterns: Sequence[str] | None = None
) -> SkippedRows:
    patterns = patterns or [*map(_literal, words)]
    cells = sample.cells(name)
    sample.keep([row for row, text in zip(sample.rows, cells, strict=True) if text not in words])
    sample.find("skip", {name: patterns}, "certain", why)
    return SkippedRows(column=name, like=tuple(patterns))


def _literal(text: str) -> str:
    """Return a pattern of just this text: in a pattern, *, ? and [ have a meaning."""
    return re.sub(r"([*?\[])", r"[\1]", text)


def guess_rows_by(sample: Sample, in_rows: TypeInRows | None) -> tuple[str, ...]:
    """Return columns that tell rows of one agent, moment and type apart; ask where nothing does."""
    if given := sample.answer("rows_by"):
        return tuple(name.strip() for name in given.strip("[]").split(","))
    keys = [sample.files.agent, sample.files.date, *([in_rows.column] if in_rows else [])]
    others = [
        name
        for name, column in sample.columns.items()
        if name not in keys and (not column.is_number or says(name, "date") or says(name, "type"))
    ]
    chosen: list[str] = []
    while repeats := sample.repeats([*keys, *chosen]):
        gains = {name: sample.repeats([*keys, *chosen, name]) for name in others if name not in chosen}
        best = min(gains, key=lambda name: gains[name], default=None)
        if best is None or gains[best] >= repeats:
            why = "some rows have the same agent and date, and nothing tells them apart: are they there twice?"
            if len(sample.files.sheets) > 1:
                sample.ask("sheet", f"of the sheets together, {why}", sample.files.sheets)
            else:
                sample.ask("rows_by", why, others)
            return ()
        chosen.append(best)
    if chosen:
        sample.find("rows_by", chosen, "certain", "several rows of an agent's day are told apart by it, and summed")
    return tuple(chosen)
