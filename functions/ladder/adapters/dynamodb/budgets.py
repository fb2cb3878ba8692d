"""The items of a date's budgets, which a rotation fixes once: one packed item a block. Needs no numpy."""

from array import array
from collections.abc import Iterator, Sequence
from datetime import date

from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.packing import pack, unpack
from ladder.adapters.dynamodb.table import ABSENT, Item, Put
from ladder.domain.challenges.assignment import NO_BUDGET
from ladder.domain.members.roster import blocks

ALLOTTED = "allotted"  # attribute: the sum of the budgets of all blocks, in each of them
POINTS = "i"  # four bytes, signed: NO_BUDGET is below zero


def fixed_budgets(program: str, day: date, budgets: Sequence[int]) -> Iterator[Put]:
    """Yield the writes of all blocks, each of which refuses where the date has its budgets already."""
    allotted = sum(points for points in budgets if points != NO_BUDGET)
    for block, slots in enumerate(blocks(len(budgets))):
        packed = pack(array(POINTS, budgets[slots]).tobytes(), width=4)
        item = {"pk": program, "sk": keys.budget(day, block), ALLOTTED: allotted, "points": packed}
        yield Put(item=item, only_if=ABSENT)


def points_of(item: Item) -> array[int]:
    points = array(POINTS)
    points.frombytes(unpack(item["points"], width=4))
    return points
