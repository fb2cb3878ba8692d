"""Compose the stores of the programs table, for functions and commands."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ladder.adapters.dynamodb.assignments import DynamoAssignments
from ladder.adapters.dynamodb.figures_of_today import DynamoFiguresOfToday
from ladder.adapters.dynamodb.programs import DynamoPrograms
from ladder.adapters.dynamodb.rotations import DynamoRotations
from ladder.adapters.dynamodb.table import Table

if TYPE_CHECKING:
    from ladder.adapters.dynamodb.histories import DynamoHistories


@dataclass(frozen=True, slots=True)
class ProgramStores:
    """The stores. `audit`: the audit table's name, needed only to activate rotations."""

    table: Table
    audit: str | None = None

    @property
    def programs(self) -> DynamoPrograms:
        return DynamoPrograms(self.table)

    @property
    def rotations(self) -> DynamoRotations:
        return DynamoRotations(self.table, audit=self.audit)

    @property
    def assignments(self) -> DynamoAssignments:
        return DynamoAssignments(self.table)

    @property
    def figures_of_today(self) -> DynamoFiguresOfToday:
        return DynamoFiguresOfToday(self.table)

    @property
    def histories(self) -> "DynamoHistories":
        """Return the histories. They import numpy, which a function without histories must not load."""
        from ladder.adapters.dynamodb.histories import DynamoHistories  # noqa: PLC0415

        return DynamoHistories(self.table)
