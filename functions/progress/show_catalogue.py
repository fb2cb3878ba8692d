"""Show the catalogue: what points can be spent on, what is left of it, and what a member can have now."""

from dataclasses import dataclass

from ladder.domain.message import Message
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.orders import order_refusal, stock_left
from ladder.domain.points.ports import Allowances, Ledger
from ladder.domain.points.rulebook import Credit
from ladder.web.me import Me


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """`remaining`: None where stock is unlimited. `refusal`: why the member cannot order it; None where they can."""

    key: str
    name: str
    kind: Credit
    price: int
    remaining: int | None
    affordable: bool
    refusal: Message | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    spendable: int
    items: tuple[Offer, ...]


def show_catalogue(me: Me, *, compiled: CompiledProgram, ledger: Ledger, allowances: Allowances) -> Catalogue:
    state, _ = ledger.load(me.program, me.member, [])
    offers: list[Offer] = []
    for item in compiled.rulebook.catalogue:
        limited = item.stock is not None
        remaining = stock_left(item, allowances.stock_taken(me.program, item.key)) if limited else None
        offers.append(
            Offer(
                key=item.key,
                name=item.name,
                kind=item.kind,
                price=item.price,
                remaining=remaining,
                affordable=item.price <= state.spendable,
                refusal=order_refusal(item, state, left=remaining),
            )
        )
    return Catalogue(spendable=state.spendable, items=tuple(offers))
