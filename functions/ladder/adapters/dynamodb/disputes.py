"""Store disputes: the text in the member's own partition, the fact of it in the audit and the reviews."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.member_records import recorded
from ladder.adapters.dynamodb.review_items import opened
from ladder.adapters.dynamodb.table import ABSENT, ConditionFailed, Item, Put, Table, erased, iso, not_erased
from ladder.domain.audit.records import Record, salted_digest
from ladder.domain.errors import MemberErased, Unavailable
from ladder.domain.message import Message
from ladder.domain.points.disputes import Dispute, dispute_raised
from ladder.domain.reviews.opening import entry_review

SALT_BYTES = 16


class DynamoDisputes:
    """`audit`: the name of the audit table."""

    def __init__(self, table: Table, *, audit: str) -> None:
        self._table = table
        self._audit = audit

    def record(self, dispute: Dispute) -> Dispute | None:
        item = _to_item(dispute, secrets.token_bytes(SALT_BYTES))
        said = Put(item=item, only_if=ABSENT)
        review = entry_review(
            "dispute",
            dispute.program,
            dispute.member,
            dispute.key,
            because=(Message("reviews.disputed"),),
            now=dispute.raised_at,
        )
        try:
            self._table.write(
                said,
                opened(review),
                *recorded(self._table, dispute_record(item), self._audit),
                not_erased(dispute.program, dispute.member),
            )
        except ConditionFailed as refused:
            first = refused.stored[0]
            if any(map(erased, refused.stored)):
                raise MemberErased("the member was erased") from refused
            if first is None:
                raise Unavailable("a dispute is incomplete") from refused
            return _from_item(first)
        return None

    def of(self, program: str, member: str) -> list[Dispute]:
        span = keys.within(keys.DISPUTE)
        return [_from_item(item) for item in self._table.query(keys.member(program, member), span)]


def _to_item(dispute: Dispute, salt: bytes) -> Item:
    return {
        "pk": keys.member(dispute.program, dispute.member),
        "sk": keys.dispute(dispute.key),
        "text": dispute.text,
        "salt": salt,
        "raised_at": iso(dispute.raised_at),
        "state": dispute.state,
        "answer": dispute.answer,
    }


def dispute_record(item: Mapping[str, Any]) -> Record:
    """Return the audit record of a stored dispute."""
    return dispute_raised(_from_item(item), salted=salted_digest(item["text"], item["salt"]))


def _from_item(item: Mapping[str, Any]) -> Dispute:
    program, _, member = item["pk"].partition("#")
    source, event = keys.event(item["sk"])
    return Dispute(
        program=program,
        member=member,
        source=source,
        id=event,
        text=item["text"],
        raised_at=datetime.fromisoformat(item["raised_at"]),
        state=item["state"],
        answer=item["answer"],
    )
