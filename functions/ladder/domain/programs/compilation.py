"""Compile a program for the evaluation of activities."""

from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.programs.pausing import as_played
from ladder.domain.programs.program import Program


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
