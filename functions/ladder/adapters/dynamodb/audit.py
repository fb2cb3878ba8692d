"""Write audit records and the chain of seals. Nothing here updates or deletes.

That a Put never overwrites depends on its condition alone: neither IAM nor a resource policy can require one
(DynamoDB's condition keys know attributes, leading keys and the enclosing operation, not the condition expression).
Verification finds a Put without it if the record was sealed, which takes a quarter of an hour; the point-in-time
recovery has what was overwritten.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from ladder.adapters.dynamodb.keys import within
from ladder.adapters.dynamodb.table import ABSENT, ConditionFailed, Put, Table
from ladder.domain.audit.records import MARKS, SEALS, Record, StoredItem
from ladder.domain.audit.seal import Link, Seal, link, oldest_first, seal_number

BY_TIME = "ByTime"  # an index on (pk, at): records alone, for neither a seal nor a mark has an `at`


def audited(record: Record, table: str) -> Put:
    """Return the write of a record, for the transaction of its effect; a second fails. `table`: the audit's name."""
    return Put(item=record.item, only_if=ABSENT, table=table)


class DynamoAudit:
    """`table`: the audit table itself."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def newest(self, program: str) -> Link | None:
        """Return the newest seal's link; items that only look like a seal are left to verification."""
        newest = self._table.query(program, within(SEALS), newest_first=True, page=1)
        return next((link(item) for item in newest if seal_number(item["sk"])), None)

    def unsealed(self, program: str, *, since: datetime | None) -> Sequence[StoredItem]:
        """Return unsealed records: of the program's whole partition, or since a time of an index that lags a moment."""
        if since is None:
            marked = {item["sk"].removeprefix(MARKS) for item in self._table.query(program, within(MARKS))}
            return oldest_first(item for item in self._table.query(program) if item["sk"] not in marked)
        return self._of_index(program, since.astimezone(UTC).isoformat())

    def seal(self, seal: Seal) -> bool:
        """Write the seal and the marks of its records in one transaction; False where one exists."""
        items = [dict(seal.item), *seal.marks]
        try:
            self._table.write(*(Put(item=item, only_if=ABSENT) for item in items))
        except ConditionFailed:
            return False
        return True

    def items(self, program: str) -> Iterator[StoredItem]:
        """Yield everything: records, seals and marks."""
        return self._table.query(program)

    def _of_index(self, program: str, since: str) -> Sequence[StoredItem]:
        records = self._table.query_index_since(BY_TIME, ("pk", program), ("at", since))
        keys = [item["sk"] for item in records]
        marks = self._table.get_many([(program, f"{MARKS}{key}") for key in keys])
        waiting = [key for key in keys if (program, f"{MARKS}{key}") not in marks]
        return oldest_first(self._table.get_many([(program, key) for key in waiting]).values())
