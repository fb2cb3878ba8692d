"""Check that speed is paid only where quality is good, in whatever unit and direction it hides.

A metric says itself whether it rewards speed. Where it says nothing, its unit, direction and name decide what it is
taken for, and a doubt counts against it. A gate that everything passes is no quality.
"""

import re
from collections.abc import Iterator

from ladder.domain.challenges.plausibility import MAX_VALUE, plausible_range
from ladder.domain.challenges.rules import ChallengeRules, Metric, QualityGate
from ladder.domain.challenges.units import is_percent, is_rate, seconds_of
from ladder.domain.validation.problem import Problem, error, nearest, warning

HARDLY_ANYBODY = 0.02  # of what a metric can be: a gate that only this much fails is none
COUNTED = frozenset(
    "contacts calls chats cases tickets tasks mails emails kontakte anrufe fälle vorgänge aufgaben".split()  # noqa: SIM905
)
_TIMES = re.compile(
    r"\b(aht|acw|att|asa)\b|(handle|handling|talk|hold)[ -]?time|after[ -]call|wrap|duration|seconds|minutes"
    r"|bearbeitungszeit|gesprächs(zeit|dauer)|nachbearbeitung|dauer\b",
    re.IGNORECASE,
)
_QUICK = re.compile(
    r"\b(cph|aph)\b|per[ -]hour|an hour|throughput|productivity|speed|quick|fast|pro stunde|schnell|durchsatz|produktiv"
    r"|\b(within|under|below|in|unter|innerhalb von) (\d+|\w+) (s|sec\w*|min\w*|hours?|sek\w*|stunden?)\b",
    re.IGNORECASE,
)


def check_speed(rules: ChallengeRules) -> Iterator[Problem]:
    """Yield what is wrong with metrics that reward speed, or may do so undeclared, and with quality gates."""
    for metric in rules.metrics:
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
        is_asked = any(category.metric == metric.key for category in rules.categories)
        if is_asked and not metric.speed and (sign := sign_of_speed(metric)):
            says = "it is marked as none" if metric.speed is False else "nothing says whether it does"
            yield warning(
                (*path, "speed"),
                f"{sign} here, which rewards speed, and {says}",
                "Write speed: true with normalise_by and quality_gate; speed: false only where quicker cannot mean "
                "worse.",
            )
        if metric.quality_gate:
            yield from _gate(metric, metric.quality_gate, rules)


def sign_of_speed(metric: Metric) -> str | None:
    """Return why a metric may reward speed, judged by its unit, direction and name; None where nothing says so."""
    named, unit = f"{metric.key} {metric.name}", metric.unit
    if metric.direction == "lower":
        if seconds_of(unit):
            return f"less {unit} is better"
        return "it is a time by its name, and less is better" if _TIMES.search(named) and not is_percent(unit) else None
    if is_rate(unit) or ("%" not in unit and set(unit.casefold().split()) & COUNTED):
        return f"more {unit} is better"
    return "it counts what is quick by its name, and more is better" if _QUICK.search(named) else None


def _gate(metric: Metric, gate: QualityGate, rules: ChallengeRules) -> Iterator[Problem]:
    path = ("metrics", metric.key, "quality_gate")
    others = {other.key: other for other in rules.metrics if other.key != metric.key}
    if gate.metric == metric.key:
        yield error((*path, "metric"), "the metric guards itself", "Name a metric of quality.")
    elif gate.metric not in others:
        yield error((*path, "metric"), f"{gate.metric} is not described in metrics", nearest(gate.metric, others))
    if (gate.at_least is None) == (gate.at_most is None):
        yield error(
            path, "it needs exactly one bound", "Write either at_most or at_least, whichever means good quality."
        )
    elif quality := others.get(gate.metric):
        yield from _real(quality, gate, rules, path)


def _real(quality: Metric, gate: QualityGate, rules: ChallengeRules, path: tuple[str, ...]) -> Iterator[Problem]:
    """Check that the gate's metric is one of quality, and that its bound can be failed, and by the bad."""
    if quality.speed or (quality.speed is None and sign_of_speed(quality)):
        yield error(
            (*path, "metric"),
            f"{quality.key} rewards speed itself, so it shows no quality",
            f"Name a metric of quality, or write speed: false under {quality.key} if it is one.",
        )
    wanted = "at_most" if quality.direction == "lower" else "at_least"
    bound = getattr(gate, wanted)
    if bound is None:
        yield error(
            path,
            f"{quality.direction} is better for {quality.key}, so this lets the worst pass and stops the best",
            f"Write {wanted}.",
        )
        return
    possible = plausible_range(quality, rules.metric_files)
    bounded = possible.most < MAX_VALUE and (quality.range is not None or not seconds_of(quality.unit))
    least, most = possible.least if bounded else 0.0, possible.most
    failing = (most - bound if wanted == "at_most" else bound - least) / (most - least)
    values = f"{quality.key} is from {least:g} to {most:g} {quality.unit}"
    hint = "Write a bound that poor quality fails."
    if failing <= 0 and bounded:
        yield error((*path, wanted), f"everything passes {bound:g}: {values}", hint)
    elif failing <= 0:
        unless = f"Write a bound that poor quality fails, or the range of {quality.key}."
        yield warning((*path, wanted), f"everything passes {bound:g}, unless {quality.key} is below it", unless)
    elif failing < HARDLY_ANYBODY and bounded:
        yield warning((*path, wanted), f"hardly anything fails {bound:g}: {values}", hint)
