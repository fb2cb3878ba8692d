"""Reviews of every kind, and what may be decided of them."""

from dataclasses import replace
from datetime import date, datetime

from ladder.domain.audit.records import NO_MEMBER
from ladder.domain.message import Message
from ladder.domain.points.ledger import ADJUSTED, Entry, EntryLine, LedgerChange, State
from ladder.domain.reviews.opening import (
    OverdueBadge,
    badge_review,
    confirmation_review,
    entry_review,
    link_review,
    miss_streak_review,
    reviews_of,
)
from ladder.domain.reviews.review import Review, ReviewDecision, Terms
from tests.builders.academy_events import MONDAY, at, passed
from tests.builders.holds import waiting

NOW = at(MONDAY, 12)
MEMBER = "5e" * 16
APPROVE, REJECT = Terms(action="approve"), Terms(action="reject")
BADGES = ("CHAMPION", "WRITER")
ENTRY = Entry(
    activity=passed("a"),
    program_version=1,
    lines=(
        EntryLine("PASSED", base=50, held=50, because=Message("points.reason", {"reason": "quality is not known yet"})),
        EntryLine("MORE", base=5, paid=5),
        EntryLine(ADJUSTED, held=7),
    ),
    points=5,
    spent=0,
    held=57,
    recorded_at=NOW,
)
CHANGE = LedgerChange(
    program="academy",
    member=MEMBER,
    before=State(),
    after=State(waiting=waiting(ENTRY)),
    entries=[ENTRY],
    due_at=NOW,
    sampled=[ENTRY],
)
HOLD, SAMPLED = reviews_of(CHANGE)
DISPUTE = entry_review(
    "dispute", "academy", MEMBER, ("academy", "e#1"), because=(Message("reviews.disputed"),), now=NOW
)
VERDICT = Review(
    id="7" * 32,
    kind="verdict",
    program="academy",
    member=MEMBER,
    subject="7" * 32,
    summary={"badge": "CHAMPION", "case": "c" * 32, "event": "forum#post#1"},
    created_at=NOW,
    because=(Message("judging.policy_asks_a_person", {"policy": "approve"}),),
    facts=(Message("judging.fact_without_values", {"days": 0, "event": "forum posted"}),),
)
OVERDUE = OverdueBadge(section="judged", key="CHAMPION", name="champion", owner="anna.l", review_on=date(2026, 3, 1))
REVIEWS: dict[str, Review] = {
    "verdict": VERDICT,
    "unjudged": replace(VERDICT, kind="unjudged"),
    "hold": HOLD,
    "dispute": DISPUTE,
    "miss_streak": miss_streak_review("academy", MEMBER, "AHT", date(2026, 3, 9), now=NOW),
    "audit": entry_review("audit", "academy", MEMBER, ("academy", "e"), now=NOW),
    "peer": entry_review("peer", "academy", MEMBER, ("academy", "e"), now=NOW),
    "link": link_review(
        "academy", MEMBER, "login", "jo@home", mark="5" * 24, was=None, by="ole", reason="a new telephone", now=NOW
    ),
    "badge": badge_review("academy", OVERDUE, now=NOW),
    "publication": confirmation_review(
        "publication", "academy", NO_MEMBER, "2", by="ole", reason="spring", now=NOW, version="2", digest="5e" * 32
    ),
    "erasure": confirmation_review("erasure", "academy", MEMBER, MEMBER, by="ole", reason="they asked", now=NOW),
    "grant": confirmation_review(
        "grant", "academy", MEMBER, "r1", by="ole", reason="a lost event", now=NOW, request="r1", points="900"
    ),
}


def decided(review: Review, terms: Terms, when: datetime = NOW) -> Review:
    return replace(review, decided=ReviewDecision(terms=terms, reason="looked at", by="anna", at=when))
