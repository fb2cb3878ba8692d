"""A program without an outside platform: its metrics come in as files, Ladder shows, settles and pays."""

from dataclasses import replace
from typing import Any

from ladder.domain.challenges.metric_files import Measure, MetricFiles
from ladder.domain.challenges.rules import Category, SelectionRule
from ladder.domain.programs.program import Program
from tests.builders.bank import CARE, SPRINT, STEADY
from tests.builders.nights import small_program
from tests.builders.programs import with_values


def without_groups(category: Category) -> Category:
    first, second, third = (replace(challenge, group_id=None) for challenge in category.tiers)
    return replace(category, tiers=(first, second, third))


def without_platform(**changed: Any) -> Program:
    program = small_program()
    measures = {metric.key: Measure(columns=(metric.key,), count="n") for metric in program.challenges.metrics}
    left_out = {
        "platform": None,
        "metric_files": MetricFiles(measures=measures),
        "categories": tuple(map(without_groups, (SPRINT, STEADY, CARE))),
        "selection": SelectionRule(per_night=2, always=("SPRINT", "CARE")),
    }
    return with_values(program, **(left_out | changed))
