"""What people decide, in the audit table, where the effect follows through a queue: the decision is written first."""

from datetime import datetime

from ladder.adapters.dynamodb.audit import audited
from ladder.adapters.dynamodb.items import Item
from ladder.adapters.dynamodb.table import Refused, Table
from ladder.domain.audit.records import Record
from ladder.domain.errors import Unavailable


class DynamoDecisions:
    """`table`: the audit table itself."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def record(self, record: Record) -> Record:
        try:
            self._table.write(audited(record, self._table.name))
        except Refused as refused:
            (standing,) = refused.stored
            if standing is None:
                raise Unavailable("a decision is half there") from refused
            return _from_item(standing)
        return record


def _from_item(item: Item) -> Record:
    return Record(
        program=item["pk"],
        key=item["sk"],
        what=item["what"],
        who=item["who"],
        why=item["why"],
        at=datetime.fromisoformat(item["at"]),
        about=item["about"],
        digest=item.get("digest"),
    )
