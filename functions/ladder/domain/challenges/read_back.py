"""Reading the groups back: where the platform really has everybody."""

from ladder.domain.challenges.ports import ChallengePlatform
from ladder.domain.members.roster import Roster
from ladder.domain.programs.program import TIERS, Category

type Found = list[frozenset[int]]  # a slot: the tiers whose groups hold the member


def read_back(category: Category, roster: Roster, platform: ChallengePlatform) -> Found:
    """One set of tiers a slot; users who are not on the roster do not count."""
    groups = [platform.members(group) for group in category.groups]
    return [frozenset(tier for tier in TIERS if member.user in groups[tier - 1]) for member in roster]


def real_tier(found: frozenset[int], wanted: int) -> int:
    """The one tier a member is taken to be in: the wanted one where it is among them, else the easiest."""
    if wanted in found:
        return wanted
    return min(found, default=0)
