"""The platform's groups: read everybody's group, and compute tonight's changes in the fewest calls."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import batched
from typing import Literal

from ladder.domain.challenges.assignment import Assignment
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
    selected: Iterable[Category],
    roster: Roster,
    assignment: Assignment,
    *,
    resting: Iterable[Category] = (),
    membership: Membership,
    batch: int,
) -> list[GroupChange]:
    """Return tonight's changes, in a fixed order: everybody joins their new group before anybody leaves an old one.

    Where a membership `replaces` the old one, only those who get no new group have to leave. The groups of `resting`
    categories are left only by members who do not take part.
    """
    joining: dict[str, list[str]] = defaultdict(list)
    leaving: dict[str, list[str]] = defaultdict(list)
    for category in selected:
        standing = assignment[category.key]
        for member, old, new in zip(roster, standing.group, standing.played, strict=True):
            if new and new != old:
                joining[category.groups[new - 1]].append(member.user)
            if old and new != old and (membership == "adds" or not new):
                leaving[category.groups[old - 1]].append(member.user)
    for category in resting:
        standing = assignment[category.key]
        for member, old, outside in zip(roster, standing.group, standing.outside, strict=True):
            if old and outside:
                leaving[category.groups[old - 1]].append(member.user)
    return [*_batched("add", joining, batch), *_batched("remove", leaving, batch)]


def resting_to_leave(rules: ChallengeRules, selected: Collection[str], assignment: Assignment) -> list[Category]:
    """Return the opt-in categories that do not run, and whose groups hold members who do not take part."""
    standings = ((category, assignment[category.key]) for category in rules.opt_in if category.key not in selected)
    return [
        category
        for category, standing in standings
        if any(group and outside for group, outside in zip(standing.group, standing.outside, strict=True))
    ]


def with_shared_groups(assignment: Assignment, rules: ChallengeRules, selected: Collection[str]) -> Assignment:
    """Return the assignment in which the other categories know the groups that the selected ones know.

    A category on the same three groups knows the same; where a membership replaces the one before, a member of a
    selected group is in no other.
    """
    known = {rules.category(key).groups: assignment[key].group for key in selected}
    replaces = rules.outside_platform is not None and rules.outside_platform.membership == "replaces"
    shared = dict(assignment)
    for category in rules.categories:
        if category.key in selected:
            continue
        group = known.get(category.groups)
        if not group:
            group = assignment[category.key].group
            if replaces and known:
                elsewhere = (any(tiers) for tiers in zip(*known.values(), strict=True))
                group = bytes(0 if left else tier for left, tier in zip(elsewhere, group, strict=True))
        shared[category.key] = replace(assignment[category.key], group=group)
    return shared


def _batched(verb: Literal["add", "remove"], users: dict[str, list[str]], batch: int) -> Iterator[GroupChange]:
    for group, members in users.items():
        yield from (GroupChange(verb, group, together) for together in batched(members, batch, strict=False))


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
