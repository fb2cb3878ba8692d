"""An order that is taken back gives back what it took from the catalogue, once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ladder.domain.activities.activity import ORDERED, REVERSED, Activity
from ladder.domain.programs.pausing import compile_program
from rewards.reward import RewardContext, reward
from tests.builders.academy import academy
from tests.fakes.members import MemoryLedger

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
STOCK = ("academy", "EARLY")


def ordered(number: int) -> Activity:
    return Activity(
        source="ladder",
        id=f"order-{number}",
        type=ORDERED,
        occurred_at=NOW + timedelta(minutes=number),
        attributes={"item": "EARLY", "price": 800},
    )


def taken_back(number: int, *, by: str = "reverse") -> Activity:
    return Activity(
        source="ladder",
        id=f"{by}:ladder#order-{number}",
        type=REVERSED,
        occurred_at=NOW + timedelta(hours=1),
        attributes={"source": "ladder", "id": f"order-{number}", "reason": "a mistake"},
    )


def rewarded(ledger: MemoryLedger, *activities: Activity) -> None:
    book = compile_program(replace(academy(), version=1))
    context = RewardContext(
        member="anna",
        compiled=book,
        compiled_version=lambda _: book,
        ledger=ledger,
        allowances=ledger.allowances,
        now=NOW,
    )
    reward(context, activities, pause=lambda tries: None)


def stocked(taken: int) -> MemoryLedger:
    """After two orders, of which the counter knows as many pieces as it is told."""
    ledger = MemoryLedger()
    rewarded(ledger, ordered(1), ordered(2))
    ledger.allowances.stock[STOCK] = taken
    return ledger


def test_a_piece_goes_back_with_its_points() -> None:
    ledger = stocked(2)
    rewarded(ledger, taken_back(1))
    assert ledger.allowances.stock[STOCK] == 1
    assert ledger.states["academy", "anna"].spent == 800


def test_two_orders_that_are_taken_back_together_give_back_two() -> None:
    ledger = stocked(5)
    rewarded(ledger, taken_back(1), taken_back(2))
    assert ledger.allowances.stock[STOCK] == 3


def test_a_second_reversal_of_an_order_gives_nothing() -> None:
    ledger = stocked(2)
    for each in (taken_back(1), taken_back(1), taken_back(1, by="review")):
        rewarded(ledger, each)
    assert ledger.allowances.stock[STOCK] == 1


def test_what_was_never_counted_is_not_given_back() -> None:
    ledger = stocked(0)
    rewarded(ledger, taken_back(1))
    assert ledger.allowances.stock[STOCK] == 0
