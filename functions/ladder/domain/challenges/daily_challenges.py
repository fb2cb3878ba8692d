"""Today's challenges of one member: what they are asked, in words and in the number that counts for them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from ladder.domain.challenges.assignment import OWN_CAPS, PROGRAM_CAP, MemberStanding
from ladder.domain.challenges.rotation import RotationPlan, Targets
from ladder.domain.programs.program import Metric, Program
from ladder.domain.text import bound, plain_number, quantity, render


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyChallenge:
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


def daily_challenges(
    program: Program, night: RotationPlan, places: Mapping[str, MemberStanding], *, eased: Mapping[str, date]
) -> tuple[DailyChallenge, ...]:
    """Of the night's categories, those that they play. `program`: the version that the night was planned under.

    `eased`: category -> the last date that an ease of theirs covers, where one covers today.
    """
    return tuple(_challenges(program, night, places, eased))


def left_out(program: Program, night: RotationPlan, places: Mapping[str, MemberStanding]) -> tuple[str, ...]:
    """What a cap took away for today, a sentence each."""
    return tuple(
        f"{program.category(key).tiers[place.tier - 1].name} is left out today: {_why(program, place)}."
        for key in night.selected
        if (place := places.get(key)) and not place.played and place.capped_by in {OWN_CAPS, PROGRAM_CAP}
    )


def _challenges(
    program: Program, night: RotationPlan, places: Mapping[str, MemberStanding], eased: Mapping[str, date]
) -> Iterator[DailyChallenge]:
    for key in night.selected:
        place = places.get(key, MemberStanding(0, 0, 0))
        if not place.played:
            continue
        category, targets = program.category(key), night.targets[key]
        rung, metric = category.tiers[place.played - 1], program.metric(category.metric)
        target, shown = _asked(targets, place), night.joint.get(key, targets.shown[place.played - 1])
        name, description = render(rung, target, unit=metric.unit)
        yield DailyChallenge(
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
            + _counting(program, metric)
            + _easier(program, place, eased.get(key)),
        )


def _asked(targets: Targets, place: MemberStanding) -> float:
    """`peers` is a place in the sorted names of the night's targets."""
    names = sorted(targets.by_peers)
    asked = targets.by_peers[names[place.peers]] if place.peers < len(names) else targets.shown
    return asked[place.played - 1]


def _sentence(metric: Metric, target: float) -> str:
    usual = ", at the usual mix of contacts" if metric.normalise_by else ""
    return f"What counts for you: {metric.name} {bound(metric.direction)} {plain_number(target)} {metric.unit}{usual}."


def _displayed(metric: Metric, target: float, shown: float, *, joint: bool) -> str:
    """What the platform shows, where it is another number. `joint`: one challenge for all tiers."""
    if shown == target:
        return ""
    whose = "that is the hardest target of all tiers" if joint else "that is for all"
    return f" The platform shows {plain_number(shown)} {metric.unit}: {whose}."


def _counting(program: Program, metric: Metric) -> str:
    """From when on the day counts at all."""
    if program.payer == "platform":
        return ""
    if metric.at_least is None:
        return " The day counts once you have handled about a quarter of the contacts that your peers handle."
    return f" The day counts from {quantity(metric.at_least, 'contact')} on."


def _easier(program: Program, place: MemberStanding, until: date | None) -> str:
    """Nothing where they play their own tier all the same: it was the easiest, or the platform left them there."""
    if place.played >= place.tier:
        return ""
    capped = place.capped_by in {OWN_CAPS, PROGRAM_CAP}
    told = f" Easier than your tier, for today: {_why(program, place)}; it changes nothing about your tier." * capped
    if until is None:
        return told
    return told + (
        f" Eased by one step until {until:%A} {until.day} {until:%B}, after a look at your last three tries; "
        "it changes nothing about your tier."
    )


def _why(program: Program, place: MemberStanding) -> str:
    if place.capped_by == OWN_CAPS:
        return "with all of today's challenges as they are, you would earn more than one member may in a day"
    most = program.caps.program_daily_points or 0
    return f"the program's {quantity(most, 'point')} a day are not enough for everybody's challenges as they are"
