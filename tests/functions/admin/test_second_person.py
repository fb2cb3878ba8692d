"""Publishing, erasing and large grants take two admins, wherever there are two."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest

from admin import member_routes, review_routes
from admin.api_models import PointsGrantBody
from admin.commands import LedgerRequest
from admin.services import Services
from ladder.adapters.dynamodb.packing import to_json
from ladder.domain.audit.records import NO_MEMBER
from ladder.domain.errors import Conflict, InvalidRequest, NotAuthorized
from ladder.domain.members.roster import Member
from ladder.domain.message import verbatim
from ladder.domain.points.ledger import State
from ladder.domain.programs.check import check
from ladder.domain.programs.pausing import compile_program, pauses, with_pauses
from ladder.domain.programs.program import Program, SecondPerson
from ladder.domain.reviews.colleagues import Alone, Waiting
from ladder.domain.reviews.permissions import Declaration, Staff
from ladder.web.reviews import DecisionBody
from ladder.web.staff import StaffServices
from publishing import program_routes
from publishing.api_models import VersionBody
from publishing.services import Services as PublishingServices
from publishing.versions import Published, WaitingVersion
from tests.builders.academy import RULE, academy, book
from tests.builders.admin_requests import admin_request
from tests.builders.bank import program as bank
from tests.builders.second_admin import Directory
from tests.fakes import MemoryActivities, MemoryDeclarations, MemoryIdentities, MemoryPrograms
from tests.fakes.administration import MemoryDecisions, MemoryPeople, MemoryPublications
from tests.fakes.members import MemoryLedger
from tests.fakes.reviews import MemoryReviewQueue
from tests.fakes.staff import MemoryGiven

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANNA = Staff(subject="anna", program="academy", role="admin", declared=True)
BEN, CLEO = replace(ANNA, subject="ben"), replace(ANNA, subject="cleo")
JO = "a" * 32
DRAFT = academy(name="Anna's")
MOST = academy().rulebook.most_granted
APPROVE = DecisionBody(decision="approve", reason="I looked at it")
REJECT = DecisionBody(decision="reject", reason="I looked at it")


def lowered(**asked: Any) -> Program:
    return replace(academy(), second_person=SecondPerson(**asked))


@dataclass
class TwoAdmins:
    """Anna asks and Ben confirms. `directory`: who is an admin now; `production`: nothing is lowered."""

    production: bool = False
    directory: Directory = field(default_factory=lambda: Directory({"academy": ["anna", "ben"]}))
    programs: MemoryPrograms = field(default_factory=MemoryPrograms)
    declarations: MemoryDeclarations = field(default_factory=MemoryDeclarations)
    given: MemoryGiven = field(default_factory=MemoryGiven)
    queue: MemoryActivities = field(default_factory=MemoryActivities)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)

    def __post_init__(self) -> None:
        self.publications = MemoryPublications(self.programs)
        self.reviews = MemoryReviewQueue(self.given, publications=self.publications)
        self.decisions = MemoryDecisions(self.given)

    @contextmanager
    def asked(self, routes: Any, staff: Staff, now: datetime, kind: type[StaffServices] = Services) -> Iterator[None]:
        services = {
            "models": {},
            "programs": self.programs,
            "publications": self.publications,
            "decisions": self.decisions,
            "activities": self.queue,
            "people": MemoryPeople(self.ledger, self.programs),
            "reviews": self.reviews,
            "reviewers": self.directory,
            "rosters": self.directory,
            "logins": MemoryIdentities(),
            "declarations": self.declarations,
            "ledger": lambda program: self.ledger,
            "compiled": lambda program: compile_program(self.programs.current(program)),
            "compiled_version": lambda program, version: compile_program(self.programs.version(program, version)),
            "production": self.production,
        }
        used = {field.name: services[field.name] for field in fields(kind) if field.name in services}
        with admin_request(routes, staff, now=now, kind=kind, **used):
            yield

    def publish(
        self, draft: Program = DRAFT, by: Staff = ANNA, *, after: int = 1, now: datetime = NOW
    ) -> Published | Waiting:
        body = VersionBody(program=json.loads(to_json(draft)), after=after, reason="spring")
        with self.asked(program_routes.routes, by, now, PublishingServices):
            answer = program_routes.post_version(by.program, body)
        assert answer.body is not None
        assert (answer.status_code == 202) == isinstance(answer.body, Waiting)
        return answer.body

    def grant(
        self, points: int, request: str = "r1", by: Staff = ANNA, *, reason: str = "a lost event", now: datetime = NOW
    ) -> LedgerRequest | Waiting:
        body = PointsGrantBody(request=request, reason=reason, points=points)
        with self.asked(member_routes.routes, by, now):
            answer = member_routes.grant(by.program, JO, body)
        assert answer.body is not None
        assert (answer.status_code == 202) == isinstance(answer.body, Waiting)
        return answer.body

    def decide(
        self, waiting: Published | LedgerRequest | Waiting, body: DecisionBody = APPROVE, by: Staff = BEN
    ) -> None:
        assert isinstance(waiting, Waiting)
        if waiting.review.startswith(NO_MEMBER):
            with self.asked(program_routes.routes, by, NOW, PublishingServices):
                program_routes.post_decision(by.program, waiting.review, body)
        else:
            with self.asked(review_routes.routes, by, NOW):
                review_routes.post_decision(waiting.review, body)

    @property
    def name(self) -> str:
        return self.programs.current("academy").name


@pytest.fixture
def two() -> TwoAdmins:
    made = TwoAdmins()
    made.programs.publish(academy())
    made.programs.enrol("academy", (Member(id=JO, user="jo"),))
    return made


def test_a_version_waits_for_another_admin_and_is_published_by_their_decision(two: TwoAdmins) -> None:
    waiting = two.publish()
    assert isinstance(waiting, Waiting)
    assert (waiting.waits_for, waiting.again, two.name) == (("ben",), False, academy().name)
    two.decide(waiting)
    assert (two.name, two.programs.current("academy").version) == ("Anna's", 2)
    record = two.publications.audit["academy", "PUBLISHED#000002"]
    assert (record.who, record.why, record.about["opened_by"]) == ("ben", verbatim("spring"), "anna")
    assert [each.what for each in two.reviews.audit] == ["audit.review_opened", "audit.review_approved"]
    assert two.reviews.audit[0].digest


def test_a_version_that_waits_says_what_it_would_give_or_take_at_once(two: TwoAdmins) -> None:
    two.ledger.states["academy", JO] = State(version=1, earned=450)
    levels = tuple(replace(level, points=min(level.points, 400)) for level in academy().rulebook.levels)
    for again in (False, True):
        waiting = two.publish(book(levels=levels))
        assert isinstance(waiting, WaitingVersion)
        (gained,) = (effect for effect in waiting.effects if effect.what.code == "edits.level")
        assert (waiting.again, waiting.looked_at) == (again, 1)
        assert (gained.kind, gained.members, gained.examples) == ("gains", 1, (JO,))


def test_whoever_asked_for_a_version_does_not_confirm_it_and_a_reviewer_neither(two: TwoAdmins) -> None:
    waiting = two.publish()
    for by in (ANNA, replace(CLEO, role="reviewer")):
        with pytest.raises(NotAuthorized):
            two.decide(waiting, by=by)
    assert two.programs.current("academy").version == 1


def test_a_rejected_version_is_never_published_and_may_be_asked_for_again_the_next_day(two: TwoAdmins) -> None:
    waiting = two.publish()
    two.decide(waiting, REJECT)
    assert two.programs.current("academy").version == 1
    tomorrow = two.publish(now=NOW + timedelta(days=1))
    assert isinstance(tomorrow, Waiting)
    assert not tomorrow.again
    two.decide(tomorrow)
    assert two.name == "Anna's"


def test_the_same_draft_asked_for_twice_is_one_review(two: TwoAdmins) -> None:
    first, again = two.publish(), two.publish(by=BEN)
    assert isinstance(first, Waiting)
    assert isinstance(again, Waiting)
    assert (again.review, again.again) == (first.review, True)


def test_a_draft_cannot_lower_the_guard_that_it_has_to_pass(two: TwoAdmins) -> None:
    assert isinstance(two.publish(replace(DRAFT, second_person=SecondPerson(publishing=False))), Waiting)


def test_raising_the_guard_takes_two_as_lowering_it_does() -> None:
    two = TwoAdmins()
    two.programs.publish(lowered(publishing=False))
    assert isinstance(two.publish(), Waiting)
    alone = two.publish(replace(lowered(publishing=False), name="Anna's"))
    assert isinstance(alone, Published)
    assert (alone.alone, two.publications.audit["academy", "PUBLISHED#000002"].about["alone"]) == ("lowered",) * 2


def test_production_asks_for_two_whatever_a_program_says() -> None:
    two = TwoAdmins(production=True)
    two.programs.publish(lowered(publishing=False, erasing=False, grants_above=100_000))
    two.programs.enrol("academy", (Member(id=JO, user="jo"),))
    assert isinstance(two.publish(replace(lowered(publishing=False), name="Anna's")), Waiting)
    assert isinstance(two.grant(MOST), LedgerRequest)
    assert isinstance(two.grant(1, "r2"), Waiting)


def test_a_program_that_asks_for_less_is_warned_of() -> None:
    found = check(lowered(publishing=False, erasing=False, grants_above=MOST + 1))
    assert [(problem.where, problem.severity) for problem in found if problem.path[0] == "second_person"] == [
        ("second_person.publishing", "warning"),
        ("second_person.erasing", "warning"),
        ("second_person.grants_above", "warning"),
    ]
    assert not [problem for problem in check(lowered(grants_above=5)) if problem.path[0] == "second_person"]


def test_the_only_admin_publishes_alone_and_the_audit_says_so(two: TwoAdmins) -> None:
    two.directory = Directory({"academy": ["anna"]})
    published = two.publish()
    assert isinstance(published, Published)
    assert published.alone == "only_admin"
    assert two.publications.audit["academy", "PUBLISHED#000002"].about["alone"] == "only_admin"
    assert set(get_args(Alone.__value__)) == {"only_admin", "lowered"}


def test_an_admin_who_ever_declared_is_the_second_one_even_after_they_were_removed(two: TwoAdmins) -> None:
    two.directory = Directory({"academy": ["anna"]})
    two.declarations.declare("academy", "cleo", None, role="admin", after=Declaration(), at=NOW)
    waiting = two.publish()
    assert isinstance(waiting, Waiting)
    assert waiting.waits_for == ("cleo",)


def test_what_was_published_in_the_meantime_is_not_overwritten_by_a_late_confirmation(two: TwoAdmins) -> None:
    waiting = two.publish()
    two.programs.publish(academy(name="Cleo's"))
    with pytest.raises(Conflict, match=r"admin\.published_meanwhile"):
        two.decide(waiting)
    with pytest.raises(Conflict, match=r"admin\.published_meanwhile version=2"):
        two.publish(academy(name="late"))
    assert two.name == "Cleo's"


def test_who_asks_upon_an_older_version_hears_who_confirmed_the_newer_one_and_when(two: TwoAdmins) -> None:
    two.decide(two.publish())
    with pytest.raises(Conflict, match=r"admin\.published_meanwhile_by version=2 by=ben day=2026-11-22 time=12:00"):
        two.publish(academy(name="late"))


def test_what_another_program_made_unplayable_since_is_not_published_by_its_confirmation(two: TwoAdmins) -> None:
    """Two programs move their members between the groups of a platform, and neither takes the other's."""
    two.programs.publish(bank())
    two.directory = Directory({bank().key: ["anna", "ben"]})
    anna, ben = (replace(one, program=bank().key) for one in (ANNA, BEN))
    waiting = two.publish(replace(bank(), name="Anna's"), anna)
    two.programs.publish(replace(bank(), key="other"))
    with pytest.raises(InvalidRequest, match="is a group of another program"):
        two.decide(waiting, by=ben)
    assert two.programs.current(anna.program).version == 1


def test_a_draft_that_is_gone_or_was_replaced_is_not_published(two: TwoAdmins) -> None:
    waiting = two.publish()
    two.publications.drafts.clear()
    with pytest.raises(Conflict, match=r"admin\.draft_expired"):
        two.decide(waiting)


def test_what_is_paused_before_it_is_confirmed_stays_paused(two: TwoAdmins) -> None:
    """Pausing is the brake, which one person pulls; the version that it makes has to be the base of the draft."""
    two.programs.publish(with_pauses(academy(), {("rule", RULE.key)}))
    two.decide(two.publish(after=2))
    assert set(pauses(two.programs.current("academy"))) == {("rule", RULE.key)}


def test_a_draft_that_cannot_be_played_waits_for_nobody(two: TwoAdmins) -> None:
    with pytest.raises(InvalidRequest):
        two.publish(academy(name=""))
    assert not two.reviews.reviews


def test_one_admin_gives_so_many_points_a_day_alone_and_the_rest_with_another(two: TwoAdmins) -> None:
    assert isinstance(two.grant(MOST - 10), LedgerRequest)
    assert isinstance(two.grant(10, "r2"), LedgerRequest)
    waiting = two.grant(10, "r3")
    assert len(two.queue.sent) == 2
    two.decide(waiting)
    assert [each.id for each in two.queue.activities] == ["grant:r1", "grant:r2", "grant:r3"]
    assert two.queue.activities[-1].attributes == {"points": 10, "by": "review", "reason": "a lost event"}
    given = {by: points for (_, by, _), points in two.given.points.items()}
    assert given == {"anna": MOST, "ben": 10}
    assert isinstance(two.grant(10, "r4", now=NOW + timedelta(days=1)), LedgerRequest)


def test_splitting_a_grant_wins_nothing_and_a_program_says_how_much_is_large() -> None:
    two = TwoAdmins()
    two.programs.publish(lowered(grants_above=30))
    two.programs.enrol("academy", (Member(id=JO, user="jo"),))
    kinds = [type(two.grant(10, f"r{number}")) for number in range(5)]
    assert kinds == [LedgerRequest] * 3 + [Waiting] * 2
    assert isinstance(two.grant(31, "large", by=BEN), Waiting)


def test_a_grant_that_waits_is_one_request_until_it_is_decided_and_after(two: TwoAdmins) -> None:
    two.grant(MOST)
    waiting, again = two.grant(20, "r2"), two.grant(20, "r2", now=NOW + timedelta(days=1))
    assert isinstance(waiting, Waiting)
    assert isinstance(again, Waiting)
    assert (again.review, again.again) == (waiting.review, True)
    for reason, points in (("another", 20), ("a lost event", 30)):
        with pytest.raises(Conflict, match=r"admin\.request_id_used"):
            two.grant(points, "r2", reason=reason)
    two.decide(waiting)
    granted = two.grant(20, "r2", now=NOW + timedelta(days=1))
    assert isinstance(granted, LedgerRequest)
    assert (granted.again, granted.id) == (True, "grant:r2")
    assert len(two.queue.sent) == 2


def test_a_rejected_grant_is_never_given_under_its_request(two: TwoAdmins) -> None:
    two.grant(MOST)
    two.decide(two.grant(20, "r2"), REJECT)
    with pytest.raises(Conflict, match=r"admin\.grant_rejected"):
        two.grant(20, "r2", now=NOW + timedelta(days=1))
    assert len(two.queue.sent) == 1


def test_two_admins_together_stay_within_ten_times_what_one_gives_at_once(two: TwoAdmins) -> None:
    two.grant(MOST)
    for number in range(10):
        two.decide(two.grant(MOST, f"large-{number}"))
    with pytest.raises(Conflict, match=r"admin\.daily_grants_used"):
        two.decide(two.grant(1, "one-too-many"))
    assert sum(points for (_, by, _), points in two.given.points.items() if by == "ben") == 10 * MOST


def test_the_only_admin_gives_as_much_as_before(two: TwoAdmins) -> None:
    two.directory = Directory({"academy": ["anna"]})
    assert isinstance(two.grant(MOST), LedgerRequest)
    assert isinstance(two.grant(MOST, "r2"), LedgerRequest)


def test_nobody_confirms_a_grant_to_their_own_team(two: TwoAdmins) -> None:
    two.grant(MOST)
    waiting = two.grant(20, "r2")
    plays = replace(BEN, own=frozenset({"b" * 32}), teammates=frozenset({JO, "b" * 32}))
    with pytest.raises(NotAuthorized, match=r"admin\.own_team"):
        two.decide(waiting, by=plays)
