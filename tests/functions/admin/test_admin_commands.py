"""What people do by hand: each is audited first, and the same request is one effect."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from admin.commands import AdminCommand, grant_badge, grant_points, reevaluate, revoke, rotate
from ladder.domain.errors import Conflict, InvalidRequest, NotAuthorized, NotFound
from ladder.domain.programs.compilation import compile_program
from ladder.domain.programs.start_rotation import start_due
from ladder.domain.reviews.permissions import Staff
from tests.builders.bank import program as bank
from tests.builders.capped_academy import CAPS, academy, event
from tests.builders.entry_texts import said
from tests.builders.rewards import RewardRunner
from tests.fakes import MemoryActivities, MemoryExecutions, MemoryPrograms, MemoryRotations
from tests.fakes.administration import MemoryDecisions, MemoryPeople

NOW = datetime(2026, 3, 30, 12, tzinfo=UTC)
NINE = NOW - timedelta(hours=3)
ANNA = Staff(subject="anna", program="academy", role="admin", own=frozenset({"a"}), declared=True)


@dataclass
class AdminCommands:
    rewards: RewardRunner = field(default_factory=RewardRunner)
    programs: MemoryPrograms = field(default_factory=MemoryPrograms)
    decisions: MemoryDecisions = field(default_factory=MemoryDecisions)
    queue: MemoryActivities = field(default_factory=MemoryActivities)

    def hand(
        self, request: str = "r1", *, staff: Staff = ANNA, reason: str = "a lost event", **changed: Any
    ) -> AdminCommand:
        made = AdminCommand(
            staff=staff,
            request=request,
            reason=reason,
            now=NOW,
            decisions=self.decisions,
            activities=self.queue,
            people=MemoryPeople(self.rewards.ledger, self.programs),
        )
        return replace(made, **changed)

    def works(self) -> None:
        """As the queue does it, repetitions too."""
        for delivery in self.queue.sent:
            self.rewards.give(*delivery.activities, member=delivery.member)


@pytest.fixture
def commands() -> AdminCommands:
    made = AdminCommands()
    made.rewards.give(event("forum.posted", NINE, "post"))
    return made


def test_points_by_hand_are_outside_every_cap_and_leave_the_day_what_it_was(commands: AdminCommands) -> None:
    grant_points(commands.hand(), academy(), member="m", points=500)
    commands.works()
    state = commands.rewards.ledger.load_including_erased("academy", "m")
    assert (state.earned, state.used, state.week_used) == (500, {}, 0)
    assert CAPS.member_daily_points is not None
    assert state.earned > CAPS.member_daily_points
    assert said(academy(), commands.rewards.ledger.entries("academy", "m")[-1]).startswith(
        "You received 500 points from a person, not by a rule. Reason: a lost event."
    )


def test_the_same_request_is_one_grant_with_one_record(commands: AdminCommands) -> None:
    first = grant_points(commands.hand(), academy(), member="m", points=50)
    again = grant_points(commands.hand(now=NOW + timedelta(days=1)), academy(), member="m", points=50)
    assert (first.again, again.again) == (False, True)
    commands.works()
    assert commands.rewards.has().earned == 50
    assert commands.queue.sent[0] == commands.queue.sent[1]
    assert [record.what for record in commands.decisions.records.values()] == ["audit.points_granted"]


def test_one_id_for_two_requests_is_refused(commands: AdminCommands) -> None:
    grant_points(commands.hand(), academy(), member="m", points=50)
    for other in ({"points": 60}, {"points": 50}):
        with pytest.raises(Conflict):
            grant_points(commands.hand(reason="another"), academy(), member="m", **other)
    assert len(commands.queue.sent) == 1


@pytest.mark.parametrize("points", [0, -5, 1_001])
def test_more_than_a_program_lets_anybody_give_is_refused(commands: AdminCommands, points: int) -> None:
    with pytest.raises(InvalidRequest):
        grant_points(commands.hand(), academy(), member="m", points=points)
    assert not commands.decisions.records


def test_a_person_gives_ten_times_what_may_be_given_at_once_in_a_day_and_again_the_next_day(
    commands: AdminCommands,
) -> None:
    for number in range(10):
        for _ in range(2):  # the same request is one
            grant_points(commands.hand(f"r{number}"), academy(), member="m", points=1_000)
    with pytest.raises(Conflict, match=r"admin\.daily_grants_used given=10000 limit=10000"):
        grant_points(commands.hand("more"), academy(), member="m", points=1)
    assert len(commands.decisions.records) == 10
    again = commands.hand("r3", now=NOW + timedelta(minutes=1))
    assert grant_points(again, academy(), member="m", points=1_000).again
    grant_points(commands.hand("more", staff=replace(ANNA, subject="ben")), academy(), member="m", points=1)
    grant_points(commands.hand("later", now=NOW + timedelta(days=1)), academy(), member="m", points=1)


def test_nobody_gives_before_they_said_who_they_are(commands: AdminCommands) -> None:
    with pytest.raises(NotAuthorized, match=r"admin\.declare_first program=academy"):
        grant_points(commands.hand(staff=replace(ANNA, declared=False)), academy(), member="m", points=5)
    assert not commands.decisions.records


def test_nobody_gives_to_themselves_nor_without_the_role_nor_to_a_stranger(commands: AdminCommands) -> None:
    with pytest.raises(NotAuthorized):
        grant_points(commands.hand(), academy(), member="a", points=5)
    with pytest.raises(NotAuthorized):
        grant_points(commands.hand(staff=replace(ANNA, role="reviewer")), academy(), member="m", points=5)
    with pytest.raises(NotFound):
        grant_points(commands.hand(), academy(), member="nobody", points=5)


def test_a_badge_is_granted_revoked_and_earned_again(commands: AdminCommands) -> None:
    granted = grant_badge(commands.hand(), academy(), member="m", badge="READER", tier=1)
    commands.works()
    assert commands.rewards.has().badges == {"READER": 1}
    revoke(commands.hand("r2"), member="m", event=(granted.source, granted.id), ledger=commands.rewards.ledger)
    commands.works()
    assert commands.rewards.has().badges == {}
    for n in (1, 2):
        commands.rewards.give(event("learner.completed_module", NINE + timedelta(minutes=n), f"m{n}", module=f"m{n}"))
    assert commands.rewards.has().badges == {"READER": 1}
    assert commands.rewards.summed() == (commands.rewards.has().earned, 0, 0)


def test_points_that_were_revoked_may_be_given_again_under_another_request(commands: AdminCommands) -> None:
    granted = grant_points(commands.hand(), academy(), member="m", points=50)
    commands.works()
    revoke(commands.hand("r2"), member="m", event=(granted.source, granted.id), ledger=commands.rewards.ledger)
    commands.works()
    assert commands.rewards.has().earned == 0
    grant_points(commands.hand("r3"), academy(), member="m", points=30)
    commands.works()
    assert commands.rewards.has().earned == commands.rewards.summed()[0] == 30


def test_what_was_taken_back_is_not_taken_back_or_audited_again_under_another_request(commands: AdminCommands) -> None:
    first = revoke(commands.hand("r1"), member="m", event=("lms", "post"), ledger=commands.rewards.ledger)
    commands.works()
    decided = dict(commands.decisions.records)
    again = revoke(
        commands.hand("r2", reason="really"), member="m", event=("lms", "post"), ledger=commands.rewards.ledger
    )
    commands.works()
    assert again == replace(first, again=True)
    assert commands.decisions.records == decided
    assert not commands.rewards.ledger.refused


def test_a_badge_that_is_none_and_an_entry_that_is_none_are_not_there(commands: AdminCommands) -> None:
    with pytest.raises(NotFound):
        grant_badge(commands.hand(), academy(), member="m", badge="READER", tier=3)
    with pytest.raises(NotFound):
        revoke(commands.hand(), member="m", event=("lms", "never"), ledger=commands.rewards.ledger)


def test_a_reversal_is_not_reversed(commands: AdminCommands) -> None:
    taken = revoke(commands.hand(), member="m", event=("lms", "post"), ledger=commands.rewards.ledger)
    commands.works()
    with pytest.raises(Conflict):
        revoke(commands.hand("r2"), member="m", event=(taken.source, taken.id), ledger=commands.rewards.ledger)


def test_a_state_that_differs_from_its_entries_is_put_right_once(commands: AdminCommands) -> None:
    grant_points(commands.hand(), academy(), member="m", points=50)
    commands.works()
    commands.rewards.ledger.states["academy", "m"].earned = 7

    def anew(request: str) -> Any:
        return reevaluate(
            commands.hand(request),
            member="m",
            version=lambda version: compile_program(commands.rewards.versions[version]),
            ledger=commands.rewards.ledger,
            pause=lambda tries: None,
        )

    assert (anew("r2").changed, anew("r3").changed) == (True, False)
    assert commands.rewards.has().earned == commands.rewards.summed()[0] == 50


def test_a_rotation_by_hand_is_started_once_for_each_request(commands: AdminCommands) -> None:
    rotations, executions = MemoryRotations(), MemoryExecutions()
    staff = replace(ANNA, program=bank().key)
    today = date(2026, 3, 30)

    def ask(request: str, day: date = today, *, later: int = 0) -> Any:
        hand = commands.hand(request, staff=staff, now=NOW + timedelta(minutes=later))
        return rotate(hand, bank(), day, rotations=rotations, executions=executions)

    first, second = ask("r1"), ask("r1")
    assert (first.rotation, first.again) == (second.rotation, not second.again)
    assert ask("r2", later=1).rotation != first.rotation
    with pytest.raises(Conflict):
        ask("r3", today - timedelta(days=1), later=2)


def test_a_request_is_known_again_after_the_clock_has_tried_its_rotation_anew(commands: AdminCommands) -> None:
    rotations, executions = MemoryRotations(), MemoryExecutions()

    def ask(minutes: int) -> Any:
        hand = commands.hand(staff=replace(ANNA, program=bank().key), now=NOW + timedelta(minutes=minutes))
        return rotate(hand, bank(), NOW.date(), rotations=rotations, executions=executions)

    first = ask(0)
    executions.started[first.execution].status = "FAILED"
    later = NOW + timedelta(minutes=30)
    claim = start_due(bank(), now=later, rotations=rotations, executions=executions)
    assert claim is not None
    again = ask(40)
    assert (again.rotation, again.execution, again.again) == (first.rotation, claim.execution, True)
    assert len(executions.started) == 2


def test_the_oracle_agrees_on_what_was_given_by_hand(commands: AdminCommands) -> None:
    grant_points(commands.hand(), academy(), member="m", points=70)
    grant_badge(commands.hand("r2"), academy(), member="m", badge="READER", tier=1)
    commands.works()
    commands.rewards.give(event("forum.posted", NINE + timedelta(hours=1), "post2"))
    assert commands.rewards.has() == commands.rewards.should_be()
