"""Change a plan that cannot run as it is: defer a category, or post one challenge for all of its tiers.

A platform may allow one active challenge per metric and day. The program says so under `platform`; where it does not,
the platform's refusal of a second tier does. Each change is recorded with its reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from activation.desired_challenges import joint_target, tiers_played
from ladder.domain.challenges.assignment import Assignment
from ladder.domain.challenges.ownership import is_ours, own_rotations
from ladder.domain.challenges.ports import Assignments, ChallengePlatform, Rotations
from ladder.domain.challenges.rotation import Claim, Rotation, launched_for
from ladder.domain.errors import Rejected, Unavailable
from ladder.domain.programs.program import Program

DECLARE = "write one_active_per_metric: true under platform in the program"


@dataclass(frozen=True, slots=True)
class RefusedLaunch:
    """A launch that was refused because its metric is taken."""

    claim: Claim
    category: str
    launched: tuple[str, ...]  # the keys of those that were launched, or recognised, before it
    why: str  # the platform's words


def defer_taken(rotation: Rotation, program: Program, taken: Mapping[str, str], rotations: Rotations) -> Rotation:
    """Defer each category whose exclusive metric somebody else has taken since the plan."""
    metrics = {
        key: program.challenges.category(key).metric for key in (rotation.plan.selected if rotation.plan else ())
    }
    reasons = {
        key: f"a challenge that is not Ladder's ({taken[metric]}) has become active on {metric}"
        for key, metric in metrics.items()
        if metric in taken and program.challenges.exclusive(metric)
    }
    return _defer(rotation, reasons, rotations)


def without_deferred(rotation: Rotation, assignments: Assignments) -> Assignment:
    """Return tonight's assignment, in which nobody plays what does not run."""
    assignment = assignments.load(rotation.claim.program, rotation.claim.rotation)
    selected = rotation.plan.selected if rotation.plan else ()
    idle = {
        key: replace(standing, played=bytes(len(standing.played)))
        for key, standing in assignment.items()
        if key not in selected and any(standing.played)
    }
    if idle:
        assignments.save(rotation.claim, assignment | idle)
    return assignment | idle


def with_joint_challenges(
    rotation: Rotation, program: Program, assignment: Assignment, rotations: Rotations
) -> Rotation:
    """Record the target that each challenge for all tiers displays, by who plays it now."""
    if rotation.plan is None:
        return rotation
    plan, declared = (
        rotation.plan,
        program.challenges.platform is not None and program.challenges.platform.one_active_per_metric,
    )
    joint = {
        key: joint_target(plan, key, tiers)
        for key in plan.selected
        if (declared or key in plan.joint) and (tiers := tiers_played(assignment[key]))
    }
    if joint == plan.joint:
        return rotation
    changed = replace(rotation, plan=replace(plan, joint=joint))
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
    """Return the rotation as it can run: with one challenge for all tiers, or without the category.

    Raises Rejected where the platform pays, for it would pay all tiers the same; Unavailable where nothing that is
    listed explains the refusal, as when the list does not show our own challenge yet.
    """
    rotation = rotations.hold(refused.claim)
    launched, metric = (
        [launched_for(key)[0] for key in refused.launched],
        program.challenges.category(refused.category).metric,
    )
    if refused.category in launched:  # our own challenge, for another tier, takes the metric
        return _join_tiers(rotation, refused, program, assignment, rotations)
    for category in launched:
        if program.challenges.category(category).metric == metric:
            reason = f"{category} runs on {metric}, and the platform allows one active challenge per metric"
            return _defer(rotation, {refused.category: reason}, rotations)
    own = own_rotations(rotation.claim, rotations)
    for live in platform.active():
        if live.metric == metric and not is_ours(live, program.challenges, own, foreign):
            reason = f"a challenge that is not this program's ({live.id}) has become active on {metric}"
            return _defer(rotation, {refused.category: reason}, rotations)
    raise Unavailable(f"{refused.category} was refused, and the platform lists no reason yet: {refused.why}")


def _join_tiers(
    rotation: Rotation, refused: RefusedLaunch, program: Program, assignment: Assignment, rotations: Rotations
) -> Rotation:
    key, metric = refused.category, program.challenges.category(refused.category).metric
    if program.challenges.payer == "platform":
        raise Rejected(
            f"the platform allows one active challenge per metric, so it cannot pay the tiers of {key} apart: write "
            f"payer: ladder in the program and one_active_per_metric: true under platform, or switch that setting of "
            f"the platform off ({refused.why})"
        )
    plan = rotation.planned
    warning = (
        f"{key}: one challenge was posted for all tiers, because the platform allows one active challenge per metric "
        f"and refused a second one on {metric}; {DECLARE} ({refused.why})"
    )
    joint = plan.joint | {key: joint_target(plan, key, tiers_played(assignment[key]))}
    changed = replace(rotation, plan=replace(plan, joint=joint, warnings=(*plan.warnings, warning)))
    rotations.advance(changed)
    return changed


def _defer(rotation: Rotation, reasons: Mapping[str, str], rotations: Rotations) -> Rotation:
    """`reasons`: category -> why it does not run."""
    plan = rotation.plan
    if not plan or not reasons:
        return rotation
    smaller = replace(
        plan,
        selected=tuple(key for key in plan.selected if key not in reasons),
        deferred={**plan.deferred, **reasons},
        last_selected={key: day for key, day in plan.last_selected.items() if key not in reasons},
        warnings=(*plan.warnings, *(f"{key}: {reason}" for key, reason in reasons.items())),
        joint={key: target for key, target in plan.joint.items() if key not in reasons},
    )
    changed = replace(rotation, plan=smaller)
    rotations.advance(changed)
    return changed
