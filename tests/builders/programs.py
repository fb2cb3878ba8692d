"""Programs for tests: built and changed by the keys of the program file, whichever section holds them."""

from dataclasses import fields, replace
from typing import Any

from ladder.domain.calendar.schedule import Schedule
from ladder.domain.challenges.rules import ChallengeRules
from ladder.domain.points.rulebook import Rulebook
from ladder.domain.programs.program import Program

_SECTIONS = {"challenges": ChallengeRules, "rulebook": Rulebook}


def composed(key: str, name: str, schedule: Schedule, **values: Any) -> Program:
    """Return a program of these values."""
    return with_values(Program(key=key, name=name, schedule=schedule), **values)


def with_values(program: Program, **values: Any) -> Program:
    """Return the program with these values instead; a value that is no section's is the program's own."""
    changed = replace(program, **{name: value for name, value in values.items() if name in _names_of(Program)})
    for section, kind in _SECTIONS.items():
        own = {name: value for name, value in values.items() if name in _names_of(kind)}
        changed = replace(changed, **{section: replace(getattr(changed, section), **own)})
    if unknown := set(values) - _names_of(Program, *_SECTIONS.values()):
        raise TypeError(f"a program has no {', '.join(sorted(unknown))}")
    return changed


def _names_of(*kinds: type) -> set[str]:
    return {field.name for kind in kinds for field in fields(kind)}
