"""Check a program as a draft is checked: first its values by themselves, then what shows only across sections."""

import json

import msgspec

from ladder.domain.programs.check import check as across
from ladder.domain.programs.program import Program
from ladder.domain.validation.problem import Problem
from ladder.program_validation import checked


def check(program: Program) -> tuple[Problem, ...]:
    _, by_value = checked(json.loads(msgspec.json.encode(program)))
    return tuple(by_value) or across(program)


def found_at(place: str, wrong: Program) -> Problem:
    """Return the one problem at a place."""
    problems = [problem for problem in check(wrong) if problem.where == place]
    assert len(problems) == 1, check(wrong)
    return problems[0]
