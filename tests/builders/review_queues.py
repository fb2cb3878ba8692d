"""Queues of reviews on a stage's tables, and what was decided of a review in one."""

from datetime import timedelta
from typing import Any

from ladder.adapters.dynamodb.reviews import DynamoReviewQueue
from ladder.adapters.dynamodb.table import Table
from ladder.domain.reviews.ports import ReviewQueue
from ladder.domain.reviews.review import Review, ReviewDecision, Terms
from tests.builders.ledger_stores import StackTables
from tests.builders.reviews import APPROVE, HOLD, MEMBER, NOW

LATER = NOW + timedelta(hours=1)
HERE = (MEMBER, HOLD.id)


def queue_of(live: StackTables, client: Any = None) -> DynamoReviewQueue:
    return DynamoReviewQueue(members_of(live, client), audit=live.tables.audit)


def members_of(live: StackTables, client: Any = None) -> Table:
    return live.stores(client).members


def decided(terms: Terms = APPROVE, by: str = "anna") -> ReviewDecision:
    return ReviewDecision(terms=terms, reason="I have looked at it", by=by, at=LATER)


def found(queue: ReviewQueue, review: Review) -> Review:
    (one,) = queue.find(review.program, [(review.member, review.id)])
    return one
