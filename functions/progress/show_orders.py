"""Show orders: what a member spent their points on, newest first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.fulfilment import NOTHING_DECIDED, Fulfilments, OrderState, due_on
from ladder.domain.points.orders import order_id, order_key
from ladder.domain.points.ports import LedgerPages
from ladder.web.me import Me


@dataclass(frozen=True, slots=True, kw_only=True)
class MyOrder:
    """`order`: the id that I chose; `name`: of the item, as the catalogue had it; `reversed`: the points came back.

    `reason`: what whoever took the last step has written. `owner` hands it over, by `due_on` if there is such a day.
    """

    order: str
    item: str
    name: str
    price: int
    placed_at: datetime
    reversed: bool
    state: OrderState
    since: datetime | None
    reason: str
    owner: str | None
    due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MyOrders:
    orders: tuple[MyOrder, ...]


def show_orders(
    me: Me, *, version: Callable[[int], CompiledProgram], ledger: LedgerPages, fulfilments: Fulfilments
) -> MyOrders:
    """Return all orders of a member. `version`: a published version, whose catalogue names their items."""
    placed = ledger.beginning(me.program, me.member, order_key(""))[::-1]
    amendments = ledger.amendments(me.program, me.member, [entry.key for entry in placed])
    decided = fulfilments.of(me.program, me.member, [order_id(entry.key) for entry in placed])
    orders = list[MyOrder]()
    for entry in placed:
        key, compiled = str(entry.activity.attributes["item"]), version(entry.program_version)
        item = next((item for item in compiled.rulebook.catalogue if item.key == key), None)
        order, at, back = order_id(entry.key), entry.activity.occurred_at, amendments.reverses(entry.key)
        fulfilment = decided.get(order, NOTHING_DECIDED)
        orders.append(
            MyOrder(
                order=order,
                item=key,
                name=compiled.texts.item(key),
                price=entry.spent,
                placed_at=at,
                reversed=back,
                state=fulfilment.state,
                since=fulfilment.since,
                reason=fulfilment.reason,
                owner=item.owner if item else None,
                due_on=None if back else due_on(item, at, fulfilment),
            )
        )
    return MyOrders(orders=tuple(orders))
