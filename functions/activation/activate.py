"""Activate: launch tonight's challenges, see them active, and make this rotation the current one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from activation.deferral import RefusedLaunch, after_refusal, idle_where_not_drawn, make_way, with_joint_challenges
from activation.desired_challenges import DesiredChallenge, desired_challenges, matches
from ladder.domain.challenges.ownership import is_ours, launched_by, own_rotations, rotations_of_others, taken_metrics
from ladder.domain.challenges.ports import Announcements, Assignments, ChallengePlatform, LiveChallenge, Rotations
from ladder.domain.challenges.rotation import Claim, Launch, Rotation
from ladder.domain.errors import MetricTaken, Unavailable
from ladder.domain.programs.ports import Programs
from ladder.domain.programs.program import Program


def activate(
    claim: Claim,
    program: Program,
    *,
    now: datetime,
    programs: Programs,
    rotations: Rotations,
    assignments: Assignments,
    platform: ChallengePlatform,
    announcements: Announcements,
) -> None:
    """Whatever an earlier run of this step got done is recognised and kept, what is too much is retired.

    Readers see the night all at once: the pointer moves last, and only while the claim is held.
    """
    rotation = rotations.hold(claim)
    if not rotation.reached("active"):
        rotation = go_live(
            rotation,
            program,
            programs=programs,
            rotations=rotations,
            assignments=assignments,
            platform=platform,
        )
        rotations.activate(claim, at=now)
    announcements.announce("RotationActivated", _announcement(rotation))
    rotations.advance(replace(rotation, step="announced"))


def _announcement(rotation: Rotation) -> dict[str, object]:
    """What happened, and what people should know of it."""
    claim, night = rotation.claim, rotation.plan
    return {
        "program": claim.program,
        "date": claim.date.isoformat(),
        "revision": claim.revision,
        "categories": list(night.selected) if night else [],
        "warnings": list(night.warnings) if night else [],
        "refused": len(rotation.refused),
        "group_mismatches": rotation.group_mismatches,
    }


type IsMine = Callable[[LiveChallenge], bool]


def go_live(
    rotation: Rotation,
    program: Program,
    *,
    programs: Programs,
    rotations: Rotations,
    assignments: Assignments,
    platform: ChallengePlatform,
) -> Rotation:
    """The rotation as it went live.

    A refused launch changes the night, which is recorded before anything follows from it, and all begins anew with
    the platform's list; so whoever dies in between goes on from there.
    """
    foreign = rotations_of_others(rotation.claim, rotations, programs)
    known = [*own_rotations(rotation.claim, rotations), *foreign]
    is_mine: IsMine = partial(is_ours, program=program, rotations=[rotation], others=foreign)
    while True:
        live = platform.active()
        rotation = make_way(rotation, program, taken_metrics(live, program, known), rotations)
        assignment = idle_where_not_drawn(rotation, assignments)
        rotation = with_joint_challenges(rotation, program, assignment, rotations)
        wanted = desired_challenges(rotation, program, assignment)
        live = _without_surplus(live, wanted, rotation, is_mine, rotations=rotations, platform=platform)
        live = [each for each in live if each.id not in launched_by(foreign)]
        launched, refused = _launch_all(wanted, rotation, live, rotations, platform)
        if refused is None:
            _confirm(rotation, is_mine, launched, rotations, platform)
            return rotation
        rotation = after_refusal(refused, program, assignment, foreign, rotations=rotations, platform=platform)


def _without_surplus(
    live: Sequence[LiveChallenge],
    wanted: Sequence[DesiredChallenge],
    rotation: Rotation,
    is_mine: IsMine,
    *,
    rotations: Rotations,
    platform: ChallengePlatform,
) -> list[LiveChallenge]:
    """What is active once all of ours that tonight does not ask for is retired: it could stand in the way."""
    keys = {each.key for each in wanted}
    over = {key: launch for key, launch in rotation.launches.items() if key not in keys and launch.state != "retired"}
    kept = {launch.challenge for key, launch in rotation.launches.items() if key in keys}
    surplus = {launch.challenge for launch in over.values() if launch.challenge}
    surplus |= {
        each.id
        for each in live
        if each.id not in kept and is_mine(each) and not any(matches(each, one.challenge) for one in wanted)
    }
    for challenge in sorted(surplus):
        platform.retire(challenge)
    for key, launch in over.items():
        rotations.record_launch(rotation.claim, key, replace(launch, state="retired"))
    return [each for each in live if each.id not in surplus]


def _launch_all(
    wanted: Sequence[DesiredChallenge],
    rotation: Rotation,
    live: Sequence[LiveChallenge],
    rotations: Rotations,
    platform: ChallengePlatform,
) -> tuple[Mapping[str, str], RefusedLaunch | None]:
    """Up to the first that is refused because its metric is taken."""
    launched: dict[str, str] = {}
    for each in wanted:
        try:
            launched[each.key] = _launch(each, rotation, live, rotations, platform)
        except MetricTaken as refusal:
            return launched, RefusedLaunch(rotation.claim, each.category, tuple(launched), why=str(refusal))
    return launched, None


def _launch(
    wanted: DesiredChallenge,
    rotation: Rotation,
    live: Sequence[LiveChallenge],
    rotations: Rotations,
    platform: ChallengePlatform,
) -> str:
    """The platform's id: recorded, or recognised among the active ones, or new."""
    launch = rotation.launches.get(wanted.key)
    if launch and launch.challenge and launch.state in {"created", "active"}:
        return launch.challenge
    challenge = next((each.id for each in live if matches(each, wanted.challenge)), None)
    if challenge is None:
        rotations.record_launch(rotation.claim, wanted.key, Launch(state="intent"))
        challenge = platform.launch(wanted.challenge)
    rotations.record_launch(rotation.claim, wanted.key, Launch(state="created", challenge=challenge))
    return challenge


def _confirm(
    rotation: Rotation,
    is_mine: IsMine,
    launched: Mapping[str, str],
    rotations: Rotations,
    platform: ChallengePlatform,
) -> None:
    """See every challenge active, and retire ours beyond them. A list that lags is asked again by the next try."""
    live = platform.active()
    for challenge in live:
        if challenge.id not in launched.values() and is_mine(challenge):
            platform.retire(challenge.id)
    active = {challenge.id for challenge in live}
    missing = [key for key, ours in launched.items() if ours not in active]
    if missing:
        raise Unavailable(f"the platform does not show {', '.join(missing)} as active yet")
    for key, ours in launched.items():
        rotations.record_launch(rotation.claim, key, Launch(state="active", challenge=ours))
