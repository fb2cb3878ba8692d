"""Activate: launch tonight's challenges, see them active, and make this rotation the current one."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from activation.challenges import Wanted, is_wanted, wanted_tonight
from ladder.domain.errors import Unavailable
from ladder.domain.ownership import is_ours, launched_by, taken_metrics
from ladder.domain.program import Program
from ladder.domain.rotation import Claim, Launch, Night, Rotation
from ladder.known_rotations import others, own
from ladder.ports.nights import Announcements, Assignments, ChallengePlatform, LiveChallenge, Rotations
from ladder.ports.programs import Programs

type IsMine = Callable[[LiveChallenge], bool]


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
        rotation = _go_live(
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


def _go_live(
    rotation: Rotation,
    program: Program,
    *,
    programs: Programs,
    rotations: Rotations,
    assignments: Assignments,
    platform: ChallengePlatform,
) -> Rotation:
    live, foreign = platform.active(), others(rotation.claim, rotations, programs)
    taken = taken_metrics(live, program, [*own(rotation.claim, rotations), *foreign])
    rotation = _make_way(rotation, program, taken, rotations, assignments)
    wanted = wanted_tonight(rotation, program, assignments.load(rotation.claim.program, rotation.claim.rotation))
    known = [each for each in live if each.id not in launched_by(foreign)]
    launched = {each.key: _launch(each, rotation, known, rotations, platform) for each in wanted}
    is_mine = partial(is_ours, program=program, rotations=[rotation], others=foreign)
    _confirm(rotation, is_mine, launched, rotations, platform)
    return rotation


def _make_way(
    rotation: Rotation, program: Program, taken: Mapping[str, str], rotations: Rotations, assignments: Assignments
) -> Rotation:
    """Exclusivity once more: a category whose metric somebody else has taken since the plan does not run tonight."""
    night = rotation.night
    late = {
        key: f"a challenge that is not Ladder's ({taken[metric.key]}) has become active on {metric.key}"
        for key in (night.drawn if night else ())
        if (metric := program.metric(program.category(key).metric)).exclusive and metric.key in taken
    }
    if not night or not late:
        return rotation
    _withdraw(rotation, late, assignments)
    changed = replace(rotation, night=_without(night, late))
    rotations.advance(changed)
    return changed


def _withdraw(rotation: Rotation, late: Mapping[str, str], assignments: Assignments) -> None:
    assignment = assignments.load(rotation.claim.program, rotation.claim.rotation)
    idle = {key: replace(assignment[key], played=bytes(len(assignment[key].played))) for key in late}
    assignments.save(rotation.claim, assignment | idle)


def _without(night: Night, late: Mapping[str, str]) -> Night:
    return replace(
        night,
        drawn=tuple(key for key in night.drawn if key not in late),
        deferred={**night.deferred, **late},
        last_drawn={key: day for key, day in night.last_drawn.items() if key not in late},
        warnings=(*night.warnings, *(f"{key}: {why}" for key, why in late.items())),
    )


def _launch(
    wanted: Wanted, rotation: Rotation, live: list[LiveChallenge], rotations: Rotations, platform: ChallengePlatform
) -> str:
    """The platform's id: recorded, or recognised among the active ones that no other program launched, or new."""
    launch = rotation.launches.get(wanted.key)
    if launch and launch.challenge and launch.state in {"created", "active"}:
        return launch.challenge
    challenge = next((each.id for each in live if is_wanted(each, wanted.challenge)), None)
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


def _announcement(rotation: Rotation) -> dict[str, object]:
    """What happened, and what people should know of it."""
    claim, night = rotation.claim, rotation.night
    return {
        "program": claim.program,
        "date": claim.date.isoformat(),
        "revision": claim.revision,
        "categories": list(night.drawn) if night else [],
        "warnings": list(night.warnings) if night else [],
        "refused": len(rotation.refused),
        "strays": rotation.strays,
    }
