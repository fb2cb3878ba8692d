"""Spending: an order takes points that were earned and not spent. Levels never fall by it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ladder.domain.activities.activity import LADDER, ORDERED, Activity, Key
from ladder.domain.message import Message
from ladder.domain.points.apply import evaluate
from ladder.domain.points.compiled import CompiledProgram, fingerprint
from ladder.domain.points.ledger import Entry, State
from ladder.domain.points.rulebook import CatalogueItem

ORDER = "order:"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedOrder:
    """An order among those of the program. `position`: its place there; `reversed`: the points were given back.

    What became of it is `fulfilment`'s."""

    position: str
    member: str
    order: str
    item: str
    price: int
    placed_at: datetime
    program_version: int
    reversed: bool


class Orders(Protocol):
    def newest(self, program: str, *, before: str | None, limit: int) -> Sequence[PlacedOrder]:
        """Return orders, the newest first; `before`: those whose position is before this one."""


def order_key(order: str) -> Key:
    """Return the order's key: the id that the member chose makes the same order the same event."""
    return LADDER, f"{ORDER}{order}"


def order_id(key: Key) -> str:
    return key[1].removeprefix(ORDER)


def stock_left(item: CatalogueItem, taken: int) -> int | None:
    """Return the pieces that are left; None: unlimited."""
    return None if item.stock is None else max(item.stock - taken, 0)


def order_refusal(item: CatalogueItem, state: State, *, left: int | None) -> Message | None:
    """Return why a member cannot order the item; None where they can. Pending points cannot be spent yet."""
    if left == 0:
        return Message("points.sold_out", {"item": item.name})
    if item.price > state.spendable:
        left_to_spend = max(state.spendable, 0)
        return Message("points.too_expensive", {"item": item.name, "price": item.price, "points": left_to_spend})
    return None


def place_order(
    compiled: CompiledProgram, item: CatalogueItem, state: State, *, order: str, taken: int, now: datetime
) -> tuple[State, Entry] | Message:
    """Return the state after the order and its entry, or why it is refused. `taken`: pieces of the item that are gone.

    An order replays nothing, so the state keeps what badges had counted: the next event looks back for them. It earns
    nothing either, so no cap of any day is asked for.
    """
    source, event = order_key(order)
    if fingerprint(source, event) in state.amended_before_arrival:
        return Message("points.order_taken_back")
    if refusal := order_refusal(item, state, left=stock_left(item, taken)):
        return refusal
    placed = Activity(
        source=source,
        id=event,
        type=ORDERED,
        occurred_at=now,
        attributes={"item": item.key, "price": item.price},
    )
    after, (entry,) = evaluate(compiled, state, [placed], allowances={})
    after.counted = state.counted
    return after, entry
