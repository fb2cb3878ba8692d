"""Order: points become an item of the catalogue, once under each id that a member chooses."""

from dataclasses import dataclass, replace
from datetime import datetime

from ladder.domain.errors import Conflict, NotFound
from ladder.domain.points import orders
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.ledger import Entry, LedgerChange, State
from ladder.domain.points.ports import Allowances, Ledger
from ladder.retry import Pause, until_written
from progress.me import Me


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """`spendable`: what he has left; `again`: it had been placed before."""

    order: str
    item: str
    price: int
    placed_at: datetime
    sentence: str
    spendable: int
    again: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """Where one member orders: his program's book, and what stands behind it."""

    me: Me
    book: CompiledProgram
    ledger: Ledger
    allowances: Allowances
    now: datetime


def order(counter: Checkout, *, order: str, item: str, pause: Pause) -> Ordered:
    """Entry, points and stock together or not at all; running it again changes nothing.

    Raises NotThere where the catalogue has no such item, InConflict where there is none left, the points do not
    suffice, or the id is another order's; Unavailable where others kept the member or the stock busy.
    """
    return until_written(lambda: _ordered(counter, order, item), pause, busy="the member, or the stock,")


def _ordered(counter: Checkout, order: str, item: str) -> Ordered:
    me, key = counter.me, orders.order_key(order)
    state, known = counter.ledger.load(me.program, me.member, [key])
    if key in known:
        return _placed_before(counter, state, order, item)
    wanted = next((each for each in counter.book.rulebook.catalogue if each.key == item), None)
    if wanted is None:
        raise NotFound("the catalogue has no such item")
    taken = 0 if wanted.stock is None else counter.allowances.stock_taken(me.program, item)
    placed = orders.place_order(wanted, state, order=order, taken=taken, now=counter.now)
    if isinstance(placed, str):
        raise Conflict(placed)
    after, entry = orders.spend(counter.book, state, placed)
    change = LedgerChange(
        program=me.program,
        member=me.member,
        before=state,
        after=after,
        entries=[replace(entry, recorded_at=counter.now)],
        due_at=counter.now,
        stock=orders.stock_change(wanted, taken),
    )
    counter.ledger.commit(change)
    return _told(entry, after, order, again=False)


def _placed_before(counter: Checkout, state: State, order: str, item: str) -> Ordered:
    key = orders.order_key(order)
    entries = counter.ledger.entries(counter.me.program, counter.me.member)
    entry = next(each for each in entries if each.key == key)
    if entry.activity.attributes.get("item") != item:
        raise Conflict("this id is another order's: choose a new one for each order")
    return _told(entry, state, order, again=True)


def _told(entry: Entry, state: State, order: str, *, again: bool) -> Ordered:
    return Ordered(
        order=order,
        item=str(entry.activity.attributes["item"]),
        price=entry.spent,
        placed_at=entry.activity.occurred_at,
        sentence=entry.sentence,
        spendable=state.spendable,
        again=again,
    )
