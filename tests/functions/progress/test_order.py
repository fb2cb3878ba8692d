"""The catalogue and its orders: points and pieces go together and once, whoever is faster."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ladder.domain.errors import Conflict, NotFound, Superseded, Unavailable
from ladder.domain.message import Message
from ladder.domain.points.ledger import TRIES, LedgerChange
from ladder.domain.programs.program import Program
from progress.show_catalogue import Offer, show_catalogue
from tests.builders.academy import ITEM, academy, item
from tests.builders.academy_events import passed
from tests.fakes.members import MemoryLedger
from tests.functions.progress.member_services import NOW, MemberServices


def rich(**changes: Any) -> MemberServices:
    services = MemberServices(program=item(price=60, stock=2, **changes))
    services.did(passed("a"), passed("b", minute=1))
    return services


def catalogue(services: MemberServices) -> tuple[Offer, ...]:
    return show_catalogue(
        services.me, compiled=services.book, ledger=services.ledger, allowances=services.ledger.allowances
    ).items


def test_the_catalogue_says_what_they_can_have_and_why_not() -> None:
    services = rich()
    (offer,) = catalogue(services)
    assert (offer.remaining, offer.affordable, offer.refusal) == (2, True, None)
    services = MemberServices()
    (offer,) = catalogue(services)
    assert (offer.affordable, offer.refusal) == (
        False,
        Message("points.too_expensive", {"item": "an hour early", "price": 800, "points": 0}),
    )


def test_an_order_takes_points_and_a_piece_together() -> None:
    services = rich()
    before = services.state()
    told = services.ordered()
    after = services.state()
    assert (after.earned, after.spent, after.spendable) == (before.earned, 60, told.spendable)
    assert services.ledger.allowances.stock_taken("academy", ITEM.key) == 1
    entry = services.page().entries[0]
    assert (entry.source, entry.id, entry.spent, entry.points) == ("ladder", "order:1", 60, 0)
    assert entry.recorded_at == NOW


def test_the_same_order_again_is_one_even_where_price_and_item_have_changed_since() -> None:
    services = rich()
    first = services.ordered()
    services.program = replace(item(price=9_999, stock=0), version=2)
    again = services.ordered(now=NOW + timedelta(days=1))
    services.program = replace(academy(rulebook=replace(services.program.rulebook, catalogue=())), version=3)
    assert again == services.ordered() == replace(first, again=True)
    assert (services.state().spent, services.ledger.allowances.stock_taken("academy", ITEM.key)) == (60, 1)


def test_the_same_id_for_another_item_is_refused() -> None:
    services = rich()
    services.ordered()
    with pytest.raises(Conflict, match="order_id_used"):
        services.ordered(key="OTHER")


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        (item(price=60, stock=0), "points.sold_out"),
        (item(price=9_000), "points.too_expensive"),
        (item(price=60, key="B"), "points.no_such_item"),
    ],
)
def test_what_cannot_be_had_changes_nothing(program: Program, reason: str) -> None:
    services = rich()
    services.program, before = program, services.state()
    with pytest.raises((Conflict, NotFound), match=reason):
        services.ordered()
    assert (services.state(), len(services.page().entries)) == (before, 2)
    assert services.ledger.allowances.stock == {}


def test_the_last_piece_goes_to_one() -> None:
    services = rich()
    services.ledger.allowances.stock["academy", ITEM.key] = 1
    services.ordered("1")
    with pytest.raises(Conflict, match="sold_out"):
        services.ordered("2")


class Raced(MemoryLedger):
    """Somebody else takes a piece between the reading and the writing, `times` times."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def commit(self, change: LedgerChange) -> None:
        if change.stock and self.times:
            self.times -= 1
            key = (change.program, change.stock[0].item)
            self.allowances.stock[key] = self.allowances.stock.get(key, 0) + 1
            raise Superseded("somebody was faster")
        super().commit(change)


@pytest.mark.parametrize(("times", "taken"), [(1, 2), (2, 2)])
def test_who_was_overtaken_looks_again_and_gets_what_is_left(times: int, taken: int) -> None:
    services = MemberServices(program=item(price=60, stock=2), ledger=Raced(times))
    services.did(passed("a"), passed("b", minute=1))
    if times == 1:
        services.ordered()
    else:
        with pytest.raises(Conflict, match="sold_out"):
            services.ordered()
    assert (services.pauses, services.ledger.allowances.stock_taken("academy", ITEM.key)) == (list(range(times)), taken)


def test_who_is_overtaken_all_the_time_is_told_to_come_again() -> None:
    services = MemberServices(program=item(price=60, stock=1_000), ledger=Raced(1_000))
    services.did(passed("a"), passed("b", minute=1))
    with pytest.raises(Unavailable):
        services.ordered()
    assert len(services.pauses) == TRIES
    assert services.state().spent == 0


def test_two_orders_are_two_and_the_points_of_the_first_are_gone() -> None:
    services = rich()
    first, second = services.ordered("1"), services.ordered("2")
    assert (first.spendable - second.spendable, services.state().spent) == (60, 120)
