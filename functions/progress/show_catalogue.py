"""Show the catalogue: what points can be spent on, what is left of it, and what a member can have now."""

from dataclasses import dataclass

from ladder.domain.rewards.book import Book
from ladder.domain.rewards.spending import stock_left, why_not
from ladder.domain.rewards.state import State
from ladder.domain.rulebook import CatalogueItem, Credit
from ladder.ports.points import Ledger, Purse
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


def show_catalogue(me: Me, *, book: Book, ledger: Ledger, purse: Purse) -> Catalogue:
    state, _ = ledger.load(me.program, me.member, [])
    items = tuple(_offer(me, item, state, purse) for item in book.rulebook.catalogue)
    return Catalogue(spendable=state.spendable, items=items)


def _offer(me: Me, item: CatalogueItem, state: State, purse: Purse) -> Offer:
    left = None if item.stock is None else stock_left(item, purse.taken(me.program, item.key))
    return Offer(
        key=item.key,
        name=item.name,
        kind=item.kind,
        price=item.price,
        left=left,
        affordable=item.price <= state.spendable,
        why_not=why_not(item, state, left=left),
    )
