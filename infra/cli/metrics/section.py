"""The guessed sections of a program as YAML, and measures as they are written there."""

from collections.abc import Collection, Iterator
from typing import get_args

import yaml

from infra.cli.metrics.sample import Guess
from ladder.domain.challenges.metric_files import CellFormat, Measure, MetricFiles, Statistic

LEFT_OUT = "none"
SIMPLE_KEYS = (
    "agent", "agent_ids", "date", "date_format", "time_zone", "rows_by", "repeats", "header", "encoding", "separator",
    "sheets", "decimal", "thousands", "empty",
)  # fmt: skip


def measure_text(measure: Measure) -> str:
    """Return a measure as it is written in YAML: {column: Calls, count: Calls, as: share}."""
    tree: dict[str, object] = {"column": measure.columns[0] if len(measure.columns) == 1 else list(measure.columns)}
    tree["count"] = measure.count
    if measure.statistic != "mean":
        tree["as"] = measure.statistic
    if measure.format != "number":
        tree["format"] = measure.format
    return flow(tree)


def parsed_measure(key: str, text: str, columns: Collection[str]) -> Measure | None:
    """Return the measure that was given as an answer; None to leave the metric out. Raises ValueError."""
    if text == LEFT_OUT:
        return None
    form = f"--set {key}: write {{column: …, count: …, as: mean, ratio or share, format: …}}, or {LEFT_OUT}"
    try:
        tree = yaml.safe_load(text)
        named = tree["column"]
        names = tuple(map(str, named)) if isinstance(named, list) else (str(named),)
        measure = Measure(
            columns=names,
            count=str(tree["count"]),
            statistic=tree.get("as", "mean"),
            format=tree.get("format", "number"),
        )
    except (yaml.YAMLError, TypeError, KeyError, AttributeError) as error:
        raise ValueError(form) from error
    if measure.statistic not in get_args(Statistic):
        raise ValueError(form)
    if measure.format not in get_args(CellFormat):
        raise ValueError(f"{form}; formats are {', '.join(get_args(CellFormat))}")
    for name in (*measure.columns, measure.count):
        if name not in columns:
            raise ValueError(f"--set {key}: there is no column {name}, but {', '.join(columns)}")
    return measure


class _Flow(yaml.SafeDumper):
    """Writes a text of several lines, such as a header's, on one line."""


_Flow.add_representer(
    str,
    lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"' if "\n" in text else None),
)


def flow(value: object) -> str:
    """Return a value as YAML on one line."""
    text = yaml.dump(value, Dumper=_Flow, default_flow_style=True, width=10_000, allow_unicode=True, sort_keys=False)
    return text.removesuffix("\n").removesuffix("\n...")


def metric_files_lines(files: MetricFiles) -> Iterator[str]:
    """Yield the section, without what is so by default."""
    yield "metric_files:"
    default = MetricFiles(measures={})
    for key in SIMPLE_KEYS:
        value = getattr(files, key)
        if value != getattr(default, key):
            if isinstance(value, tuple):
                value = value[0] if len(value) == 1 else list(value)
            yield f"  {'sheet' if key == 'sheets' else key}: {flow(value)}"
    if files.skip:
        skipped = {rows.column: rows.like[0] if len(rows.like) == 1 else list(rows.like) for rows in files.skip}
        yield f"  skip: {flow(skipped)}  # lines that are no agent's day"
    if by_type := files.contact_type:
        tree: dict[str, object] = {"column": by_type.column, "count": by_type.count}
        tree |= {"names": dict(by_type.names)} if by_type.names else {}
        yield f"  contact_type: {flow(tree)}"
    if load := files.load:
        tree = {"queue": load.queue, "queues": list(load.queues)} if load.queue else {}
        tree |= {"hours": [f"{begin:%H:%M}" for begin in load.hours]} if load.hours else {}
        yield f"  load: {flow(tree)}  # handle times are compared at the usual load"
    yield "  measures:"
    for key, measure in files.measures.items():
        yield f"    {key}: {measure_text(measure)}"


def section_lines(guess: Guess) -> Iterator[str]:
    """Yield the metrics, the contact types and the metric_files of a program."""
    if guess.files is None:
        return
    yield "metrics:  # a program adds quality gates, and whether a metric rewards speed"
    for metric in guess.metrics:
        yield f"  {metric.key}: " + flow(
            {"name": metric.name, "unit": metric.unit, "direction": metric.direction, "step": metric.step}
        )
    if guess.contact_types:
        yield contact_types_line(guess)
    yield from metric_files_lines(guess.files)


def contact_types_line(guess: Guess) -> str:
    kinds = {kind.key: {"contacts": kind.contacts} for kind in guess.contact_types}
    usual = all(kind.contacts == f"calls_{kind.key}" for kind in guess.contact_types)
    return f"contact_types: {flow(list(kinds) if usual else kinds)}"
