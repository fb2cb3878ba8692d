"""What each member of a team has brought in a period: an item a member, so that a large team costs no more to write."""

from collections.abc import Collection
from contextlib import suppress
from datetime import date

from ladder.adapters.dynamodb import member_keys
from ladder.adapters.dynamodb.keys import within
from ladder.adapters.dynamodb.roster_slots import RosterSlots
from ladder.adapters.dynamodb.table import Refused, Table
from ladder.adapters.dynamodb.writes import Clause, Update
from ladder.domain.rewards.teams import Share, Together
from ladder.ports.programs import Programs


class DynamoTeams:
    def __init__(self, table: Table, slots: RosterSlots, programs: Programs) -> None:
        self._table = table
        self._slots = slots
        self._programs = programs

    def mates(self, program: str, member: str) -> tuple[str, tuple[str, ...]] | None:
        return self._slots.mates(program, member, self._programs)

    def contribute(self, share: Share) -> Together:
        """Sets the member's points where they are newer than what stands there, and then reads what all have."""
        newer = Clause("attribute_not_exists(version) OR version < :new", {":new": share.version})
        changes = {"points": share.points, "version": share.version}
        with suppress(Refused):
            self._table.write(Update(pk=_team(share), sk=_of(share, share.member), changes=changes, only_if=newer))
        items = list(self._table.query(_team(share), within(_of(share, ""))))
        members = {item["sk"].rpartition("#")[2]: item for item in items}
        return Together(
            {member: item["points"] for member, item in members.items()},
            frozenset(member for member, item in members.items() if item.get("granted")),
        )

    def granted(self, share: Share, members: Collection[str]) -> None:
        for member in members:
            self._table.write(Update(pk=_team(share), sk=_of(share, member), changes={"granted": True}))


def _team(share: Share) -> str:
    return member_keys.member(share.program, f"team#{share.team}")


def _of(share: Share, member: str) -> str:
    return member_keys.team(share.achievement, date.fromordinal(share.period).isoformat(), member)
