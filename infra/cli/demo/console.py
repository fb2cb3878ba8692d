"""The people who can sign in to the console of a demonstration that is kept running."""

from collections.abc import Iterator, Mapping

from infra.cli.demo.judging import ADMIN, REVIEWER
from infra.cli.texts import Texts
from infra.local.login import PASSWORD, Login
from infra.local.stage import Stage
from ladder.domain.members.roster import Member, Roster

SUPERVISOR = "sofia"


def add_console_users(stage: Stage, agent: str) -> Mapping[str, str]:
    """Give each role a user with the password of the local stage, and return them by role. `agent`: who plays."""
    login, program = Login(stage.aws, stage.outputs), stage.program.key
    own = next(member for member in stage.roster if member.user == agent)
    stage.link_login(agent, own.id)
    staff = {"supervisor": SUPERVISOR, "reviewer": REVIEWER, "admin": ADMIN}
    teams = {"supervisor": looked_after(stage.roster, own)}
    for role, user in staff.items():
        login.add(user, program=program, role=role, teams=teams.get(role, ""))
    return {"member": agent, **staff}


def looked_after(roster: Roster, agent: Member) -> str:
    """Return two teams of the roster, as the login has them: that of the agent, and another."""
    teams = sorted({member.team for member in roster if member.team}, key=lambda team: (team != agent.team, team))
    return ";".join(teams[:2])


def console_lines(address: str, users: Mapping[str, str], say: Texts) -> Iterator[str]:
    yield say("demo.console", address=address)
    for role, user in users.items():
        yield f"  {say(f'demo.console_{role}'):20} {user:10} {PASSWORD}"
