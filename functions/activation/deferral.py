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
from ladder.domain.message import Message
from ladder.domain.programs.program import Program
from ladder.domain.programs.start_rotation import too_late


@dataclass(frozen=True, slots=True)
class RefusedLaunch:
    """A launch that was refused because its metric is taken."""

    claim: Claim
    category: str
    launched: tuple[str, ...]  # the keys of those that were launched, or recognised, before it
    why: str  # the platform's words


def adapt(
    rotation: Rotation, program: Program, taken: Mapping[str, str], *, rotations: Rotations, assignments: Assignments
) -> tuple[Rotation, Assignment]:
    """Record the plan as it can run now, and return the rotation with its assignment.

    A category is deferred if somebody else has taken its exclusive metric since the plan, all are where this attempt
    began too late in the day; nobody plays what does not run. A challenge for all tiers displays a target by who plays
    it now.
    `taken`: metric -> the id of somebody else's challenge on it.
    """
    rules, reasons, late = program.challenges, dict[str, Message](), too_late(rotation, program.schedule)
    for key in rotation.plan.selected if rotation.plan else ():
        metric = rules.category(key).metric
        if late:
            reasons[key] = late
        elif metric in taken and rules.exclusive(metric):
            reasons[key] = Message("rotation.metric_taken_since", {"metric": metric, "challenge": taken[metric]})
    rotation = _defer(rotation, reasons, rotations)
    plan, assignment = rotation.plan, assignments.load(rotation.claim.program, rotation.claim.rotation)
    idle = {
        key: replace(standing, played=bytes(len(standing.played)))
        for key, standing in assignment.items()
        if any(standing.played) and key not in (plan.selected if plan else ())
    }
    if idle:
        assignment |= idle
        assignments.save(rotation.claim, assignment)
    if plan is None:
        return rotation, assignment
    declared = rules.outside_platform is not None and rules.outside_platform.one_active_per_metric
    joint = {
        key: joint_target(plan, key, tiers)
        for key in plan.selected
        if (declared or key in plan.joint) and (tiers := tiers_played(assignment[key]))
    }
    if joint != plan.joint:
        rotation = replace(rotation, plan=replace(plan, joint=joint))
        rotations.advance(rotation)
    return rotation, assignment


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
    rotation, rules = rotations.hold(refused.claim), program.challenges
    launched, metric = [launched_for(key)[0] for key in refused.launched], rules.category(refused.category).metric
    about = {"category": refused.category, "metric": metric, "why": refused.why}
    if refused.category in launched:  # our own challenge, for another tier, takes the metric
        if rules.payer == "platform":
            raise Rejected(
                "the platform allows one active challenge per metric, so it cannot pay the tiers of "
                f"{refused.category} differently: write payer: ladder in the program and one_active_per_metric: true "
                f"under platform, or switch that setting of the platform off ({refused.why})"
            )
        plan, tiers = rotation.planned, tiers_played(assignment[refused.category])
        joint = plan.joint | {refused.category: joint_target(plan, refused.category, tiers)}
        warnings = (*plan.warnings, Message("rotation.one_challenge_for_all_tiers", about))
        rotation = replace(rotation, plan=replace(plan, joint=joint, warnings=warnings))
        rotations.advance(rotation)
        return rotation
    for category in launched:
        if rules.category(category).metric == metric:
            reason = Message("rotation.metric_of_other_category", {"metric": metric, "category": category})
            return _defer(rotation, {refused.category: reason}, rotations)
    own = own_rotations(rotation.claim, rotations)
    for live in platform.active():
        if live.metric == metric and not is_ours(live, rules, own, foreign):
            reason = Message("rotation.metric_taken_since", {"metric": metric, "challenge": live.id})
            return _defer(rotation, {refused.category: reason}, rotations)
    raise Unavailable(f"{refused.category} was refused, and the platform lists no reason yet: {refused.why}")


def _defer(rotation: Rotation, reasons: Mapping[str, Message], rotations: Rotations) -> Rotation:
    """Record that categories do not run. `reasons`: by category."""
    plan = rotation.plan
    if not plan or not reasons:
        return rotation
    warnings = [
        Message("rotation.deferred", {"category": category, "reason": reason}) for category, reason in reasons.items()
    ]
    smaller = replace(
        plan,
        selected=tuple(key for key in plan.selected if key not in reasons),
        deferred={**plan.deferred, **reasons},
        last_selected={key: day for key, day in plan.last_selected.items() if key not in reasons},
        warnings=(*plan.warnings, *warnings),
        joint={key: target for key, target in plan.joint.items() if key not in reasons},
    )
    changed = replace(rotation, plan=smaller)
    rotations.advance(changed)
    return changed
