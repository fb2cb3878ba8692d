"""The roster: who plays in a program, in an order that never changes.

A member's slot is their index in every column; slots are never reused. A block is up to 4,096 slots.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ladder.domain.errors import InvalidRequest
from ladder.domain.message import Message

BLOCK = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    id: str  # 32 hexadecimal digits, random
    user: str  # the platform's name for them
    channel: str = "voice"
    hired_on: date | None = None
    active: bool = True
    team: str | None = None
    erased: bool = False  # for good: the slot stays, without personal data

    def anonymous(self) -> "Member":
        """Return the member as they stay in the roster after their erasure."""
        return Member(id=self.id, user=f"erased {self.id}", active=False, erased=True)


type Roster = tuple[Member, ...]


def blocks(size: int) -> list[slice]:
    """Return the slots of each block of a roster of `size` members, in order."""
    return [slice(start, min(start + BLOCK, size)) for start in range(0, size, BLOCK)]


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterRow:
    """One row of an imported list: a user by the platform's name for them."""

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
    """Return the roster after importing a list: who is not listed becomes inactive. The same list changes nothing.

    Raises InvalidRequest for a user who is listed twice.
    """
    wanted = {row.user: row for row in listed}
    if len(wanted) < len(listed):
        users = [row.user for row in listed]
        twice = next(user for user in users if users.count(user) > 1)
        raise InvalidRequest(Message("admin.listed_twice", {"user": twice}))
    slots = {member.user: member for member in known if not member.erased}
    after = [_updated(member, wanted.get(member.user)) for member in known]
    joined = [row for row in listed if row.user not in slots]
    after += [_updated(Member(id=new_id(), user=row.user), row) for row in joined]
    pairs = list(zip(known, after, strict=False))
    return Enrolment(
        roster=tuple(after),
        joined=tuple(row.user for row in joined),
        changed=tuple(now.user for was, now in pairs if was != now and was.active and now.active),
        returned=tuple(now.user for was, now in pairs if now.active and not was.active),
        left=tuple(was.user for was, now in pairs if was.active and not now.active),
    )


def _updated(member: Member, row: RosterRow | None) -> Member:
    if member.erased:
        return member
    if row is None:
        return replace(member, active=False)
    return replace(member, channel=row.channel, hired_on=row.hired_on, team=row.team, active=True)
