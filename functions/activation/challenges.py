"""Tonight's challenges as the platform is to have them."""

from dataclasses import dataclass

from ladder.domain.assignment import Assignment
from ladder.domain.calendar import day_bounds
from ladder.domain.program import TIERS, Category, Program
from ladder.domain.rotation import Rotation, launch_key
from ladder.domain.wording import render
from ladder.ports.nights import LiveChallenge, NewChallenge


@dataclass(frozen=True, slots=True)
class Wanted:
    key: str
    challenge: NewChallenge


def wanted_tonight(rotation: Rotation, program: Program, assignment: Assignment) -> list[Wanted]:
    """One challenge for each tier that somebody plays tonight."""
    drawn = [program.category(key) for key in rotation.night.drawn] if rotation.night else []
    return [
        Wanted(launch_key(category.key, tier), _challenge(rotation, program, category, tier))
        for category in drawn
        for tier in TIERS
        if tier in assignment[category.key].played
    ]


def is_wanted(live: LiveChallenge, wanted: NewChallenge) -> bool:
    """The same metric, group and start: the only marks the platform keeps, and the same task."""
    marks = (live.metric, live.groups, live.starts_at) == (wanted.metric, (wanted.group,), wanted.starts_at)
    return marks and (live.target, live.points) == (wanted.target, wanted.points)


def _challenge(rotation: Rotation, program: Program, category: Category, tier: int) -> NewChallenge:
    """Where Ladder pays, the platform is given no points to pay; what it is worth stands in the description."""
    rung = category.tiers[tier - 1]
    target = _target(rotation, category, tier)
    name, description = render(rung, target, unit=program.metric(category.metric).unit)
    starts_at, ends_at = day_bounds(program.schedule, rotation.claim.date)
    pays = program.payer == "platform"
    return NewChallenge(
        name=name,
        description=description if pays else f"{description} Worth {rung.points} points.",
        metric=category.metric,
        group=rung.group_id,
        target=target,
        points=rung.points if pays else 0,
        starts_at=starts_at,
        ends_at=ends_at,
    )


def _target(rotation: Rotation, category: Category, tier: int) -> float:
    if rotation.night is None:
        raise ValueError(f"rotation {rotation.claim.rotation} has no plan yet")
    return rotation.night.targets[category.key].shown[tier - 1]
