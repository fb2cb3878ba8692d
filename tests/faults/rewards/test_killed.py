"""Rewards that are killed between any two outside calls, and delivered again, end as undisturbed ones."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest

from ladder.domain.activities.activity import COMPLETED, RELEASED, REVERSED, Delivery
from ladder.domain.errors import Superseded, Unavailable
from ladder.domain.points.ledger import TRIES
from ladder.domain.points.rulebook import TeamAchievement
from rewards.release import release
from rewards.teams import update_teams
from tests.builders.capped_academy import CAPS, NOW, RULEBOOK, academy, event, ours
from tests.builders.generated_events import START
from tests.builders.rewards import RewardRunner
from tests.fakes.fault_injection import Fate, Interposed, Killed, When, lost_answer
from tests.fakes.members import MemoryLedger, MemoryTeams

NINE = START + timedelta(hours=9)
HELD = replace(event(COMPLETED, NINE, "held", category="SPRINT", points=40, held="short calls"), source="rotation")
FIRST = (HELD, event("forum.posted", NINE + timedelta(hours=1), "post"))
SECOND = (
    event("learner.completed_module", NINE + timedelta(days=2), "module", module="m1"),
    event("forum.posted", NINE + timedelta(days=2, hours=1), "again"),
    event("forum.posted", NINE + timedelta(days=2, hours=1), "post"),  # the id of another
    ours(RELEASED, NINE + timedelta(days=2, hours=2), "release", source="rotation", id="held"),
    ours(REVERSED, NINE + timedelta(days=2, hours=3), "reverse", source="lms", id="module"),
)

TOGETHER = TeamAchievement(key="TOGETHER", name="together", target=120, floor=30, points=5, share=0.6)
TEAMED = academy(
    caps=replace(CAPS, program_daily_points=900, member_weekly_points=None),
    rulebook=replace(RULEBOOK, teams=(TOGETHER,)),
)


@dataclass
class RewardQueue:
    sent: list[Delivery] = field(default_factory=list)

    def send(self, deliveries: Sequence[Delivery]) -> None:
        self.sent += deliveries


@dataclass
class Company:
    """Three of a team, and the outside between which and them something happens."""

    runner: RewardRunner = field(default_factory=lambda: RewardRunner(program=TEAMED))
    teams: MemoryTeams = field(default_factory=lambda: MemoryTeams({("academy", "blue"): ("m", "n", "o")}))
    queue: RewardQueue = field(default_factory=RewardQueue)

    def gets(self, *activities: Any, member: str = "m", fate: Fate | None = None) -> None:
        """As the handler does it, for the member and then for everybody whom the team's grants reach."""
        self._one(activities, member, fate or Fate())
        while self.queue.sent:
            grant = self.queue.sent.pop(0)
            self._one(grant.activities, grant.member, Fate())

    def _one(self, activities: Any, member: str, fate: Fate) -> None:
        runner, kept = self.runner, self.runner.ledger
        runner.ledger, runner.allowances = Interposed(kept, fate), Interposed(kept.allowances, fate)
        context = runner.context(member)
        try:
            rewarded = runner.give(*activities, member=member)
        finally:
            runner.ledger, runner.allowances = kept, kept.allowances
        update_teams(context, rewarded, teams=Interposed(self.teams, fate), queue=Interposed(self.queue, fate))

    def state(self) -> object:
        """Everything that is kept, but for how often something was written."""
        ledger = self.runner.ledger
        return (
            {person: replace(state, version=0) for person, state in ledger.states.items()},
            ledger.recorded,
            ledger.refused,
            ledger.waiting,
            ledger.allowances.reserves,
            {key: {who: share.points for who, share in told.items()} for key, told in self.teams.shares.items()},
        )


def begun() -> Company:
    company = Company()
    company.gets(*FIRST)
    company.gets(event("learner.completed_module", NINE + timedelta(days=1), "n1", module="m1"), member="n")
    return company


@cache
def undisturbed() -> tuple[object, tuple[str, ...]]:
    company, fate = begun(), Fate()
    company.gets(*SECOND, fate=fate)
    return company.state(), tuple(fate.calls)


CALLS = range(len(undisturbed()[1]))


def test_the_undisturbed_run_makes_every_kind_of_call() -> None:
    assert {name.partition(".")[2] for name in undisturbed()[1]} == {
        *(
            "load",
            "entries",
            "refuse",
            "commit",
            "allotment",
            "reserve_taken",
            "member",
            "teammates",
            "contribute",
            "granted",
            "send",
        )
    }


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("at", CALLS)
def test_killed_at_any_call_and_delivered_again_it_ends_the_same(at: int, when: When) -> None:
    company = begun()
    with pytest.raises(Killed):
        company.gets(*SECOND, fate=Fate(at=at, when=when))
    company.gets(*SECOND)
    assert company.state() == undisturbed()[0]


@pytest.mark.parametrize("at", CALLS)
def test_an_answer_lost_at_any_call_changes_nothing(at: int) -> None:
    company = begun()
    with pytest.raises(Unavailable):
        company.gets(*SECOND, fate=lost_answer(at))
    company.gets(*SECOND)
    assert company.state() == undisturbed()[0]


def test_everything_redriven_twice_changes_nothing() -> None:
    company = begun()
    for _ in range(3):
        company.gets(*SECOND)
        company.gets(*FIRST)
    assert company.state() == undisturbed()[0]


class BusyLedger(MemoryLedger):
    """Somebody else writes of the member before each of the first `times` commits."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times
        self.tried = 0

    def commit(self, change: Any) -> None:
        self.tried += 1
        if self.tried <= self.times:
            raise Superseded("told to")
        super().commit(change)


@pytest.mark.parametrize("times", [1, TRIES - 1])
def test_conflicts_that_end_cost_only_tries(times: int) -> None:
    runner = RewardRunner(ledger=BusyLedger(times))
    runner.give(*FIRST)
    assert runner.has() == runner.should_be()
    assert runner.paused == list(range(times))


def test_a_conflict_for_ever_ends_after_bounded_tries_with_nothing_written() -> None:
    runner = RewardRunner(ledger=BusyLedger(10**6))
    with pytest.raises(Unavailable):
        runner.give(*FIRST)
    assert (runner.ledger.tried, runner.ledger.states) == (TRIES, {})


def test_each_try_reads_the_state_anew() -> None:
    """Another worker takes the last points between this one's reading and writing."""
    ledger = MemoryLedger()
    runner, other = RewardRunner(ledger=ledger), RewardRunner(ledger=ledger)
    runner.give(*FIRST)
    taken = event(COMPLETED, NINE + timedelta(hours=2), "other", source="rotation", category="CARE", points=100)
    mine = event(COMPLETED, NINE + timedelta(hours=3), "mine", source="rotation", category="CARE", points=100)

    class Overtaken(Interposed):
        def commit(self, change: Any) -> None:
            runner.ledger = ledger
            other.give(taken)
            ledger.commit(change)

    runner.ledger = Overtaken(ledger, Fate())
    with suppress(Superseded):
        runner.give(mine)
    runner.ledger = ledger
    assert runner.has().earned + runner.has().held == CAPS.member_daily_points


def test_a_release_that_is_sent_twice_pays_once_and_is_due_no_more() -> None:
    company, queue = begun(), RewardQueue()

    class Everything:
        def keys(self) -> list[str]:
            return ["academy"]

    def night(now: datetime) -> int:
        return release(programs=Everything(), holds=company.runner.ledger, queue=queue, now=now)  # type: ignore[arg-type]

    assert night(NOW + timedelta(days=13)) == 0
    assert night(NOW + timedelta(days=14)) == night(NOW + timedelta(days=15)) == 1
    for delivery in queue.sent:
        company.gets(*delivery.activities, member=delivery.member)
    assert (company.runner.has().held, company.runner.has().earned) == (0, 40)
    assert night(NOW + timedelta(days=16)) == 0
