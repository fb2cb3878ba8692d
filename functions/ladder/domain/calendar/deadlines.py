"""What a due date says of the activity that has it: facts that rules test like attributes, worked out when they do.

`on_time` (bool) and `hours_early` (number; below 0 once it was due). They are never stored with the entry, so a due
date that is corrected later changes what the activity pays, as any correction does.
"""

from dataclasses import replace
from datetime import date, timedelta

from ladder.domain.activities.activity import EARLIEST, LATEST, Activity
from ladder.domain.activities.sessions import Times, parsed_instant
from ladder.domain.calendar.schedule import Schedule, day_bounds
from ladder.domain.validation.constraints import Plain

DUE = "due"
ON_TIME, HOURS_EARLY = "on_time", "hours_early"
DEADLINE_FACTS = frozenset({ON_TIME, HOURS_EARLY})


def due_times(due: str, schedule: Schedule) -> Times | None:
    """Return when something is due: at a time with its zone, or at the end of a local work day; None for neither."""
    if moment := parsed_instant(due):
        return Times(starts=moment)
    try:
        day = date.fromisoformat(due)
    except ValueError:
        return None
    if not EARLIEST.date() < day < LATEST.date() - timedelta(days=2):
        return None
    return Times(starts=day_bounds(schedule, day)[1] + timedelta(seconds=1), day=day.isoformat())


def deadline_facts(activity: Activity, schedule: Schedule) -> dict[str, Plain]:
    """Return whether the activity was on time, and how early; nothing where it has no due date that can be read."""
    due = due_times(str(activity.attributes.get(DUE, "")), schedule)
    if due is None:
        return {}
    early = due.starts - activity.occurred_at
    return {ON_TIME: early >= timedelta(), HOURS_EARLY: round(early / timedelta(hours=1), 2)}


def with_deadline_facts(activity: Activity, schedule: Schedule) -> Activity:
    """Return the activity as rules see it."""
    facts = deadline_facts(activity, schedule) if DUE in activity.attributes else {}
    return replace(activity, attributes={**activity.attributes, **facts}) if facts else activity
