"""A date as it was played: under which rules, by whom, for what; and the completions it gives rise to."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from ladder.domain import settlement
from ladder.domain.assignment import Assignment
from ladder.domain.calendar import day_bounds
from ladder.domain.columns import Row
from ladder.domain.completion import OUTCOMES, Completion
from ladder.domain.members import Roster
from ladder.domain.nights import groups_of
from ladder.domain.program import Program
from ladder.domain.rotation import Rotation
from ladder.domain.settlement import Codes, Question
from ladder.domain.targets import per_member


@dataclass(frozen=True, slots=True)
class Played:
    rotation: Rotation
    program: Program
    roster: Roster
    assignment: Assignment

    @property
    def day(self) -> date:
        return self.rotation.claim.date

    @property
    def categories(self) -> tuple[str, ...]:
        return self.rotation.night.drawn if self.rotation.night else ()


@dataclass(frozen=True, slots=True)
class Ruling:
    """What was found tonight about one category: the question, the day's values and outcomes, all (M,)."""

    category: str
    question: Question
    values: Row
    before: Codes
    after: Codes


def codes(column: bytes, members: int) -> Codes:
    """Members who joined since the column was written did not play."""
    return np.frombuffer(column.ljust(members, b"\0"), dtype=np.uint8)


def question(played: Played, category: str) -> Question:
    tiers = codes(played.assignment[category].played, len(played.roster))
    groups = groups_of(played.program, played.roster, played.day)
    night = played.rotation.night
    table = per_member(night.targets[category], groups) if night else np.full((len(tiers), 4), np.nan)
    metric = played.program.metric(played.program.category(category).metric)
    return Question(metric, played.day, tiers, table[np.arange(len(tiers)), tiers])


def completions(played: Played, ruling: Ruling) -> list[Completion]:
    """One for each member who has newly earned it."""
    earned = np.nonzero(settlement.settled_now(ruling.before, ruling.after))[0]
    return [_completion(played, ruling, int(slot)) for slot in earned]


def _completion(played: Played, ruling: Ruling, slot: int) -> Completion:
    program, metric = played.program, ruling.question.metric
    tier, target, value = int(ruling.question.played[slot]), float(ruling.question.target[slot]), ruling.values[slot]
    mirrored = program.payer == "platform"
    return Completion(
        program=program.key,
        member=played.roster[slot].id,
        date=played.day,
        category=ruling.category,
        tier=tier,
        metric=metric.key,
        value=None if np.isnan(value) else round(float(value), 6),
        target=target,
        points=program.category(ruling.category).tiers[tier - 1].points,
        occurred_at=day_bounds(program.schedule, played.day)[1],
        rotation=played.rotation.claim.rotation,
        program_version=program.version,
        sentence=settlement.sentence(metric, float(value), target),
        held=None if mirrored else settlement.hold_reason(metric, OUTCOMES[ruling.after[slot]]),
        mirrored=mirrored,
    )
