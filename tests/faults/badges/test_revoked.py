"""A judged badge that was taken back stays so until another case of the member earns it anew; it is held once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from admin import member_routes
from admin.api_models import RevocationBody
from admin.decide_review import decide_review
from infra.cli.ledger.members import MemberKey, MemberLedger
from infra.cli.ledger.verify import verify_ledger
from ladder.domain.activities.activity import BADGE_GRANTED, REVERSED, Activity, Key, digest
from ladder.domain.errors import Conflict
from ladder.domain.points.compiled import tier_reached
from ladder.domain.points.judged_badge import Policy
from ladder.domain.points.ledger import State
from ladder.domain.points.rulebook import Requirement, Unlock
from ladder.domain.programs.pausing import compile_program
from ladder.domain.reviews.permissions import Staff
from ladder.domain.reviews.review import Review, Terms
from rewards.reward import RewardContext, reward
from tests.builders.admin_requests import admin_request
from tests.builders.judged_badges import (
    CHAMPION,
    MEMBER,
    NOW,
    PERSEVERANCE,
    TRIES,
    BadgeEvaluations,
    Model,
    five_tries,
    post,
    program,
    verdict,
)
from tests.builders.review_services import rules
from tests.fakes.administration import MemoryDecisions, MemoryPeople
from tests.fakes.fault_injection import Fate, Interposed, Killed, When

ANNA = Staff(subject="anna", program="academy", role="admin", declared=True)
LATER = NOW + timedelta(days=1)
MENTOR = Unlock(key="MENTORING", name="mentoring", requires=(Requirement(badge="CHAMPION"),))


def judged(policy: Policy) -> BadgeEvaluations:
    """Posts, which people decide on; under `auto` recorded tries."""
    tried = replace(PERSEVERANCE, key=CHAMPION.key)
    book = program(tried if policy == "auto" else replace(CHAMPION, policy=policy))
    model = Model([verdict(evidence=[TRIES])]) if policy == "auto" else Model([verdict()])
    return BadgeEvaluations(program=replace(book, rulebook=replace(book.rulebook, unlocks=(MENTOR,))), model=model)


def tries(number: int) -> list[Activity]:
    """At another module for each number."""
    told = {"module": f"module-{number}"}
    return [replace(each, id=f"{each.id}-{number}", attributes={**each.attributes, **told}) for each in five_tries()]


@dataclass
class School:
    """What one member did, whoever looks at them, and the ledger that follows."""

    evaluations: BadgeEvaluations
    decisions: MemoryDecisions = field(default_factory=MemoryDecisions)
    worked: int = 0

    def does(self, number: int, *, at: datetime = NOW) -> None:
        (badge,) = self.evaluations.program.rulebook.judged
        done = tries(number) if badge.perseverance else [post(number)]
        if badge.perseverance:
            reward(self._desk(), done, pause=lambda tries: None)
        self.evaluations.judge(done[-1], now=at)
        self.works()

    def approves(self, review: Review, *, at: datetime = NOW) -> bool:
        """Whether it had been approved before."""
        decision = decide_review(
            ANNA,
            review.address,
            Terms(action="approve"),
            "as it says",
            now=at,
            **rules(self.evaluations.program),
            reviews=self.evaluations.reviews,
            ledger=self.evaluations.ledger,
            queue=self.evaluations.activities,
        )
        self.works()
        return decision.again

    def revokes(self, event: Key, *, request: str = "r1", at: datetime = NOW, fate: Fate | None = None) -> None:
        ledger, programs = self.evaluations.ledger, self.evaluations.programs
        compiled = compile_program(self.evaluations.program)
        with admin_request(
            member_routes.routes,
            ANNA,
            now=at,
            decisions=Interposed(self.decisions, fate or Fate()),
            activities=Interposed(self.evaluations.activities, fate or Fate()),
            people=MemoryPeople(ledger, programs),
            ledger=lambda program: ledger,
            compiled_version=lambda program, version: compiled,
            compiled=lambda program: compiled,
        ):
            body = RevocationBody(request=request, reason="given by mistake", source=event[0], id=event[1])
            member_routes.revoke(ANNA.program, MEMBER, body)
        self.works()

    def works(self) -> None:
        """Whatever the queue has, as the rewards do it."""
        for delivery in self.evaluations.activities.sent[self.worked :]:
            reward(self._desk(), delivery.activities, pause=lambda tries: None)
        self.worked = len(self.evaluations.activities.sent)

    def again(self) -> None:
        """The whole queue, once more."""
        self.worked = 0
        self.works()

    @property
    def reviews(self) -> Sequence[Review]:
        return sorted(self.evaluations.reviews.reviews.values(), key=lambda each: each.created_at)

    @property
    def has(self) -> tuple[dict[str, int], set[str]]:
        """Badges with their tiers, and what they open; once everything was found to add up."""
        state, ledger = self.state, self.evaluations.ledger
        entries = ledger.entries("academy", MEMBER)
        digests = {entry.key: digest(entry.activity) for entry in entries}
        found = MemberLedger(MemberKey("academy", MEMBER), state, entries, digests, {1: self._desk().compiled})
        assert verify_ledger(found).findings == ()
        tiers = self._desk().compiled.tiers
        return {key: tier_reached(tiers[key], held) for key, held in state.badges.items()}, set(state.unlocks)

    @property
    def state(self) -> State:
        return self.evaluations.ledger.load_including_erased("academy", MEMBER)

    @property
    def told(self) -> Counter[str]:
        """By type, how many entries there are."""
        return Counter(entry.activity.type for entry in self.evaluations.ledger.entries("academy", MEMBER))

    @property
    def grants(self) -> list[Key]:
        entries = self.evaluations.ledger.entries("academy", MEMBER)
        return [entry.key for entry in entries if entry.activity.type == BADGE_GRANTED]

    def _desk(self) -> RewardContext:
        book = compile_program(self.evaluations.program)
        ledger = self.evaluations.ledger
        return RewardContext(
            member=MEMBER,
            compiled=book,
            compiled_version=lambda _: book,
            ledger=ledger,
            allowances=ledger.allowances,
            now=LATER,
        )


HELD, NOT_HELD = ({"CHAMPION": 1}, {"MENTORING"}), (dict[str, int](), set[str]())


def test_what_was_approved_and_taken_back_is_earned_anew_by_another_case_that_is_approved() -> None:
    school = School(judged("approve"))
    school.does(1)
    assert (school.has, len(school.grants)) == (NOT_HELD, 0)  # a proposal is no badge
    school.approves(school.reviews[0])
    assert school.has == HELD
    (first,) = school.grants
    school.revokes(first)
    assert school.has == NOT_HELD
    school.does(2, at=LATER)
    assert (school.has, len(school.evaluations.model.asked)) == (NOT_HELD, 2)
    school.approves(school.reviews[1], at=LATER)
    assert school.has == HELD
    assert (len(set(school.grants)), school.told[REVERSED]) == (2, 1)
    assert school.state.badges["CHAMPION"][1] == LATER.date().toordinal()
    assert len(school.evaluations.reviews.audit) == 2
    school.again()
    assert (school.has, len(school.grants)) == (HELD, 2)


@pytest.mark.parametrize("policy", ["approve", "auto"])
def test_the_case_that_had_earned_it_does_not_bring_it_back_however_often_it_is_told_or_approved(
    policy: Policy,
) -> None:
    school = School(judged(policy))
    school.does(1)
    for review in school.reviews:
        school.approves(review)
    school.revokes(school.grants[0])
    school.does(1, at=LATER)
    assert [school.approves(review, at=LATER) for review in school.reviews] == [True] * (policy == "approve")
    school.again()
    assert (school.has, len(school.grants), len(school.evaluations.model.asked)) == (NOT_HELD, 1, 1)


def test_two_cases_that_are_both_approved_hold_it_once_and_losing_one_leaves_the_other() -> None:
    school = School(judged("approve"))
    school.does(1)
    school.does(2)
    for review in school.reviews:
        school.approves(review)
    assert (school.has, len(school.grants)) == (HELD, 2)
    school.revokes(school.grants[0])
    assert school.has == HELD
    school.revokes(school.grants[1], request="r2")
    assert school.has == NOT_HELD


def test_nobody_who_holds_it_is_judged_for_it_again() -> None:
    school = School(judged("auto"))
    school.does(1)
    school.does(2)
    assert (school.has, len(school.evaluations.model.asked), len(school.grants)) == (HELD, 1, 1)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("at", [0, 1])
def test_a_revocation_that_is_killed_and_asked_for_again_takes_it_back_once(at: int, when: When) -> None:
    school = School(judged("auto"))
    school.does(1)
    (grant,) = school.grants
    with pytest.raises(Killed):
        school.revokes(grant, fate=Fate(at=at, when=when))
    school.revokes(grant, at=LATER)
    school.works()
    assert (school.has, school.told[REVERSED], len(school.decisions.records)) == (NOT_HELD, 1, 1)


def test_one_review_has_one_decision_whoever_comes_second() -> None:
    school = School(judged("approve"))
    school.does(1)
    (review,) = school.reviews
    assert [school.approves(review), school.approves(review)] == [False, True]
    with pytest.raises(Conflict):
        decide_review(
            replace(ANNA, subject="ben"),
            review.address,
            Terms(action="reject"),
            "not at all",
            now=LATER,
            **rules(school.evaluations.program),
            reviews=school.evaluations.reviews,
            ledger=school.evaluations.ledger,
            queue=school.evaluations.activities,
        )
    assert (school.has, len(school.grants), len(school.evaluations.reviews.audit)) == (HELD, 1, 1)
