"""Colleagues of an academy where a passed assessment waits for one of them."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from ladder.domain.members.roster import Member
from ladder.domain.programs.pausing import compile_program
from ladder.web.me import Me
from progress.confirm import Confirmed, WaitingTasks, confirm, show_waiting
from tests.builders.academy import RULE, rules
from tests.builders.academy_events import MONDAY, at, passed
from tests.builders.programs import with_values
from tests.builders.rewards import RewardRunner
from tests.fakes import MemoryActivities
from tests.fakes.task_confirmations import MemoryTaskConfirmations

PROGRAM = with_values(rules(replace(RULE, confirm="colleague")), paths=())
TEAM = {
    each: Member(id=each, user=f"{each}.user", name=name, team=team)
    for each, name, team in (
        ("jo", "Jo Example", "red"),
        ("al", "Al Example", "red"),
        ("ida", None, "red"),
        ("max", "Max Example", "blue"),
        ("eva", "Eva Example", None),
        ("kim", None, None),
    )
}
GONE = Member(id="gone", user="gone.user", team="red", active=False)
NOON = at(MONDAY, 12)


@dataclass
class Colleagues:
    rewards: RewardRunner = field(default_factory=lambda: RewardRunner(PROGRAM))
    queue: MemoryActivities = field(default_factory=MemoryActivities)
    roster: dict[str, Member] = field(default_factory=lambda: {**TEAM, "gone": GONE})

    def __post_init__(self) -> None:
        self.confirmations = MemoryTaskConfirmations(self.rewards.ledger)

    def does(self, member: str, *events: str) -> None:
        for event in events:
            self.rewards.give(passed(event), member=member)

    def confirm(self, by: str, member: str, event: str, *, days: int = 0) -> Confirmed:
        return confirm(
            Me("academy", by),
            member=member,
            event=passed(event).key,
            now=NOON + timedelta(days=days),
            compiled=compile_program(PROGRAM),
            find=self.roster.get,
            confirmations=self.confirmations,
            queue=self.queue,
            pause=lambda tries: None,
        )

    def shown(self, by: str) -> WaitingTasks:
        book = compile_program(PROGRAM)
        return show_waiting(
            Me("academy", by),
            now=NOON,
            compiled=book,
            version=lambda version: book,
            find=self.roster.get,
            confirmations=self.confirmations,
        )

    def works(self) -> None:
        for delivery in self.queue.sent:
            self.rewards.give(*delivery.activities, member=delivery.member)

    def earned(self, member: str) -> int:
        return int(self.rewards.ledger.load_including_erased("academy", member).earned)
