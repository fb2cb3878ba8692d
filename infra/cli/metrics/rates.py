"""Guess shares and scores: short contacts, repeat contacts, resolution, transfers, adherence, quality, satisfaction."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from infra.cli.metrics.findings import GuessedMetric, Sureness
from infra.cli.metrics.sample import Sample, Values
from infra.cli.metrics.section import measure_text, parsed_measure
from infra.cli.metrics.words import says
from ladder.domain.challenges.metric_files import CellFormat, Measure

NEARLY_ALL = 0.995
MOST_PERCENT = 100.0


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


def guess_rates(sample: Sample, count: str) -> Iterator[GuessedMetric]:
    """Yield each kind that the file has, where its figures leave one reading; ask otherwise."""
    taken: set[str] = {count}
    for kind in KINDS:
        if given := sample.answer(kind.key):
            measure = parsed_measure(kind.key, given, sample.columns)
            if measure:
                yield _metric(sample, kind, measure)
            continue
        named = [
            name
            for name in sample.named(kind.word)
            if sample.columns[name].is_number and name not in taken and ":" not in sample.columns[name].texts[0]
        ]
        bases = [name for name in named if says(name, kind.base) and kind.base != "contacts" and not says(name, "rate")]
        values = [name for name in named if name not in bases]
        if not values and kind.role == "score":
            values, bases = bases, []
        bases += [name for name in _other_bases(sample, kind) if name not in named]
        taken |= {*named}
        if values:
            yield from _read(sample, kind, values, [*bases, count])


def _other_bases(sample: Sample, kind: Kind) -> list[str]:
    """Return columns such as Repeat known that the name of the kind does not stand in."""
    if kind.base != "known":
        return []
    return [name for name in sample.named("known") if sample.columns[name].formats == ("number",)]


def _read(sample: Sample, kind: Kind, columns: list[str], bases: list[str]) -> Iterator[GuessedMetric]:
    readings = [
        reading
        for column in columns
        for base in dict.fromkeys(bases)
        for reading in _readings(sample, kind, column, base)
    ]
    if not readings:
        why = f"{', '.join(columns)} is neither a part of {' or '.join(bases)} nor a rate of it"
        sample.find(kind.key, None, "unsure", why, ["none"])
        return
    sureness: tuple[Sureness, ...] = ("certain", "likely", "unsure")
    best = min(sureness.index(sure) for _, sure, _ in readings)
    readings = [reading for reading in readings if sureness.index(reading[1]) == best]
    measure, sure, why = readings[0]
    usual = _usual(sample, measure)
    # a count of the same part says the same as its rate
    if sure == "unsure" or any(
        abs(_usual(sample, other) - usual) > 1 for other, _, _ in readings if other.count == measure.count
    ):
        why = why if sure == "unsure" else f"{', '.join(columns)} can be read in several ways"
        sample.find(kind.key, None, "unsure", why, [*(measure_text(other) for other, _, _ in readings), "none"])
        return
    exact = next(
        (reading for reading in readings if reading[0].statistic == "share" and reading[0].count == measure.count), None
    )
    measure, sure, why = exact or readings[0]
    sample.find(kind.key, measure_text(measure), sure, why)
    yield _metric(sample, kind, measure)


def _metric(sample: Sample, kind: Kind, measure: Measure) -> GuessedMetric:
    is_share = kind.role != "score" or measure.statistic == "share" or measure.format in {"percent", "fraction"}
    values = sample.numbers(measure.columns[0], measure.format)
    most = float(np.nanmax(values)) if len(values) else 0.0
    step = kind.step if is_share or most > 20 else 0.1  # noqa: PLR2004
    return GuessedMetric(
        key=kind.key,
        name=kind.name,
        unit="%" if is_share else "points",
        direction=kind.direction,
        step=step,
        role=kind.role,
        measure=measure,
    )


def _usual(sample: Sample, measure: Measure) -> float:
    value, count = sample.numbers(measure.columns[0], measure.format), sample.numbers(measure.count)
    known = ~np.isnan(value) & (count > 0)
    if measure.statistic == "mean":
        return float((value[known] * count[known]).sum() / max(count[known].sum(), 1))
    return float(100 * value[known].sum() / max(count[known].sum(), 1))


def _readings(sample: Sample, kind: Kind, column: str, base: str) -> Iterator[tuple[Measure, Sureness, str]]:
    """Yield the readings that the figures allow: a rate times its base is a whole number; a part fits into it."""
    cell = sample.columns[column].formats[0]
    if cell not in {"number", "percent"}:
        return
    value, contacts = sample.numbers(column, cell), sample.numbers(base)
    known = ~np.isnan(value) & ~np.isnan(contacts)
    value, contacts = value[known], contacts[known]
    if not len(value) or value.min() < 0:
        return
    if kind.role == "score":
        yield from _scores(sample, column, base, value)
        return
    texts = [text.removesuffix("%").strip() for text in sample.columns[column].texts]
    decimals = max(
        len(text.rpartition(sample.files.decimal)[2]) if sample.files.decimal in text else 0 for text in texts
    )
    is_rate = says(column, "rate") or cell == "percent"
    readings: tuple[tuple[CellFormat, float], ...] = (("percent", 0.01), ("fraction", 1.0))
    for written, factor in readings:
        if value.max() * factor > 1 + 1e-6 or (written == "fraction" and cell == "percent"):
            continue
        measure = Measure(columns=(column,), count=base, format=written)
        whole = _whole(value * factor * contacts, 0.5 * 10.0**-decimals * factor * contacts)
        if whole is not None and whole >= NEARLY_ALL:
            yield measure, "certain", f"times {base} it is a whole number of contacts in every row"
        elif whole is None and is_rate and written == "percent":
            yield measure, "likely", f"it is a rate; whether of {base}, rounded figures cannot tell"
    if cell == "number" and not decimals and (value <= contacts).all() and not is_rate:
        why = f"it is a whole number, and never more than {base}"
        yield Measure(columns=(column,), count=base, statistic="share"), "certain", why


def _whole(parts: Values, tolerance: Values) -> float | None:
    """Return the share of rows in which a part is a whole number; None where rounding hides it."""
    telling = (tolerance < 0.2) & (parts > 0)  # noqa: PLR2004
    if not telling.any():
        return None
    parts, tolerance = parts[telling], tolerance[telling]
    return float((np.abs(parts - np.round(parts)) <= tolerance + 1e-6).mean())


def _scores(sample: Sample, column: str, base: str, value: Values) -> Iterator[tuple[Measure, Sureness, str]]:
    """A score is a mean over what it rests on; where nothing counts that, over the contacts."""
    cell: CellFormat = "percent" if sample.columns[column].formats == ("percent",) else "number"
    if cell == "number" and says(column, "rate"):
        cell = "fraction" if value.max() <= 1 else "percent"
    if value.max() > MOST_PERCENT:
        return
    counted = says(base, "surveys")
    sure: Sureness = "certain" if counted else "likely"
    why = f"it is a mean over {base}" if counted else f"nothing counts what it rests on, so days weigh by {base}"
    if cell == "fraction" and value.max() > 1:
        return
    yield Measure(columns=(column,), count=base, format=cell), sure, why
