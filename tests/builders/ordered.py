"""A member of the academy who orders, and staff who hand over, on emulated tables; the queue is in memory."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from admin.decide_order import OrderDecision, decide_order, send_remaining_refunds
from ladder.adapters.dynamodb.fulfilments import DynamoFulfilments
from ladder.domain.points.fulfilment import OrderStep
from ladder.domain.programs.program import Program
from ladder.domain.reviews.permissions import Staff
from ladder.web.me import Me
from progress.order import order
from progress.show_orders import MyOrder, show_orders
from rewards.reward import RewardContext, reward
from tests.builders.academy import ITEM, item
from tests.builders.academy_events import MONDAY, TUESDAY, at, passed
from tests.builders.ledger_stores import StackTables
from tests.builders.reviews import MEMBER
from tests.fakes import MemoryActivities

PRICE, STOCK, EARNED = 100, 3, 150
PLACED, DECIDED = at(TUESDAY), at(TUESDAY, 15)
OLE = Staff("ole", "academy", "admin", declared=True)


def catalogue() -> Program:
    return item(price=PRICE, stock=STOCK, owner="the team lead", within_days=7)


@dataclass(slots=True)
class OrderedItems:
    """`stack`: where `catalogue` is published."""

    stack: StackTables
    queue: MemoryActivities = field(default_factory=MemoryActivities)
    member: str = MEMBER

    @property
    def fulfilments(self) -> DynamoFulfilments:
        return DynamoFulfilments(self.stack.stores().members, audit=self.stack.tables.audit)

    def earns(self) -> None:
        reward(self._rewarding(), [passed("a", day=MONDAY)], pause=lambda tries: None)

    def places(self, wanted: str = "o-1", *, now: datetime = PLACED) -> None:
        stores = self.stack.stores()
        compiled = stores.compiled("academy")
        order(
            Me("academy", self.member),
            order=wanted,
            item=ITEM.key,
            now=now,
            compiled=compiled,
            version=lambda version: stores.compiled_version("academy", version),
            ledger=stores.ledger(compiled),
            allowances=stores.allowances,
            pause=lambda tries: None,
        )

    def decides(
        self, step: OrderStep, wanted: str = "o-1", *, by: Staff = OLE, reason: str = "", now: datetime = DECIDED
    ) -> OrderDecision:
        stores = self.stack.stores()
        return decide_order(
            by,
            self.member,
            wanted,
            step,
            reason,
            now=now,
            ledger=stores.ledger(stores.compiled("academy")),
            fulfilments=self.fulfilments,
            queue=self.queue,
        )

    def sends_what_is_left(self) -> int:
        """As the schedule does."""
        published = self.stack.stores().published
        return send_remaining_refunds(programs=published, fulfilments=self.fulfilments, queue=self.queue)

    def rewards(self) -> None:
        """Process the queue, in which each message may be twice."""
        for delivery in [*self.queue.sent, *self.queue.sent]:
            reward(self._rewarding(), delivery.activities, pause=lambda tries: None)

    @property
    def spendable(self) -> int:
        stores = self.stack.stores()
        state, _ = stores.ledger(stores.compiled("academy")).load("academy", self.member, [])
        return state.spendable

    @property
    def taken(self) -> int:
        return self.stack.stores().allowances.stock_taken("academy", ITEM.key)

    def sees(self) -> list[MyOrder]:
        stores = self.stack.stores()
        return list(
            show_orders(
                Me("academy", self.member),
                version=lambda version: stores.compiled_version("academy", version),
                ledger=stores.ledger(stores.compiled("academy")),
                fulfilments=self.fulfilments,
            ).orders
        )

    def audited(self) -> list[str]:
        items = self.stack.tables.client.scan(TableName=self.stack.tables.audit)["Items"]
        return sorted(item["what"]["S"] for item in items)

    def with_client(self, client: object) -> "OrderedItems":
        return replace(self, stack=StackTables(replace(self.stack.tables, client=client), self.stack.members))

    def _rewarding(self) -> RewardContext:
        stores = self.stack.stores()
        compiled = stores.compiled("academy")
        return RewardContext(
            member=self.member,
            compiled=compiled,
            compiled_version=lambda version: stores.compiled_version("academy", version),
            ledger=stores.ledger(compiled),
            allowances=stores.allowances,
            now=DECIDED + timedelta(hours=1),
        )
