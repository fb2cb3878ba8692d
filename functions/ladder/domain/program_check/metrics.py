"""Metrics: few north stars, and no pay for speed that is neither comparable nor guarded by quality."""

from collections.abc import Iterator

from ladder.domain.challenges.plausibility import is_time
from ladder.domain.program_check.nights import has_nights
from ladder.domain.program_check.problem import Problem, error, nearest, warning
from ladder.domain.programs.program import Metric, Program, QualityGate

MOST_NORTH_STARS = 3


def check_metrics(program: Program) -> Iterator[Problem]:
    if has_nights(program) and not program.metrics:
        yield error(("metrics",), "there is no metric", "Describe each metric under the platform's own key for it.")
    yield from _north_stars(program)
    for metric in program.metrics:
        yield from _values(metric, program.tier_rule.window_days)
        yield from _contacts(metric, program)
        yield from _normalised(metric, program)
        yield from _speed(metric)
        if metric.quality_gate:
            yield from _gate(metric, metric.quality_gate, program)


def _north_stars(program: Program) -> Iterator[Problem]:
    stars = [metric.key for metric in program.metrics if metric.north_star]
    for key in stars[MOST_NORTH_STARS:]:
        yield error(
            ("metrics", key, "north_star"),
            f"{len(stars)} metrics are north stars ({', '.join(stars)}); people can follow {MOST_NORTH_STARS}",
            "Keep the few behaviours that matter most, and write north_star: false for the others.",
        )


def _values(metric: Metric, window: int) -> Iterator[Problem]:
    at = ("metrics", metric.key)
    if metric.final_after_days >= window:
        yield error(
            (*at, "final_after_days"),
            f"figures that are final after {metric.final_after_days} days never count in a window of {window} days",
            f"Write 0 to {window - 1}: 0 where a day is final the night after it.",
        )


def _contacts(metric: Metric, program: Program) -> Iterator[Problem]:
    """Platforms need not say how many contacts a figure rests on; the column of a metric file does."""
    if metric.at_least is not None and program.metric_files is None:
        yield warning(
            ("metrics", metric.key, "at_least"),
            "it counts only where the platform says how many contacts a figure rests on; else every worked day counts",
            "Ask for counts with the figures, or deliver metric_files, whose count column says it.",
        )


def _normalised(metric: Metric, program: Program) -> Iterator[Problem]:
    at = ("metrics", metric.key, "normalise_by")
    if metric.normalise_by and not program.contact_types:
        yield error(
            at,
            "no contact type is known to compare by",
            "Write contact_types: [NEW, REGULAR] with the types that your figures tell apart.",
        )


def _speed(metric: Metric) -> Iterator[Problem]:
    at = ("metrics", metric.key)
    if metric.speed and not metric.normalise_by:
        yield error(
            (*at, "normalise_by"),
            "a speed metric compares people who get different contacts",
            "Write normalise_by: contact_type, so that everybody is judged at the usual mix.",
        )
    if metric.speed and not metric.quality_gate:
        yield error(
            (*at, "quality_gate"),
            "a speed metric without a gate pays for hanging up",
            "Write quality_gate: {metric: REPEAT7D, at_most: 70} with a quality metric of yours.",
        )
    if not metric.speed and metric.direction == "lower" and is_time(metric):
        yield warning(
            (*at, "speed"),
            f"less {metric.unit} is better here, which rewards speed, but it is not marked as speed",
            "Write speed: true with normalise_by and quality_gate, unless shorter cannot mean worse.",
        )


def _gate(metric: Metric, gate: QualityGate, program: Program) -> Iterator[Problem]:
    at = ("metrics", metric.key, "quality_gate")
    others = {other.key for other in program.metrics} - {metric.key}
    if gate.metric == metric.key:
        yield error((*at, "metric"), "the metric guards itself", "Name a metric of quality.")
    elif gate.metric not in others:
        yield error((*at, "metric"), f"{gate.metric} is not described in metrics", nearest(gate.metric, others))
    if (gate.at_least is None) == (gate.at_most is None):
        yield error(at, "it takes one bound", "Write either at_most or at_least, whichever means good quality.")
