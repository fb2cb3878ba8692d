"""What a door says of a program that tests made: first what is wrong by itself, else what shows across sections."""

import json

import msgspec

from ladder.domain.programs.check import check as across
from ladder.domain.programs.program import Program
from ladder.domain.validation.problem import Problem
from ladder.program_validation import checked


def check(program: Program) -> tuple[Problem, ...]:
    _, by_value = checked(json.loads(msgspec.json.encode(program)))
    return tuple(by_value) or across(program)
