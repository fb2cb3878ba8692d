"""Today's challenges of one member: what they are asked, in words and in the number that counts for them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from ladder.domain.assignment import Place
from ladder.domain.program import Metric, Program
from ladder.domain.rotation import Night, Targets
from ladder.domain.wording import bound, plain_number, render


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengeToday:
    """`target`: what they are judged by; `shown`: what the platform shows their whole group, never easier than it."""

    category: str
    name: str
    description: str
    tier: int
    points: int
    metric: str
    unit: str
    target: float
    shown: float
    sentence: str


def challenges(
    program: Program, night: Night, places: Mapping[str, Place], *, eased: Mapping[str, date]
) -> tuple[ChallengeToday, ...]:
    """Of the night's categories, those that he plays. `program`: the version that the night was planned under.

    `eased`: category -> the last date that an ease of his covers, where one covers today.
    """
    return tuple(_challenges(program, night, places, eased))


def _challenges(
    program: Program, night: Night, places: Mapping[str, Place], eased: Mapping[str, date]
) -> Iterator[ChallengeToday]:
    for key in night.drawn:
        place = places.get(key, Place(0, 0, 0))
        if not place.played:
            continue
        category, targets = program.category(key), night.targets[key]
        rung, metric = category.tiers[place.played - 1], program.metric(category.metric)
        target, shown = _asked(targets, place), night.joint.get(key, targets.shown[place.played - 1])
        name, description = render(rung, target, unit=metric.unit)
        yield ChallengeToday(
            category=key,
            name=name,
            description=description,
            tier=place.played,
            points=rung.points,
            metric=metric.name,
            unit=metric.unit,
            target=target,
            shown=shown,
            sentence=_sentence(metric, target)
            + _displayed(metric, target, shown, joint=key in night.joint)
            + _eased(place, eased.get(key)),
        )


def _asked(targets: Targets, place: Place) -> float:
    """`peers` is a place in the sorted names of the night's targets."""
    names = sorted(targets.by_peers)
    asked = targets.by_peers[names[place.peers]] if place.peers < len(names) else targets.shown
    return asked[place.played - 1]


def _sentence(metric: Metric, target: float) -> str:
    usual = ", at the usual mix of contacts" if metric.normalise_by else ""
    asked = f"{bound(metric.direction)} {plain_number(target)} {metric.unit}"
    return f"What counts for you: {metric.name} {asked}{usual}."


def _displayed(metric: Metric, target: float, shown: float, *, joint: bool) -> str:
    """What the platform shows, where it is another number. `joint`: one challenge for all tiers."""
    if shown == target:
        return ""
    whose = "that is the hardest target of all tiers" if joint else "that is for all"
    return f" The platform shows {plain_number(shown)} {metric.unit}: {whose}."


def _eased(place: Place, until: date | None) -> str:
    """Nothing where he plays his own tier all the same: it was the easiest, or the platform left him where he was."""
    if until is None or place.played >= place.tier:
        return ""
    return (
        f" Eased by one step until {until:%A} {until.day} {until:%B}, after a look at your last three tries; "
        "it changes nothing about your tier."
    )
