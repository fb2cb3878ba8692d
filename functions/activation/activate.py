"""Activate: make this rotation the current one, after its challenges are active on the outside platform, if any."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from activation.deferral import RefusedLaunch, adapt, after_refusal
from activation.desired_challenges import DesiredChallenge, desired_challenges, matches
from activation.former_platform import end_on_former_platform
from ladder.domain.challenges.ownership import is_ours, launched_by, own_rotations, rotations_of_others, taken_metrics
from ladder.domain.challenges.ports import (
    Announcements,
    Assignments,
    ChallengePlatform,
    LiveChallenge,
    Rotations,
)
from ladder.domain.challenges.rotation import Claim, Launch, Rotation
from ladder.domain.challenges.rules import ChallengeRules
from ladder.domain.errors import MetricTaken, Unavailable
from ladder.domain.message import Message
from ladder.domain.programs.other_programs import other_programs, programs_beside
from ladder.domain.programs.ports import Programs
from ladder.domain.programs.program import Program
from ladder.domain.programs.start_rotation import remaining_day


def activate(
    claim: Claim,
    program: Program,
    *,
    now: datetime,
    programs: Programs,
    rotations: Rotations,
    assignments: Assignments,
    platform_of: Callable[[Program], ChallengePlatform],
    announcements: Announcements,
) -> None:
    """Launch the challenges. Whatever an earlier run of this step got done is recognised, surplus ones are retired.

    Readers see the night all at once: the pointer moves last, and only while the claim is held. Without an outside
    platform that is all there is to do, but for what the program left on a former one.
    """
    rotation = rotations.hold(claim)
    if not rotation.reached("active"):
        foreign = rotations_of_others(claim, rotations, programs.keys())  # of those that cannot be read, too
        if program.challenges.outside_platform:
            beside = [other.challenges for other in programs_beside(program, other_programs(program, programs))]
            rotation = go_live(
                rotation,
                program,
                foreign,
                beside,
                rotations=rotations,
                assignments=assignments,
                platform=platform_of(program),
            )
        else:
            rotation, _ = adapt(rotation, program, {}, rotations=rotations, assignments=assignments)
            rotation = end_on_former_platform(
                rotation, foreign, programs=programs, rotations=rotations, platform_of=platform_of
            )
        rotations.activate(claim, at=now)
    plan = rotation.plan
    announcement: dict[str, object] = {
        "program": claim.program,
        "date": claim.date.isoformat(),
        "revision": claim.revision,
        "categories": list(plan.selected) if plan else [],
        "warnings": [warning.to_dict() for warning in plan.warnings] if plan else [],
        "refused": len(rotation.refused),
        "group_mismatches": rotation.group_mismatches,
    }
    announcements.announce("RotationActivated", announcement)
    rotations.advance(replace(rotation, step="announced"))


type IsMine = Callable[[LiveChallenge], bool]


def go_live(
    rotation: Rotation,
    program: Program,
    foreign: Sequence[Rotation],
    beside: Sequence[ChallengeRules],
    *,
    rotations: Rotations,
    assignments: Assignments,
    platform: ChallengePlatform,
) -> Rotation:
    """Launch all challenges and return the rotation as it went live.

    A refused launch changes the plan, which is recorded before anything follows from it, and all begins again with
    the platform's list; so a run that dies in between can be continued.
    """
    known = [*own_rotations(rotation.claim, rotations), *foreign]
    is_mine: IsMine = partial(is_ours, rules=program.challenges, rotations=[rotation], others=foreign)
    first, last = remaining_day(rotation, program.schedule)
    while True:
        live = platform.active()
        taken = taken_metrics(live, program.challenges, known, beside=beside, first=first, last=last)
        rotation, assignment = adapt(rotation, program, taken, rotations=rotations, assignments=assignments)
        desired = desired_challenges(rotation, program, assignment)
        live = _without_surplus(live, desired, rotation, is_mine, rotations=rotations, platform=platform)
        live = [challenge for challenge in live if challenge.id not in launched_by(foreign)]
        launched, refused = _launch(desired, rotation, live, rotations, platform)
        if refused is None:
            return _confirm(rotation, is_mine, launched, rotations, platform)
        rotation = after_refusal(refused, program, assignment, foreign, rotations=rotations, platform=platform)


def _without_surplus(
    live: Sequence[LiveChallenge],
    desired: Sequence[DesiredChallenge],
    rotation: Rotation,
    is_mine: IsMine,
    *,
    rotations: Rotations,
    platform: ChallengePlatform,
) -> list[LiveChallenge]:
    """Retire all of ours that tonight does not need, as they could block a launch; return what is still active."""
    keys = {challenge.key for challenge in desired}
    over = {key: launch for key, launch in rotation.launches.items() if key not in keys and launch.state != "retired"}
    recorded = {launch.challenge for key, launch in rotation.launches.items() if key in keys}
    surplus = {launch.challenge for launch in over.values() if launch.challenge}
    surplus |= {
        challenge.id
        for challenge in live
        if challenge.id not in recorded
        and is_mine(challenge)
        and not any(matches(challenge, one.challenge) for one in desired)
    }
    for challenge in sorted(surplus):
        platform.retire(challenge)
    for key, launch in over.items():
        rotations.record_launch(rotation.claim, key, replace(launch, state="retired"))
    return [challenge for challenge in live if challenge.id not in surplus]


def _launch(
    desired: Sequence[DesiredChallenge],
    rotation: Rotation,
    live: Sequence[LiveChallenge],
    rotations: Rotations,
    platform: ChallengePlatform,
) -> tuple[Mapping[str, str], RefusedLaunch | None]:
    """Launch up to the first that is refused because its metric is taken; return the ids by key, and the refusal.

    What was launched before is recognised: as recorded, or among the active ones. A launch whose answer is lost is
    looked for at once, and the others do not wait for it. Raises Unavailable at the end where it is not listed yet.
    """
    launched: dict[str, str] = {}
    unknown: Unavailable | None = None
    for wanted in desired:
        launch = rotation.launches.get(wanted.key)
        if launch and launch.challenge and launch.state in {"created", "active"}:
            launched[wanted.key] = launch.challenge
            continue
        challenge = next((active.id for active in live if matches(active, wanted.challenge)), None)
        if challenge is None:
            rotations.record_launch(rotation.claim, wanted.key, Launch(state="intent"))
            try:
                challenge = platform.launch(wanted.challenge)
            except Unavailable as lost:
                challenge = next((active.id for active in platform.active() if matches(active, wanted.challenge)), None)
                if challenge is None:
                    unknown = lost
                    continue
            except MetricTaken as refusal:
                return launched, RefusedLaunch(rotation.claim, wanted.category, tuple(launched), why=str(refusal))
        rotations.record_launch(rotation.claim, wanted.key, Launch(state="created", challenge=challenge))
        launched[wanted.key] = challenge
    if unknown:
        raise unknown
    return launched, None


def _confirm(
    rotation: Rotation,
    is_mine: IsMine,
    launched: Mapping[str, str],
    rotations: Rotations,
    platform: ChallengePlatform,
) -> Rotation:
    """Check that every challenge is active, retire ours beyond them, and return the rotation.

    Where the list does not show one yet, the next try asks again. A list that lags for longer than all tries of one
    attempt would fail the others, too: from the second on, what the platform has accepted counts, with a warning.
    """
    live = platform.active()
    for challenge in live:
        if challenge.id not in launched.values() and is_mine(challenge):
            platform.retire(challenge.id)
    active = {challenge.id for challenge in live}
    missing = [key for key, ours in launched.items() if ours not in active]
    if missing and rotation.claim.attempt == 1:
        raise Unavailable(f"the platform does not show {', '.join(missing)} as active yet")
    if missing:
        late = Message("rotation.not_listed_yet", {"challenges": ", ".join(missing)})
        warnings = tuple(dict.fromkeys([*rotation.planned.warnings, late]))
        rotation = replace(rotation, plan=replace(rotation.planned, warnings=warnings))
        rotations.advance(rotation)
    for key, ours in launched.items():
        if key not in missing:
            rotations.record_launch(rotation.claim, key, Launch(state="active", challenge=ours))
    return rotation
