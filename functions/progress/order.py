"""Order an item of the catalogue, once under each id that a member chooses."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from ladder.domain.errors import Conflict, NotFound
from ladder.domain.message import Message
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.ledger import LedgerChange, Pause, StockChange, until_written
from ladder.domain.points.orders import order_key, place_order
from ladder.domain.points.ports import Allowances, Ledger
from ladder.web.me import Me


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """`messages`: what its entry says; `spendable`: what the member has left. `again`: it was placed before."""

    order: str
    item: str
    price: int
    placed_at: datetime
    messages: tuple[Message, ...]
    spendable: int
    again: bool


def order(
    me: Me,
    *,
    order: str,
    item: str,
    now: datetime,
    compiled: CompiledProgram,
    version: Callable[[int], CompiledProgram],
    ledger: Ledger,
    allowances: Allowances,
    pause: Pause,
) -> Ordered:
    """Write entry, points and stock together or not at all. Running it again changes nothing.

    `compiled`: the program as it is played now; `version`: one that an earlier order fell under.
    Raises NotFound where the catalogue has no such item, Conflict where it is out of stock, the points do not suffice,
    or the id was used for another order; Unavailable where others kept the member or the stock busy.
    """

    def attempt() -> Ordered:
        key = order_key(order)
        state, known = ledger.load(me.program, me.member, [key])
        if key in known:
            entry = ledger.find(me.program, me.member, [key])[key]
            if entry.activity.attributes.get("item") != item:
                raise Conflict(Message("points.order_id_used"))
        else:
            wanted = next((offer for offer in compiled.rulebook.catalogue if offer.key == item), None)
            if wanted is None:
                raise NotFound(Message("points.no_such_item"))
            taken = 0 if wanted.stock is None else allowances.stock_taken(me.program, item)
            placed = place_order(compiled, wanted, state, order=order, taken=taken, now=now)
            if isinstance(placed, Message):
                raise Conflict(placed)
            before, (state, entry) = state, placed
            change = LedgerChange(
                program=me.program,
                member=me.member,
                before=before,
                after=state,
                entries=[replace(entry, recorded_at=now)],
                due_at=now,
                stock=() if wanted.stock is None else [StockChange(item, taken, 1)],
            )
            ledger.commit(change)
        return Ordered(
            order=order,
            item=item,
            price=entry.spent,
            placed_at=entry.activity.occurred_at,
            messages=version(entry.program_version).texts.messages(entry),
            spendable=state.spendable,
            again=key in known,
        )

    return until_written(attempt, pause, busy="the member, or the stock,")
