"""Show the orders of a program to those who hand over what was ordered."""

from dataclasses import dataclass
from datetime import datetime

from supervision.services import RequestContext


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedOrder:
    """`member_name`: None for somebody who is on no roster; `name`: of the item; `reversed`: the points came back."""

    order: str
    member: str
    member_name: str | None
    team: str | None
    item: str
    name: str
    price: int
    placed_at: datetime
    reversed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPage:
    """`orders`: newest first; `before`: the parameter of the next page, None on the last one."""

    program: str
    orders: tuple[ListedOrder, ...]
    before: str | None


def show_orders(context: RequestContext, *, before: str | None, limit: int) -> OrderPage:
    """Return a page of orders. Their items are named as the catalogue had them."""
    program, services = context.viewer.program, context.services
    found = services.orders.newest(program, before=before, limit=limit + 1)
    members = {member.id: member for member in context.roster}
    page = list[ListedOrder]()
    for order in found[:limit]:
        member = members.get(order.member)
        texts = services.compiled_version(program, order.program_version).texts
        page.append(
            ListedOrder(
                order=order.order,
                member=order.member,
                member_name=member.display_name if member else None,
                team=member.team if member else None,
                item=order.item,
                name=texts.item(order.item),
                price=order.price,
                placed_at=order.placed_at,
                reversed=order.reversed,
            )
        )
    more = found[limit - 1].position if len(found) > limit else None
    return OrderPage(program=program, orders=tuple(page), before=more)
