"""Read what waits for people in a program, by the indexes of open reviews and of open holds."""

from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.ledger import DUE, for_colleagues
from ladder.adapters.dynamodb.review_items import LAST, open_reviews
from ladder.adapters.dynamodb.table import Table
from ladder.domain.reviews.review import OpenReview, review_id


class DynamoWaitingReviews:
    def __init__(self, members: Table) -> None:
        self._members = members

    def open(self, program: str) -> list[OpenReview]:
        return open_reviews(self._members, program)

    def for_colleagues(self, program: str) -> set[tuple[str, str]]:
        items = self._members.query_index(DUE, ("due_program", for_colleagues(program)), ("due_at", LAST))
        return {(item["pk"].partition("#")[2], review_id("hold", *keys.event(item["sk"]))) for item in items}
