"""Spending: an order takes points that were earned and not spent. Levels never fall by it."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from ladder.domain.activity import LADDER, ORDERED, Activity, Key
from ladder.domain.rewards.book import Book
from ladder.domain.rewards.change import Taken
from ladder.domain.rewards.entry import Entry
from ladder.domain.rewards.evaluate import evaluate
from ladder.domain.rewards.matching import mark
from ladder.domain.rewards.state import State
from ladder.domain.rulebook import CatalogueItem
from ladder.domain.wording import quantity

if TYPE_CHECKING:
    from ladder.domain.rules import Plain

NO_ALLOWANCES: Mapping[int, int | None] = {}  # an order earns nothing, so no cap of any day is asked for


def order_key(order: str) -> Key:
    """The id that the member chose makes the same order the same event."""
    return LADDER, f"order:{order}"


def stock_left(item: CatalogueItem, taken: int) -> int | None:
    """None: there is no end of it."""
    return None if item.stock is None else max(item.stock - taken, 0)


def why_not(item: CatalogueItem, state: State, *, left: int | None) -> str:
    """Why a member cannot have it; "" where he can. What is held is not his to spend yet."""
    if left == 0:
        return f"there is nothing left of {item.name}"
    if item.price > state.spendable:
        price = quantity(item.price, "point")
        return f"{item.name} costs {price}, and you have {max(state.spendable, 0):,} to spend"
    return ""


def order(item: CatalogueItem, state: State, *, order: str, taken: int, now: datetime) -> Activity | str:
    """What is to be recorded, or why it is not. `taken`: pieces of it that are gone."""
    key = order_key(order)
    if mark(*key) in state.pending:
        return "this order was taken back before it was placed: choose another id"
    reason = why_not(item, state, left=stock_left(item, taken))
    if reason:
        return reason
    attributes: dict[str, Plain] = {"item": item.key, "price": item.price}
    return Activity(source=key[0], id=key[1], type=ORDERED, occurred_at=now, attributes=attributes)


def spend(book: Book, state: State, placed: Activity) -> tuple[State, Entry]:
    """The state after it, and its entry.

    Nothing is folded anew for it, so what badges had counted stays what they had: the next event looks back for them.
    """
    after, (entry,) = evaluate(book, state, [placed], allowances=NO_ALLOWANCES)
    after.counted = state.counted
    return after, entry


def piece(item: CatalogueItem, taken: int) -> list[Taken]:
    return [] if item.stock is None else [Taken(item.key, taken, 1)]
