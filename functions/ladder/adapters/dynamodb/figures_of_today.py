"""Store figures of a day that is not over: one packed item a metric and block, overwritten. Needs no numpy.

Nothing but the member's own page and export reads them. They expire two days after they were read.
"""

import math
from array import array
from datetime import date, datetime, timedelta

from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.packing import pack, unpack
from ladder.adapters.dynamodb.table import Clause, ConditionFailed, Put, Table, iso
from ladder.domain.challenges.so_far import FiguresSoFar, OwnFigureSoFar
from ladder.domain.members.roster import BLOCK, blocks

FIGURES = "f"  # four bytes, as those of other days
KEPT = timedelta(days=2)
EARLY = timedelta(minutes=5)  # the schedule is not on the second


class DynamoFiguresOfToday:
    def __init__(self, table: Table) -> None:
        self._table = table

    def begin(self, program: str, day: date, *, at: datetime, every: timedelta) -> bool:
        item = {"pk": program, "sk": keys.TODAY, "work_day": day.isoformat(), "begun_at": iso(at)}
        long_ago = {":day": day.isoformat(), ":latest": iso(at - every + EARLY)}
        due = Clause("attribute_not_exists(pk) OR work_day <> :day OR begun_at <= :latest", long_ago)
        try:
            self._table.write(Put(item=item, only_if=due).until(_expiry(at)))
        except ConditionFailed:
            return False
        return True

    def save(self, program: str, metric: str, figures: FiguresSoFar) -> None:
        for block, slots in enumerate(blocks(len(figures.values))):
            values, contacts = (array(FIGURES, column[slots]) for column in (figures.values, figures.contacts))
            item = {
                "pk": program,
                "sk": keys.figure_of_today(block, metric),
                "work_day": figures.day.isoformat(),
                "measured_at": iso(figures.measured_at),
                "given": figures.given,
                "values": pack(values.tobytes(), width=values.itemsize),
                "contacts": pack(contacts.tobytes(), width=contacts.itemsize),
            }
            self._table.write(Put(item=item, only_if=None).until(_expiry(figures.measured_at)))

    def of_slot(self, program: str, slot: int) -> dict[str, OwnFigureSoFar]:
        """Return a member's figure by metric, of whatever day it was read last. Reads only the slot's block."""
        block, index = divmod(slot, BLOCK)
        return {
            keys.metric_of_today(item["sk"]): OwnFigureSoFar(
                day=date.fromisoformat(item["work_day"]),
                measured_at=datetime.fromisoformat(item["measured_at"]),
                given=item["given"],
                value=_figure(item["values"], index),
                contacts=_figure(item["contacts"], index),
            )
            for item in self._table.query(program, keys.figures_of_today(block))
        }


def _figure(packed: bytes, index: int) -> float | None:
    """Return a figure in the seven digits that the column holds; None for NaN, and for members enrolled since."""
    column = array(FIGURES)
    column.frombytes(unpack(packed, width=column.itemsize))
    return None if index >= len(column) or math.isnan(column[index]) else float(f"{column[index]:.7g}")


def _expiry(at: datetime) -> int:
    return int((at + KEPT).timestamp())
