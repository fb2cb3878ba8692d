"""What each member of a team has brought in a period: one item a team, achievement and period."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date

from ladder.adapters.aws import ATTEMPTS
from ladder.adapters.dynamodb import member_keys
from ladder.adapters.dynamodb.roster_slots import RosterSlots
from ladder.adapters.dynamodb.table import Refused, Table
from ladder.adapters.dynamodb.writes import ABSENT, Clause, Put, Update
from ladder.domain.errors import Unavailable
from ladder.domain.rewards.teams import Share
from ladder.ports import Programs


class DynamoTeams:
    def __init__(self, table: Table, slots: RosterSlots, programs: Programs) -> None:
        self._table = table
        self._slots = slots
        self._programs = programs

    def mates(self, program: str, member: str) -> tuple[str, tuple[str, ...]] | None:
        return self._slots.mates(program, member, self._programs)

    def contribute(self, share: Share) -> Mapping[str, int]:
        """Sets the member's points where they are newer than what stands there; the points of all."""
        pk, sk = member_keys.member(share.program, f"team#{share.team}"), _period(share)
        for _ in range(ATTEMPTS):
            item = self._table.get(pk, sk)
            known = item["shares"] if item else {}
            if known.get(share.member, {}).get("version", 0) < share.version:
                with suppress(Refused):
                    self._table.write(_set(pk, sk, share, fresh=item is None))
                    known = {**known, share.member: {"points": share.points}}
                    return {member: told["points"] for member, told in known.items()}
                continue
            return {member: told["points"] for member, told in known.items()}
        raise Unavailable(f"others kept the totals of team {share.team!r} busy")


def _period(share: Share) -> str:
    return member_keys.team(share.achievement, date.fromordinal(share.period).isoformat())


def _set(pk: str, sk: str, share: Share, *, fresh: bool) -> Put | Update:
    told = {"points": share.points, "version": share.version}
    if fresh:
        return Put(item={"pk": pk, "sk": sk, "shares": {share.member: told}}, only_if=ABSENT)
    newer = Clause("attribute_not_exists(shares.#c0) OR shares.#c0.version < :new", {":new": share.version})
    return Update(pk=pk, sk=sk, changes={share.member: told}, inside="shares", only_if=newer)
