"""The audit in DynamoDB: the one way a record is written, and the chain of seals. Nothing here updates or deletes.

That a Put never overwrites rests on its condition alone: neither IAM nor a resource policy can ask for one (DynamoDB's
condition keys know attributes, leading keys and the enclosing operation, not the condition expression). Who leaves it
out is found by verification where the record was sealed, which takes a quarter of an hour; what he overwrote is in the
point-in-time recovery.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from ladder.adapters.dynamodb.keys import within
from ladder.adapters.dynamodb.table import ABSENT, ConditionFailed, Put, Table
from ladder.domain.audit.records import MARKS, SEALS, Record, StoredItem
from ladder.domain.audit.seal import Link, Seal, link, oldest_first, seal_number

BY_TIME = "ByTime"  # an index on (pk, at): records alone, for neither a seal nor a mark has an `at`


def audited(record: Record, table: str) -> Put:
    """For the transaction that has its effect; `table`: the audit table's name. A second one is refused."""
    return Put(item=record.item, only_if=ABSENT, table=table)


class DynamoAudit:
    """`table`: the audit table itself."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def newest(self, program: str) -> Link | None:
        """What only looks like a seal is left to verification, which names it."""
        newest = self._table.query(program, within(SEALS), newest_first=True, page=1)
        return next((link(item) for item in newest if seal_number(item["sk"])), None)

    def unsealed(self, program: str, *, since: datetime | None) -> Sequence[StoredItem]:
        """Without `since` it reads all of the program's partition; with it, of an index that lags by a moment."""
        if since is None:
            marked = {item["sk"].removeprefix(MARKS) for item in self._table.query(program, within(MARKS))}
            return oldest_first(item for item in self._table.query(program) if item["sk"] not in marked)
        return self._of_index(program, since.astimezone(UTC).isoformat())

    def seal(self, seal: Seal) -> bool:
        """The seal and the marks of its records, all of them or none."""
        items = [dict(seal.item), *seal.marks]
        try:
            self._table.write(*(Put(item=item, only_if=ABSENT) for item in items))
        except ConditionFailed:
            return False
        return True

    def items(self, program: str) -> Iterator[StoredItem]:
        """Everything: records, seals and marks."""
        return self._table.query(program)

    def _of_index(self, program: str, since: str) -> Sequence[StoredItem]:
        found = self._table.query_index_since(BY_TIME, ("pk", program), ("at", since))
        keys = [item["sk"] for item in found]
        marks = self._table.get_many([(program, f"{MARKS}{key}") for key in keys])
        waiting = [key for key in keys if (program, f"{MARKS}{key}") not in marks]
        return oldest_first(self._table.get_many([(program, key) for key in waiting]).values())
