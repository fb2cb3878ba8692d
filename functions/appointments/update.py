"""Update a member's appointments by what a new entry of their ledger says of sessions and deadlines."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from ladder.domain.activities.activity import CORRECTED, LADDER, REVERSED, Activity, Delivery, Key
from ladder.domain.activities.ports import Activities
from ladder.domain.calendar.appointments import Appointment, News, news_of, withdrawn
from ladder.domain.calendar.deadlines import DEADLINE_FACTS, DUE
from ladder.domain.calendar.ports import Appointments
from ladder.domain.calendar.reminders import next_look
from ladder.domain.points.rulebook import tests
from ladder.domain.programs.program import Program

type FindActivity = Callable[[Key], Activity | None]  # an earlier one of the member


@dataclass(frozen=True, slots=True, kw_only=True)
class Updated:
    before: Appointment
    after: Appointment


def update(
    activity: Activity,
    *,
    program: Program,
    member: str,
    find: FindActivity,
    appointments: Appointments,
    queue: Activities,
    now: datetime,
) -> Updated | None:
    """Update the appointment that the activity is about; None where it is about none. Running it again changes nothing.

    Whatever is done on time pays for it, also where the due date comes later than what was due, or by another event:
    then Ladder corrects the event by it.
    """
    rules = program.calendar
    news = _news(activity, program, find) if rules else None
    if rules is None or news is None:
        return None
    before, after = appointments.change(
        program.key,
        member,
        news.key,
        lambda known: known.told(news, now=now),
        next_look=lambda changed: next_look(changed, rules, now=now),
    )
    if correction := due_correction(after, now=now) if _tests_deadlines(program) else None:
        queue.send([Delivery(program.key, member, (correction,))])
    return Updated(before=before, after=after)


def _news(activity: Activity, program: Program, find: FindActivity) -> News | None:
    if activity.type not in {CORRECTED, REVERSED}:
        return news_of(activity, program.schedule)
    target = find(activity.target) if activity.target else None
    if target is None or (activity.type == CORRECTED and activity.source == LADDER):
        return None
    if activity.type == REVERSED:
        return withdrawn(target, activity)
    corrected = replace(target.corrected(activity), occurred_at=activity.occurred_at, id=activity.id)
    return news_of(corrected, program.schedule)


def due_correction(appointment: Appointment, *, now: datetime) -> Activity | None:
    """Return the correction that tells the event by which something was done when it had been due; None if it knows.

    Its id says which event and which due date: the same again is the same correction.
    """
    done, times = appointment.facts.get("done"), appointment.facts.get("times")
    if not appointment.is_deadline or done is None or times is None or not done.value:
        return None
    event, due = done.version[2], appointment.due_text
    if times.version[2] == event or not due:
        return None
    what = hashlib.sha256(f"{appointment.key.source}#{event}".encode()).hexdigest()[:32]
    return Activity(
        source=LADDER,
        id=f"due:{what}:{due}",
        type=CORRECTED,
        occurred_at=now,
        attributes={"source": appointment.key.source, "id": event, DUE: due},
    )


def _tests_deadlines(program: Program) -> bool:
    return any(test.attribute in DEADLINE_FACTS for _, test in tests(program.rulebook))
