"""An assignment: every member's tier in every category under one rotation.

Columns are plain bytes, one a slot, so that a function that only reads them needs no numpy.
"""

import math
from array import array
from dataclasses import dataclass, replace
from datetime import date

NO_BUDGET = -1  # the member has no budget on a date: whatever they earn comes from the program's reserve
NO_TARGETS = array("d", [math.nan] * 3).tobytes()  # of a member who has their peer group's
OWN_CAPS, PROGRAM_CAP = 1, 2  # which cap makes a member's challenge easier today; 0 = none
ASKED_ELSEWHERE = 3  # no cap: another program asks the member for the metric, so they have no challenge here


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One category, all members. Every column but `own_targets` has M bytes."""

    tier: bytes  # tier of record, 1 to 3
    played: bytes  # today's tier; 0 = no challenge today
    group: bytes  # the tier whose group the platform has the member in; 0 = none
    peers: bytes  # index of the member's peer group in the sorted names of the rotation's targets
    above: bytes  # worked days in a row at or above the band that leads up
    below: bytes  # worked days in a row below the band that leads down
    worked: bytes  # worked days, counted up to the number after which a member gets their first tier
    tier_days: bytes  # worked days in this tier, counted up to the number that makes it worth remembering
    previous_tier: bytes  # the tier the member dropped from after a long time in it; 0 = none
    memory_days: bytes  # worked days for which the previous tier is still remembered
    return_days: bytes  # worked days in a row that lead back towards the previous tier
    capped_by: bytes  # why the challenge is easier today, or left out: OWN_CAPS and so on; 0 = it is not
    outside: bytes  # 1 = does not take part in the category, which is an opt-in one
    own_targets: bytes = b""  # three float64 of each member, as far as theirs are not their peer group's; else NaN
    as_of: date | None = None  # the last day applied; None = no day yet

    @classmethod
    def new(cls, members: int) -> "Standing":
        """Return everybody in tier 1, in no group, before their first day."""
        zero = bytes(members)
        return cls(
            tier=b"\x01" * members,
            played=zero,
            group=zero,
            peers=zero,
            above=zero,
            below=zero,
            worked=zero,
            tier_days=zero,
            previous_tier=zero,
            memory_days=zero,
            return_days=zero,
            capped_by=zero,
            outside=zero,
        )

    def grown(self, members: int) -> "Standing":
        """Return the standing with room for members who joined since: they start like everybody."""
        newcomers = Standing.new(members - len(self.tier))
        columns = {name: getattr(self, name) + getattr(newcomers, name) for name in COLUMNS}
        if self.own_targets:
            columns["own_targets"] = self.own_targets + NO_TARGETS * (members - len(self.tier))
        return replace(self, **columns)


COLUMNS = (
    *("tier", "played", "group", "peers", "above", "below", "worked"),
    *("tier_days", "previous_tier", "memory_days", "return_days", "capped_by", "outside"),
)


@dataclass(frozen=True, slots=True)
class MemberStanding:
    """The part of one member's standing that they are shown."""

    played: int  # today's tier; 0 = no challenge today
    peers: int
    tier: int  # of record
    capped_by: int = 0  # see Standing
    targets: tuple[float, float, float] | None = None  # None: those of their peer group

    @classmethod
    def among(cls, standing: Standing, slot: int) -> "MemberStanding":
        """Return a slot's part of the standing; members enrolled since play from the next night on."""
        if slot >= len(standing.played):
            return cls(0, 0, 0)
        targets = None
        if standing.own_targets:
            first, second, third = memoryview(standing.own_targets).cast("d")[3 * slot : 3 * slot + 3]
            targets = None if math.isnan(first) else (first, second, third)
        return cls(standing.played[slot], standing.peers[slot], standing.tier[slot], standing.capped_by[slot], targets)


type Assignment = dict[str, Standing]  # category -> standing


def members_of(assignment: Assignment) -> int:
    """Return how many members it was planned for; members enrolled since play from the next night on."""
    return max((len(standing.tier) for standing in assignment.values()), default=0)
