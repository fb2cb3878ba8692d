"""What members wrote, in their own partition until a moment: the table deletes it after that, an erasure before."""

from collections.abc import Collection
from datetime import datetime

from ladder.adapters.dynamodb import member_keys
from ladder.adapters.dynamodb.member_keys import erased, still_there
from ladder.adapters.dynamodb.table import ABSENT, EXPIRES_AT, ConditionFailed, Put, Table
from ladder.domain.activities.activity import Key
from ladder.domain.errors import MemberErased


class DynamoMemberTexts:
    def __init__(self, members: Table) -> None:
        self._members = members

    def save(self, program: str, member: str, event: Key, text: str, *, until: datetime) -> None:
        item = {"pk": member_keys.member(program, member), "sk": member_keys.writing(event), "text": text}
        written = Put(item=item, only_if=ABSENT).until(int(until.timestamp()))
        try:
            self._members.write(written, still_there(program, member))
        except ConditionFailed as refused:
            if any(map(erased, refused.stored)):
                raise MemberErased("the member was erased") from refused

    def texts(self, program: str, member: str, events: Collection[Key], *, now: datetime) -> dict[Key, str]:
        """DynamoDB deletes days late: what is past its moment is gone from here on."""
        pk = member_keys.member(program, member)
        found = self._members.get_many([(pk, member_keys.writing(event)) for event in events])
        kept = ((sk, item) for (_, sk), item in found.items() if now.timestamp() < item[EXPIRES_AT])
        return {member_keys.event(sk): item["text"] for sk, item in kept}
