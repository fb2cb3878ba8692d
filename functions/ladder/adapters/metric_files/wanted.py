"""What a program wants to read of a row."""

from collections.abc import Mapping
from dataclasses import dataclass

from ladder.adapters.metric_files.findings import Findings
from ladder.domain.challenges.plausibility import CONTACTS, SECONDS, Plausible, of_metric
from ladder.domain.programs.program import Measure, MetricFiles, Program

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
    plausible: Mapping[str, Plausible]  # series -> what it can be

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
    plausible = {key: of_metric(metric, files) for key, metric in keys.items() if key in files.measures}
    known = {key: files.measures[key] for key in files.measures if key in keys or program.metric_files}
    return Wanted(
        agent=files.agent,
        date=files.date,
        measures=known,
        contacts={kind.contacts: kind.seconds for kind in program.contact_types},
        total=_total(program, known),
        signed=frozenset(files.measures[key].column for key, each in plausible.items() if each.least < 0),
        plausible={**plausible, **_of_types(program)},
    )


def _total(program: Program, measures: Mapping[str, Measure]) -> str | None:
    normalised = [metric.key for metric in program.metrics if metric.normalise_by and metric.key in measures]
    return measures[normalised[0]].count if normalised else None


def _of_types(program: Program) -> dict[str, Plausible]:
    contacts = {kind.contacts: CONTACTS for kind in program.contact_types}
    return contacts | {kind.seconds: SECONDS for kind in program.contact_types if kind.seconds}
