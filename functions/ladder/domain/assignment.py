"""An assignment: every member's place on every ladder under one rotation.

Columns are plain bytes, one a slot, so that a function that only reads them needs no numpy.
"""

from dataclasses import dataclass
from datetime import date

NO_BUDGET = -1  # of a member for a date: he draws on the program's reserve


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One category, all members. Every column has M bytes."""

    tier: bytes  # tier of record, 1 to 3
    above: bytes  # worked days in a row at or above the band that leads up
    below: bytes  # worked days in a row below the band that leads down
    worked: bytes  # worked days counted, up to the number that places a member
    played: bytes  # today's tier; 0 = no challenge today
    group: bytes  # the tier whose group the platform has the member in; 0 = none
    as_of: date | None = None  # the last day folded in; None = no day yet

    @classmethod
    def new(cls, members: int) -> "Standing":
        nobody = bytes(members)
        return cls(tier=b"\x01" * members, above=nobody, below=nobody, worked=nobody, played=nobody, group=nobody)

    def grown(self, members: int) -> "Standing":
        """The same standing with room for members who joined since: they start in tier 1, in no group."""
        more = members - len(self.tier)
        if not more:
            return self
        extra = Standing.new(more)
        return Standing(
            tier=self.tier + extra.tier,
            above=self.above + extra.above,
            below=self.below + extra.below,
            worked=self.worked + extra.worked,
            played=self.played + extra.played,
            group=self.group + extra.group,
            as_of=self.as_of,
        )


type Assignment = dict[str, Standing]  # category -> standing
