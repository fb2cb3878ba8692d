"""Where the platform pays, its own completions are the outcome; Ladder only mirrors them."""

from collections.abc import Mapping

import numpy as np

from ladder.domain.members import Roster
from ladder.domain.rotation import Rotation
from ladder.domain.settlement import Codes, code
from ladder.ports import ChallengePlatform


def natively_completed(rotation: Rotation, roster: Roster, platform: ChallengePlatform) -> Mapping[str, Codes]:
    """Category -> each member's outcome, (M,), as the platform recorded it."""
    slots = {member.user: slot for slot, member in enumerate(roster)}
    category_of = {launch.challenge: key.split("#")[0] for key, launch in rotation.launches.items()}
    drawn = rotation.night.drawn if rotation.night else ()
    outcomes = {key: np.full(len(roster), code("missed"), dtype=np.uint8) for key in drawn}
    for native in platform.completions(rotation.claim.date):
        if native.user in slots and native.challenge in category_of:
            outcomes[category_of[native.challenge]][slots[native.user]] = code("completed")
    return outcomes
