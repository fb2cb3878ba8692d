"""An order takes spendable points, and nothing else of a member changes."""

from dataclasses import replace

import pytest

from ladder.domain.activities.activity import ORDERED, Activity, validation_error
from ladder.domain.points import orders
from ladder.domain.points.apply import out_of_order
from ladder.domain.points.compiled import fingerprint
from ladder.domain.points.ledger import State
from ladder.domain.points.rulebook import ActivityCount, BadgeTier, Requirement
from ladder.domain.programs.compilation import compile_program
from tests.builders.academy import BADGE, ITEM, SUBMITTED, academy, book
from tests.builders.academy_events import TUESDAY, at, done, passed

NOW = at(TUESDAY)


def placed(state: State, *, taken: int = 0, **changes: object) -> Activity | str:
    return orders.place_order(replace(ITEM, **changes), state, order="1", taken=taken, now=NOW)  # type: ignore[arg-type]


def test_an_order_is_an_activity_under_the_id_that_was_chosen() -> None:
    activity = placed(State(earned=800))
    assert isinstance(activity, Activity)
    assert (activity.key, activity.type, validation_error(activity)) == (("ladder", "order:1"), ORDERED, "")
    assert dict(activity.attributes) == {"item": "EARLY", "price": 800}


@pytest.mark.parametrize(
    ("state", "taken", "reason"),
    [
        (State(earned=799), 0, "an hour early costs 800 points, and you have 799 to spend"),
        (State(earned=1_500, spent=800), 0, "an hour early costs 800 points, and you have 700 to spend"),
        (State(earned=0, held=9_000), 0, "an hour early costs 800 points, and you have 0 to spend"),
        (State(earned=100, spent=800), 0, "an hour early costs 800 points, and you have 0 to spend"),
        (State(earned=9_000), 5, "there is nothing left of an hour early"),
        (State(earned=9_000), 7, "there is nothing left of an hour early"),
    ],
)
def test_without_points_or_pieces_there_is_a_reason_instead(state: State, taken: int, reason: str) -> None:
    assert placed(state, taken=taken) == reason


def test_an_item_without_a_stock_never_ends_and_counts_nothing() -> None:
    endless = replace(ITEM, stock=None)
    assert isinstance(orders.place_order(endless, State(earned=800), order="1", taken=10**6, now=NOW), Activity)
    assert (orders.stock_change(endless, 3), orders.stock_change(ITEM, 3)[0].pieces) == ([], 1)


def test_an_order_that_was_taken_back_before_it_came_is_refused() -> None:
    assert "taken back" in str(placed(State(earned=800, pending=(fingerprint("ladder", "order:1"),))))


def test_spending_moves_one_column_and_no_level() -> None:
    state, _ = done(academy(), passed("a"), passed("b", minute=1))
    order = placed(state, price=60)
    assert isinstance(order, Activity)
    after, entry = orders.spend(compile_program(academy()), state, order)
    assert after == replace(state, spent=60, sequence=state.sequence + 1)
    assert (entry.points, entry.spent, entry.sentence) == (0, 60, "60 points spent on an hour early.")


def test_a_badge_that_is_new_still_looks_back_after_an_order() -> None:
    """The order is not folded anew, so it must not say that everything was counted."""
    state, _ = done(academy(), passed("a"), passed("b", minute=1))
    other = BadgeTier(name="bronze", requires=(Requirement(count=ActivityCount(match=SUBMITTED), at_least=1),))
    edited = compile_program(book(badges=(replace(BADGE, tiers=(other,)),)))
    order = placed(state, price=60)
    assert isinstance(order, Activity)
    after, _ = orders.spend(edited, state, order)
    assert out_of_order(edited, after, [passed("c", day=TUESDAY)])
