"""Team achievements: everybody who shares in one has added to it, and most of the team has."""

from collections.abc import Iterator

from ladder.domain.program import Program
from ladder.domain.program_check.problem import Problem, error


def check_teams(program: Program) -> Iterator[Problem]:
    for team in program.rulebook.teams:
        at = ("teams", team.key)
        if not 0 < team.share <= 1:
            mend = "Write more than 0 and at most 1: 0.8 is four of five."
            yield error((*at, "share"), f"{team.share:g} is no share of a team", mend)
        if team.floor < 1:
            mend = "Write 1 or more, so that nobody is carried along."
            yield error((*at, "floor"), f"a floor of {team.floor} asks nothing of a member", mend)
        if team.target < team.floor:
            message = f"{team.target} for the team is less than the {team.floor} of one member"
            yield error((*at, "target"), message, f"Write {team.floor} or more.")
        if team.points < 1:
            yield error((*at, "points"), f"{team.points} points reward nobody", "Write 1 or more.")
