"""Show orders: what a member spent their points on, newest first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.orders import order_id, order_key
from ladder.domain.points.ports import LedgerPages
from ladder.web.me import Me


@dataclass(frozen=True, slots=True, kw_only=True)
class MyOrder:
    """`order`: the id that I chose; `name`: of the item, as the catalogue had it; `reversed`: the points came back."""

    order: str
    item: str
    name: str
    price: int
    placed_at: datetime
    reversed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MyOrders:
    orders: tuple[MyOrder, ...]


def show_orders(me: Me, *, version: Callable[[int], CompiledProgram], ledger: LedgerPages) -> MyOrders:
    """Return all orders of a member. `version`: a published version, whose catalogue names their items."""
    placed = ledger.beginning(me.program, me.member, order_key(""))[::-1]
    amendments = ledger.amendments(me.program, me.member, [entry.key for entry in placed])
    return MyOrders(
        orders=tuple(
            MyOrder(
                order=order_id(entry.key),
                item=(item := str(entry.activity.attributes["item"])),
                name=version(entry.program_version).texts.item(item),
                price=entry.spent,
                placed_at=entry.activity.occurred_at,
                reversed=amendments.reverses(entry.key),
            )
            for entry in placed
        )
    )
