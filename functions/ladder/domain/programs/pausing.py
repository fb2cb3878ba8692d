"""Pause a rule, a badge or a whole program until somebody resumes it, and compile a program as it is then played.

What is paused is said by a published version, so it takes effect with the next evaluation, every entry is counted again
as it was counted first, and who paused what is known as for any other edit. A program file never says it: a draft
takes over what is paused, and only resuming resumes.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.programs.program import Program

type Pausable = Literal["program", "rule", "badge"]
type Paused = tuple[Pausable, str]  # what, and its key


def as_played(program: Program) -> Program:
    """Return the program with all its rules and badges paused where the program is."""
    if not program.paused:
        return program
    return with_pauses(program, set(pausable(program)))


def pauses(program: Program) -> Iterator[Paused]:
    rulebook = program.rulebook
    if program.paused:
        yield "program", program.key
    yield from (("rule", rule.key) for rule in rulebook.rules if rule.paused)
    yield from (
        ("badge", badge.key) for badges in (rulebook.badges, rulebook.judged) for badge in badges if badge.paused
    )


def pausable(program: Program) -> Iterator[Paused]:
    rulebook = program.rulebook
    yield "program", program.key
    yield from (("rule", rule.key) for rule in rulebook.rules)
    yield from (("badge", badge.key) for badges in (rulebook.badges, rulebook.judged) for badge in badges)


def with_pauses(program: Program, paused: set[Paused]) -> Program:
    """Return the program with these parts of it paused, and no other."""
    rulebook = program.rulebook
    rulebook = replace(
        rulebook,
        rules=tuple(replace(rule, paused=("rule", rule.key) in paused) for rule in rulebook.rules),
        badges=tuple(replace(badge, paused=("badge", badge.key) in paused) for badge in rulebook.badges),
        judged=tuple(replace(badge, paused=("badge", badge.key) in paused) for badge in rulebook.judged),
    )
    return replace(program, paused=("program", program.key) in paused, rulebook=rulebook)


def compile_program(program: Program) -> CompiledProgram:
    """Return the program as it is played: where it is paused, all its rules and badges are."""
    played = as_played(program)
    return CompiledProgram.of(
        key=played.key,
        name=played.name,
        version=played.version,
        schedule=played.schedule,
        challenges=played.challenges,
        rulebook=played.rulebook,
        caps=played.caps,
        paused=played.paused,
    )
