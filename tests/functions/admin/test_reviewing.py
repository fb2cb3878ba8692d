"""The acts of reviewing on fakes: one decision however often it is made, whatever dies in between; never one's own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from admin.assign_review import To, assign_review
from admin.decide_review import Decision, decide_review
from admin.deliver import deliver_the_rest
from admin.show_review import Shown, show_review
from admin.show_reviews import Queue, Wanted, show_reviews
from admin.staff import staff
from ladder.adapters.memory import MemoryActivities, MemoryIdentities, MemoryPrograms
from ladder.adapters.memory.disputes import MemoryDisputes
from ladder.adapters.memory.members import MemoryLedger
from ladder.adapters.memory.reviews import MemoryReviewQueue
from ladder.adapters.memory.verdicts import MemoryVerdicts
from ladder.domain.activity import BADGE_GRANTED, DENIED, RELEASED, REVERSED, Delivery
from ladder.domain.asked import InConflict, NotAllowed, NotLoggedIn, NotThere, Unreadable
from ladder.domain.errors import Unavailable
from ladder.domain.inbound import LOGIN
from ladder.domain.reviews.opening import of_entry, of_person
from ladder.domain.reviews.review import Decided, Remedy, Review, Terms
from ladder.domain.reviews.rights import Staff
from ladder.domain.rewards.book import Book
from tests.domain.members_work import MONDAY, at
from tests.domain.sample_rulebook import academy
from tests.domain.test_reviews import APPROVE, BADGES, DISPUTE, ENTRY, HOLD, MEMBER, REJECT, VERDICT

NOW = at(MONDAY, 18)
PEER = of_person("peer", "academy", MEMBER, ("academy", "e"), by="anna", reason="he says so", now=NOW)
ANNA, OLE = Staff("anna", "academy", "reviewer"), Staff("ole", "academy", "admin", "1" * 32)


@dataclass(slots=True)
class Desk:
    reviews: MemoryReviewQueue = field(default_factory=MemoryReviewQueue)
    queue: MemoryActivities = field(default_factory=MemoryActivities)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    logins: MemoryIdentities = field(default_factory=MemoryIdentities)
    reviewers: dict[str, list[str]] = field(default_factory=lambda: {"academy": ["anna", "ole"]})

    def of(self, program: str) -> list[str]:
        return self.reviewers[program]

    def opened(self, *reviews: Review) -> "Desk":
        for review in reviews:
            self.reviews.open(review)
        return self

    def decide(
        self,
        review: Review,
        terms: Terms = APPROVE,
        *,
        by: Staff = ANNA,
        reason: str = "as it says",
        badges: Sequence[str] = BADGES,
    ) -> Decision:
        return decide_review(
            by,
            review.address,
            terms,
            reason,
            now=NOW,
            badges=lambda: badges,
            reviews=self.reviews,
            ledger=self.ledger,
            queue=self.queue,
        )

    def assign(self, review: Review, to: To = "me", *, by: Staff = ANNA) -> str | None:
        told = assign_review(by, review.address, to, now=NOW, reviews=self.reviews, reviewers=self, logins=self.logins)
        return told.assigned_to

    def shown(self, *, by: Staff = ANNA, limit: int = 25, **wanted: Any) -> Queue:
        return show_reviews(by, Wanted(limit=limit, **wanted), now=NOW, reviews=self.reviews)

    def swept(self) -> int:
        programs = MemoryPrograms()
        programs.publish(academy())
        return deliver_the_rest(programs=programs, reviews=self.reviews, queue=self.queue)

    @property
    def told(self) -> set[tuple[str, str]]:
        return {each.key for each in self.queue.activities}


# deciding


def test_a_decision_is_recorded_audited_and_delivered() -> None:
    desk = Desk().opened(HOLD)
    decision = desk.decide(HOLD)
    assert (decision.again, decision.decided.by, decision.decided.reason) == (False, "anna", "as it says")
    assert [each.type for each in desk.queue.activities] == ["hold.released"]
    (record,) = desk.reviews.audit
    assert (record.who, record.about["decision"], record.about["member"]) == ("anna", HOLD.id, MEMBER)
    assert desk.reviews.due == set()


@pytest.mark.parametrize(
    ("kind", "remedy", "why"),
    [
        ("assessment.submitted", "release", "nothing of this entry was ever held back"),
        (REVERSED, "reverse", "this is a reversal itself"),
        (DENIED, "reverse", "reverse the event that it speaks of"),
    ],
)
def test_a_dispute_is_not_upheld_by_what_would_change_nothing(kind: str, remedy: Remedy, why: str) -> None:
    desk, told = Desk().opened(DISPUTE), ENTRY.activity.attributes
    disputed = replace(ENTRY.activity, id="e#1", source="academy", type=kind, attributes=told)
    desk.ledger.recorded["academy", MEMBER] = [replace(ENTRY, activity=disputed, lines=())]
    with pytest.raises(InConflict, match=why):
        desk.decide(DISPUTE, Terms(action="approve", remedy=remedy))
    assert not desk.reviews.audit
    assert not desk.told


def test_a_dispute_of_what_is_held_back_is_upheld() -> None:
    desk = Desk().opened(DISPUTE)
    disputed = replace(ENTRY.activity, id="e#1", source="academy")
    desk.ledger.recorded["academy", MEMBER] = [replace(ENTRY, activity=disputed)]
    assert not desk.decide(DISPUTE, Terms(action="approve", remedy="release")).again
    assert desk.told == {("ladder", f"review:{DISPUTE.id}")}


def test_approved_twice_is_approved_once_and_sent_again_under_the_same_id() -> None:
    desk = Desk().opened(VERDICT)
    first, again = desk.decide(VERDICT), desk.decide(VERDICT, reason="once more")
    assert again == replace(first, again=True)
    assert len(desk.queue.activities) == 2
    assert len(desk.told) == len(desk.reviews.audit) == 1


@pytest.mark.parametrize(
    ("terms", "by"), [(REJECT, ANNA), (APPROVE, OLE), (Terms(action="change", badge="WRITER"), ANNA)]
)
def test_another_decision_or_another_persons_finds_the_first(terms: Terms, by: Staff) -> None:
    desk = Desk().opened(VERDICT)
    desk.decide(VERDICT)
    with pytest.raises(InConflict, match="decided before: approve"):
        desk.decide(VERDICT, terms, by=by)
    assert len(desk.queue.sent) == len(desk.reviews.audit) == 1


def test_a_rejected_badge_brings_nothing_about() -> None:
    desk = Desk().opened(VERDICT)
    desk.decide(VERDICT, REJECT)
    assert (desk.queue.sent, desk.reviews.due) == ([], set())
    assert len(desk.reviews.audit) == 1


def test_another_badge_than_proposed_is_one_of_the_allow_list() -> None:
    desk = Desk().opened(VERDICT)
    with pytest.raises(Unreadable, match="no such judged badge"):
        desk.decide(VERDICT, Terms(action="change", badge="GENIUS"))
    desk.decide(VERDICT, Terms(action="change", badge="WRITER"))
    assert [each.attributes["badge"] for each in desk.queue.activities] == ["WRITER"]


def test_nobody_decides_or_assigns_his_own_case() -> None:
    own = Staff("zoe", "academy", "admin", MEMBER)
    desk = Desk().opened(HOLD)
    with pytest.raises(NotAllowed, match="own case"):
        desk.decide(HOLD, by=own)
    with pytest.raises(NotAllowed, match="own case"):
        desk.assign(HOLD, by=own)
    desk.decide(HOLD)
    with pytest.raises(NotAllowed, match="own case"):
        desk.decide(HOLD, by=own)
    assert desk.shown(by=own).reviews == ()


def test_another_programs_review_is_not_there() -> None:
    desk = Desk().opened(HOLD)
    with pytest.raises(NotThere):
        desk.decide(HOLD, by=Staff("eve", "bank", "admin"))
    assert desk.shown(by=Staff("eve", "bank", "admin")).open == 0


def test_what_is_approved_after_its_member_was_erased_is_not_there_and_brings_nothing_about() -> None:
    desk = Desk().opened(VERDICT)
    desk.reviews.erase("academy", MEMBER)
    with pytest.raises(NotThere):
        desk.decide(VERDICT)
    assert desk.queue.sent == []


def test_what_time_has_decided_is_in_conflict_with_a_decision() -> None:
    desk = Desk().opened(replace(HOLD, lapsed=True))
    with pytest.raises(InConflict, match="time"):
        desk.decide(HOLD)
    with pytest.raises(InConflict, match="lapsed"):
        desk.assign(HOLD)


class Racing(MemoryReviewQueue):
    """Somebody else acts between reading and deciding."""

    def __init__(self, between: Callable[[MemoryReviewQueue, Review], object]) -> None:
        super().__init__()
        self.between = between

    def decide(self, review: Review, decided: Decided) -> bool:
        self.between(self.other, review)
        return super().decide(review, decided)

    @property
    def other(self) -> MemoryReviewQueue:
        other = MemoryReviewQueue()
        other.reviews, other.audit, other.due = self.reviews, self.audit, self.due
        return other


def _ole_decides(reviews: MemoryReviewQueue, review: Review) -> None:
    reviews.decide(review, Decided(terms=APPROVE, reason="me first", by="ole", at=NOW))


def test_whoever_was_slower_hears_that_it_was_decided() -> None:
    desk = Desk(reviews=Racing(_ole_decides)).opened(HOLD)
    with pytest.raises(InConflict, match="decided before"):
        desk.decide(HOLD)
    assert [each.who for each in desk.reviews.audit] == ["ole"]


def test_an_erasure_between_reading_and_deciding_leaves_nothing_to_decide() -> None:
    desk = Desk(reviews=Racing(lambda reviews, review: reviews.erase("academy", review.member))).opened(HOLD)
    with pytest.raises(NotThere):
        desk.decide(HOLD)
    assert desk.queue.sent == []


# killed anywhere


class Killed(Exception):
    """The process ends here."""


@dataclass(slots=True)
class Mortal:
    """Dies at the call with this number, before it or after it."""

    at: int
    before: bool
    calls: int = 0

    def call[R](self, act: Callable[[], R]) -> R:
        self.calls += 1
        if self.calls == self.at and self.before:
            raise Killed
        done = act()
        if self.calls == self.at:
            raise Killed
        return done


class MortalReviews(MemoryReviewQueue):
    def __init__(self, life: Mortal) -> None:
        super().__init__()
        self.life = life

    def decide(self, review: Review, decided: Decided) -> bool:
        return self.life.call(lambda: MemoryReviewQueue.decide(self, review, decided))

    def delivered(self, review: Review) -> None:
        self.life.call(lambda: MemoryReviewQueue.delivered(self, review))


class MortalQueue(MemoryActivities):
    def __init__(self, life: Mortal) -> None:
        super().__init__()
        self.life = life

    def send(self, deliveries: Sequence[Delivery]) -> None:
        self.life.call(lambda: MemoryActivities.send(self, deliveries))


@pytest.mark.parametrize("review", [VERDICT, HOLD], ids=["verdict", "hold"])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("call", [1, 2, 3])
def test_killed_anywhere_the_sweep_or_the_same_action_ends_it_as_if_nothing_had_happened(
    call: int, when: str, review: Review
) -> None:
    for again in (True, False):
        life = Mortal(call, before=when == "before")
        desk = Desk(reviews=MortalReviews(life), queue=MortalQueue(life)).opened(review)
        with pytest.raises(Killed):
            desk.decide(review)
        stands = desk.reviews.reviews["academy", MEMBER, review.id].status == "decided"
        if again or not stands:
            desk.decide(review)
        desk.swept()
        assert len(desk.told) == len(desk.reviews.audit) == 1
        assert desk.reviews.due == set()
        assert desk.swept() == 0


def test_what_was_decided_of_somebody_who_was_erased_since_is_not_delivered_any_more() -> None:
    life = Mortal(2, before=True)
    desk = Desk(reviews=MortalReviews(life), queue=MortalQueue(life)).opened(HOLD)
    with pytest.raises(Killed):
        desk.decide(HOLD)
    desk.reviews.erase("academy", MEMBER)
    assert (desk.swept(), desk.queue.sent) == (0, [])


def test_a_queue_that_is_down_leaves_the_decision_and_a_second_try_delivers_it() -> None:
    class Down(MemoryActivities):
        def send(self, deliveries: Sequence[Delivery]) -> None:
            raise Unavailable("SQS is down")

    desk = Desk(queue=Down()).opened(HOLD)
    with pytest.raises(Unavailable):
        desk.decide(HOLD)
    desk.queue = MemoryActivities()
    assert desk.decide(HOLD).again
    assert len(desk.queue.activities) == 1


def test_a_decision_that_cannot_be_delivered_keeps_no_other_from_it() -> None:
    class Picky(MemoryActivities):
        def send(self, deliveries: Sequence[Delivery]) -> None:
            if any(activity.type == BADGE_GRANTED for each in deliveries for activity in each.activities):
                raise ValueError("nobody can send this")
            super().send(deliveries)

    desk = Desk(queue=Picky()).opened(VERDICT, HOLD)
    for review in (VERDICT, HOLD):
        desk.reviews.decide(review, Decided(terms=APPROVE, reason="so", by="anna", at=NOW))
    with pytest.raises(Unavailable, match="1 of 2 decisions"):
        desk.swept()
    assert [each.type for each in desk.queue.activities] == [RELEASED]
    assert len(desk.reviews.undelivered("academy")) == 1


# the queue


def many(count: int) -> list[Review]:
    return [
        replace(
            of_entry("audit", "academy", f"{n:032x}", ("academy", f"e{n}"), because="chance", now=NOW),
            created_at=NOW - timedelta(hours=n),
        )
        for n in range(count)
    ]


def test_the_oldest_comes_first_and_pages_meet_without_a_gap() -> None:
    desk, seen, after = Desk().opened(*many(7)), list[int](), None
    while True:
        page = desk.shown(limit=3, after=after)
        seen += [each.age_hours for each in page.reviews]
        if page.next is None:
            break
        after = page.next
    assert seen == [6, 5, 4, 3, 2, 1, 0]


def test_a_page_goes_on_where_it_ended_though_the_last_of_it_was_decided_since() -> None:
    desk = Desk().opened(*many(4))
    first = desk.shown(limit=2)
    desk.decide(many(4)[2])
    assert [each.age_hours for each in desk.shown(limit=2, after=first.next).reviews] == [1, 0]


@pytest.mark.parametrize(
    ("wanted", "kinds"),
    [
        ({}, ["hold", "dispute", "verdict", "audit"]),
        ({"kind": "hold"}, ["hold"]),
        ({"member": "9" * 32}, ["audit"]),
        ({"min_age_hours": 6}, ["hold", "dispute", "verdict"]),
        ({"min_age_hours": 7}, []),
        ({"assigned": "me"}, ["hold"]),
        ({"assigned": "somebody"}, ["hold", "dispute"]),
        ({"assigned": "nobody"}, ["verdict", "audit"]),
        ({"assigned": "nobody", "kind": "verdict"}, ["verdict"]),
    ],
)
def test_filters_narrow_the_list_and_not_what_is_told_of_the_whole(wanted: Mapping[str, Any], kinds: list[str]) -> None:
    other = of_entry("audit", "academy", "9" * 32, ("academy", "e"), because="chance", now=NOW)
    desk = Desk().opened(HOLD, DISPUTE, VERDICT, other)
    desk.assign(HOLD)
    desk.assign(DISPUTE, by=OLE)
    told = desk.shown(**wanted)
    assert sorted(each.kind for each in told.reviews) == sorted(kinds)
    assert (told.open, told.unassigned, told.oldest_hours) == (4, 2, 6)
    assert told.kinds == {"audit": 1, "dispute": 1, "hold": 1, "verdict": 1}
    assert [(each.reviewer, each.open) for each in told.workload] == [("anna", 1), ("ole", 1)]


def test_the_list_has_nothing_that_anybody_wrote() -> None:
    said = replace(VERDICT, summary={**VERDICT.summary, "text": "my own words", "evidence": "own words"})
    assert "own words" not in str(Desk().opened(said).shown())


def test_an_empty_queue_is_told_as_one() -> None:
    told = Desk().shown()
    assert (told.reviews, told.next, told.open, told.oldest_hours, told.workload) == ((), None, 0, None, ())


# assigning


def test_work_goes_to_whoever_has_the_fewest() -> None:
    desk = Desk().opened(*many(5))
    desk.reviewers["academy"] = ["anna", "ida", "ole"]
    given = [desk.assign(each, "fewest") for each in many(5)]
    assert given == ["anna", "ida", "ole", "anna", "ida"]
    assert desk.assign(many(5)[0], "fewest") == "anna"


def test_nobody_is_given_his_own_case() -> None:
    desk = Desk().opened(HOLD)
    desk.logins.link("academy", LOGIN, "anna", MEMBER)
    assert desk.assign(HOLD, "fewest", by=OLE) == "ole"
    alone = Desk(logins=desk.logins, reviewers={"academy": ["anna"]}).opened(HOLD)
    with pytest.raises(InConflict, match="nobody else"):
        alone.assign(HOLD, "fewest", by=OLE)


def test_one_takes_it_over_or_gives_it_back() -> None:
    desk = Desk().opened(HOLD)
    assert [desk.assign(HOLD), desk.assign(HOLD), desk.assign(HOLD, by=OLE)] == ["anna", "anna", "ole"]
    assert [desk.assign(HOLD, "nobody"), desk.assign(HOLD, "nobody")] == [None, None]


def test_who_gave_it_to_whom_is_audited_once() -> None:
    desk = Desk().opened(HOLD)
    for _ in range(2):
        desk.assign(HOLD, "fewest", by=OLE)
    desk.assign(HOLD, "nobody", by=OLE)
    told = [(each.what, each.who, each.about.get("to"), each.about["decision"]) for each in desk.reviews.audit]
    assert told == [("review assigned", "ole", "anna", HOLD.id), ("review given back", "ole", None, HOLD.id)]


def test_whoever_wants_it_verified_neither_decides_it_nor_takes_it() -> None:
    desk = Desk(reviewers={"academy": ["anna", "ole"]}).opened(PEER)
    with pytest.raises(NotAllowed, match="colleague decides"):
        desk.decide(PEER)
    with pytest.raises(NotAllowed, match="colleague decides"):
        desk.assign(PEER)
    assert desk.assign(PEER, "fewest") == "ole"
    (headline,) = desk.shown().reviews
    assert headline.own_case
    assert desk.decide(PEER, by=OLE).decided.by == "ole"


def test_whoever_wants_it_looked_at_may_look_himself() -> None:
    audit = replace(PEER, kind="audit")
    assert Desk().opened(audit).decide(audit).decided.by == "anna"


def test_what_somebody_else_assigned_in_the_same_moment_is_in_conflict() -> None:
    class Fast(MemoryReviewQueue):
        def assign(self, review: Review, to: str | None, *, by: str, at: datetime) -> bool:
            super().assign(review, "ole", by="ole", at=at)
            return super().assign(review, to, by=by, at=at)

    with pytest.raises(InConflict, match="same moment"):
        Desk(reviews=Fast()).opened(HOLD).assign(HOLD)


# one review


def shown(desk: Desk, review: Review, *, by: Staff = ANNA) -> Shown:
    return show_review(
        by,
        review.address,
        now=NOW,
        book=lambda: Book.of(academy()),
        reviews=desk.reviews,
        ledger=MemoryLedger(),
        disputes=MemoryDisputes(),
        verdicts=MemoryVerdicts(),
    )


def test_a_review_shows_its_case_and_what_was_decided() -> None:
    desk = Desk().opened(VERDICT)
    assert (shown(desk, VERDICT).status, shown(desk, VERDICT).summary) == ("open", dict(VERDICT.summary))
    desk.decide(VERDICT, REJECT, reason="not helpful")
    told = shown(desk, VERDICT)
    assert told.decided is not None
    assert (told.status, told.decided.decision, told.decided.reason) == ("decided", "reject", "not helpful")


def test_a_review_of_another_program_is_not_shown() -> None:
    with pytest.raises(NotThere):
        shown(Desk().opened(VERDICT), VERDICT, by=Staff("eve", "bank", "admin"))


# who asks

CLAIMS = {
    "token_use": "id",
    "sub": "anna",
    "custom:program": "academy",
    "cognito:groups": "[viewer reviewer]",
    "exp": str(int(NOW.timestamp()) + 60),
}


def asked(**changes: Any) -> Staff:
    logins = MemoryIdentities()
    logins.link("academy", LOGIN, "zoe", MEMBER)
    return staff({**CLAIMS, **changes}, now=NOW, logins=logins)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, ANNA),
        ({"cognito:groups": "[admin]"}, replace(ANNA, role="admin")),
        ({"cognito:groups": "viewer"}, replace(ANNA, role="viewer")),
        ({"sub": "zoe"}, replace(ANNA, subject="zoe", member=MEMBER)),
    ],
)
def test_staff_is_told_by_the_token(changes: Mapping[str, Any], found: Staff) -> None:
    assert asked(**changes) == found


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"cognito:groups": None}, NotAllowed),
        ({"cognito:groups": "[]"}, NotAllowed),
        ({"cognito:groups": "[us-east-1_x_Google ADMIN]"}, NotAllowed),
        ({"custom:program": None}, NotAllowed),
        ({"custom:program": "[academy bank]"}, NotAllowed),
        ({"exp": None}, NotLoggedIn),
        ({"exp": NOW.timestamp()}, NotLoggedIn),
        ({"token_use": "access"}, NotLoggedIn),
        ({"sub": None}, NotLoggedIn),
    ],
)
def test_whoever_is_no_staff_of_one_program_is_refused(changes: Mapping[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        asked(**changes)
