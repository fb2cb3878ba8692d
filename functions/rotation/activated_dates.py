"""A date as it was played: its rules, members and targets; and the completions that follow from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from ladder.domain.calendar import day_bounds
from ladder.domain.challenges import settlement
from ladder.domain.challenges.assignment import Assignment
from ladder.domain.challenges.completion import OUTCOMES, Completion, TooFewBySlot
from ladder.domain.challenges.evidence import Evidence
from ladder.domain.challenges.history import History, Row
from ladder.domain.challenges.rotation import Rotation, Targets
from ladder.domain.challenges.settlement import AskedTargets, Codes
from ladder.domain.challenges.targets import per_member
from ladder.domain.members.roster import Roster
from ladder.domain.programs.program import Program
from rotation.platform_completions import PlatformCompletion


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
    def known(self) -> bool:
        """Return whether the assignment is still stored: after about a year it is not."""
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
    question: AskedTargets
    values: Row
    measured: Row
    before: Codes
    after: Codes
    few: TooFewBySlot = field(default_factory=dict)  # of those on too few contacts


def codes(column: bytes, members: int) -> Codes:
    """Members who joined since the column was written did not play."""
    return np.frombuffer(column.ljust(members, b"\0"), dtype=np.uint8)


def asked_targets(played: ActivatedDate, category: str) -> AskedTargets:
    """Return what was asked: by the target of each member's peers on that night, whatever the roster says today."""
    standing = played.assignment[category].grown(len(played.roster))
    tiers = codes(standing.played, len(played.roster))
    table = per_member(played.targets[category], standing.peers)
    metric = played.program.challenges.metric(played.program.challenges.category(category).metric)
    peers = np.frombuffer(standing.peers, dtype=np.uint8).astype(np.int16)
    return AskedTargets(metric, played.day, tiers, table[np.arange(len(tiers)), tiers], peers)


def category_result(
    played: ActivatedDate, category: str, history: History, *, recorded: bytes, after: Codes
) -> CategoryResult:
    asked = asked_targets(played, category)
    row = history.row(played.day)
    few = np.flatnonzero(after == settlement.outcome_code("too few contacts")).tolist()
    found = (
        Evidence(history, asked.metric, asked.peers, played.program.challenges.tier_rule).on(played.day)
        if few
        else None
    )
    return CategoryResult(
        category=category,
        question=asked,
        values=history.columns[asked.metric.key].values[row],
        measured=history.columns[asked.metric.measured].values[row],
        before=codes(recorded, len(played.roster)),
        after=after,
        few={slot: found.few(slot) for slot in few} if found else {},
    )


def completions(played: ActivatedDate, found: CategoryResult, flagged: Mapping[int, str]) -> list[Completion]:
    """Return one for each member who has newly earned it. `flagged`: what the gaming guard says, by slot."""
    earned = np.flatnonzero(settlement.settled_now(found.before, found.after)).tolist()
    return [_earned(played, found, slot, flagged.get(slot)) for slot in earned]


def mirrored(played: ActivatedDate, found: CategoryResult, native: Sequence[PlatformCompletion]) -> list[Completion]:
    """Return completions where the platform pays: with its own tier and points, and nothing is held."""
    new = settlement.settled_now(found.before, found.after)
    mine = [each for each in native if each.category == found.category and new[each.slot]]
    return [
        replace(
            _completion(played, found, each.slot, tier=each.tier),
            points=each.points,
            mirrored=True,
        )
        for each in mine
    ]


def _earned(played: ActivatedDate, found: CategoryResult, slot: int, flagged: str | None) -> Completion:
    metric, outcome = found.question.metric, OUTCOMES[found.after[slot]]
    difficulty = float(found.measured[slot] / found.values[slot]) if found.values[slot] else 1.0
    return replace(
        _completion(played, found, slot, tier=int(found.question.played[slot]), difficulty=difficulty),
        bonus_percentage=settlement.hard_contacts_bonus(played.program.challenges, difficulty)
        if metric.normalise_by
        else 0.0,
        held=settlement.hold_reason(played.program.challenges, metric, outcome, flagged),
    )


def _completion(
    played: ActivatedDate, found: CategoryResult, slot: int, *, tier: int, difficulty: float = 1.0
) -> Completion:
    program, metric, night = played.program, found.question.metric, played.targets[found.category]
    value = float(found.values[slot])
    target = float(found.question.target[slot]) if found.question.played[slot] else night.shown[tier - 1]
    return Completion(
        program=program.key,
        member=played.roster[slot].id,
        date=played.day,
        category=found.category,
        tier=tier,
        metric=metric.key,
        value=_figure(found.values[slot]),
        measured=_figure(found.measured[slot]),
        target=target,
        points=program.challenges.category(found.category).tiers[tier - 1].points,
        occurred_at=day_bounds(program.schedule, played.day)[1],
        rotation=played.rotation.claim.rotation,
        program_version=program.version,
        sentence=settlement.outcome_text(metric, value, target, difficulty=difficulty),
    )


def _figure(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 6)
