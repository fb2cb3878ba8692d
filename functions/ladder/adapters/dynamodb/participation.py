"""Store what members chose on opt-in categories: an item a choice, those of a program in one partition.

So a night reads them page by page, and not member by member. They stand apart from a member's own items, so an
erasure and an export read them here.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

from ladder.adapters.aws import ATTEMPTS
from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.table import ABSENT, Clause, ConditionFailed, Item, Put, Table, erased, iso, not_erased
from ladder.domain.challenges.participation import Choice
from ladder.domain.errors import MemberErased, Unavailable


class DynamoParticipation:
    def __init__(self, members: Table) -> None:
        self._members = members

    def everybody(self, program: str) -> Iterator[tuple[str, str, Choice]]:
        for item in self._members.query(keys.participation(program)):
            member, _, category = item["sk"].partition("#")
            yield member, category, _choice(item)

    def of(self, program: str, member: str) -> dict[str, Choice]:
        items = self._members.query(keys.participation(program), keys.within(keys.choice(member, "")))
        return {item["sk"].partition("#")[2]: _choice(item) for item in items}

    def change(
        self, program: str, member: str, category: str, change: Callable[[Choice | None], Choice | None]
    ) -> Choice | None:
        pk, sk = keys.participation(program), keys.choice(member, category)
        for _ in range(ATTEMPTS):
            item = self._members.get(pk, sk)
            known = _choice(item) if item else None
            changed = change(known)
            if changed is None:
                return known
            stored = {
                "pk": pk,
                "sk": sk,
                "takes_part": changed.takes_part,
                "since": iso(changed.since),
                "before": changed.before,
            }
            unmoved = ABSENT
            if item:  # of two clocks that differ, a change may have the moment of the one before
                as_read = {":since": item["since"], ":takes_part": item["takes_part"]}
                unmoved = Clause("since = :since AND takes_part = :takes_part", as_read)
            try:
                self._members.write(Put(item=stored, only_if=unmoved), not_erased(program, member))
            except ConditionFailed as refused:
                if any(map(erased, refused.stored)):
                    raise MemberErased(f"member {member} was erased") from refused
                continue
            return changed
        raise Unavailable("others keep changing the same choice")


def _choice(item: Item) -> Choice:
    return Choice(takes_part=item["takes_part"], since=datetime.fromisoformat(item["since"]), before=item["before"])
