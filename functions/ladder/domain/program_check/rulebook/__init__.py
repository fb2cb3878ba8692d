"""What makes a rulebook unplayable: rules, goals and what points buy."""

from collections.abc import Iterator

from ladder.domain.program_check.problem import Problem
from ladder.domain.program_check.rulebook.circles import check_circles
from ladder.domain.program_check.rulebook.incentives import check_incentives
from ladder.domain.program_check.rulebook.judged import check_judged
from ladder.domain.program_check.rulebook.levels import check_levels
from ladder.domain.program_check.rulebook.matches import check_matches
from ladder.domain.program_check.rulebook.names import check_names
from ladder.domain.program_check.rulebook.needs import check_needs
from ladder.domain.program_check.rulebook.paths import check_paths
from ladder.domain.program_check.rulebook.rules import check_rules
from ladder.domain.program_check.rulebook.teams import check_teams
from ladder.domain.programs.program import Program

_CHECKS = (
    check_names,
    check_matches,
    check_rules,
    check_incentives,
    check_levels,
    check_paths,
    check_needs,
    check_circles,
    check_judged,
    check_teams,
)


def check_rulebook(program: Program) -> Iterator[Problem]:
    for part in _CHECKS:
        yield from part(program)
