"""Read the orders of a program, which its members' ledgers note in one partition, in the order of their time."""

from collections.abc import Sequence
from datetime import datetime

from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.table import Item, Table
from ladder.domain.activities.activity import LADDER, REVERSED
from ladder.domain.points.orders import PlacedOrder, order_id

FIRST, LAST = "0", "9"  # before and after every moment


class DynamoOrders:
    def __init__(self, members: Table) -> None:
        self._members = members

    def newest(self, program: str, *, before: str | None, limit: int) -> Sequence[PlacedOrder]:
        span = FIRST, LAST if before is None else before
        found = list[Item]()
        for item in self._members.query(keys.orders(program), span, newest_first=True, page=limit + 1):
            if item["sk"] != before:
                found.append(item)
            if len(found) == limit:
                break
        places = {item["sk"]: _amendments(program, item["sk"]) for item in found}
        amended = self._members.get_many(list(places.values()))
        return [_order(item, amended.get(places[item["sk"]], {})) for item in found]


def _amendments(program: str, position: str) -> tuple[str, str]:
    _, member, event = position.split("#", 2)
    return keys.member(program, member), keys.amended((LADDER, event))


def _order(item: Item, amended: Item) -> PlacedOrder:
    placed_at, member, event = item["sk"].split("#", 2)
    return PlacedOrder(
        position=item["sk"],
        member=member,
        order=order_id((LADDER, event)),
        item=item["item"],
        price=item["price"],
        placed_at=datetime.fromisoformat(placed_at),
        program_version=item["version"],
        reversed=REVERSED in amended,
    )
