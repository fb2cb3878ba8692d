"""The platform's groups: read where everybody is, and compute tonight's changes in the fewest calls."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from ladder.domain.challenges.assignment import Assignment, Standing
from ladder.domain.challenges.ports import ChallengePlatform
from ladder.domain.challenges.rules import TIERS, Category, ChallengeRules, Membership
from ladder.domain.members.roster import Roster


@dataclass(frozen=True, slots=True)
class GroupChange:
    """One call's worth of users into or out of one group."""

    verb: Literal["add", "remove"]
    group: str
    users: tuple[str, ...]


def group_changes(
    selected: Iterable[Category], roster: Roster, assignment: Assignment, *, membership: Membership, batch: int
) -> list[GroupChange]:
    """Return tonight's changes, in a fixed order: everybody joins their new group before anybody leaves an old one.

    Where a membership `replaces` the old one, only those who get no new group have to leave.
    """
    joining: dict[str, list[str]] = defaultdict(list)
    leaving: dict[str, list[str]] = defaultdict(list)
    for category in selected:
        for user, old, new in _differences(roster, assignment[category.key]):
            if new:
                joining[category.groups[new - 1]].append(user)
            if old and (membership == "adds" or not new):
                leaving[category.groups[old - 1]].append(user)
    return [*_batched("add", joining, batch), *_batched("remove", leaving, batch)]


def with_shared_groups(assignment: Assignment, rules: ChallengeRules, selected: Collection[str]) -> Assignment:
    """Return the assignment in which the other categories know the groups that the selected ones know.

    A category on the same three groups knows the same; where a membership replaces the one before, a member of a
    selected group is in no other.
    """
    known = {rules.category(key).groups: assignment[key].group for key in selected}
    shared = dict(assignment)
    for category in rules.categories:
        if category.key not in selected:
            group = known.get(category.groups) or _after_replacing(assignment[category.key].group, known, rules)
            shared[category.key] = replace(assignment[category.key], group=group)
    return shared


def _after_replacing(group: bytes, known: Mapping[tuple[str, str, str], bytes], rules: ChallengeRules) -> bytes:
    if rules.platform is None or rules.platform.membership == "adds":
        return group
    elsewhere = [any(slots) for slots in zip(*known.values(), strict=True)] if known else [False] * len(group)
    return bytes(0 if gone else tier for gone, tier in zip(elsewhere, group, strict=True))


def _differences(roster: Roster, standing: Standing) -> Iterator[tuple[str, int, int]]:
    """Yield (user, tier whose group they are in, tier they play), where the two differ."""
    for member, old, new in zip(roster, standing.group, standing.played, strict=True):
        if old != new:
            yield member.user, old, new


def _batched(verb: Literal["add", "remove"], users: dict[str, list[str]], batch: int) -> Iterator[GroupChange]:
    for group, waiting in users.items():
        for start in range(0, len(waiting), batch):
            yield GroupChange(verb, group, tuple(waiting[start : start + batch]))


type TiersBySlot = list[frozenset[int]]  # a slot: the tiers whose groups hold the member


def read_groups(category: Category, roster: Roster, platform: ChallengePlatform) -> TiersBySlot:
    """Return one set of tiers a slot; users who are not on the roster do not count."""
    groups = [platform.members(group) for group in category.groups]
    return [frozenset(tier for tier in TIERS if member.user in groups[tier - 1]) for member in roster]


def actual_tier(tiers: frozenset[int], wanted: int) -> int:
    """Return the one tier a member is taken to be in: the wanted one where it is among them, else the easiest."""
    if wanted in tiers:
        return wanted
    return min(tiers, default=0)
