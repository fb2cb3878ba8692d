"""Who has to change groups tonight, in the fewest calls: pure arithmetic over standings."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from ladder.domain.challenges.assignment import Assignment, Standing
from ladder.domain.challenges.ports import ChallengePlatform
from ladder.domain.members.roster import Roster
from ladder.domain.programs.program import TIERS, Category, Membership, Program


@dataclass(frozen=True, slots=True)
class GroupChange:
    """One call's worth of users into or out of one group."""

    verb: Literal["add", "remove"]
    group: str
    users: tuple[str, ...]


def group_changes(
    drawn: Iterable[Category], roster: Roster, assignment: Assignment, *, membership: Membership, batch: int
) -> list[GroupChange]:
    """Everybody joins his new group before anybody leaves an old one, in an order that depends on nothing else.

    Where a membership `replaces` the old one, only those who get no new group have to leave.
    """
    joining: dict[str, list[str]] = defaultdict(list)
    leaving: dict[str, list[str]] = defaultdict(list)
    for category in drawn:
        for user, old, new in _moves(roster, assignment[category.key]):
            if new:
                joining[category.groups[new - 1]].append(user)
            if old and (membership == "adds" or not new):
                leaving[category.groups[old - 1]].append(user)
    return [*_batched("add", joining, batch), *_batched("remove", leaving, batch)]


def with_shared_groups(assignment: Assignment, program: Program, drawn: Collection[str]) -> Assignment:
    """What the drawn categories know of where everybody is, told to the others.

    A category on the same three groups knows the same; where a membership replaces the one before, whoever is in a
    drawn group is in no other.
    """
    known = {program.category(key).groups: assignment[key].group for key in drawn}
    told = dict(assignment)
    for category in program.categories:
        if category.key not in drawn:
            group = known.get(category.groups) or _left(assignment[category.key].group, known, program)
            told[category.key] = replace(assignment[category.key], group=group)
    return told


def _left(group: bytes, known: Mapping[tuple[str, str, str], bytes], program: Program) -> bytes:
    if program.platform is None or program.platform.membership == "adds":
        return group
    elsewhere = [any(slots) for slots in zip(*known.values(), strict=True)] if known else [False] * len(group)
    return bytes(0 if gone else tier for gone, tier in zip(elsewhere, group, strict=True))


def _moves(roster: Roster, standing: Standing) -> Iterator[tuple[str, int, int]]:
    """(user, tier whose group he is in, tier he plays), where they differ."""
    for member, old, new in zip(roster, standing.group, standing.played, strict=True):
        if old != new:
            yield member.user, old, new


def _batched(verb: Literal["add", "remove"], users: dict[str, list[str]], batch: int) -> Iterator[GroupChange]:
    for group, waiting in users.items():
        for start in range(0, len(waiting), batch):
            yield GroupChange(verb, group, tuple(waiting[start : start + batch]))


type TiersBySlot = list[frozenset[int]]  # a slot: the tiers whose groups hold the member


def read_groups(category: Category, roster: Roster, platform: ChallengePlatform) -> TiersBySlot:
    """One set of tiers a slot; users who are not on the roster do not count."""
    groups = [platform.members(group) for group in category.groups]
    return [frozenset(tier for tier in TIERS if member.user in groups[tier - 1]) for member in roster]


def actual_tier(found: frozenset[int], wanted: int) -> int:
    """The one tier a member is taken to be in: the wanted one where it is among them, else the easiest."""
    if wanted in found:
        return wanted
    return min(found, default=0)
