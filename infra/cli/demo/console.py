"""The people who can sign in to the console of a demonstration that is kept running."""

from collections.abc import Iterator, Mapping

from infra.cli.demo.judging import ADMIN, REVIEWER
from infra.cli.texts import Texts
from infra.local.login import PASSWORD, Login
from infra.local.stage import Stage


def add_console_users(stage: Stage, agent: str) -> Mapping[str, str]:
    """Give each role a user with the password of the local stage, and return them by role. `agent`: who plays."""
    login, program = Login(stage.aws, stage.outputs), stage.program.key
    stage.link_login(agent, next(member.id for member in stage.roster if member.user == agent))
    staff = {"reviewer": REVIEWER, "admin": ADMIN}
    for role, user in staff.items():
        login.add(user, program=program, role=role)
    return {"member": agent, **staff}


def console_lines(address: str, users: Mapping[str, str], say: Texts) -> Iterator[str]:
    yield say("demo.console", address=address)
    for role, user in users.items():
        yield f"  {say(f'demo.console_{role}'):20} {user:10} {PASSWORD}"
