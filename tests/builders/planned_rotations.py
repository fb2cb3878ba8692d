"""Nights planned for a small program of two metrics and four months of work."""

from dataclasses import replace
from datetime import date
from typing import Any

from ladder.domain.challenges.assignment import Assignment, Standing
from ladder.domain.challenges.history import History, Values
from ladder.domain.challenges.peers import population
from ladder.domain.challenges.plan import PlannedRotation, plan_rotation
from ladder.domain.challenges.rules import SelectionRule
from ladder.domain.programs.program import Program
from tests.builders.planning import NIGHT, YESTERDAY, category, history, metric, program, roster, work

MEMBERS, DAYS = 40, 120
PROGRAM = program(
    metrics=(metric(), metric("QA", direction="higher", final_after_days=5)),
    categories=(category(), category("CARE", "QA")),
    selection=SelectionRule(per_night=2),
)
ROSTER = roster(MEMBERS)


def known(values: Values | None = None, *, last: date = YESTERDAY) -> History:
    aht = work(MEMBERS, DAYS) if values is None else values
    return history({"AHT": aht, "QA": work(aht.shape[1], DAYS, seed=1)}, last)


def planned(of: Program = PROGRAM, tonight: date = NIGHT, **changes: Any) -> PlannedRotation:
    arguments: dict[str, Any] = {
        "seed": of.key,
        "population": population(of.challenges, changes.pop("roster", ROSTER), tonight),
        "history": known(),
        "previous": {},
        "last_selected": {},
        "taken": (),
        "relieved": {},
        "take_part": {},
    }
    return plan_rotation(of.challenges, of.caps, tonight, **arguments | changes)


def same_tiers(one: Assignment, other: Assignment) -> bool:
    return all(_record(one[key]) == _record(other[key]) for key in one)


def _record(standing: Standing) -> Standing:
    """Without what is only of today."""
    return replace(standing, played=b"", capped_by=b"")
