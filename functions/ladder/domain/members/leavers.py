"""Leavers: what is stored about members who left the roster is erased after the days that their program says."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from ladder.domain.members.roster import Member, Roster
from ladder.domain.validation.constraints import Says, Within


@dataclass(frozen=True, slots=True, kw_only=True)
class Leavers:
    """Members who are no longer on the list of those who play. Whoever returns in time finds everything as it was."""

    erased_after_days: Annotated[
        int, Within(30, 3650), Says("Write after how many days they are erased, such as 400.")
    ] = 400

    def erased_on(self, member: Member) -> date | None:
        """Return the day from which on the member is erased; None for who plays, and for who was erased."""
        if member.active or member.erased or member.left_on is None:
            return None
        return member.left_on + timedelta(days=self.erased_after_days)

    def due(self, roster: Roster, today: date) -> Iterator[Member]:
        """Yield the members who are to be erased by now."""
        return (member for member in roster if (day := self.erased_on(member)) is not None and day <= today)
