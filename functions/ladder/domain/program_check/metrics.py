"""Check metrics and what they are made of: contact types, metric files, and the guard against gaming.

Few metrics are north stars, and none pays for speed that is neither comparable nor guarded by quality.
"""

from collections.abc import Iterator

from ladder.domain.challenges.plausibility import is_time
from ladder.domain.program_check.problem import Problem, error, nearest, similar, warning
from ladder.domain.programs.program import Metric, Program, QualityGate

MOST_NORTH_STARS = 3
MEASURES = ("metric_files", "measures")
_GUARD_METRICS = ("short_contacts", "repeat_contacts")


def has_nights(program: Program) -> bool:
    """Return whether the program has nightly challenges; an academy may have rules alone."""
    return program.platform is not None or bool(program.metrics or program.categories)


def check_metrics(program: Program) -> Iterator[Problem]:
    if has_nights(program) and not program.metrics:
        yield error(("metrics",), "there is no metric", "Describe each metric under the platform's own key for it.")
    stars = [metric.key for metric in program.metrics if metric.north_star]
    for key in stars[MOST_NORTH_STARS:]:
        yield error(
            ("metrics", key, "north_star"),
            f"{len(stars)} metrics are north stars ({', '.join(stars)}); people can follow {MOST_NORTH_STARS}",
            "Keep the few behaviours that matter most, and write north_star: false for the others.",
        )
    for metric in program.metrics:
        yield from _values(metric, program)
        yield from _speed(metric)
        if metric.quality_gate:
            yield from _gate(metric, metric.quality_gate, program)


def _values(metric: Metric, program: Program) -> Iterator[Problem]:
    path, window = ("metrics", metric.key), program.tier_rule.window_days
    if metric.final_after_days >= window:
        yield error(
            (*path, "final_after_days"),
            f"values that are final after {metric.final_after_days} days never count in a window of {window} days",
            f"Write 0 to {window - 1}: 0 where a day is final the night after it.",
        )
    if metric.at_least is not None and program.metric_files is None:
        # Platforms need not say how many contacts a value rests on; the count column of a metric file does.
        yield warning(
            (*path, "at_least"),
            "it counts only where the platform says how many contacts a value rests on; else every worked day counts",
            "Ask the platform for counts, or deliver metric_files, which have a count column.",
        )
    if metric.normalise_by and not program.contact_types:
        yield error(
            (*path, "normalise_by"),
            "no contact type is defined to compare by",
            "Write contact_types: [NEW, REGULAR] with the types that your source counts separately.",
        )


def _speed(metric: Metric) -> Iterator[Problem]:
    path = ("metrics", metric.key)
    if metric.speed and not metric.normalise_by:
        yield error(
            (*path, "normalise_by"),
            "a speed metric compares people who get different contacts",
            "Write normalise_by: contact_type, so that everybody is compared at the usual mix.",
        )
    if metric.speed and not metric.quality_gate:
        yield error(
            (*path, "quality_gate"),
            "a speed metric without a quality gate pays for hanging up",
            "Write quality_gate: {metric: REPEAT7D, at_most: 70} with a quality metric of yours.",
        )
    if not metric.speed and metric.direction == "lower" and is_time(metric):
        yield warning(
            (*path, "speed"),
            f"less {metric.unit} is better here, which rewards speed, but it is not marked as speed",
            "Write speed: true with normalise_by and quality_gate, unless shorter cannot mean worse.",
        )


def _gate(metric: Metric, gate: QualityGate, program: Program) -> Iterator[Problem]:
    path = ("metrics", metric.key, "quality_gate")
    others = {other.key for other in program.metrics} - {metric.key}
    if gate.metric == metric.key:
        yield error((*path, "metric"), "the metric guards itself", "Name a metric of quality.")
    elif gate.metric not in others:
        yield error((*path, "metric"), f"{gate.metric} is not described in metrics", nearest(gate.metric, others))
    if (gate.at_least is None) == (gate.at_most is None):
        yield error(
            path, "it needs exactly one bound", "Write either at_most or at_least, whichever means good quality."
        )


def check_contact_types(program: Program) -> Iterator[Problem]:
    kinds = program.contact_types
    if len(kinds) == 1:
        hint = "Name the types that differ in length, or leave it out."
        yield warning(("contact_types",), "with one type every mix is the same", hint)
    # Each series of the source is one column of the history.
    taken = {name: f"metric {metric.key}" for metric in program.metrics for name in (metric.key, metric.measured)}
    for kind in kinds:
        for field, series in (("contacts", kind.contacts), ("seconds", kind.seconds)):
            if series in taken:
                hint = "Name the column, or the platform's metric, that belongs to this type alone."
                message = f"{series} is read for {taken[series]} already"
                yield error(("contact_types", kind.key, field), message, hint)
            elif series:
                taken[series] = f"contact type {kind.key}"
    without = [kind.key for kind in kinds if kind.seconds is None]
    if 0 < len(without) < len(kinds):
        message = f"seconds are of use only where every type has them, and {', '.join(without)} has none"
        yield warning(("contact_types", without[0]), message, "Add them, or leave seconds out everywhere.")


def check_hard_contacts(program: Program) -> Iterator[Problem]:
    if program.hard_contacts and not any(metric.normalise_by for metric in program.metrics):
        hint = "Write normalise_by: contact_type for one, or leave hard_contacts out."
        yield warning(("hard_contacts",), "no metric shows how hard the contacts were", hint)


def check_metric_files(program: Program) -> Iterator[Problem]:
    """Check that every metric has a column, and that no column is used for two things."""
    files, keys = program.metric_files, [metric.key for metric in program.metrics]
    if files is None:
        return
    for key in keys:
        if key not in files.measures:
            yield error(MEASURES, f"the metric {key} has no column", f"Add {key}: {{column: …, count: …}}.")
    for key in files.measures:
        if key not in keys:
            message = "it is not described in metrics, so only nights of earlier versions use it"
            hint = f"{similar(key, keys)}Remove it once those nights are settled."
            yield warning((*MEASURES, key), message, hint)
    if files.agent == files.date:
        message = f"{files.date} cannot hold both the agent and the date"
        yield error(("metric_files", "date"), message, "Name two columns.")
    for key, measure in files.measures.items():
        if {measure.column, measure.count} & {files.agent, files.date}:
            message = "the column of the agent or the date cannot hold a value"
            yield error((*MEASURES, key), message, "Name the columns of the values.")


def check_guard(program: Program) -> Iterator[Problem]:
    """Check that the guard compares shares of contacts, of which less is better."""
    guard = program.guard
    if guard is None:
        return
    metrics = {metric.key: metric for metric in program.metrics}
    named = {field: key for field in _GUARD_METRICS if (key := getattr(guard, field)) is not None}
    if not named:
        hint = "Write short_contacts, repeat_contacts or both with a metric of yours."
        yield error(("guard",), "it names no metric", hint)
    for field, key in named.items():
        metric = metrics.get(key)
        if metric is None:
            yield error(("guard", field), f"{key} is not described in metrics", nearest(key, metrics))
        elif metric.unit != "%" or metric.direction != "lower":
            yield error(
                ("guard", field),
                f"{key} is in {metric.unit} with {metric.direction} better; a guard needs a share that is too high",
                'Name a metric with unit: "%" and direction: lower.',
            )
