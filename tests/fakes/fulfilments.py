"""What became of orders, in memory."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from ladder.domain.audit.records import Record
from ladder.domain.points.fulfilment import NOTHING_DECIDED, Fulfilment, Refund


@dataclass(slots=True)
class MemoryFulfilments:
    """`waiting`: refunds that were not sent yet."""

    decided: dict[tuple[str, str, str], Fulfilment] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)
    waiting: dict[tuple[str, str, str], Refund] = field(default_factory=dict)

    def of(self, program: str, member: str, orders: Collection[str]) -> dict[str, Fulfilment]:
        keys = {order: (program, member, order) for order in orders}
        return {order: replace(self.decided[key]) for order, key in keys.items() if key in self.decided}

    def decide(
        self, program: str, member: str, order: str, *, before: Fulfilment, after: Fulfilment, record: Record
    ) -> bool:
        key = (program, member, order)
        if self.decided.get(key, NOTHING_DECIDED).state != before.state:
            return False
        self.decided[key] = after
        self.records.append(record)
        if after.state == "refused":
            self.waiting[key] = Refund(member, order, after)
        return True

    def refunds(self, program: str) -> list[Refund]:
        return [refund for key, refund in sorted(self.waiting.items()) if key[0] == program]

    def refunded(self, program: str, refund: Refund) -> None:
        self.waiting.pop((program, refund.member, refund.order), None)
