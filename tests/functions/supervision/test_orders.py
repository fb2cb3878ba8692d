"""Orders for those who hand over: who, by when, what is late, and a table that no spreadsheet calculates with."""

import csv
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest

from ladder.domain.points.fulfilment import Fulfilment
from ladder.domain.points.orders import PlacedOrder
from ladder.domain.points.rulebook import CatalogueItem
from supervision.show_orders import ListedOrder, orders_as_csv, show_orders
from tests.builders.supervised import NOW, PROGRAM, ROSTER, Supervised

ITEM = CatalogueItem(key="EARLY", name="an hour early", kind="time", price=9, owner="the team lead", within_days=7)
ITEMS = (ITEM, replace(ITEM, key="LATE", within_days=None))
SELLING = replace(PROGRAM, rulebook=replace(PROGRAM.rulebook, catalogue=ITEMS))


def placed(order: str, days_ago: int, *, item: str = "EARLY", back: bool = False, member: int = 0) -> PlacedOrder:
    at = NOW - timedelta(days=days_ago)
    return PlacedOrder(
        position=f"{at.isoformat()}#{order}",
        member=ROSTER[member].id,
        order=order,
        item=item,
        price=9,
        placed_at=at,
        program_version=1,
        reversed=back,
    )


@pytest.fixture
def supervised() -> Supervised:
    return Supervised(program=SELLING)


def listed(supervised: Supervised, *orders: PlacedOrder) -> list[ListedOrder]:
    supervised.orders.placed.extend(orders)
    return list(show_orders(supervised.context("admin"), before=None, limit=10).orders)


def test_an_order_is_overdue_after_the_days_of_its_item_and_not_on_the_last_of_them(supervised: Supervised) -> None:
    newest, older = listed(supervised, placed("a", 8), placed("b", 7))
    assert [(order.order, order.overdue) for order in (newest, older)] == [("b", False), ("a", True)]
    assert older.due_on == (NOW - timedelta(days=1)).date()
    assert older.owner == "the team lead"


def test_what_is_settled_is_never_overdue(supervised: Supervised) -> None:
    supervised.fulfilments.decided |= {
        (PROGRAM.key, ROSTER[0].id, "handed"): Fulfilment(state="handed_over", since=NOW),
        (PROGRAM.key, ROSTER[0].id, "refused"): Fulfilment(state="refused", since=NOW),
    }
    orders = [
        placed("handed", 30),
        placed("refused", 30),
        placed("back", 30, back=True),
        placed("any", 30, item="LATE"),
    ]
    assert [(order.due_on, order.overdue) for order in listed(supervised, *orders)] == [(None, False)] * 4


def test_each_order_has_the_state_of_its_own_member(supervised: Supervised) -> None:
    """Two members may have chosen the same id."""
    supervised.fulfilments.decided[PROGRAM.key, ROSTER[1].id, "a"] = Fulfilment(state="approved", since=NOW)
    orders = listed(supervised, placed("a", 2), placed("a", 1, member=1))
    assert [(order.member_name, order.state) for order in orders] == [
        ("anna Beck", "approved"),
        ("Zoë Amsel", "placed"),
    ]


@pytest.mark.parametrize("order", ["=1+1", "+49 30", "-2", "@SUM(A1)", "\t=1", " =1", 'a"b', "a,b", "a\nb", "ordinary"])
def test_a_table_holds_each_order_and_no_cell_is_a_formula(supervised: Supervised, order: str) -> None:
    supervised.orders.placed.append(placed(order, 1))
    header, row = csv.reader(StringIO(orders_as_csv(supervised.context("admin"), most=10)))
    cells = dict(zip(header, row, strict=True))
    assert cells["order"].removeprefix("'") == order
    assert cells["order"].lstrip()[:1] not in set("=+-@")
    assert (cells["name"], cells["price"], cells["state"], cells["since"]) == ("an hour early", "9", "placed", "")


def test_a_table_has_the_newest_and_as_many_as_fit(supervised: Supervised) -> None:
    supervised.orders.placed.extend(placed(f"o{days}", days) for days in range(1, 8))
    _, *rows = csv.reader(StringIO(orders_as_csv(supervised.context("admin"), most=3)))
    assert [row[0] for row in rows] == ["o1", "o2", "o3"]
