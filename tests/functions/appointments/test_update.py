"""Entries of the ledger update appointments: what corrects or reverses one, and what was done without a due date."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from appointments.update import Updated, update
from ladder.domain.activities.activity import CORRECTED, LADDER, REVERSED, Activity, Delivery, Key, validation_error
from ladder.domain.activities.event_filter import Condition, EventFilter
from ladder.domain.calendar.rules import CalendarRules
from ladder.domain.points.rules import Rule
from ladder.domain.programs.program import Program
from tests.builders.academy import academy, rules
from tests.builders.appointments import HOUR, KEY, MEMBER, NOW, STARTS, assigned, cancelled, event, moved, scheduled
from tests.fakes.calendars import MemoryAppointments

DONE = event("learner.completed_module", "c1", at=NOW + HOUR, module="fraud-2")
ON_TIME = Rule(
    key="ON_TIME",
    name="done on time",
    match=EventFilter(types=(DONE.type,), where=(Condition(attribute="on_time", equals=True),)),
    points=10,
)
KEEPS = replace(academy(), calendar=CalendarRules())
PAYS = replace(rules(ON_TIME), calendar=CalendarRules())


@dataclass(slots=True)
class Taker:
    """Takes what becomes an entry, as the function does: `sent` is what it tells the ledger."""

    program: Program = KEEPS
    appointments: MemoryAppointments = field(default_factory=MemoryAppointments)
    recorded: dict[Key, Activity] = field(default_factory=dict)
    sent: list[Activity] = field(default_factory=list)

    def send(self, deliveries: Sequence[Delivery]) -> None:
        self.sent += [activity for delivery in deliveries for activity in delivery.activities]

    def take(self, *activities: Activity) -> list[Updated | None]:
        taken = []
        for activity in activities:
            self.recorded[activity.key] = activity
            taken.append(
                update(
                    activity,
                    program=self.program,
                    member=MEMBER,
                    find=self.recorded.get,
                    appointments=self.appointments,
                    queue=self,
                    now=NOW,
                )
            )
        return taken


def reversal(of: Activity) -> Activity:
    attributes = {"source": of.source, "id": of.id, "reason": "a mistake"}
    return Activity(source=LADDER, id="r1", type=REVERSED, occurred_at=NOW + 3 * HOUR, attributes=attributes)


def test_an_entry_that_comes_again_changes_nothing() -> None:
    taker = Taker()
    [first, again] = taker.take(scheduled(), scheduled())
    assert first is not None
    assert again is not None
    assert first.before != first.after
    assert again.before == again.after == first.after


def test_a_program_without_a_calendar_keeps_none() -> None:
    taker = Taker(program=academy())
    assert taker.take(scheduled(), assigned(due="2026-03-29")) == [None, None]
    assert taker.appointments.stored == {}


def test_a_correction_of_the_source_moves_what_it_had_scheduled() -> None:
    taker, to = Taker(), STARTS + timedelta(days=1)
    changed = {"id": "e1", "starts": to.isoformat(), "ends": (to + HOUR).isoformat()}
    taker.take(scheduled(), event(CORRECTED, "k1", at=NOW + HOUR, **changed))
    [appointment] = taker.appointments.of("academy", MEMBER)
    assert appointment.times is not None
    assert (appointment.times.starts, appointment.sequence, appointment.title) == (to, 1, "Practice")


def test_a_reversal_cancels_and_one_of_something_else_does_not() -> None:
    taker = Taker()
    taker.take(scheduled(), moved("e2", STARTS + HOUR, at=NOW + HOUR), reversal(scheduled()))
    assert taker.appointments.of("academy", MEMBER)[0].is_cancelled
    other = event("forum.posted", "p1", post="7")
    taker.take(other)
    assert taker.take(reversal(other)) == [None]


@pytest.mark.parametrize("late", [False, True])
def test_what_was_done_learns_when_it_had_been_due_whichever_comes_first(*, late: bool) -> None:
    taker, due = Taker(program=PAYS), assigned(due="2026-03-29")
    taker.take(*((DONE, due) if late else (due, DONE)))
    [told] = taker.sent
    assert (told.type, told.target, told.attributes["due"]) == (CORRECTED, DONE.key, "2026-03-29")
    assert validation_error(told) == ""
    taker.take(told, DONE, due)
    assert {activity.key for activity in taker.sent} == {told.key}


def test_nothing_is_corrected_where_no_rule_asks_or_the_event_said_it_itself() -> None:
    indifferent = Taker()
    indifferent.take(assigned(due="2026-03-29"), DONE)
    told = Taker(program=PAYS)
    told.take(replace(DONE, attributes={"module": "fraud-2", "due": "2026-03-29"}))
    undone = Taker(program=PAYS)
    undone.take(assigned(due="2026-03-29"))
    assert indifferent.sent == told.sent == undone.sent == []


def test_the_schedule_looks_at_a_session_until_it_is_cancelled() -> None:
    taker = Taker()
    taker.take(scheduled())
    assert [due.place.key for due in taker.appointments.due("academy", STARTS)] == [KEY]
    taker.take(cancelled("e2", at=NOW + HOUR))
    assert taker.appointments.due("academy", STARTS) == []
