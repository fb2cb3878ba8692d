"""Guess the column of contacts, and how metrics are read. Axes: R sampled rows.

Handle time is the reading that fits into a day, and that words and figures agree on. A rate times the contacts that it
rests on is a whole number; a part is never more than its whole.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from infra.cli.metrics.sample import GuessedMetric, Sample, Sureness, Values
from infra.cli.metrics.section import measure_text, parsed_measure
from infra.cli.metrics.words import says
from ladder.domain.challenges.metric_files import CellFormat, Measure, Statistic

LONGEST_DAY = 16 * 3600.0  # seconds of contacts
SHORTEST, LONGEST = 15.0, 3_600.0  # seconds that a contact usually takes, over all days of a centre
NEARLY_ALL = 0.995
LEAST_ROWS = 30  # that a trend may rest on
LEAST_SPREAD = 0.3  # of the logarithm of contacts
HALF = 0.5  # a mean does not rise with the contacts (slope 0), a sum rises as they do (slope 1)
NO_TIME = ("not a mean", "idle", "short", "repeat", "rate")  # what headers call times of something else


def contact_column(sample: Sample) -> str | None:
    """Return the column of handled contacts; ask where several count something else."""
    if name := sample.answered_column("count"):
        return name
    counted = []
    for name, column in sample.columns.items():
        values = sample.numbers(name) if column.is_count and name != sample.files.agent else np.empty(0)
        known = values[~np.isnan(values)]
        if len(known) and (known == np.round(known)).all() and (known >= 0).all():
            counted.append(name)
    named = [name for name in counted if says(name, "contacts") and not says(name, "not contacts")]
    named = [name for name in named if says(name, "handled")] or (_totals_of(sample, named) or named)
    if any(not np.array_equal(sample.numbers(name), sample.numbers(named[0]), equal_nan=True) for name in named[1:]):
        totals = _totals_of(sample, named)
        if len(totals) != 1:
            sample.ask("count", f"{', '.join(named)} differ: which one counts the contacts that were handled?", named)
            return None
        named = totals
    if not named:
        why = "no header says handled, answered, calls or contacts"
        if sample.repeats([sample.files.agent, sample.files.date]):
            why += "; where each row is one contact, add them up to a row an agent and day first"
        sample.ask("count", why, counted)
        return None
    sample.find("count", named[0], "certain", "it holds whole numbers, and its name says contacts")
    return named[0]


def _totals_of(sample: Sample, names: Sequence[str]) -> list[str]:
    """Return the column that the others add up to, if there is one."""
    if len(names) < 3:  # noqa: PLR2004
        return []
    values = {name: np.nan_to_num(sample.numbers(name)) for name in names}
    whole = np.sum(list(values.values()), axis=0)
    return [name for name, value in values.items() if (np.abs(whole - 2 * value) < 1).mean() >= NEARLY_ALL]


# --- handle time


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


def guess_handle_time(sample: Sample, count: str) -> list[GuessedMetric]:
    """Return handle time where one reading is left; ask where several mean different figures."""
    if given := sample.answer("AHT"):
        measure = parsed_measure("AHT", given, sample.columns)
        return [_handle_time(measure)] if measure else []
    sources = list(_sources(sample, count))
    readings = [reading for columns in sources for reading in _readings(sample, columns, count)]
    if not readings:
        _ask_about_times(sample, sources, count)
        return []
    best = max(reading.weight for reading in readings)
    chosen = [reading for reading in readings if reading.weight == best]
    exact = [reading for reading in chosen if reading.measure.statistic == "ratio"]
    if exact and all(abs(reading.usual - exact[0].usual) <= 1 for reading in chosen):
        chosen = exact  # an exact sum rather than a rounded mean
    first = chosen[0]
    if any(abs(reading.usual - first.usual) > 1 for reading in chosen):
        sample.ask("AHT", "handle time can be read in several ways", [measure_text(one.measure) for one in chosen])
        return []
    if first.by_words * first.by_figures < 0 or first.weight < 0:
        why = f"the words of {', '.join(first.measure.columns)} say otherwise than its figures, which are those of a "
        why += "sum" if (first.measure.statistic == "ratio") == (first.by_figures >= first.by_words) else "mean"
        sample.ask("AHT", why, [measure_text(reading.measure) for reading in readings])
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


def _ask_about_times(sample: Sample, sources: Sequence[tuple[str, ...]], count: str) -> None:
    """Ask where a header says handle time, or a mean time of something, and no reading of it was found."""
    if sources:
        shown = ", ".join(" + ".join(columns) for columns in sources)
        sample.ask(
            "AHT",
            f"{shown}: no unit gives times that an agent can have had in a day over {count}; is a row more than a day?",
            ["none"],
        )
        return
    not_handled = (*NO_TIME, "hold", "wrap")
    for name, column in sample.columns.items():
        if name == count or column.dates or not column.texts or any(says(name, kind) for kind in not_handled):
            continue
        if not column.is_number and says(name, "handle time") and any(map(str.isdigit, column.texts[0])):
            sample.ask("AHT", f"{name} holds times that cannot be read, such as {column.texts[0]}", ["none"])
            return
        if column.is_number and says(name, "time") and says(name, "mean"):
            readings = [measure_text(reading.measure) for reading in _readings(sample, (name,), count)]
            if readings:
                sample.ask("AHT", f"{name} may be the handle time, or the time of something else", [*readings, "none"])
                return


def _handle_time(measure: Measure) -> GuessedMetric:
    return GuessedMetric(
        key="AHT", name="average handle time", unit="s", direction="lower", step=5, role="time", measure=measure
    )


def _sources(sample: Sample, count: str) -> Iterable[tuple[str, ...]]:
    """Yield columns of handle time as a whole, else talk, hold and wrap-up that are added."""
    parts, whole = defaultdict[str, list[str]](list), []
    contacts = np.nan_to_num(sample.numbers(count))
    for name, column in sample.columns.items():
        unlikely = name in {count, sample.files.agent} or column.dates or column.formats == ("percent",)
        if unlikely or not column.is_number or any(says(name, kind) for kind in NO_TIME):
            continue
        kind = next((kind for kind in ("wrap", "hold", "talk") if says(name, kind)), None)
        if kind:
            parts[kind].append(name)
        elif says(name, "handle time"):
            # such as Handled beside ACD calls: a count rather than seconds
            counts = (
                says(name, "contacts") and column.is_count and (np.nan_to_num(sample.numbers(name)) <= contacts).all()
            )
            whole += [] if counts else [name]
    if whole or not parts["talk"]:
        yield from ((name,) for name in whole)
        return
    added = list[tuple[str, ...]]()
    for summed in (False, True):
        chosen = [[name for name in parts[kind] if says(name, "mean") != summed] for kind in ("talk", "wrap", "hold")]
        if chosen[0] and all(len(names) <= 1 for names in chosen):
            added.append(tuple(name for names in chosen for name in names))
    most = max(map(len, added), default=0)  # sums of talk, hold and wrap-up say more than means of talk alone
    yield from (names for names in added if len(names) == most)


def _readings(sample: Sample, columns: tuple[str, ...], count: str) -> Iterable[Reading]:
    """Yield each reading that the figures allow."""
    words = " ".join(columns)
    is_mean = says(words, "mean")
    is_sum = says(words, "sum") or (says(words, "sum of seconds") and not is_mean)
    if len({sample.columns[name].formats for name in columns}) > 1:
        return
    units: dict[str, CellFormat] = {"milliseconds": "ms", "seconds": "number", "minutes": "min"}
    plain: list[CellFormat] = [cell for kind, cell in units.items() if says(words, kind)][:1]
    formats: list[CellFormat] = []
    for cell in sample.columns[columns[0]].formats:
        formats += (plain or ["number", "ms", "min", "h"]) if cell == "number" else [cell]
    contacts = sample.numbers(count)
    for cell in formats:
        rise = _rise(sample.added(columns, cell), contacts)
        for statistic in get_args(Statistic)[:2]:
            measure = Measure(columns=columns, count=count, statistic=statistic, format=cell)
            usual = _usual_time(sample, measure)
            if usual is not None:
                fits, contradicts = (is_mean, is_sum) if statistic == "mean" else (is_sum, is_mean)
                shows = 0 if rise is None else 1 if (rise > HALF) == (statistic == "ratio") else -1
                yield Reading(measure, fits - contradicts, shows, usual)


def _rise(times: Values, contacts: Values) -> float | None:
    """Return how times rise with contacts, as the slope between their logarithms; None where it cannot be told."""
    known = (times > 0) & (contacts > 0)
    across, up = np.log(contacts[known]), np.log(times[known])
    if len(up) < LEAST_ROWS or across.std() < LEAST_SPREAD:
        return None
    return float(np.cov(across, up)[0, 1] / across.var())


def _usual_time(sample: Sample, measure: Measure) -> float | None:
    """Return seconds that a contact usually takes, or None where an agent cannot have had these times."""
    contacts, value = sample.numbers(measure.count), sample.added(measure.columns, measure.format)
    seconds = value * contacts if measure.statistic == "mean" else value
    known = ~np.isnan(seconds) & (contacts > 0)
    if not known.any():
        return None
    keys: dict[tuple[str, int], int] = {}
    pairs = zip(sample.cells(sample.files.agent), sample.days(), strict=True)
    group = np.array([keys.setdefault(pair, len(keys)) for pair in pairs])
    spent = np.bincount(group[known], seconds[known])
    usual = float(seconds[known].sum() / contacts[known].sum())
    possible = (spent <= LONGEST_DAY).mean() >= NEARLY_ALL and SHORTEST <= usual <= LONGEST
    return usual if possible and (seconds[known] >= 0).all() else None


# --- shares and scores: short contacts, repeat contacts, resolution, transfers, adherence, quality, satisfaction


@dataclass(frozen=True, slots=True)
class Kind:
    key: str
    word: str  # of `words`
    base: str  # of `words`: the contacts that it rests on, beside those that were handled
    name: str
    direction: Literal["lower", "higher"]
    role: Literal["short", "repeat", "rate", "score"]
    step: float


KINDS = (
    Kind("SHORT", "short", "contacts", "contacts that ended at once", "lower", "short", 0.5),
    Kind("REPEAT", "repeat", "known", "callers who rang again", "lower", "repeat", 1),
    Kind("FCR", "resolved", "known", "contacts resolved at once", "higher", "rate", 1),
    Kind("TRANSFER", "transferred", "contacts", "contacts passed on", "lower", "rate", 1),
    Kind("ADHERENCE", "adherence", "contacts", "adherence to the schedule", "higher", "score", 1),
    Kind("QUALITY", "quality", "surveys", "quality of reviewed contacts", "higher", "score", 1),
    Kind("CSAT", "satisfaction", "surveys", "satisfaction of callers", "higher", "score", 1),
)
SURENESS: tuple[Sureness, ...] = get_args(Sureness)
MOST_PERCENT = 100.0

type RateReading = tuple[Measure, Sureness, str]


def guess_rates(sample: Sample, count: str) -> Iterator[GuessedMetric]:
    """Yield each kind that the file has, where its figures leave one reading; ask otherwise."""
    taken: set[str] = {count}
    for kind in KINDS:
        if given := sample.answer(kind.key):
            measure = parsed_measure(kind.key, given, sample.columns)
        else:
            named = [
                name
                for name in sample.named(kind.word)
                if sample.columns[name].is_number and name not in taken and ":" not in sample.columns[name].texts[0]
            ]
            bases = [
                name for name in named if says(name, kind.base) and kind.base != "contacts" and not says(name, "rate")
            ]
            values = [name for name in named if name not in bases]
            if not values and kind.role == "score":
                values, bases = bases, []
            if kind.base == "known":  # such as Repeat known, which the name of the kind may not stand in
                bases += [name for name in sample.named("known") if sample.columns[name].is_count and name not in named]
            taken |= {*named}
            measure = _chosen(sample, kind, values, [*bases, count]) if values else None
        if measure:
            yield _rate(sample, kind, measure)


def _chosen(sample: Sample, kind: Kind, columns: list[str], bases: list[str]) -> Measure | None:
    """Return the measure that the figures leave, and note it; ask where they leave several, or none."""
    found = [
        reading
        for column in columns
        for base in dict.fromkeys(bases)
        for reading in _rate_readings(sample, kind, column, base)
    ]
    if not found:
        why = f"{', '.join(columns)} is neither a part of {' or '.join(bases)} nor a rate of it"
        sample.ask(kind.key, why, ["none"])
        return None
    best = min(SURENESS.index(sure) for _, sure, _ in found)
    readings = [reading for reading in found if SURENESS.index(reading[1]) == best]
    measure, _, _ = readings[0]
    # a count of the same part says the same as its rate
    same = [reading for reading in readings if reading[0].count == measure.count]
    usual = _usual_rate(sample, measure)
    unread = {*columns} - {name for other, _, _ in found for name in other.columns}
    if unread or any(abs(_usual_rate(sample, other) - usual) > 1 for other, _, _ in same):
        choices = [*(measure_text(other) for other, _, _ in readings), "none"]
        sample.ask(kind.key, f"{', '.join(columns)} can be read in several ways", choices)
        return None
    measure, sure, why = next((reading for reading in same if reading[0].statistic == "share"), readings[0])
    sample.find(kind.key, measure_text(measure), sure, why)
    return measure


def _rate(sample: Sample, kind: Kind, measure: Measure) -> GuessedMetric:
    is_share = kind.role != "score" or measure.statistic == "share" or measure.format in {"percent", "fraction"}
    values = sample.numbers(measure.columns[0], measure.format)
    most = float(np.nanmax(values)) if len(values) else 0.0
    return GuessedMetric(
        key=kind.key,
        name=kind.name,
        unit="%" if is_share else "points",
        direction=kind.direction,
        step=kind.step if is_share or most > 20 else 0.1,  # noqa: PLR2004 - such as 1 to 5 stars
        role=kind.role,
        measure=measure,
    )


def _usual_rate(sample: Sample, measure: Measure) -> float:
    value, count = sample.numbers(measure.columns[0], measure.format), sample.numbers(measure.count)
    known = ~np.isnan(value) & (count > 0)
    parts = value[known] * count[known] if measure.statistic == "mean" else 100 * value[known]
    return float(parts.sum() / max(count[known].sum(), 1))


def _rate_readings(sample: Sample, kind: Kind, column: str, base: str) -> Iterator[RateReading]:
    """Yield the readings that the figures allow: a rate times its base is a whole number; a part fits into it."""
    cell = sample.columns[column].formats[0]
    value, contacts = sample.numbers(column, cell), sample.numbers(base)
    known = ~np.isnan(value) & ~np.isnan(contacts)
    value, contacts = value[known], contacts[known]
    if cell not in {"number", "percent"} or not len(value) or value.min() < 0:
        return
    is_rate = says(column, "rate") or cell == "percent"
    if kind.role == "score":
        yield from _scores(column, base, cell, value, is_rate=is_rate)
        return
    decimal = sample.files.decimal
    texts = [text.removesuffix("%").strip() for text in sample.columns[column].texts]
    decimals = max(len(text.rpartition(decimal)[2]) if decimal in text else 0 for text in texts)
    readings: tuple[tuple[CellFormat, float], ...] = (("percent", 0.01), ("fraction", 1.0))
    for written, factor in readings:
        if (value * factor > 1 + 1e-6).mean() > 1 - NEARLY_ALL or (written == "fraction" and cell == "percent"):
            continue
        measure = Measure(columns=(column,), count=base, format=written)
        parts, tolerance = value * factor * contacts, 0.5 * 10.0**-decimals * factor * contacts
        telling = (tolerance < 0.2) & (parts > 0)  # noqa: PLR2004 - rounding hides the others
        whole = np.abs(parts - np.round(parts)) <= tolerance + 1e-6
        if telling.any() and whole[telling].mean() >= NEARLY_ALL:
            yield measure, "certain", f"times {base} it is a whole number of contacts in every row"
        elif not telling.any() and is_rate and written == "percent":
            yield measure, "likely", f"it is a rate; whether of {base}, rounded figures cannot tell"
    if cell == "number" and not decimals and (value <= contacts).mean() >= NEARLY_ALL and not is_rate:
        why = f"it is a whole number, and never more than {base}"
        yield Measure(columns=(column,), count=base, statistic="share"), "certain", why


def _scores(column: str, base: str, cell: CellFormat, value: Values, *, is_rate: bool) -> Iterator[RateReading]:
    """A score is a mean over what it rests on; where nothing counts that, over the contacts."""
    if cell == "number" and is_rate:
        cell = "fraction" if value.max() <= 1 else "percent"
    if value.max() > MOST_PERCENT:
        return
    counted = says(base, "surveys")
    why = f"it is a mean over {base}" if counted else f"nothing counts what it rests on, so days weigh by {base}"
    yield Measure(columns=(column,), count=base, format=cell), "certain" if counted else "likely", why
