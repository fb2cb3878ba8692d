"""A member of the sample academy, and what they did: days and events, applied as rewards would apply them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from ladder.domain.activities.activity import Activity
from ladder.domain.points.apply import evaluate
from ladder.domain.points.ledger import Entry, State
from ladder.domain.programs.pausing import compile_program
from ladder.domain.programs.program import Program

MONDAY = date(2026, 3, 9)
TUESDAY = MONDAY + timedelta(days=1)


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=UTC)


def passed(module: str, *, day: date = MONDAY, minute: int = 0, **told: Any) -> Activity:
    """An assessment; `told`: more attributes, or others."""
    return Activity(
        source="academy",
        id=f"{module}-{day}-{minute}",
        type="assessment.submitted",
        occurred_at=at(day, minute=minute),
        received_at=at(day, minute=minute),
        attributes={"passed": True, "module": module, **told},
    )


def done(program: Program, *activities: Activity, allowance: int | None = None) -> tuple[State, Sequence[Entry]]:
    days = {activity.occurred_at.date().toordinal(): allowance for activity in activities}
    state, entries = evaluate(compile_program(program), State(), activities, allowances=days)
    return replace(state, version=1), entries
