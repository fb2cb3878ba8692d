"""Find what delivery needs to know of a member: name and user id, what they prefer, and their days off."""

from ladder.adapters.dynamodb.member_stores import MemberStores
from ladder.adapters.dynamodb.preferences import DynamoPreferences
from ladder.domain.delivery.ports import Reader
from ladder.domain.errors import MemberErased


class DynamoReaders:
    """One invocation asks for a member once: what changes meanwhile is seen by the next."""

    def __init__(self, members: MemberStores) -> None:
        self._members = members
        self._preferences = DynamoPreferences(members.members)
        self._known: dict[tuple[str, str], Reader | None] = {}

    def find(self, program: str, member: str) -> Reader | None:
        place = program, member
        if place not in self._known:
            self._known[place] = self._read(program, member)
        return self._known[place]

    def _read(self, program: str, member: str) -> Reader | None:
        stores = self._members
        try:
            state, _ = stores.ledger(stores.program(program)).load(program, member, ())
        except MemberErased:
            return None
        listed = stores.cache.slots.member(program, member, stores.published)
        if listed is not None and listed.erased:
            return None
        return Reader(
            name=listed.display_name if listed else member[:8],
            user=listed.user if listed and listed.active else None,
            addresses=listed.addresses if listed and listed.active else {},
            preferences=self._preferences.of(program, member),
            days_off=state.days_off,
        )
