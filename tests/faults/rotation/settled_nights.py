"""Nights with late, corrected and gated values, and what became of a day."""

from dataclasses import replace
from datetime import date

from ladder.domain.challenges.completion import OUTCOMES
from ladder.domain.challenges.ports import Reading
from ladder.domain.challenges.rules import QualityGate, SelectionRule
from tests.builders.bank import CARE, HANDLE_TIME, QUALITY, SPRINT
from tests.builders.nights import NightRunner, small_program
from tests.builders.programs import with_values

UNGATED = replace(HANDLE_TIME, quality_gate=None, speed=False, normalise_by=None)


def corrected(runner: NightRunner, user: str, day: date, value: float, metric: str = "AHT") -> None:
    others = [each for each in runner.source.known[metric] if (each.user, each.day) != (user, day)]
    runner.source.known[metric] = [*others, Reading(user, day, value, 40.0)]


def every_night(*, gate_final_after: int = 0, gate: QualityGate | None = None, **changed: object) -> NightRunner:
    """Both ladders on every night; handle time gated by quality where `gate` says so."""
    metrics = (
        replace(UNGATED, quality_gate=gate),
        replace(QUALITY, final_after_days=gate_final_after),
    )
    program = small_program(metrics=metrics, selection=SelectionRule(per_night=2, always=("SPRINT", "CARE")))
    return NightRunner(program=with_values(program, categories=(SPRINT, CARE), **changed))


def outcome(runner: NightRunner, day: date, category: str, slot: int) -> str:
    return OUTCOMES[runner.assignments.outcomes("bank", day)[category][slot]]


def value(runner: NightRunner, user: str, day: date, metric: str = "AHT") -> float | None:
    return next((each.value for each in runner.source.known[metric] if (each.user, each.day) == (user, day)), None)
