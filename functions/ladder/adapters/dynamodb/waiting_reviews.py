"""Read what waits for people in a program, by the indexes of open reviews and of open holds."""

from collections.abc import Collection

from ladder.adapters.dynamodb.ledger import DUE, for_colleagues, open_hold
from ladder.adapters.dynamodb.review_items import LAST, open_reviews
from ladder.adapters.dynamodb.table import Table
from ladder.domain.reviews.review import OpenReview


class DynamoWaitingReviews:
    def __init__(self, members: Table) -> None:
        self._members = members

    def open(self, program: str) -> list[OpenReview]:
        return open_reviews(self._members, program)

    def for_colleagues(self, program: str, members: Collection[str]) -> set[tuple[str, str]]:
        found = self._members.query_index(DUE, ("due_program", for_colleagues(program)), ("due_at", LAST))
        places = [(item["pk"], item["sk"]) for item in found if item["pk"].partition("#")[2] in members]
        holds = map(open_hold, self._members.get_many(places).values()) if places else ()
        return {(hold.member, hold.review) for hold in holds if hold.waits_for_colleague}
