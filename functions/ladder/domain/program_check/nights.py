"""Whether a program has nights at all: an academy may have rules alone."""

from collections.abc import Iterator

from ladder.domain.program_check.problem import Problem, error
from ladder.domain.programs.program import Program


def has_nights(program: Program) -> bool:
    return program.platform is not None or bool(program.metrics or program.categories)


def check_nights(program: Program) -> Iterator[Problem]:
    """There is something to earn, and where a platform is missing nothing is asked of it."""
    if not has_nights(program) and not program.rulebook.rules:
        yield error(
            ("rules",),
            "there is neither a rule nor a challenge, so nobody can earn anything",
            "Write rules, or rotation_time, platform, metrics and challenge_library.",
        )
    if program.payer == "platform" and program.platform is None:
        yield error(("payer",), "there is no platform that could pay", "Write payer: ladder, or leave it out.")
