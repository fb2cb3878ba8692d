"""Guess the column of contacts, and how handle time is read. Axes: R sampled rows."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from infra.cli.metrics.findings import GuessedMetric, Sureness
from infra.cli.metrics.sample import Sample, Values
from infra.cli.metrics.section import measure_text, parsed_measure
from infra.cli.metrics.words import says
from ladder.domain.challenges.metric_files import CellFormat, Measure, Statistic

DAY = 86_400.0
LONGEST_DAY = 16 * 3600.0  # of contacts
SHORTEST, LONGEST = 15.0, 3_600.0  # seconds that a contact usually takes, over all days of a centre
NEARLY_ALL = 0.995
LEAST_ROWS = 30  # that a trend may rest on
LEAST_SPREAD = 0.3  # of the logarithm of contacts
HALF = 0.5  # a mean does not rise with the contacts (slope 0), a sum rises as they do (slope 1)


@dataclass(frozen=True, slots=True)
class Reading:
    """A way to read handle time: how well words and figures fit, and seconds that a contact usually takes."""

    measure: Measure
    by_words: int  # 1 they say so, -1 they say otherwise, 0 nothing
    by_figures: int
    usual: float

    @property
    def weight(self) -> int:
        return self.by_words + self.by_figures


def contact_column(sample: Sample) -> str | None:
    """Return the column of handled contacts; ask where several count something else."""
    if name := sample.answered_column("count"):
        return name
    named = [
        name
        for name in sample.named("contacts", without=["not contacts"])
        if sample.columns[name].formats == ("number",)
        and not sample.columns[name].dates
        and name != sample.files.agent
        and _is_counted(sample.numbers(name))
    ]
    named = [name for name in named if says(name, "handled")] or (_totals_of(sample, named) or named)
    others = [
        name for name in named[1:] if not np.array_equal(sample.numbers(name), sample.numbers(named[0]), equal_nan=True)
    ]
    if others:
        totals = _totals_of(sample, named)
        if len(totals) == 1:
            named = totals
        else:
            why = f"{', '.join(named)} differ: which one counts the contacts that were handled?"
            sample.find("count", None, "unsure", why, named)
            return None
    if not named:
        counted = [
            name
            for name, column in sample.columns.items()
            if column.formats == ("number",)
            and not column.dates
            and name != sample.files.agent
            and _is_counted(sample.numbers(name))
        ]
        sample.find("count", None, "unsure", "no header says handled, answered, calls or contacts", counted)
        return None
    sample.find("count", named[0], "certain", "it holds whole numbers, and its name says contacts")
    return named[0]


def _is_counted(values: Values) -> bool:
    known = values[~np.isnan(values)]
    return bool(len(known) and (known == np.round(known)).all() and (known >= 0).all())


def _totals_of(sample: Sample, names: Sequence[str]) -> list[str]:
    """Return the column that the others add up to, if there is one."""
    if len(names) < 3:  # noqa: PLR2004
        return []
    values = {name: np.nan_to_num(sample.numbers(name)) for name in names}
    whole = np.sum(list(values.values()), axis=0)
    return [name for name, value in values.items() if (np.abs(whole - 2 * value) < 1).mean() >= NEARLY_ALL]


def guess_handle_time(sample: Sample, count: str) -> list[GuessedMetric]:
    """Return handle time where one reading is left; ask where several mean different figures."""
    if given := sample.answer("AHT"):
        measure = parsed_measure("AHT", given, sample.columns)
        return [_handle_time(measure)] if measure else []
    sources = list(_sources(sample, count))
    readings = [reading for columns in sources for reading in _readings(sample, columns, count)]
    if not readings:
        if sources:
            shown = ", ".join(" + ".join(columns) for columns in sources)
            why = f"{shown}: no unit gives handle times that an agent can have had over {count}"
            sample.find("AHT", None, "unsure", why, ["none"])
        return []
    best = max(reading.weight for reading in readings)
    chosen = [reading for reading in readings if reading.weight == best]
    exact = [reading for reading in chosen if reading.measure.statistic == "ratio"]
    mean = [reading for reading in chosen if reading.measure.statistic == "mean"]
    if exact and mean and all(abs(one.usual - exact[0].usual) <= 1 for one in chosen):
        chosen = exact  # an exact sum rather than a rounded mean
    first = chosen[0]
    if any(abs(reading.usual - first.usual) > 1 for reading in chosen):
        choices = [measure_text(reading.measure) for reading in chosen]
        sample.find("AHT", None, "unsure", "handle time can be read in several ways", choices)
        return []
    if first.by_words * first.by_figures < 0 or first.weight < 0:
        why = f"the words of {', '.join(first.measure.columns)} say otherwise than its figures, which are those of a "
        why += "sum" if (first.measure.statistic == "ratio") == (first.by_figures >= first.by_words) else "mean"
        sample.find("AHT", None, "unsure", why, [measure_text(reading.measure) for reading in readings])
        return []
    parts = len(first.measure.columns) > 1
    alone = not parts and not says(first.measure.columns[0], "handle time")
    sure: Sureness = "likely" if alone or (parts and first.measure.statistic == "mean") else "certain"
    why = f"then a contact usually takes {first.usual:.0f} s, and nobody's day has more than 24 hours"
    if alone:
        why = f"only talk was found, no handle time; {why}"
    elif sure == "likely":
        why = f"if each mean is over all contacts, also those that were not held; {why}"
    sample.find("AHT", measure_text(first.measure), sure, why)
    return [_handle_time(first.measure)]


def _handle_time(measure: Measure) -> GuessedMetric:
    return GuessedMetric(
        key="AHT", name="average handle time", unit="s", direction="lower", step=5, role="time", measure=measure
    )


def _sources(sample: Sample, count: str) -> Iterable[tuple[str, ...]]:
    """Yield columns of handle time as a whole, else talk, hold and wrap-up that are added."""
    excluded = ["not a mean", "idle", "short", "repeat", "rate"]
    timed = [
        name
        for name, column in sample.columns.items()
        if column.is_number
        and not column.dates
        and name not in {count, sample.files.agent}
        and column.formats != ("percent",)
        and not any(says(name, kind) for kind in excluded)
    ]
    parts: dict[str, list[str]] = defaultdict(list)
    whole = []
    for name in timed:
        kind = next((kind for kind in ("wrap", "hold", "talk") if says(name, kind)), None)
        if kind:
            parts[kind].append(name)
        elif says(name, "handle time") and not (says(name, "contacts") and _is_count_named(sample, name, count)):
            whole.append(name)
    if whole:
        yield from ((name,) for name in whole)
    elif parts["talk"]:
        for summed in (False, True):
            chosen = [name for kind in ("talk", "wrap", "hold") for name in parts[kind] if says(name, "mean") != summed]
            kinds = [kind for kind in ("talk", "wrap", "hold") for name in parts[kind] if name in chosen]
            if "talk" in kinds and len(set(kinds)) == len(kinds):
                yield tuple(chosen)


def _is_count_named(sample: Sample, name: str, count: str) -> bool:
    """Return whether a column such as Handled counts contacts rather than seconds."""
    values, contacts = np.nan_to_num(sample.numbers(name)), np.nan_to_num(sample.numbers(count))
    return sample.columns[name].formats == ("number",) and bool((values <= contacts).all())


def _readings(sample: Sample, columns: tuple[str, ...], count: str) -> Iterable[Reading]:
    """Yield each reading that the figures allow."""
    words = " ".join(columns)
    is_mean = says(words, "mean")
    is_sum = says(words, "sum") or (says(words, "sum of seconds") and not is_mean)
    if len({sample.columns[name].formats for name in columns}) > 1:
        return
    formats: list[CellFormat] = []
    for cell in sample.columns[columns[0]].formats:
        formats += _units(words) if cell == "number" else [cell]
    statistics: tuple[Statistic, ...] = ("mean", "ratio")
    for cell in formats:
        rise = _rise(sample, columns, cell, count)
        for statistic in statistics:
            measure = Measure(columns=columns, count=count, statistic=statistic, format=cell)
            usual = _usual(sample, measure)
            if usual is None:
                continue
            fits, contradicts = (is_mean, is_sum) if statistic == "mean" else (is_sum, is_mean)
            shows = 0 if rise is None else 1 if (rise > HALF) == (statistic == "ratio") else -1
            yield Reading(measure, fits - contradicts, shows, usual)


def _units(words: str) -> list[CellFormat]:
    """Return the units of plain numbers that the header names, else all of them."""
    for kind, cell in (("milliseconds", "ms"), ("seconds", "number"), ("minutes", "min")):
        if says(words, kind):
            return [cell]  # type: ignore[list-item]
    return ["number", "ms", "min", "h"]


def _rise(sample: Sample, columns: tuple[str, ...], cell: CellFormat, count: str) -> float | None:
    """Return how times rise with contacts, as the slope between their logarithms; None where it cannot be told."""
    value, contacts = np.add.reduce([sample.numbers(name, cell) for name in columns]), sample.numbers(count)
    known = (value > 0) & (contacts > 0)
    across, up = np.log(contacts[known]), np.log(value[known])
    if len(up) < LEAST_ROWS or across.std() < LEAST_SPREAD:
        return None
    return float(np.cov(across, up)[0, 1] / across.var())


def _usual(sample: Sample, measure: Measure) -> float | None:
    """Return seconds that a contact usually takes, or None where an agent cannot have had these times."""
    contacts = sample.numbers(measure.count)
    value = np.add.reduce([sample.numbers(name, measure.format) for name in measure.columns])
    seconds = value * contacts if measure.statistic == "mean" else value
    known = ~np.isnan(seconds) & (contacts > 0)
    if not known.any():
        return None
    days = [re.split("[T ]", text)[0] for text in sample.cells(sample.files.date)]
    keys = {
        pair: number
        for number, pair in enumerate(dict.fromkeys(zip(sample.cells(sample.files.agent), days, strict=True)))
    }
    group = np.array([keys[pair] for pair in zip(sample.cells(sample.files.agent), days, strict=True)])
    spent = np.bincount(group[known], seconds[known])
    usual = float(seconds[known].sum() / contacts[known].sum())
    possible = (spent <= LONGEST_DAY).mean() >= NEARLY_ALL and SHORTEST <= usual <= LONGEST
    return usual if possible and (seconds[known] >= 0).all() else None
