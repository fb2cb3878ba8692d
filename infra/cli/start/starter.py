"""A starter program made of a file: its metrics, categories with targets from its figures, a guard and caps."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jinja2 import Environment

from infra.cli.metrics.sample import Guess, GuessedMetric
from infra.cli.metrics.section import contact_types_line, flow, metric_files_lines
from ladder.adapters.metric_files import MetricTable
from ladder.domain.challenges.caps import round_up
from ladder.domain.challenges.rules import TIERS

POINTS = (50, 80, 120)  # of the three tiers
PERCENTILES = (25, 50, 75)  # of agent-days that miss a tier's target, the easiest first
LEAST_FAILING = 5.0  # a gate that everything passes guards nothing: this much of 0 to 100 per cent fails it
GATES = ("REPEAT", "FCR", "QUALITY", "CSAT")  # metrics that can guard speed, the best first
FINAL_AFTER_DAYS: Mapping[str, int] = {"REPEAT": 8, "FCR": 8, "CSAT": 3, "QUALITY": 3}
NORTH_STARS = ("REPEAT", "FCR", "QUALITY", "CSAT", "SHORT")
MOST_NORTH_STARS = 3
LARGE_CENTRE = 100  # agents
WORDS: Mapping[str, tuple[str, tuple[str, str, str], str]] = {  # category, names of its challenges, what is asked
    "AHT": (
        "HANDLE_TIME",
        ("Find your pace", "Keep your pace", "Sure and swift"),
        "an average handle time of {} or less",
    ),
    "SHORT": (
        "STAY_ON_THE_LINE",
        ("Stay on the line", "Every caller heard", "Nobody cut off"),
        "at most {} of contacts that end at once",
    ),
    "REPEAT": (
        "FIRST_TIME_RIGHT",
        ("Settled in one call", "Settled for good", "First time right"),
        "at most {} of callers who ring again",
    ),
    "FCR": (
        "SOLVED_AT_ONCE",
        ("Solved today", "Solved at once", "Solved for good"),
        "at least {} of contacts resolved at once",
    ),
    "TRANSFER": (
        "IN_GOOD_HANDS",
        ("In good hands", "Seen through", "One person, one answer"),
        "at most {} of contacts passed on",
    ),
    "ADHERENCE": ("ON_PLAN", ("On plan", "Well on plan", "To the minute"), "adherence of {} or more"),
    "QUALITY": ("QUALITY", ("Good work", "Very good work", "Excellent work"), "a quality of {} or more"),
    "CSAT": (
        "SATISFIED_CALLERS",
        ("Glad callers", "Happy callers", "Delighted callers"),
        "a satisfaction of {} or more",
    ),
}


@dataclass(frozen=True, slots=True)
class StarterMetric:
    """A metric of the program; `gate`: what must be good for its completions to be paid."""

    guessed: GuessedMetric
    speed: bool
    north_star: bool
    final_after_days: int
    gate: str = ""


@dataclass(frozen=True, slots=True)
class StarterCategory:
    key: str
    metric: str
    challenges: tuple[Mapping[str, object], ...]  # tier 1 first


@dataclass(frozen=True, slots=True)
class Starter:
    """`unpaid`: why a metric that was found is not asked."""

    text: str
    unpaid: tuple[str, ...]


def starter_program(guess: Guess, table: MetricTable, *, file: Path, time_zone: str | None) -> Starter:
    """Write the program. Raises ValueError where nothing that was found can be asked."""
    metrics, unpaid = _metrics(guess, table)
    categories = tuple(_categories(metrics, table))
    if not categories:
        raise ValueError("; ".join(unpaid) or "no metric has enough figures for three targets")
    per_night = min(2, len(categories))
    member_daily = per_night * POINTS[-1]
    environment = Environment(trim_blocks=True, lstrip_blocks=True, autoescape=False)  # noqa: S701 - YAML, each value quoted
    environment.filters["yaml"] = flow
    template = environment.from_string(Path(__file__).with_name("program.yaml.jinja").read_text(encoding="utf-8"))
    found = {metric.guessed.key for metric in metrics}
    text = template.render(
        file=file.name,
        table=table,
        time_zone=time_zone or "UTC",
        zone_is_known=time_zone is not None,
        metrics=metrics,
        unpaid=unpaid,
        contact_types=contact_types_line(guess) if guess.contact_types else "",
        metric_files=[] if guess.files is None else list(metric_files_lines(guess.files)),
        guard={name: key for name, key in (("short_contacts", "SHORT"), ("repeat_contacts", "REPEAT")) if key in found},
        false_alarms=0.001 if len(table.agents) >= LARGE_CENTRE else 0.01,
        categories=categories,
        per_night=per_night,
        member_daily=member_daily,
        member_weekly=4 * member_daily,
        program_daily=round_up(len(table.agents) * member_daily),
    )
    return Starter(text, unpaid)


def _metrics(guess: Guess, table: MetricTable) -> tuple[tuple[StarterMetric, ...], tuple[str, ...]]:
    found = {metric.key: metric for metric in guess.metrics}
    gate = next((key for key in GATES if key in found), "")
    unpaid = []
    if "AHT" in found and not guess.contact_types:
        unpaid.append(
            "handle time is measured, and no challenge is on it: the file has no contact types, so people who get "
            "longer contacts would look slower"
        )
    elif "AHT" in found and not gate:
        unpaid.append(
            "handle time is measured, and no challenge is on it: the file has no repeat contacts, resolution, quality "
            "or satisfaction, so nothing would show that speed costs callers"
        )
    stars = [key for key in NORTH_STARS if key in found][:MOST_NORTH_STARS]
    metrics = tuple(
        StarterMetric(
            metric,
            speed=metric.key == "AHT" and not unpaid,
            north_star=metric.key in stars,
            final_after_days=FINAL_AFTER_DAYS.get(metric.key, 0),
            gate=_gate(found[gate], table) if metric.key == "AHT" and not unpaid else "",
        )
        for metric in guess.metrics
    )
    return metrics, tuple(unpaid)


def _gate(metric: GuessedMetric, table: MetricTable) -> str:
    """Return a bound that nine of ten agent-days keep."""
    values = _values(metric, table)
    if metric.direction == "lower":
        bound = math.ceil(float(np.percentile(values, 90)) / metric.step) * metric.step
        return flow({"metric": metric.key, "at_most": _number(min(bound, 100.0 - LEAST_FAILING)), "over_days": 10})
    bound = math.floor(float(np.percentile(values, 10)) / metric.step) * metric.step
    return flow({"metric": metric.key, "at_least": _number(max(bound, LEAST_FAILING)), "over_days": 10})


def _categories(metrics: Sequence[StarterMetric], table: MetricTable) -> Iterator[StarterCategory]:
    for metric in metrics:
        guessed = metric.guessed
        if guessed.role == "time" and not metric.speed:
            continue
        targets = _targets(guessed, table)
        if targets is None:
            continue
        key, names, asked = WORDS[guessed.key]
        unit = "seconds" if guessed.unit == "s" else guessed.unit
        yield StarterCategory(
            key,
            guessed.key,
            tuple(
                {
                    "name": name,
                    "description": f"Today: {asked.format(f'{target:g} {unit}')}.",
                    "target_value": target,
                    "points": points,
                }
                for name, target, points in zip(names, targets, POINTS, strict=True)
            ),
        )


def _targets(metric: GuessedMetric, table: MetricTable) -> list[float] | None:
    """Return targets that a quarter, a half and three quarters miss; strictly ordered, None where that cannot be."""
    values = _values(metric, table)
    if len(values) < len(TIERS):
        return None
    lower, step = metric.direction == "lower", metric.step
    at = [100 - percentile if lower else percentile for percentile in PERCENTILES]
    steps = [round(float(value) / step) for value in np.percentile(values, at)]
    if lower:
        hardest = max(steps[2], 0)
        middle = max(steps[1], hardest + 1)
        steps = [max(steps[0], middle + 1), middle, hardest]
    else:
        hardest = min(steps[2], math.floor(100 / step)) if metric.unit == "%" else steps[2]
        middle = min(steps[1], hardest - 1)
        steps = [min(steps[0], middle - 1), middle, hardest]
    return [_number(number * step) for number in steps]


def _values(metric: GuessedMetric, table: MetricTable) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    values = table.series[metric.key].values
    return values[~np.isnan(values)]


def _number(value: float) -> float:
    return int(value) if float(value).is_integer() else round(value, 3)
