"""Retire: everything of ours that is active ends before anything new begins."""

from dataclasses import replace

from ladder.domain.challenges.ownership import is_ours, own_rotations, rotations_of_others
from ladder.domain.challenges.ports import ChallengePlatform, Rotations
from ladder.domain.challenges.rotation import Claim
from ladder.domain.programs.ports import Programs
from ladder.domain.programs.program import Program


def retire(
    claim: Claim, program: Program, *, programs: Programs, rotations: Rotations, platform: ChallengePlatform
) -> None:
    """End all of our active challenges, whoever launched them. Foreign ones are not touched, nor another program's."""
    rotation = rotations.hold(claim)
    if rotation.reached("active"):
        return
    own, foreign = own_rotations(claim, rotations), rotations_of_others(claim, rotations, programs.keys())
    if rotation.step == "planned":
        rotations.advance(replace(rotation, step="retired"))
    for challenge in platform.active():
        if not is_ours(challenge, program.challenges, own, foreign):
            continue
        # What an earlier attempt of this rotation launched has to be launched again. Recorded first: a challenge that
        # is retired and not recorded would be taken for active, and is in no list any more.
        for key, launch in rotation.launches.items():
            if launch.challenge == challenge.id:
                rotations.record_launch(claim, key, replace(launch, state="retired"))
        platform.retire(challenge.id)
