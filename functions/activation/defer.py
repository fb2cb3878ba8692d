"""Categories that were drawn and do not run after all: recorded with the reason, and nobody plays them."""

from collections.abc import Mapping
from dataclasses import replace

from ladder.domain.challenges.assignment import Assignment
from ladder.domain.challenges.ports import Assignments, Rotations
from ladder.domain.challenges.rotation import Rotation, RotationPlan
from ladder.domain.programs.program import Program


def make_way(rotation: Rotation, program: Program, taken: Mapping[str, str], rotations: Rotations) -> Rotation:
    """Exclusivity once more: a category whose metric somebody else has taken since the plan does not run tonight."""
    metrics = {key: program.category(key).metric for key in (rotation.night.drawn if rotation.night else ())}
    late = {
        key: f"a challenge that is not Ladder's ({taken[metric]}) has become active on {metric}"
        for key, metric in metrics.items()
        if metric in taken and program.exclusive(metric)
    }
    return defer(rotation, late, rotations)


def defer(rotation: Rotation, late: Mapping[str, str], rotations: Rotations) -> Rotation:
    """`late`: category -> why it does not run."""
    if not rotation.night or not late:
        return rotation
    changed = replace(rotation, night=_without(rotation.night, late))
    rotations.advance(changed)
    return changed


def idle_where_not_drawn(rotation: Rotation, assignments: Assignments) -> Assignment:
    """Tonight's assignment, in which nobody plays what does not run."""
    assignment = assignments.load(rotation.claim.program, rotation.claim.rotation)
    drawn = rotation.night.drawn if rotation.night else ()
    idle = {
        key: replace(standing, played=bytes(len(standing.played)))
        for key, standing in assignment.items()
        if key not in drawn and any(standing.played)
    }
    if idle:
        assignments.save(rotation.claim, assignment | idle)
    return assignment | idle


def _without(night: RotationPlan, late: Mapping[str, str]) -> RotationPlan:
    return replace(
        night,
        drawn=tuple(key for key in night.drawn if key not in late),
        deferred={**night.deferred, **late},
        last_drawn={key: day for key, day in night.last_drawn.items() if key not in late},
        warnings=(*night.warnings, *(f"{key}: {why}" for key, why in late.items())),
        joint={key: target for key, target in night.joint.items() if key not in late},
    )
