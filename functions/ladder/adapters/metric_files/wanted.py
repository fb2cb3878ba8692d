"""What a program wants to read of a row."""

from collections.abc import Mapping
from dataclasses import dataclass

from ladder.adapters.metric_files.findings import Findings
from ladder.domain.program import Measure, Metric, MetricFiles, Program
from ladder.domain.program_check.metrics import TIME_UNITS

DEFAULTS: Mapping[str, Measure] = {
    "AHT": Measure(column="aht_seconds", count="calls"),
    "SHORT10": Measure(column="short_calls_le10s", count="calls", share=True),
    "REPEAT7D": Measure(column="repeat7d_calls", count="fcr_eligible_calls", share=True),
}
"""How the metrics of a program are read that does not say it, as far as it has these metrics."""


@dataclass(frozen=True, slots=True)
class Wanted:
    agent: str
    date: str
    measures: Mapping[str, Measure]  # metric -> how to read it
    contacts: Mapping[str, str | None]  # column of contacts -> column of their seconds
    total: str | None  # the column that contacts by type add up to
    signed: frozenset[str]  # columns that may be below zero

    @property
    def numbers(self) -> tuple[str, ...]:
        """Every column that holds a number, once."""
        measured = [name for measure in self.measures.values() for name in (measure.column, measure.count)]
        typed = [name for pair in self.contacts.items() for name in pair if name]
        return tuple(dict.fromkeys([*measured, *typed]))


def wanted(program: Program, findings: Findings) -> Wanted:
    """A metric that no column is known for is a problem; the others are read all the same."""
    files = program.metric_files or MetricFiles(measures=dict(DEFAULTS))
    keys = {metric.key: metric for metric in program.metrics}
    for key in keys.keys() - files.measures.keys():
        findings.error(
            "",
            0,
            f"no column is known for the metric {key}",
            f"Write metric_files: {{measures: {{{key}: {{column: …, count: …}}}}}} into the program.",
        )
    known = {key: files.measures[key] for key in files.measures if key in keys or program.metric_files}
    return Wanted(
        agent=files.agent,
        date=files.date,
        measures=known,
        contacts={kind.contacts: kind.seconds for kind in program.contact_types},
        total=_total(program, known),
        signed=frozenset(each.column for key, each in known.items() if key in keys and _signed(keys[key], each)),
    )


def _total(program: Program, measures: Mapping[str, Measure]) -> str | None:
    normalised = [metric.key for metric in program.metrics if metric.normalise_by and metric.key in measures]
    return measures[normalised[0]].count if normalised else None


def _signed(metric: Metric, measure: Measure) -> bool:
    """A net promoter score may be below zero; a time or a percentage may not."""
    time_or_share = metric.normalise_by or metric.speed or metric.unit == "%" or metric.unit.casefold() in TIME_UNITS
    return not (measure.share or time_or_share)
