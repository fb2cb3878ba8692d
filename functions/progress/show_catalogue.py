"""Show the catalogue: what points can be spent on, what is left of it, and what a member can have now."""

from dataclasses import dataclass

from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.ledger import State
from ladder.domain.points.orders import order_refusal, stock_left
from ladder.domain.points.ports import Allowances, Ledger
from ladder.domain.programs.rulebook import CatalogueItem, Credit
from progress.me import Me


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """`left`: None where there is no end of it; `why_not`: empty where he can have it."""

    key: str
    name: str
    kind: Credit
    price: int
    left: int | None
    affordable: bool
    why_not: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    spendable: int
    items: tuple[Offer, ...]


def show_catalogue(me: Me, *, book: CompiledProgram, ledger: Ledger, allowances: Allowances) -> Catalogue:
    state, _ = ledger.load(me.program, me.member, [])
    items = tuple(_offer(me, item, state, allowances) for item in book.rulebook.catalogue)
    return Catalogue(spendable=state.spendable, items=items)


def _offer(me: Me, item: CatalogueItem, state: State, allowances: Allowances) -> Offer:
    left = None if item.stock is None else stock_left(item, allowances.stock_taken(me.program, item.key))
    return Offer(
        key=item.key,
        name=item.name,
        kind=item.kind,
        price=item.price,
        left=left,
        affordable=item.price <= state.spendable,
        why_not=order_refusal(item, state, left=left),
    )
