"""Reviews in DynamoDB: each in its member's partition; those that are open are found by their program and age."""

from datetime import UTC

from ladder.adapters.dynamodb import member_keys
from ladder.adapters.dynamodb.roster_slots import RosterSlots
from ladder.adapters.dynamodb.table import Refused, Table
from ladder.adapters.dynamodb.writes import ABSENT, Put
from ladder.domain.members import Member
from ladder.ports import NewReview, Programs


class DynamoReviews:
    """`review_program` and `opened_at` are the keys of a sparse index: whoever decides a review drops them."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def open(self, review: NewReview) -> bool:
        opened_at = review.created_at.astimezone(UTC).isoformat()
        item = {
            "pk": member_keys.member(review.program, review.member),
            "sk": member_keys.review(review.id),
            "kind": review.kind,
            "subject": review.subject,
            "summary": dict(review.summary),
            "created_at": opened_at,
            "review_program": review.program,
            "opened_at": opened_at,
        }
        try:
            self._table.write(Put(item=item, only_if=ABSENT))
        except Refused:
            return False
        return True


class DynamoRosters:
    def __init__(self, slots: RosterSlots, programs: Programs) -> None:
        self._slots = slots
        self._programs = programs

    def find(self, program: str, member: str) -> Member | None:
        return self._slots.member(program, member, self._programs)
