"""Show the orders of a program to those who hand over what was ordered."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from io import StringIO

from ladder.domain.points.fulfilment import NOTHING_DECIDED, OrderState, due_on
from ladder.domain.points.orders import PlacedOrder
from supervision.services import RequestContext

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for the beginning of one


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedOrder:
    """`member_name`: None for somebody who is on no roster; `name`: of the item; `reversed`: the points came back.

    `owner` hands it over, by `due_on` where the catalogue says so and it is not settled yet.
    """

    order: str
    member: str
    member_name: str | None
    team: str | None
    item: str
    name: str
    price: int
    placed_at: datetime
    reversed: bool
    state: OrderState
    since: datetime | None
    owner: str | None
    due_on: date | None
    overdue: bool


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
    fulfilments = {
        (member, order): fulfilment
        for member, orders in _by_member(found[:limit]).items()
        for order, fulfilment in services.fulfilments.of(program, member, orders).items()
    }
    page = list[ListedOrder]()
    for order in found[:limit]:
        member = members.get(order.member)
        compiled = services.compiled_version(program, order.program_version)
        item = next((item for item in compiled.rulebook.catalogue if item.key == order.item), None)
        fulfilment = fulfilments.get((order.member, order.order), NOTHING_DECIDED)
        due = None if order.reversed else due_on(item, order.placed_at, fulfilment)
        page.append(
            ListedOrder(
                order=order.order,
                member=order.member,
                member_name=member.display_name if member else None,
                team=member.team if member else None,
                item=order.item,
                name=compiled.texts.item(order.item),
                price=order.price,
                placed_at=order.placed_at,
                reversed=order.reversed,
                state=fulfilment.state,
                since=fulfilment.since,
                owner=item.owner if item else None,
                due_on=due,
                overdue=due is not None and due < context.today,
            )
        )
    more = found[limit - 1].position if len(found) > limit else None
    return OrderPage(program=program, orders=tuple(page), before=more)


def _by_member(orders: Sequence[PlacedOrder]) -> dict[str, list[str]]:
    found = dict[str, list[str]]()
    for order in orders:
        found.setdefault(order.member, []).append(order.order)
    return found


COLUMNS = tuple(field.name for field in fields(ListedOrder))


def orders_as_csv(context: RequestContext, *, most: int) -> str:
    """Return the newest orders as a table for a spreadsheet, which takes none of their cells for a formula."""
    table = StringIO()
    rows = csv.writer(table)
    rows.writerow(COLUMNS)
    for order in show_orders(context, before=None, limit=most).orders:
        rows.writerow([_cell(getattr(order, name)) for name in COLUMNS])
    return table.getvalue()


def _cell(value: object) -> object:
    """Return a value as a cell. A text that a spreadsheet would calculate begins with an apostrophe."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return f"'{value}" if isinstance(value, str) and value.lstrip().startswith(FORMULA) else value
