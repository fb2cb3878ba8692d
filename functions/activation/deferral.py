"""Categories that were drawn and do not run after all: recorded with the reason, and nobody plays them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from activation.desired_challenges import joint_target, planned, tiers_played
from ladder.domain.challenges.assignment import Assignment
from ladder.domain.challenges.ownership import is_ours, own_rotations
from ladder.domain.challenges.ports import Assignments, ChallengePlatform, Rotations
from ladder.domain.challenges.rotation import Claim, Rotation, RotationPlan, launched_for
from ladder.domain.errors import Rejected, Unavailable
from ladder.domain.programs.program import Program


def make_way(rotation: Rotation, program: Program, taken: Mapping[str, str], rotations: Rotations) -> Rotation:
    """Exclusivity once more: a category whose metric somebody else has taken since the plan does not run tonight."""
    metrics = {key: program.category(key).metric for key in (rotation.plan.selected if rotation.plan else ())}
    late = {
        key: f"a challenge that is not Ladder's ({taken[metric]}) has become active on {metric}"
        for key, metric in metrics.items()
        if metric in taken and program.exclusive(metric)
    }
    return defer(rotation, late, rotations)


def defer(rotation: Rotation, late: Mapping[str, str], rotations: Rotations) -> Rotation:
    """`late`: category -> why it does not run."""
    if not rotation.plan or not late:
        return rotation
    changed = replace(rotation, plan=_without(rotation.plan, late))
    rotations.advance(changed)
    return changed


def idle_where_not_drawn(rotation: Rotation, assignments: Assignments) -> Assignment:
    """Tonight's assignment, in which nobody plays what does not run."""
    assignment = assignments.load(rotation.claim.program, rotation.claim.rotation)
    drawn = rotation.plan.selected if rotation.plan else ()
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
        selected=tuple(key for key in night.selected if key not in late),
        deferred={**night.deferred, **late},
        last_selected={key: day for key, day in night.last_selected.items() if key not in late},
        warnings=(*night.warnings, *(f"{key}: {why}" for key, why in late.items())),
        joint={key: target for key, target in night.joint.items() if key not in late},
    )


DECLARE = "write one_active_per_metric: true under platform in the program"


@dataclass(frozen=True, slots=True)
class RefusedLaunch:
    """A launch that was refused because its metric is taken."""

    claim: Claim
    category: str
    launched: tuple[str, ...]  # the keys of those that were launched, or recognised, before it
    why: str  # the platform's words

    @property
    def for_another_tier(self) -> bool:
        """Is it this category's own challenge, for another tier, that takes the metric?"""
        return any(launched_for(key)[0] == self.category for key in self.launched)


def with_joint_challenges(
    rotation: Rotation, program: Program, assignment: Assignment, rotations: Rotations
) -> Rotation:
    """The night with the target that each of its challenges for all tiers displays, by who plays it now."""
    if rotation.plan is None:
        return rotation
    night, declared = rotation.plan, program.platform is not None and program.platform.one_active_per_metric
    joint = {
        key: joint_target(night, key, tiers)
        for key in night.selected
        if (declared or key in night.joint) and (tiers := tiers_played(assignment[key]))
    }
    if joint == night.joint:
        return rotation
    changed = replace(rotation, plan=replace(night, joint=joint))
    rotations.advance(changed)
    return changed


def after_refusal(
    refused: RefusedLaunch,
    program: Program,
    assignment: Assignment,
    foreign: Sequence[Rotation],
    *,
    rotations: Rotations,
    platform: ChallengePlatform,
) -> Rotation:
    """The night as it can run: with one challenge for all tiers, or without the category.

    Raises Rejected where the platform pays, for it would pay all tiers the same; Unavailable where nothing that is
    listed explains the refusal, as when the list does not show our own challenge yet.
    """
    rotation = rotations.hold(refused.claim)
    if refused.for_another_tier:
        return _joined(rotation, refused, program, assignment, rotations)
    holder = _holder(own_rotations(rotation.claim, rotations), foreign, refused, program, platform)
    if holder is None:
        raise Unavailable(f"{refused.category} was refused, and the platform lists no reason yet: {refused.why}")
    return defer(rotation, {refused.category: holder}, rotations)


def _joined(
    rotation: Rotation, refused: RefusedLaunch, program: Program, assignment: Assignment, rotations: Rotations
) -> Rotation:
    key, metric = refused.category, program.category(refused.category).metric
    if program.payer == "platform":
        raise Rejected(
            f"the platform allows one active challenge per metric, so it cannot pay the tiers of {key} apart: write "
            f"payer: ladder in the program and one_active_per_metric: true under platform, or switch that setting of "
            f"the platform off ({refused.why})"
        )
    night = planned(rotation)
    told = (
        f"{key}: one challenge was posted for all tiers, because the platform allows one active challenge per metric "
        f"and refused a second one on {metric}; {DECLARE} ({refused.why})"
    )
    joint = night.joint | {key: joint_target(night, key, tiers_played(assignment[key]))}
    changed = replace(rotation, plan=replace(night, joint=joint, warnings=(*night.warnings, told)))
    rotations.advance(changed)
    return changed


def _holder(
    known: Sequence[Rotation],
    foreign: Sequence[Rotation],
    refused: RefusedLaunch,
    program: Program,
    platform: ChallengePlatform,
) -> str | None:
    """Whose challenge takes the metric: another category's of tonight, or one that is not this program's."""
    metric = program.category(refused.category).metric
    for category in (launched_for(key)[0] for key in refused.launched):
        if program.category(category).metric == metric:
            return f"{category} runs on {metric}, and the platform allows one active challenge per metric"
    for live in platform.active():
        if live.metric == metric and not is_ours(live, program, known, foreign):
            return f"a challenge that is not this program's ({live.id}) has become active on {metric}"
    return None
