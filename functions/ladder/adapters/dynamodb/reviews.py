"""Store reviews in their members' partitions; open ones are found by program and age.

A decision is one transaction: the review, which must still be open, its audit record, the answer to the member's
dispute, a difficulty relief that it grants, and an item for the effect that is still to be delivered. No review of an
erased member is opened or decided, and their reviews' effects are deleted with the reviews. Difficulty reliefs are
stored with their member, and found by their program through the index of reviews.
"""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ladder.adapters.aws import ATTEMPTS
from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.audit import audited
from ladder.adapters.dynamodb.member_records import recorded
from ladder.adapters.dynamodb.programs import published_by, with_digest
from ladder.adapters.dynamodb.review_items import (
    INDEX,
    INDEXED,
    LAST,
    decision,
    decision_digest,
    from_item,
    open_reviews,
    opened,
    waiting,
)
from ladder.adapters.dynamodb.staff import given
from ladder.adapters.dynamodb.table import Clause, ConditionFailed, Put, Table, Update, Write, erased, iso, not_erased
from ladder.domain.audit.records import Record
from ladder.domain.challenges.difficulty_relief import DifficultyRelief
from ladder.domain.errors import Conflict, MemberErased, Rejected, Unavailable
from ladder.domain.message import Message
from ladder.domain.programs.program import Program
from ladder.domain.reviews.audit_records import review_assigned, review_decided, review_opened
from ladder.domain.reviews.decisions import effects, relief_of
from ladder.domain.reviews.permissions import DailyGrant
from ladder.domain.reviews.review import REMOVED_ONCE_DECIDED, OpenReview, Review, ReviewDecision

RELIEF_DAYS = timedelta(days=30)  # it ends long before, and its result is in the assignments

if TYPE_CHECKING:  # not needed to open reviews
    from ladder.adapters.dynamodb.links import DynamoLinks

SALT_BYTES = 16
EXISTS = Clause("attribute_exists(kind)")
OPEN = EXISTS & Clause("attribute_not_exists(decided_at)") & Clause("attribute_not_exists(settled)")


class DynamoReviews:
    """Open reviews. `review_program` and `opened_at` are the keys of a sparse index, which a decision removes."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def open(self, review: Review) -> bool:
        try:
            self._table.write(opened(review), not_erased(review.program, review.member))
        except ConditionFailed:
            return False
        return True


class DynamoReviewQueue(DynamoReviews):
    """`audit` and `programs`: the names of these tables; `links`: links the id of a review of the kind `link`."""

    def __init__(self, table: Table, *, audit: str, programs: str = "", links: "DynamoLinks | None" = None) -> None:
        super().__init__(table)
        self._audit = audit
        self._programs = programs
        self._links = links

    def waiting(self, program: str) -> list[OpenReview]:
        return open_reviews(self._table, program)

    def find(self, program: str, places: Sequence[tuple[str, str]]) -> list[Review]:
        wanted = [(keys.member(program, member), keys.review(review)) for member, review in places]
        items = self._table.get_many(wanted)
        reviews = (from_item(items[key]) for key in wanted if key in items)
        return [review for review in reviews if review]

    def open(self, review: Review) -> bool:
        if review.kind == "link":
            review = replace(review, summary={**review.summary, "salt": secrets.token_hex(SALT_BYTES)})
        writes: list[Write] = [opened(review), not_erased(review.program, review.member)]
        try:
            if review.opened_by:
                writes += recorded(self._table, review_opened(review, by=review.opened_by), self._audit)
        except MemberErased:
            return False
        return self._done(*writes)

    def assign(self, review: Review, to: str | None, *, by: str, at: datetime) -> bool:
        unmoved = Clause("assigned_to = :was", {":was": review.assigned_to or ""})
        pk, sk = _key(review)
        assigned = Update(pk=pk, sk=sk, changes={"assigned_to": to or ""}, only_if=OPEN & unmoved)
        try:
            record = recorded(self._table, review_assigned(review, to, by=by, at=at), self._audit)
        except MemberErased:
            return False
        return self._done(assigned, *record)

    def decide(
        self,
        review: Review,
        decided: ReviewDecision,
        grant: DailyGrant | None = None,
        publication: tuple[Program, Record] | None = None,
    ) -> bool:
        """Decide a review. Points that a person grants are counted; a concurrent grant or link makes it read again."""
        again, salt = grant is not None or review.kind == "link", secrets.token_bytes(SALT_BYTES)
        (pk, sk), changes = _key(review), decision(decided, salt)
        record = review_decided(review, decided, salted=decision_digest(changes))
        if review.kind == "link":
            kept = review.summary.keys() - REMOVED_ONCE_DECIDED
            changes["summary"] = {name: text for name, text in review.summary.items() if name in kept}
        writes: list[Write] = [
            Update(pk=pk, sk=sk, changes=changes, drop=INDEXED, only_if=OPEN),
            *recorded(self._table, record, self._audit),
            not_erased(review.program, review.member),
        ]
        if review.kind == "dispute" and review.event:
            state = "declined" if decided.terms.action == "reject" else "upheld"
            answer = {"state": state, "answer": decided.reason}  # which the member reads
            disputed = Clause("attribute_exists(pk)")
            writes.append(Update(pk=pk, sk=keys.dispute(review.event), changes=answer, only_if=disputed))
        if publication:
            version, published = publication
            writes += (replace(write, table=self._programs) for write in published_by(version, published))
            writes.append(audited(with_digest(published, version), self._audit))
        writes += granted(replace(review, decided=decided))
        if effects(replace(review, decided=decided)):  # which are still to be delivered
            effect = {
                "pk": pk,
                "sk": keys.effect(review.id),
                "kind": review.kind,
                "review_program": _decided_partition(review.program),
                "opened_at": iso(decided.at),
            }
            writes.append(Put(item=effect, only_if=None))
        for _ in range(ATTEMPTS):
            counted = [given(self._table, grant)] if grant else []
            try:
                self._table.write(*writes, *self._linked(review, decided), *counted)
            except ConditionFailed as refused:
                if any(map(erased, refused.stored)):
                    raise MemberErased(f"member {review.member} was erased") from refused
                if (not again and not publication) or refused.stored[0] is not None:
                    return False
                if publication:
                    raise Conflict(Message("admin.published_at_same_moment")) from refused
                if not any(now.status == "open" for now in self.find(review.program, [(review.member, review.id)])):
                    return False
                continue
            return True
        raise Unavailable("others keep deciding about the same things")

    def _linked(self, review: Review, decided: ReviewDecision) -> list[Write]:
        if review.kind != "link" or decided.terms.action != "approve":
            return []
        if self._links is None:
            raise Rejected("links are decided where ids can be hashed: through the admin API")
        return self._links.approved(review, decided)

    def delivered(self, review: Review) -> None:
        pk, sk = keys.member(review.program, review.member), keys.effect(review.id)
        self._done(Update(pk=pk, sk=sk, changes={"delivered": True}, drop=INDEXED, only_if=EXISTS))

    def undelivered(self, program: str) -> list[Review]:
        items = self._table.query_index(INDEX, (INDEXED[0], _decided_partition(program)), (INDEXED[1], LAST))
        return self.find(program, [(review.member, review.id) for review in map(waiting, items)])

    def _done(self, *writes: Write) -> bool:
        try:
            self._table.write(*writes)
        except ConditionFailed:
            return False
        return True


def _key(review: Review) -> tuple[str, str]:
    return keys.member(review.program, review.member), keys.review(review.id)


def _decided_partition(program: str) -> str:
    """Return the index partition of decisions with an effect: no program's key has a '#'."""
    return f"{program}#decided"


class DynamoDifficultyReliefs:
    def __init__(self, members: Table) -> None:
        self._members = members

    def decided(self, program: str, *, since: datetime) -> list[DifficultyRelief]:
        partition, first = (INDEXED[0], _reliefs_partition(program)), (INDEXED[1], iso(since))
        return list(map(_relief, self._members.query_index_since(INDEX, partition, first)))

    def of(self, program: str, member: str) -> list[DifficultyRelief]:
        items = self._members.query(keys.member(program, member), keys.within(keys.RELIEF))
        return list(map(_relief, items))


def granted(review: Review) -> Iterator[Put]:
    """Yield the difficulty relief that a decision grants, for the transaction that decides the review."""
    relief = relief_of(review)
    if relief is not None:
        since = iso(relief.since)
        item = {
            "pk": keys.member(review.program, relief.member),
            "sk": keys.relief(relief.category, since),
            "review_program": _reliefs_partition(review.program),
            "opened_at": since,
        }
        yield Put(item=item, only_if=None).until(int((relief.since + RELIEF_DAYS).timestamp()))


def _reliefs_partition(program: str) -> str:
    """Return the index partition of difficulty reliefs: no program's key has a '#'."""
    return f"{program}#eased"


def _relief(item: Mapping[str, Any]) -> DifficultyRelief:
    return DifficultyRelief(
        member=item["pk"].partition("#")[2],
        category=item["sk"].removeprefix(keys.RELIEF).rpartition("#")[0],
        since=datetime.fromisoformat(item["opened_at"]),
    )
