"""An order takes spendable points, and nothing else of a member changes."""

from dataclasses import replace
from typing import Any

import pytest

from ladder.domain.activities.activity import ORDERED, validation_error
from ladder.domain.message import Message
from ladder.domain.points import orders
from ladder.domain.points.apply import needs_replay
from ladder.domain.points.compiled import CompiledProgram, fingerprint
from ladder.domain.points.ledger import Entry, State
from ladder.domain.points.rulebook import ActivityCount, BadgeTier, Requirement
from ladder.domain.programs.pausing import compile_program
from tests.builders.academy import BADGE, ITEM, SUBMITTED, academy, book
from tests.builders.academy_events import TUESDAY, at, done, passed
from tests.builders.entry_texts import said

NOW = at(TUESDAY)
BOOK = compile_program(academy())


def placed(
    state: State, *, taken: int = 0, book: CompiledProgram = BOOK, **changes: Any
) -> tuple[State, Entry] | Message:
    return orders.place_order(book, replace(ITEM, **changes), state, order="1", taken=taken, now=NOW)


def test_an_order_is_an_activity_under_the_id_that_was_chosen() -> None:
    made = placed(State(earned=800))
    assert not isinstance(made, Message)
    activity = made[1].activity
    assert (activity.key, activity.type, validation_error(activity)) == (("ladder", "order:1"), ORDERED, "")
    assert dict(activity.attributes) == {"item": "EARLY", "price": 800}


def too_expensive(points: int) -> Message:
    return Message("points.too_expensive", {"item": "an hour early", "price": 800, "points": points})


SOLD_OUT = Message("points.sold_out", {"item": "an hour early"})


@pytest.mark.parametrize(
    ("state", "taken", "reason"),
    [
        (State(earned=799), 0, too_expensive(799)),
        (State(earned=1_500, spent=800), 0, too_expensive(700)),
        (State(earned=0, held=9_000), 0, too_expensive(0)),
        (State(earned=100, spent=800), 0, too_expensive(0)),
        (State(earned=9_000), 5, SOLD_OUT),
        (State(earned=9_000), 7, SOLD_OUT),
    ],
)
def test_without_points_or_pieces_there_is_a_reason_instead(state: State, taken: int, reason: Message) -> None:
    assert placed(state, taken=taken) == reason


def test_an_item_without_a_stock_never_ends_and_counts_nothing() -> None:
    assert not isinstance(placed(State(earned=800), taken=10**6, stock=None), Message)
    assert (orders.stock_left(replace(ITEM, stock=None), 3), orders.stock_left(ITEM, 3)) == (None, 2)


def test_an_order_that_was_taken_back_before_it_came_is_refused() -> None:
    early = (fingerprint("ladder", "order:1"),)
    assert placed(State(earned=800, amended_before_arrival=early)) == Message("points.order_taken_back")


def test_spending_moves_one_column_and_no_level() -> None:
    state, _ = done(academy(), passed("a"), passed("b", minute=1))
    made = placed(state, price=60)
    assert not isinstance(made, Message)
    after, entry = made
    assert after == replace(state, spent=60, sequence=state.sequence + 1)
    assert (entry.points, entry.spent, said(academy(), entry)) == (0, 60, "60 points spent on an hour early.")


def test_a_badge_that_is_new_still_looks_back_after_an_order() -> None:
    """The order is not folded anew, so it must not say that everything was counted."""
    state, _ = done(academy(), passed("a"), passed("b", minute=1))
    other = BadgeTier(name="bronze", requires=(Requirement(count=ActivityCount(match=SUBMITTED), at_least=1),))
    edited = compile_program(book(badges=(replace(BADGE, tiers=(other,)),)))
    made = placed(state, price=60, book=edited)
    assert not isinstance(made, Message)
    after, _ = made
    assert needs_replay(edited, after, [passed("c", day=TUESDAY)])
