"""Store what each member contributed to a team in a period: an item a member, so that large teams cost no more."""

from collections.abc import Collection
from contextlib import suppress
from datetime import date

from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.keys import within
from ladder.adapters.dynamodb.rosters import RosterSlots
from ladder.adapters.dynamodb.table import Clause, ConditionFailed, Table, Update
from ladder.domain.members.roster import Member
from ladder.domain.points.teams import Contribution, TeamTotals
from ladder.domain.programs.ports import Programs


class DynamoTeams:
    def __init__(self, table: Table, slots: RosterSlots, programs: Programs) -> None:
        self._table = table
        self._slots = slots
        self._programs = programs

    def member(self, program: str, member: str) -> Member | None:
        return self._slots.member(program, member, self._programs)

    def teammates(self, program: str, team: str) -> tuple[str, ...]:
        return self._slots.teammates(program, team, self._programs)

    def contribute(self, share: Contribution) -> TeamTotals:
        """Set the member's points where they are newer than the stored ones, and return everybody's."""
        newer = Clause("attribute_not_exists(version) OR version < :new", {":new": share.version})
        changes = {"points": share.points, "version": share.version}
        with suppress(ConditionFailed):
            self._table.write(
                Update(
                    pk=_team_partition(share.program, share.team),
                    sk=_contribution_key(share.achievement, share.period, share.member),
                    changes=changes,
                    only_if=newer,
                )
            )
        return self.totals(share.program, share.team, share.achievement, share.period)

    def totals(self, program: str, team: str, achievement: str, period: int) -> TeamTotals:
        items = list(self._table.query(_team_partition(program, team), within(_contribution_key(achievement, period))))
        members = {item["sk"].rpartition("#")[2]: item for item in items}
        return TeamTotals(
            {member: item["points"] for member, item in members.items()},
            frozenset(member for member, item in members.items() if item.get("granted")),
        )

    def granted(self, share: Contribution, members: Collection[str]) -> None:
        for member in members:
            self._table.write(
                Update(
                    pk=_team_partition(share.program, share.team),
                    sk=_contribution_key(share.achievement, share.period, member),
                    changes={"granted": True},
                )
            )


def _team_partition(program: str, team: str) -> str:
    return keys.member(program, f"team#{team}")


def _contribution_key(achievement: str, period: int, member: str = "") -> str:
    return keys.team(achievement, date.fromordinal(period).isoformat(), member)
