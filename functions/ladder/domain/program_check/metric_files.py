"""Metric files: every metric has a column, and every column its use."""

from collections.abc import Iterator

from ladder.domain.program_check.problem import Problem, error, similar, warning
from ladder.domain.programs.program import MetricFiles, Program

MEASURES = ("metric_files", "measures")


def check_metric_files(program: Program) -> Iterator[Problem]:
    if program.metric_files:
        yield from _measured(program.metric_files, [metric.key for metric in program.metrics])
        yield from _columns(program.metric_files)


def _measured(files: MetricFiles, keys: list[str]) -> Iterator[Problem]:
    for key in keys:
        if key not in files.measures:
            yield error(MEASURES, f"the metric {key} has no column", f"Add {key}: {{column: …, count: …}}.")
    for key in files.measures:
        if key not in keys:
            message = "it is not described in metrics, so only nights of earlier versions use it"
            mend = f"{similar(key, keys)}Take it out once those nights are settled."
            yield warning((*MEASURES, key), message, mend)


def _columns(files: MetricFiles) -> Iterator[Problem]:
    if files.agent == files.date:
        message = f"{files.date} cannot hold the agent and the date"
        yield error(("metric_files", "date"), message, "Name two columns.")
    for key, measure in files.measures.items():
        if {measure.column, measure.count} & {files.agent, files.date}:
            message = "a figure cannot stand where the agent or the date stands"
            yield error((*MEASURES, key), message, "Name the columns of the figures.")
