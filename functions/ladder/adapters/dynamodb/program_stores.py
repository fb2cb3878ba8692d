"""Every store over one table, as a function or a tool wants them side by side."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ladder.adapters.dynamodb.assignments import DynamoAssignments
from ladder.adapters.dynamodb.programs import DynamoPrograms
from ladder.adapters.dynamodb.rotations import DynamoRotations
from ladder.adapters.dynamodb.table import Table

if TYPE_CHECKING:
    from ladder.adapters.dynamodb.histories import DynamoHistories


@dataclass(frozen=True, slots=True)
class ProgramStores:
    """`audit`: the audit table's name, where rotations are activated."""

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
    def histories(self) -> "DynamoHistories":
        """Brings numpy, which a function that asks for no history does without."""
        from ladder.adapters.dynamodb.histories import DynamoHistories  # noqa: PLC0415

        return DynamoHistories(self.table)
