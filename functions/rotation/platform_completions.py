"""Where the platform pays, its own completions are the outcome; Ladder only mirrors them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from ladder.domain.challenges.ports import ChallengePlatform
from ladder.domain.challenges.rotation import Rotation, launched_for
from ladder.domain.challenges.settlement import Codes, outcome_code
from ladder.domain.members.roster import Roster


@dataclass(frozen=True, slots=True)
class PlatformCompletion:
    """One member's completion as the platform recorded and paid it."""

    slot: int
    category: str
    tier: int
    points: int


def platform_completions(
    day: date, revisions: Sequence[Rotation], roster: Roster, platform: ChallengePlatform
) -> list[PlatformCompletion]:
    """Those of Ladder's own challenges of the date, whichever revision launched them.

    One for all tiers is none of the platform's to pay: a revision before had it posted, without points.
    """
    slots = {member.user: slot for slot, member in enumerate(roster)}
    launched = {
        launch.challenge: launched_for(key) for rotation in revisions for key, launch in rotation.launches.items()
    }
    found = []
    for each in platform.completions(day):
        category, tier = launched.get(each.challenge, ("", None))
        if each.user in slots and tier is not None:
            found.append(PlatformCompletion(slots[each.user], category, tier, each.points))
    return found


def outcomes(native: Sequence[PlatformCompletion], played: Mapping[str, Codes]) -> dict[str, Codes]:
    """Category -> each member's outcome, (M,). What the platform paid is completed, played or not."""
    found = {
        category: np.where(tiers > 0, outcome_code("missed"), outcome_code("not playing")).astype(np.uint8)
        for category, tiers in played.items()
    }
    for each in native:
        if each.category in found:
            found[each.category][each.slot] = outcome_code("completed")
    return found
