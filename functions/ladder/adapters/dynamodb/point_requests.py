"""Remember which requests for points were received: an item each in the member's partition, while retries may come.

After that, the ledger's entry still makes the same id count once.
"""

from datetime import datetime, timedelta

from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.table import ABSENT, ConditionFailed, Put, Table, erased, not_erased
from ladder.domain.activities.activity import Key
from ladder.domain.errors import MemberErased

REMEMBERED = timedelta(days=30)


class DynamoPointRequests:
    def __init__(self, members: Table) -> None:
        self._members = members

    def digest(self, program: str, member: str, event: Key) -> str | None:
        item = self._members.get(keys.member(program, member), keys.point_request(event))
        return str(item["digest"]) if item else None

    def save(self, program: str, member: str, event: Key, digest: str, *, now: datetime) -> bool:
        item = {"pk": keys.member(program, member), "sk": keys.point_request(event), "digest": digest}
        put = Put(item=item, only_if=ABSENT).until(int((now + REMEMBERED).timestamp()))
        try:
            self._members.write(put, not_erased(program, member))
        except ConditionFailed as refused:
            if any(map(erased, refused.stored)):
                raise MemberErased("the member was erased") from refused
            return False
        return True
