"""Who moved tier on a night, when and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from ladder.domain.challenges.assignment import Standing
from ladder.domain.challenges.history import Row
from ladder.domain.challenges.tier_explanations import tier_move_reason
from ladder.domain.programs.program import Program, TierRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    date: date
    slot: int
    category: str
    old: int
    new: int
    placed: bool  # the first tier of one who has now worked long enough: nothing that changed
    why: str


def moves(
    program: Program, night: date, key: str, *, before: Standing | None, now: Standing, value: Row
) -> Iterator[Move]:
    """`value`: the smoothed figure of each member, (M,)."""
    then = before or Standing.new(len(now.tier))
    metric, rule = program.metric(program.category(key).metric), program.tier_rule
    for slot in np.flatnonzero(np.frombuffer(now.tier, np.uint8) != np.frombuffer(then.tier, np.uint8)).tolist():
        old, new, placed = then.tier[slot], now.tier[slot], then.worked[slot] < rule.placed_after_days
        returning = not placed and _returns(then, slot, new, rule)
        why = tier_move_reason(
            metric, rule, old=old, new=new, placed=placed, returning=returning, value=float(value[slot])
        )
        yield Move(date=night, slot=slot, category=key, old=old, new=new, placed=placed, why=why)


def _returns(then: Standing, slot: int, new: int, rule: TierRule) -> bool:
    """By the shorter way back to a tier held before."""
    old = then.tier[slot]
    return old < new and old < then.previous_tier[slot] and then.above[slot] + 1 < rule.up_after_days
