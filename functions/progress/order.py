"""Order an item of the catalogue, once under each id that a member chooses."""

from dataclasses import dataclass, replace
from datetime import datetime

from ladder.domain.errors import Conflict, NotFound
from ladder.domain.points import orders
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.ledger import Entry, LedgerChange, Pause, State, until_written
from ladder.domain.points.ports import Allowances, Ledger
from progress.me import Me


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """`spendable`: what the member has left. `again`: it was placed before."""

    order: str
    item: str
    price: int
    placed_at: datetime
    sentence: str
    spendable: int
    again: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """Where one member orders: their program as it is played now, and its stores."""

    me: Me
    compiled: CompiledProgram
    ledger: Ledger
    allowances: Allowances
    now: datetime


def order(checkout: Checkout, *, order: str, item: str, pause: Pause) -> Ordered:
    """Write entry, points and stock together or not at all. Running it again changes nothing.

    Raises NotFound where the catalogue has no such item, Conflict where it is out of stock, the points do not suffice,
    or the id was used for another order; Unavailable where others kept the member or the stock busy.
    """
    return until_written(lambda: _order(checkout, order, item), pause, busy="the member, or the stock,")


def _order(checkout: Checkout, order: str, item: str) -> Ordered:
    me, key = checkout.me, orders.order_key(order)
    state, known = checkout.ledger.load(me.program, me.member, [key])
    if key in known:
        entry = next(entry for entry in checkout.ledger.entries(me.program, me.member) if entry.key == key)
        if entry.activity.attributes.get("item") != item:
            raise Conflict("order ID already used: choose a new one for each order")
        return _ordered(entry, state, order, again=True)
    wanted = next((offer for offer in checkout.compiled.rulebook.catalogue if offer.key == item), None)
    if wanted is None:
        raise NotFound("the catalogue has no such item")
    taken = 0 if wanted.stock is None else checkout.allowances.stock_taken(me.program, item)
    placed = orders.place_order(wanted, state, order=order, taken=taken, now=checkout.now)
    if isinstance(placed, str):
        raise Conflict(placed)
    after, entry = orders.spend(checkout.compiled, state, placed)
    checkout.ledger.commit(
        LedgerChange(
            program=me.program,
            member=me.member,
            before=state,
            after=after,
            entries=[replace(entry, recorded_at=checkout.now)],
            due_at=checkout.now,
            stock=orders.stock_change(wanted, taken),
        )
    )
    return _ordered(entry, after, order, again=False)


def _ordered(entry: Entry, state: State, order: str, *, again: bool) -> Ordered:
    return Ordered(
        order=order,
        item=str(entry.activity.attributes["item"]),
        price=entry.spent,
        placed_at=entry.activity.occurred_at,
        sentence=entry.sentence,
        spendable=state.spendable,
        again=again,
    )
