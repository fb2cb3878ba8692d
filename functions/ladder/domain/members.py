"""The roster: who plays in a program, in an order that never changes.

A member's slot is his place in every column; slots are never reused. A block is up to 4,096 slots.
"""

from dataclasses import dataclass
from datetime import date

BLOCK = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    id: str  # 32 hexadecimal digits, random
    user: str  # as the platform names him
    channel: str = "voice"
    hired_on: date | None = None
    active: bool = True
    team: str | None = None
    erased: bool = False  # for good: his slot stays, and says nothing of him

    def anonymous(self) -> "Member":
        """What is left of him in the roster."""
        return Member(id=self.id, user=f"erased {self.id}", active=False, erased=True)


type Roster = tuple[Member, ...]


def blocks(size: int) -> list[slice]:
    """The slots of each block of a roster of `size` members, in order."""
    return [slice(start, min(start + BLOCK, size)) for start in range(0, size, BLOCK)]
