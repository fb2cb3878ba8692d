"""Awards that wait for a decision, found by the date on which they pay by themselves."""

from datetime import datetime

from ladder.adapters.dynamodb import member_keys
from ladder.adapters.dynamodb.table import Table
from ladder.domain.activity import Key

DUE = "Due"  # a sparse index: only what still waits is in it


class DynamoHolds:
    def __init__(self, table: Table) -> None:
        self._table = table

    def due(self, program: str, now: datetime) -> list[tuple[str, Key]]:
        """Members and events. One that was decided a moment ago may still be among them."""
        found = self._table.query_index(DUE, ("due_program", program), ("due_at", now.isoformat()))
        return [(item["pk"].partition("#")[2], member_keys.event(item["sk"])) for item in found]
