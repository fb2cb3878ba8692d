"""An assignment: every member's place on every ladder under one rotation.

Columns are plain bytes, one a slot, so that a function that only reads them needs no numpy.
"""

from dataclasses import dataclass, replace
from datetime import date

NO_BUDGET = -1  # of a member for a date: all they earn is drawn from the program's reserve
OWN_CAPS, PROGRAM_CAP = 1, 2  # which cap makes a member's challenge easier today; 0 = none


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One category, all members. Every column has M bytes."""

    tier: bytes  # tier of record, 1 to 3
    played: bytes  # today's tier; 0 = no challenge today
    group: bytes  # the tier whose group the platform has the member in; 0 = none
    peers: bytes  # the peer group he is compared with, as a place in the sorted names of the night's targets
    above: bytes  # worked days in a row at or above the band that leads up
    below: bytes  # worked days in a row below the band that leads down
    worked: bytes  # worked days counted, up to the number that places a member
    tier_days: bytes  # worked days in this tier, up to the number that makes it his home
    previous_tier: bytes  # the tier he fell from after holding it for long; 0 = none
    memory_days: bytes  # worked days for which that is still remembered
    return_days: bytes  # worked days in a row that lead back towards home
    capped_by: bytes  # which cap makes the challenge easier today: OWN_CAPS or PROGRAM_CAP; 0 = none
    as_of: date | None = None  # the last day folded in; None = no day yet

    @classmethod
    def new(cls, members: int) -> "Standing":
        """Everybody in tier 1, in no group, with no day behind him."""
        none = bytes(members)
        return cls(
            tier=b"\x01" * members,
            played=none,
            group=none,
            peers=none,
            above=none,
            below=none,
            worked=none,
            tier_days=none,
            previous_tier=none,
            memory_days=none,
            return_days=none,
            capped_by=none,
        )

    def grown(self, members: int) -> "Standing":
        """The same with room for members who joined since: they start like everybody."""
        newcomers = Standing.new(members - len(self.tier))
        return replace(self, **{name: getattr(self, name) + getattr(newcomers, name) for name in COLUMNS})


COLUMNS = (
    "tier",
    "played",
    "group",
    "peers",
    "above",
    "below",
    "worked",
    "tier_days",
    "previous_tier",
    "memory_days",
    "return_days",
    "capped_by",
)


@dataclass(frozen=True, slots=True)
class MemberStanding:
    """One member's part of a standing that he is shown."""

    played: int  # today's tier; 0 = no challenge today
    peers: int
    tier: int  # of record
    capped_by: int = 0  # see Standing

    @classmethod
    def among(cls, standing: Standing, place: int) -> "MemberStanding":
        """Who is not in it was enrolled since: they play from the next night on."""
        inside = place < len(standing.played)
        if not inside:
            return cls(0, 0, 0)
        return cls(standing.played[place], standing.peers[place], standing.tier[place], standing.capped_by[place])


type Assignment = dict[str, Standing]  # category -> standing


def members_of(assignment: Assignment) -> int:
    """How many members it was planned for; who was enrolled since plays from the next night on."""
    return max((len(standing.tier) for standing in assignment.values()), default=0)
