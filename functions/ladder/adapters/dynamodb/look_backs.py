"""Store how far the members of a program were looked at after its last edit: one item a program."""

from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.table import Put, Table
from ladder.domain.points.look_back import LookBack


class DynamoLookBacks:
    """Two runs at once cost nothing but the same work twice, so the later write stands."""

    def __init__(self, members: Table) -> None:
        self._members = members

    def of(self, program: str) -> LookBack:
        item = self._members.get(keys.shared(program), keys.LOOK_BACK)
        return LookBack(item["version"], item.get("next_slot")) if item else LookBack(0)

    def save(self, program: str, look_back: LookBack) -> None:
        item = {"pk": keys.shared(program), "sk": keys.LOOK_BACK, "version": look_back.version}
        if look_back.next_slot is not None:
            item["next_slot"] = look_back.next_slot
        self._members.write(Put(item=item, only_if=None))
