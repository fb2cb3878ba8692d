"""A date as it was played: its rules, members and targets, who met them, and the completions that follow.

Where the platform pays, its own completions are the outcome; Ladder only mirrors them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from ladder.domain.calendar.schedule import day_bounds
from ladder.domain.challenges import settlement
from ladder.domain.challenges.assignment import Assignment
from ladder.domain.challenges.completion import OUTCOMES, Completion, TooFewBySlot
from ladder.domain.challenges.contacts_needed import ContactsNeeded
from ladder.domain.challenges.history import History, Row
from ladder.domain.challenges.ports import ChallengePlatform
from ladder.domain.challenges.rotation import Rotation, Targets, launched_for
from ladder.domain.challenges.settlement import ChallengesAsked, Codes, outcome_code
from ladder.domain.challenges.targets import per_member
from ladder.domain.members.roster import Roster
from ladder.domain.message import Message
from ladder.domain.programs.program import Program


@dataclass(frozen=True, slots=True)
class ActivatedDate:
    rotation: Rotation
    program: Program
    roster: Roster
    assignment: Assignment

    @property
    def day(self) -> date:
        return self.rotation.claim.date

    @property
    def assignment_stored(self) -> bool:
        """Whether the assignment is still there: after about a year it is not."""
        return set(self.categories) <= self.assignment.keys()

    @property
    def categories(self) -> tuple[str, ...]:
        return self.rotation.plan.selected if self.rotation.plan else ()

    @property
    def targets(self) -> Mapping[str, Targets]:
        return self.rotation.plan.targets if self.rotation.plan else {}


@dataclass(frozen=True, slots=True)
class CategoryResult:
    """Tonight's result of one category: what was asked, the day's values and outcomes, all (M,)."""

    category: str
    asked: ChallengesAsked
    values: Row
    measured: Row
    before: Codes
    after: Codes
    few: TooFewBySlot = field(default_factory=dict)  # members with too few contacts


@dataclass(frozen=True, slots=True)
class PlatformCompletion:
    """One member's completion as the platform recorded and paid it."""

    slot: int
    category: str
    tier: int
    points: int


def codes(column: bytes, members: int) -> Codes:
    """Return a column as an array; members who joined since it was written did not play."""
    return np.frombuffer(column.ljust(members, b"\0"), dtype=np.uint8)


def challenges_asked(night: ActivatedDate, category: str) -> ChallengesAsked:
    """Return what was asked: by each member's target on that night, whatever the roster says today."""
    standing = night.assignment[category].grown(len(night.roster))
    tiers = codes(standing.played, len(night.roster))
    table = per_member(night.targets[category], standing.peers, standing.own_targets)
    metric = night.program.challenges.metric(night.program.challenges.category(category).metric)
    peers = np.frombuffer(standing.peers, dtype=np.uint8).astype(np.int16)
    return ChallengesAsked(metric, night.day, tiers, table[np.arange(len(tiers)), tiers], peers)


def category_result(
    night: ActivatedDate, category: str, history: History, *, recorded: bytes, after: Codes
) -> CategoryResult:
    asked, row = challenges_asked(night, category), history.row(night.day)
    few: TooFewBySlot = {}
    if slots := np.flatnonzero(after == outcome_code("too few contacts")).tolist():
        needed = ContactsNeeded(history, asked.metric, asked.peers, night.program.challenges.tier_rule)
        contacts = needed.on(night.day)
        few = {slot: contacts.few(slot) for slot in slots}
    return CategoryResult(
        category=category,
        asked=asked,
        values=history.columns[asked.metric.key].values[row],
        measured=history.columns[asked.metric.measured].values[row],
        before=codes(recorded, len(night.roster)),
        after=after,
        few=few,
    )


def platform_completions(
    day: date, revisions: Sequence[Rotation], roster: Roster, platform: ChallengePlatform
) -> list[PlatformCompletion]:
    """Return the completions of Ladder's own challenges of the date, whichever revision launched them.

    One challenge for all tiers is not paid by the platform: an earlier revision posted it without points.
    """
    slots = {member.user: slot for slot, member in enumerate(roster)}
    launched = {
        launch.challenge: launched_for(key) for rotation in revisions for key, launch in rotation.launches.items()
    }
    completed = []
    for completion in platform.completions(day):
        category, tier = launched.get(completion.challenge, ("", None))
        if completion.user in slots and tier is not None:
            completed.append(PlatformCompletion(slots[completion.user], category, tier, completion.points))
    return completed


def platform_outcomes(platform_paid: Sequence[PlatformCompletion], tiers: Mapping[str, Codes]) -> dict[str, Codes]:
    """Return each member's outcome by category, (M,). What the platform paid is completed, played or not."""
    outcomes = {
        category: np.where(played > 0, outcome_code("missed"), outcome_code("not playing")).astype(np.uint8)
        for category, played in tiers.items()
    }
    for completion in platform_paid:
        if completion.category in outcomes:
            outcomes[completion.category][completion.slot] = outcome_code("completed")
    return outcomes


def completions(night: ActivatedDate, result: CategoryResult, flagged: Mapping[int, Message]) -> list[Completion]:
    """Return one for each member who has newly earned it. `flagged`: what the gaming guard says, by slot."""
    rules, metric = night.program.challenges, result.asked.metric
    earned = []
    for slot in np.flatnonzero(settlement.settled_now(result.before, result.after)).tolist():
        difficulty = settlement.difficulty(metric, float(result.values[slot]), float(result.measured[slot]))
        hard = rules.hard_contacts if metric.normalise_by else None
        completion = _completion(night, result, slot, tier=int(result.asked.tiers[slot]), difficulty=difficulty)
        earned.append(
            replace(
                completion,
                bonus_percentage=hard.bonus_percentage if hard and difficulty >= hard.ratio else 0.0,
                held=settlement.hold_reason(rules, metric, OUTCOMES[result.after[slot]], flagged.get(slot)),
            )
        )
    return earned


def mirrored(
    night: ActivatedDate, result: CategoryResult, platform_paid: Sequence[PlatformCompletion]
) -> list[Completion]:
    """Return completions where the platform pays: with its own tier and points, and nothing is held."""
    new = settlement.settled_now(result.before, result.after)
    return [
        replace(_completion(night, result, paid.slot, tier=paid.tier), points=paid.points, mirrored=True)
        for paid in platform_paid
        if paid.category == result.category and new[paid.slot]
    ]


def _completion(
    night: ActivatedDate, result: CategoryResult, slot: int, *, tier: int, difficulty: float = 1.0
) -> Completion:
    program, metric, asked = night.program, result.asked.metric, result.asked
    value, measured = float(result.values[slot]), float(result.measured[slot])
    by_load = program.challenges.load is not None
    target = float(asked.target[slot]) if asked.tiers[slot] else night.targets[result.category].shown[tier - 1]
    return Completion(
        program=program.key,
        member=night.roster[slot].id,
        date=night.day,
        category=result.category,
        tier=tier,
        metric=metric.key,
        value=None if np.isnan(value) else round(value, 6),
        measured=None if np.isnan(measured) else round(measured, 6),
        target=target,
        points=program.challenges.category(result.category).tiers[tier - 1].points,
        occurred_at=day_bounds(program.schedule, night.day)[1],
        rotation=night.rotation.claim.rotation,
        program_version=program.version,
        sentence=settlement.outcome_message(metric, value, target, difficulty=difficulty, by_load=by_load),
    )
