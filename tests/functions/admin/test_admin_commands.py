"""What people do by hand: each is audited first, and the same request is one effect."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from admin import member_routes, program_routes
from admin.api_models import BadgeGrantBody, EvaluationBody, PointsGrantBody, RevocationBody, RotationBody
from admin.commands import LedgerRequest
from admin.member_routes import Reevaluation
from admin.program_routes import StartedRotation
from ladder.domain.activities.activity import ORDERED, Key
from ladder.domain.errors import Conflict, InvalidRequest, NotAuthorized, NotFound
from ladder.domain.programs.pausing import compile_program
from ladder.domain.programs.start_rotation import start_due
from ladder.domain.reviews.permissions import Staff
from tests.builders.admin_requests import admin_request
from tests.builders.bank import program as bank
from tests.builders.capped_academy import CAPS, academy, event, ours
from tests.builders.entry_texts import said
from tests.builders.rewards import RewardRunner
from tests.builders.second_admin import Directory
from tests.fakes import MemoryActivities, MemoryDeclarations, MemoryExecutions, MemoryPrograms, MemoryRotations
from tests.fakes.administration import MemoryDecisions, MemoryPeople
from tests.fakes.reviews import MemoryReviewQueue

NOW = datetime(2026, 3, 30, 12, tzinfo=UTC)
NINE = NOW - timedelta(hours=3)
ANNA = Staff(subject="anna", program="academy", role="admin", own=frozenset({"a"}), declared=True)


@dataclass
class AdminCommands:
    rewards: RewardRunner = field(default_factory=RewardRunner)
    programs: MemoryPrograms = field(default_factory=MemoryPrograms)
    decisions: MemoryDecisions = field(default_factory=MemoryDecisions)
    queue: MemoryActivities = field(default_factory=MemoryActivities)
    reviews: MemoryReviewQueue = field(default_factory=MemoryReviewQueue)
    directory: Directory = field(default_factory=Directory)

    def asked(self, staff: Staff, now: datetime, **services: Any) -> AbstractContextManager[None]:
        routes = program_routes.routes if services else member_routes.routes
        return admin_request(
            routes,
            staff,
            now=now,
            programs=self.programs,
            decisions=self.decisions,
            activities=self.queue,
            people=MemoryPeople(self.rewards.ledger, self.programs),
            ledger=lambda program: self.rewards.ledger,
            compiled=lambda program: compile_program(self.rewards.program),
            compiled_version=lambda program, version: compile_program(self.rewards.versions[version]),
            backoff=lambda tries: None,
            reviews=self.reviews,
            reviewers=self.directory,
            rosters=self.directory,
            declarations=MemoryDeclarations(),
            **services,
        )

    def grant(
        self,
        request: str = "r1",
        *,
        member: str = "m",
        staff: Staff = ANNA,
        now: datetime = NOW,
        reason: str = "a lost event",
        **granted: Any,
    ) -> LedgerRequest:
        body = (BadgeGrantBody if "badge" in granted else PointsGrantBody)(request=request, reason=reason, **granted)
        with self.asked(staff, now):
            answer = member_routes.grant(staff.program, member, body)
        assert isinstance(answer.body, LedgerRequest)
        return answer.body

    def revoke(self, request: str = "r1", *, event: Key, reason: str = "a lost event") -> LedgerRequest:
        body = RevocationBody(request=request, reason=reason, source=event[0], id=event[1])
        with self.asked(ANNA, NOW):
            answer = member_routes.revoke(ANNA.program, "m", body)
        assert answer.body is not None
        return answer.body

    def reevaluate(self, request: str) -> Reevaluation:
        with self.asked(ANNA, NOW):
            return member_routes.reevaluate(ANNA.program, "m", EvaluationBody(request=request, reason="a lost event"))

    def rotate(
        self, request: str, day: date, *, now: datetime, rotations: MemoryRotations, executions: MemoryExecutions
    ) -> StartedRotation:
        staff, body = replace(ANNA, program=bank().key), RotationBody(request=request, reason="a lost event", date=day)
        with self.asked(staff, now, rotations=rotations, executions=lambda: executions):
            answer = program_routes.rotate_again(staff.program, body)
        assert answer.body is not None
        return answer.body

    def works(self) -> None:
        """As the queue does it, repetitions too."""
        for delivery in self.queue.sent:
            self.rewards.give(*delivery.activities, member=delivery.member)


@pytest.fixture
def commands() -> AdminCommands:
    made = AdminCommands()
    for program in (academy(), bank()):
        made.programs.publish(program)
    made.rewards.give(event("forum.posted", NINE, "post"))
    return made


def test_points_by_hand_are_outside_every_cap_and_leave_the_day_what_it_was(commands: AdminCommands) -> None:
    commands.grant(points=500)
    commands.works()
    state = commands.rewards.ledger.load_including_erased("academy", "m")
    assert (state.earned, state.used, state.week_used) == (500, {}, 0)
    assert CAPS.member_daily_points is not None
    assert state.earned > CAPS.member_daily_points
    assert said(academy(), commands.rewards.ledger.entries("academy", "m")[-1]).startswith(
        "You received 500 points from a person, not by a rule. Reason: a lost event."
    )


def test_the_same_request_is_one_grant_with_one_record(commands: AdminCommands) -> None:
    first = commands.grant(points=50)
    again = commands.grant(now=NOW + timedelta(days=1), points=50)
    assert (first.again, again.again) == (False, True)
    commands.works()
    assert commands.rewards.has().earned == 50
    assert commands.queue.sent[0] == commands.queue.sent[1]
    assert [record.what for record in commands.decisions.records.values()] == ["audit.points_granted"]


def test_one_id_for_two_requests_is_refused(commands: AdminCommands) -> None:
    commands.grant(points=50)
    for points in (60, 50):
        with pytest.raises(Conflict):
            commands.grant(reason="another", points=points)
    assert len(commands.queue.sent) == 1


@pytest.mark.parametrize(("points", "error"), [(0, ValidationError), (-5, ValidationError), (1_001, InvalidRequest)])
def test_more_than_a_program_lets_anybody_give_is_refused(
    commands: AdminCommands, points: int, error: type[Exception]
) -> None:
    with pytest.raises(error):
        commands.grant(points=points)
    assert not commands.decisions.records


def test_a_person_gives_ten_times_what_may_be_given_at_once_in_a_day_and_again_the_next_day(
    commands: AdminCommands,
) -> None:
    for number in range(10):
        for _ in range(2):  # the same request is one
            commands.grant(f"r{number}", points=1_000)
    with pytest.raises(Conflict, match=r"admin\.daily_grants_used given=10000 limit=10000"):
        commands.grant("more", points=1)
    assert len(commands.decisions.records) == 10
    assert commands.grant("r3", now=NOW + timedelta(minutes=1), points=1_000).again
    commands.grant("more", staff=replace(ANNA, subject="ben"), points=1)
    commands.grant("later", now=NOW + timedelta(days=1), points=1)


def test_nobody_gives_before_they_said_who_they_are(commands: AdminCommands) -> None:
    with pytest.raises(NotAuthorized, match=r"admin\.declare_first program=academy"):
        commands.grant(staff=replace(ANNA, declared=False), points=5)
    assert not commands.decisions.records


def test_nobody_gives_to_themselves_nor_without_the_role_nor_to_a_stranger(commands: AdminCommands) -> None:
    with pytest.raises(NotAuthorized):
        commands.grant(member="a", points=5)
    with pytest.raises(NotAuthorized):
        commands.grant(staff=replace(ANNA, role="reviewer"), points=5)
    with pytest.raises(NotFound):
        commands.grant(member="nobody", points=5)


def test_a_badge_is_granted_revoked_and_earned_again(commands: AdminCommands) -> None:
    granted = commands.grant(badge="READER", tier=1)
    commands.works()
    assert commands.rewards.has().badges == {"READER": 1}
    commands.revoke("r2", event=(granted.source, granted.id))
    commands.works()
    assert commands.rewards.has().badges == {}
    for n in (1, 2):
        commands.rewards.give(event("learner.completed_module", NINE + timedelta(minutes=n), f"m{n}", module=f"m{n}"))
    assert commands.rewards.has().badges == {"READER": 1}
    assert commands.rewards.summed() == (commands.rewards.has().earned, 0, 0)


def test_points_that_were_revoked_may_be_given_again_under_another_request(commands: AdminCommands) -> None:
    granted = commands.grant(points=50)
    commands.works()
    commands.revoke("r2", event=(granted.source, granted.id))
    commands.works()
    assert commands.rewards.has().earned == 0
    commands.grant("r3", points=30)
    commands.works()
    assert commands.rewards.has().earned == commands.rewards.summed()[0] == 30


def test_what_was_taken_back_is_not_taken_back_or_audited_again_under_another_request(commands: AdminCommands) -> None:
    first = commands.revoke("r1", event=("lms", "post"))
    commands.works()
    decided = dict(commands.decisions.records)
    again = commands.revoke("r2", reason="really", event=("lms", "post"))
    commands.works()
    assert again == replace(first, again=True)
    assert commands.decisions.records == decided
    assert not commands.rewards.ledger.refused


def ordered(commands: AdminCommands, price: int, number: int = 1) -> Key:
    order = ours(ORDERED, NINE + timedelta(minutes=number), f"order:{number}", item="EARLY", price=price)
    commands.rewards.give(order)
    return order.key


def test_what_an_order_gives_back_counts_like_points_that_are_given(commands: AdminCommands) -> None:
    orders = [ordered(commands, 900, number) for number in range(12)]
    for number, order in enumerate(orders[:11]):
        commands.revoke(f"r{number}", event=order)
        commands.revoke(f"r{number}", event=order)
    with pytest.raises(Conflict, match=r"admin\.daily_grants_used given=9900 limit=10000"):
        commands.revoke("more", event=orders[11])
    with pytest.raises(Conflict, match=r"admin\.daily_grants_used given=9900 limit=10000"):
        commands.grant("grant", points=101)
    commands.works()
    assert commands.rewards.has().spent == 900


def test_what_gives_back_more_than_one_admin_gives_alone_takes_another(commands: AdminCommands) -> None:
    commands.directory = Directory({"academy": ("anna", "ole")})
    order = ordered(commands, 1_001)
    with pytest.raises(Conflict, match=r"admin\.second_person_for_refund points=1001"):
        commands.revoke(event=order)
    assert (commands.decisions.records, commands.queue.sent) == ({}, [])


def test_what_takes_points_away_counts_against_nobody(commands: AdminCommands) -> None:
    commands.revoke(event=("lms", "post"))
    assert commands.decisions.given.points.total() == 0


def test_a_badge_that_is_none_and_an_entry_that_is_none_are_not_there(commands: AdminCommands) -> None:
    with pytest.raises(NotFound):
        commands.grant(badge="READER", tier=3)
    with pytest.raises(NotFound):
        commands.revoke(event=("lms", "never"))


def test_a_reversal_is_not_reversed(commands: AdminCommands) -> None:
    taken = commands.revoke(event=("lms", "post"))
    commands.works()
    with pytest.raises(Conflict):
        commands.revoke("r2", event=(taken.source, taken.id))


def test_a_state_that_differs_from_its_entries_is_put_right_once(commands: AdminCommands) -> None:
    commands.grant(points=50)
    commands.works()
    commands.rewards.ledger.states["academy", "m"].earned = 7

    assert (commands.reevaluate("r2").changed, commands.reevaluate("r3").changed) == (True, False)
    assert commands.rewards.has().earned == commands.rewards.summed()[0] == 50


def test_a_rotation_by_hand_is_started_once_for_each_request(commands: AdminCommands) -> None:
    rotations, executions = MemoryRotations(), MemoryExecutions()
    today = date(2026, 3, 30)

    def ask(request: str, day: date = today, *, later: int = 0) -> Any:
        at = NOW + timedelta(minutes=later)
        return commands.rotate(request, day, now=at, rotations=rotations, executions=executions)

    first, second = ask("r1"), ask("r1")
    assert (first.rotation, first.again) == (second.rotation, not second.again)
    assert ask("r2", later=1).rotation != first.rotation
    with pytest.raises(Conflict):
        ask("r3", today - timedelta(days=1), later=2)


def test_a_request_is_known_again_after_the_clock_has_tried_its_rotation_anew(commands: AdminCommands) -> None:
    rotations, executions = MemoryRotations(), MemoryExecutions()

    def ask(minutes: int) -> Any:
        at = NOW + timedelta(minutes=minutes)
        return commands.rotate("r1", NOW.date(), now=at, rotations=rotations, executions=executions)

    first = ask(0)
    executions.started[first.execution].status = "FAILED"
    later = NOW + timedelta(minutes=30)
    claim = start_due(bank(), now=later, rotations=rotations, executions=executions)
    assert claim is not None
    again = ask(40)
    assert (again.rotation, again.execution, again.again) == (first.rotation, claim.execution, True)
    assert len(executions.started) == 2


def test_the_oracle_agrees_on_what_was_given_by_hand(commands: AdminCommands) -> None:
    commands.grant(points=70)
    commands.grant("r2", badge="READER", tier=1)
    commands.works()
    commands.rewards.give(event("forum.posted", NINE + timedelta(hours=1), "post2"))
    assert commands.rewards.has() == commands.rewards.should_be()
