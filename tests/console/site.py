"""The deployed console with people in it: two nights of a call centre, a fortnight of learning, and a login each."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from urllib.parse import quote

from infra.cli.demo.activity_feed import ForumFeed, LearningFeed
from infra.cli.demo.console import add_console_users
from infra.cli.demo.dates import dated, dated_files, nights_of
from infra.cli.demo.judging import settle
from infra.cli.demo.learning_system import connect_learning_system
from infra.cli.program_file import load_files
from infra.local.api import Api
from infra.local.call_history import call_history
from infra.local.emulator import Emulator
from infra.local.login import Login
from infra.local.nights import run_night
from infra.local.people import named_rows
from infra.local.running import Running
from infra.local.stage import Stage, stage
from ladder.domain.calendar.schedule import ONE_DAY
from tests.paths import PROGRAMS

SEED, NIGHTS, LEARNING_DAYS, FEW = 1999, 2, 14, 3
PROGRAM = PROGRAMS / "bank.yaml"


@dataclass(frozen=True)
class Site:
    """`users`: the name of a user of each role; the member's login has the same name as the member."""

    aws: Emulator
    outputs: Mapping[str, str]
    program: str
    users: Mapping[str, str]
    _tokens: dict[str, str] = field(default_factory=dict, kw_only=True, repr=False)  # by user, as long as a test lasts

    @property
    def address(self) -> str:
        return self.outputs["ConsoleUrl"]

    @property
    def own(self) -> Mapping[str, str]:
        """Return the id of the site's member, their team and the oldest open review, as an address has them."""
        found = self.ask(f"/programs/{self.program}/members?search={self.users['member']}", "admin")["members"]
        listed = next(each for each in found if each["user"] == self.users["member"])
        review = self.ask("/admin/reviews?limit=1", "reviewer")["reviews"][0]["id"]
        return {"member": listed["member"], "team": quote(listed["team"]), "review": review}

    def token(self, role: str) -> str:
        return self.token_of(self.users[role], None if role == "member" else role)

    def token_of(self, user: str, role: str | None = None) -> str:
        if user not in self._tokens:
            self._tokens[user] = Login(self.aws, self.outputs).token(user, program=self.program, role=role)
        return self._tokens[user]

    def subject_of(self, user: str, role: str | None = None) -> str:
        return Login(self.aws, self.outputs).subject(user, role=role)

    def ask(self, path: str, role: str = "member", *, language: str = "en") -> Any:
        """Return what the API says to somebody."""
        return Api(self.aws, self.outputs).get(path, token=self.token(role), language=language).json(path)


@dataclass(frozen=True)
class PlayedSite(Site):
    """A site whose stage this process has opened."""

    live: Stage


def running_site(running: Running) -> Site:
    """Return the site of a demonstration that is kept running."""
    return Site(running.aws, running.outputs, running.program, running.users)


@contextmanager
def open_site() -> Iterator[PlayedSite]:
    rng = Random(SEED)  # noqa: S311
    written, files = load_files(PROGRAM)
    program, history = dated(written, call_history(SEED), NIGHTS, now=datetime.now(UTC))
    rows, new_id = named_rows(history.users), lambda: rng.randbytes(16).hex()
    with stage(program, history, new_id=new_id, rows=rows, console=True) as live:
        live.keep_files(dated_files(files, program))
        soon = {"VisibilityTimeout": "5"}  # a case that waits for another of its member is tried again within seconds
        live.aws.client("sqs").set_queue_attributes(QueueUrl=live.outputs["CasesQueueUrl"], Attributes=soon)
        sender = connect_learning_system(live)
        agents, zone = tuple(member.user for member in live.roster[:FEW]) * 2, program.schedule.time_zone
        learning, forum = LearningFeed(agents, zone, rng), ForumFeed(agents, zone, rng)
        nights = nights_of(history)
        for back in range(LEARNING_DAYS, 0, -1):
            day = nights[-1] - timedelta(days=back)
            sender.post(learning.evening(day) + forum.evening(day))
        for night in nights:
            live.simulator.close_day(night - ONE_DAY)
            run_night(live, night)
        settle(live)
        most = max(live.accounts(), key=lambda account: (len(account.entries), account.member))
        member = next(member.user for member in live.roster if member.id == most.member)
        yield PlayedSite(live.aws, live.outputs, program.key, add_console_users(live, member), live)
