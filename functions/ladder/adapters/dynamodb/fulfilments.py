"""Store what becomes of orders: an item an order, with its member, so that an export has it and an erasure takes it."""

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from typing import Any

from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.member_records import recorded
from ladder.adapters.dynamodb.review_items import INDEX, INDEXED
from ladder.adapters.dynamodb.table import (
    ABSENT,
    Clause,
    ConditionFailed,
    Item,
    Put,
    Table,
    Update,
    erased,
    iso,
    not_erased,
)
from ladder.domain.audit.records import Record
from ladder.domain.errors import MemberErased
from ladder.domain.points.fulfilment import NOTHING_DECIDED, Fulfilment, Refund

LAST = "~"  # after every moment


class DynamoFulfilments:
    """A refused order stays in the index of reviews until its refund was sent."""

    def __init__(self, members: Table, *, audit: str) -> None:
        self._members = members
        self._audit = audit

    def of(self, program: str, member: str, orders: Collection[str]) -> dict[str, Fulfilment]:
        pk = keys.member(program, member)
        items = self._members.get_many([(pk, keys.fulfilment(order)) for order in orders])
        return {_order(item): fulfilment(item) for item in items.values()}

    def decide(
        self, program: str, member: str, order: str, *, before: Fulfilment, after: Fulfilment, record: Record
    ) -> bool:
        item: dict[str, Any] = {
            "pk": keys.member(program, member),
            "sk": keys.fulfilment(order),
            "reached": after.state,
            "since": after.since and iso(after.since),
            "reason": after.reason,
        }
        if after.state == "refused" and after.since:
            item |= {"review_program": _refunds(program), "opened_at": iso(after.since)}
        unmoved = ABSENT if before == NOTHING_DECIDED else Clause("reached = :before", {":before": before.state})
        try:
            self._members.write(
                Put(item=item, only_if=unmoved),
                *recorded(self._members, record, self._audit),
                not_erased(program, member),
            )
        except ConditionFailed as refused:
            if any(map(erased, refused.stored)):
                raise MemberErased("the member was erased") from refused
            return False
        return True

    def refunds(self, program: str) -> list[Refund]:
        waiting = self._members.query_index(INDEX, (INDEXED[0], _refunds(program)), (INDEXED[1], LAST))
        items = self._members.get_many([(item["pk"], item["sk"]) for item in waiting])
        found = (Refund(str(pk).partition("#")[2], _order(item), fulfilment(item)) for (pk, _), item in items.items())
        return sorted(found, key=lambda refund: (refund.member, refund.order))

    def refunded(self, program: str, refund: Refund) -> None:
        pk, sk = keys.member(program, refund.member), keys.fulfilment(refund.order)
        with suppress(ConditionFailed):  # the member was erased meanwhile
            still = Clause("attribute_exists(pk)")
            self._members.write(Update(pk=pk, sk=sk, changes={"refunded": True}, drop=INDEXED, only_if=still))


def fulfilment(item: Item) -> Fulfilment:
    return Fulfilment(state=item["reached"], since=datetime.fromisoformat(item["since"]), reason=item["reason"])


def _order(item: Item) -> str:
    return str(item["sk"]).removeprefix(keys.FULFILMENT)


def _refunds(program: str) -> str:
    """Return the index partition of refunds that were not sent yet: no program's key has a '#'."""
    return f"{program}#refunds"
