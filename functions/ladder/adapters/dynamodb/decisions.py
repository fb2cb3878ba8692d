"""What people decide, in the audit table, where the effect follows through a queue: the decision is written first."""

from datetime import datetime

from ladder.adapters.aws import ATTEMPTS
from ladder.adapters.dynamodb.audit import audited
from ladder.adapters.dynamodb.items import Item
from ladder.adapters.dynamodb.staff import given
from ladder.adapters.dynamodb.table import Refused, Table
from ladder.domain.audit.records import Record
from ladder.domain.errors import Unavailable
from ladder.domain.reviews.daily_grant import DailyGrant


class DynamoDecisions:
    """`table`: the audit table itself; `members`: where it is counted what a person gives."""

    def __init__(self, table: Table, members: Table) -> None:
        self._table = table
        self._members = members

    def record(self, record: Record, grant: DailyGrant | None = None) -> Record:
        if grant:
            return self._counted(record, grant)
        try:
            self._table.write(audited(record, self._table.name))
        except Refused as refused:
            (standing,) = refused.stored
            if standing is None:
                raise Unavailable("a decision is half there") from refused
            return _from_item(standing)
        return record

    def _counted(self, record: Record, grant: DailyGrant) -> Record:
        """What stands already is counted already."""
        for _ in range(ATTEMPTS):
            if standing := self._table.get(record.program, record.key):
                return _from_item(standing)
            try:
                self._members.write(audited(record, self._table.name), given(self._members, grant))
            except Refused:
                continue
            return record
        raise Unavailable("the same person decides other things all the time")


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
