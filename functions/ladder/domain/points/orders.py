"""Spending: an order takes points that were earned and not spent. Levels never fall by it."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from ladder.domain.activities.activity import LADDER, ORDERED, Activity, Key
from ladder.domain.points.apply import evaluate
from ladder.domain.points.compiled import CompiledProgram, fingerprint
from ladder.domain.points.ledger import Entry, State, StockChange
from ladder.domain.points.rulebook import CatalogueItem
from ladder.domain.text import quantity

if TYPE_CHECKING:
    from ladder.domain.validation.constraints import Plain

NO_ALLOWANCES: Mapping[int, int | None] = {}  # an order earns nothing, so no cap of any day is asked for


def order_key(order: str) -> Key:
    """Return the order's key: the id that the member chose makes the same order the same event."""
    return LADDER, f"order:{order}"


def stock_left(item: CatalogueItem, taken: int) -> int | None:
    """Return the pieces that are left; None: unlimited."""
    return None if item.stock is None else max(item.stock - taken, 0)


def order_refusal(item: CatalogueItem, state: State, *, left: int | None) -> str:
    """Return why a member cannot order the item; "" where they can. Held points cannot be spent yet."""
    if left == 0:
        return f"there is nothing left of {item.name}"
    if item.price > state.spendable:
        price = quantity(item.price, "point")
        return f"{item.name} costs {price}, and you have {max(state.spendable, 0):,} to spend"
    return ""


def place_order(item: CatalogueItem, state: State, *, order: str, taken: int, now: datetime) -> Activity | str:
    """Return the order to record, or why it is refused. `taken`: pieces of the item that are gone."""
    key = order_key(order)
    if fingerprint(*key) in state.pending:
        return "this order was taken back before it was placed: choose another id"
    reason = order_refusal(item, state, left=stock_left(item, taken))
    if reason:
        return reason
    attributes: dict[str, Plain] = {"item": item.key, "price": item.price}
    return Activity(source=key[0], id=key[1], type=ORDERED, occurred_at=now, attributes=attributes)


def spend(compiled: CompiledProgram, state: State, placed: Activity) -> tuple[State, Entry]:
    """Return the state after an order, and its entry.

    It replays nothing, so the state keeps what badges had counted: the next event looks back for them.
    """
    after, (entry,) = evaluate(compiled, state, [placed], allowances=NO_ALLOWANCES)
    after.counted = state.counted
    return after, entry


def stock_change(item: CatalogueItem, taken: int) -> list[StockChange]:
    return [] if item.stock is None else [StockChange(item.key, taken, 1)]
