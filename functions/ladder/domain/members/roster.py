"""The roster: who plays in a program, in an order that never changes.

A member's slot is their index in every column; slots are never reused. A block is up to 4,096 slots.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from ladder.domain.errors import InvalidRequest
from ladder.domain.message import Message

BLOCK = 4096
MOST_FORMER_TEAMS = 8
STAYS_OWN = timedelta(days=30)  # whoever leaves a team decides nothing about it for so long


@dataclass(frozen=True, slots=True)
class FormerTeam:
    """The key of a team that a member was in until they moved; None: they were in none."""

    key: str | None
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A member as they are listed now, and the teams that they were in before: points belong to where they were earned.

    `first_team_name`: the key of a team that was renamed since.
    """

    id: str  # 32 hexadecimal digits, random
    user: str  # the platform's name for them
    channel: str = "voice"
    hired_on: date | None = None
    active: bool = True
    team: str | None = None
    name: str | None = None  # as people say it: shown to the member and to staff, never in the audit or to a model
    erased: bool = False  # for good: the slot stays, without personal data
    first_team_name: str | None = None
    former_teams: tuple[FormerTeam, ...] = ()  # oldest first
    left_on: date | None = None  # since when they are not active; None: they are, or left before this was noted
    addresses: Mapping[str, str] = field(default_factory=dict)  # on channels, by the channel's key

    @property
    def team_key(self) -> str | None:
        """Return the key of their team now, which is its first name; None where they are in none, or have left."""
        return (self.first_team_name or self.team) if self.active else None

    def team_at(self, moment: datetime) -> str | None:
        """Return the key of the team that they were in."""
        former = next((former for former in self.former_teams if moment < former.until), None)
        return former.key if former else self.team_key

    def teams_since(self, moment: datetime) -> frozenset[str]:
        """Return the keys of the teams that they are in, or were in after that moment."""
        former = [former.key for former in self.former_teams if former.until > moment]
        return frozenset(filter(None, (self.first_team_name or self.team, *former)))

    @property
    def display_name(self) -> str:
        return self.name or self.user

    def anonymous(self) -> "Member":
        """Return the member as they stay in the roster after their erasure."""
        return Member(id=self.id, user=f"erased {self.id}", active=False, erased=True)


type Roster = tuple[Member, ...]

SHORTEST_NAME = 3  # characters of a part of a name by which somebody is recognised


def words_of_names(roster: Roster) -> frozenset[str]:
    """Return every word of the members' names, and their user ids: what in a text says who somebody is."""
    words = (word for member in roster if not member.erased for word in (member.user, *(member.name or "").split()))
    return frozenset(word for word in words if len(word) >= SHORTEST_NAME)


def teammates(roster: Roster, members: Iterable[Member], *, at: datetime) -> frozenset[str]:
    """Return the ids of all who are in a team with one of the members, or were lately: leaving it makes nobody free."""
    since = at - STAYS_OWN
    teams = frozenset[str]().union(*(member.teams_since(since) for member in members))
    return frozenset(known.id for known in roster if not teams.isdisjoint(known.teams_since(since)))


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
    name: str | None = None
    addresses: Mapping[str, str] = field(default_factory=dict)  # on channels, by the channel's key


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    roster: Roster
    joined: tuple[str, ...]  # users
    changed: tuple[str, ...]
    returned: tuple[str, ...]
    left: tuple[str, ...]


def enrolled(known: Roster, listed: Sequence[RosterRow], *, new_id: Callable[[], str], at: datetime) -> Enrolment:
    """Return the roster after importing a list: who is not listed becomes inactive. The same list changes nothing.

    `at`: from when on its members are in their teams. Raises InvalidRequest for a user who is listed twice.
    """
    wanted = {row.user: row for row in listed}
    if len(wanted) < len(listed):
        users = [row.user for row in listed]
        twice = next(user for user in users if users.count(user) > 1)
        raise InvalidRequest(Message("admin.listed_twice", {"user": twice}))
    slots = {member.user: member for member in known if not member.erased}
    team_keys = _team_keys(known, wanted)
    after = [_updated(member, wanted.get(member.user), team_keys, at) for member in known]
    joined = [row for row in listed if row.user not in slots]
    after += [_listed(Member(id=new_id(), user=row.user), row, team_keys) for row in joined]
    pairs = list(zip(known, after, strict=False))
    return Enrolment(
        roster=tuple(after),
        joined=tuple(row.user for row in joined),
        changed=tuple(now.user for was, now in pairs if was != now and was.active and now.active),
        returned=tuple(now.user for was, now in pairs if now.active and not was.active),
        left=tuple(was.user for was, now in pairs if was.active and not now.active),
    )


def _team_keys(known: Roster, wanted: Mapping[str, RosterRow]) -> dict[str, str]:
    """Return the key of each listed team: a team keeps that of its first name.

    A team is renamed, and nobody moves, where all who stay on the list go from one name, which then is nobody's, to one
    that was nobody's before.
    """
    keys = {member.team: member.team_key for member in known if member.team and member.team_key}
    names = {row.team for row in wanted.values() if row.team}
    moves = {(member.team, wanted[member.user].team) for member in known if member.team_key and member.user in wanted}
    leads_to, comes_from = Counter(before for before, _ in moves), Counter(after for _, after in moves)
    renamed = {
        after: keys[before]
        for before, after in moves
        if before and after and before not in names and after not in keys and leads_to[before] == comes_from[after] == 1
    }
    taken = {key for name, key in keys.items() if name in names} | {*renamed.values()}
    result = {name: keys[name] for name in names & keys.keys()} | renamed
    for name in sorted(names - result.keys()):
        free = (f"{name} {number}" if number else name for number in range(len(taken) + 1))
        result[name] = next(key for key in free if key not in taken)
        taken.add(result[name])
    return result


def _updated(member: Member, row: RosterRow | None, team_keys: Mapping[str, str], at: datetime) -> Member:
    if member.erased:
        return member
    left_on = member.left_on or at.date()
    after = _listed(member, row, team_keys) if row else replace(member, active=False, left_on=left_on)
    if after.team_key == member.team_key:
        return after
    former = (*member.former_teams, FormerTeam(member.team_key, at))
    return replace(after, former_teams=former[-MOST_FORMER_TEAMS:])


def _listed(member: Member, row: RosterRow, team_keys: Mapping[str, str]) -> Member:
    key = team_keys[row.team] if row.team else None
    first_name = key if key != row.team else None
    return replace(
        member,
        channel=row.channel,
        hired_on=row.hired_on,
        team=row.team,
        first_team_name=first_name,
        name=row.name or member.name,
        addresses=row.addresses,
        active=True,
        left_on=None,
    )
