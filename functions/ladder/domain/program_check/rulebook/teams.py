"""Team achievements: everybody who shares in one has added to it, and most of the team has."""

from collections.abc import Iterator

from ladder.domain.program_check.problem import Problem, error
from ladder.domain.programs.program import Program


def check_teams(program: Program) -> Iterator[Problem]:
    for team in program.rulebook.teams:
        at = ("teams", team.key)
        if team.target < team.floor:
            message = f"{team.target} for the team is less than the {team.floor} of one member"
            yield error((*at, "target"), message, f"Write {team.floor} or more.")
