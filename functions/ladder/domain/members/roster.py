"""The roster: who plays in a program, in an order that never changes.

A member's slot is his place in every column; slots are never reused. A block is up to 4,096 slots.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ladder.domain.errors import InvalidRequest

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


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterRow:
    """One line of the list: a user as the platform names him."""

    user: str
    channel: str = "voice"
    hired_on: date | None = None
    team: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    roster: Roster
    joined: tuple[str, ...]  # users
    changed: tuple[str, ...]
    returned: tuple[str, ...]
    left: tuple[str, ...]

    @property
    def moves(self) -> bool:
        return bool(self.joined or self.changed or self.returned or self.left)


def enrolled(known: Roster, listed: Sequence[RosterRow], *, new_id: Callable[[], str]) -> Enrolment:
    """Whoever is not listed is inactive from now on. The same list again changes nothing.

    Raises Unreadable for a user who is listed twice.
    """
    wanted = {line.user: line for line in listed}
    if len(wanted) < len(listed):
        twice = next(line.user for line in listed if [each.user for each in listed].count(line.user) > 1)
        raise InvalidRequest(f"{twice!r} is listed twice")
    slots = {member.user: member for member in known if not member.erased}
    after = [_placed(member, wanted.get(member.user)) for member in known]
    joined = [line for line in listed if line.user not in slots]
    after += [_placed(Member(id=new_id(), user=line.user), line) for line in joined]
    pairs = list(zip(known, after, strict=False))
    return Enrolment(
        roster=tuple(after),
        joined=tuple(line.user for line in joined),
        changed=tuple(now.user for was, now in pairs if was != now and was.active and now.active),
        returned=tuple(now.user for was, now in pairs if now.active and not was.active),
        left=tuple(was.user for was, now in pairs if was.active and not now.active),
    )


def _placed(member: Member, line: RosterRow | None) -> Member:
    if member.erased:
        return member
    if line is None:
        return replace(member, active=False)
    return replace(member, channel=line.channel, hired_on=line.hired_on, team=line.team, active=True)
