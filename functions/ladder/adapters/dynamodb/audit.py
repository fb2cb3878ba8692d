"""Write audit records and the chain of seals. Nothing here updates or deletes.

That a Put never overwrites depends on its condition alone: neither IAM nor a resource policy can require one
(DynamoDB's condition keys know attributes, leading keys and the enclosing operation, not the condition expression).
Verification finds a Put without it if the record was sealed, which takes a quarter of an hour; the point-in-time
recovery has what was overwritten.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from ladder.adapters.dynamodb.keys import within
from ladder.adapters.dynamodb.table import ABSENT, ConditionFailed, Item, Put, Table
from ladder.domain.audit.records import MARKS, SEALS, Record, StoredItem
from ladder.domain.audit.seal import Link, Seal, link, oldest_first, seal_key, seal_number

BY_TIME = "ByTime"  # an index on (pk, at): records alone, for neither a seal nor a mark has an `at`


AFTER_ALL = "9999"  # after every moment

EXCHANGED = {"pk": "program", "sk": "key", "program": "pk", "key": "sk"}


def exchange_keys(item: Mapping[str, Any]) -> Item:
    """Return a stored item under the domain's names for its keys, or the item to store; twice, it is the same again.

    A stored item may have any name, also one of the domain's: exchanged, no two items look the same.
    """
    return {EXCHANGED.get(name, name): value for name, value in item.items()}


def audited(record: Record, table: str) -> Put:
    """Return the write of a record, for the transaction of its effect; a second fails. `table`: the audit's name."""
    return Put(item=exchange_keys(record.item), only_if=ABSENT, table=table)


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
            return oldest_first(item for item in self.items(program) if item["key"] not in marked)
        recent = self._table.query_index_since(BY_TIME, ("pk", program), ("at", since.astimezone(UTC).isoformat()))
        keys = [item["sk"] for item in recent]
        marks = self._table.get_many([(program, f"{MARKS}{key}") for key in keys])
        waiting = [key for key in keys if (program, f"{MARKS}{key}") not in marks]
        return oldest_first(map(exchange_keys, self._table.get_many([(program, key) for key in waiting]).values()))

    def latest(self, program: str, *, before: str | None, count: int) -> Sequence[StoredItem]:
        last, keys = before or AFTER_ALL, list[tuple[str, str]]()
        for item in self._table.query_index_back(BY_TIME, ("pk", program), ("at", last), page=count):
            if len(keys) >= count and item["at"] != keys[-1][0]:  # of one moment, all or none
                break
            keys.append((item["at"], item["sk"]))
        found = self._table.get_many([(program, key) for _, key in keys])
        return [exchange_keys(found[program, key]) for _, key in keys if (program, key) in found]

    def seals_of(self, program: str, keys: Sequence[str]) -> Mapping[str, StoredItem]:
        marks = self._table.get_many([(program, f"{MARKS}{key}") for key in keys])
        numbers = {
            sk.removeprefix(MARKS): seal_key(mark["seal"])
            for (_, sk), mark in marks.items()
            if isinstance(mark.get("seal"), int)  # else somebody spoiled it
        }
        seals = self._table.get_many([(program, number) for number in set(numbers.values())])
        return {
            key: exchange_keys(seals[program, number]) for key, number in numbers.items() if (program, number) in seals
        }

    def seal(self, seal: Seal) -> bool:
        """Write the seal and the marks of its records in one transaction; False where one exists."""
        try:
            self._table.write(*(Put(item=exchange_keys(item), only_if=ABSENT) for item in (seal.item, *seal.marks)))
        except ConditionFailed:
            return False
        return True

    def items(self, program: str) -> Iterator[StoredItem]:
        """Yield everything: records, seals and marks."""
        return map(exchange_keys, self._table.query(program))

    def seals(self, program: str) -> Iterator[StoredItem]:
        return map(exchange_keys, self._table.query(program, within(SEALS)))
