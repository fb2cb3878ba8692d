"""The appointments function, killed at every call of a store and started again: nothing is lost, nothing twice."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, Literal

import pytest

from tests.builders.appointment_service import AppointmentService
from tests.builders.appointments import HOUR, MEMBER, NOW, STARTS, assigned, cancelled, confirmed, moved, scheduled
from tests.fakes.fault_injection import Fate, Interposed, Killed

LATER = STARTS + timedelta(days=2)


def steps(service: AppointmentService) -> list[Callable[[], object]]:
    """What the stream brings and the schedule does, in the order of a course; each may be repeated."""
    take, tick = service.take, service.tick
    return [
        partial(take, scheduled(), now=NOW),
        partial(take, assigned(due="2026-03-27"), now=NOW),
        partial(tick, STARTS - timedelta(hours=24)),
        partial(take, moved("e2", LATER, at=NOW + HOUR), now=STARTS - timedelta(hours=23)),
        partial(take, confirmed("e3", "accepted", at=NOW + 2 * HOUR), now=STARTS - timedelta(hours=22)),
        partial(tick, LATER - timedelta(hours=24)),
        partial(take, cancelled("e4", at=NOW + 3 * HOUR), now=LATER - timedelta(hours=20)),
        partial(tick, LATER - HOUR),
    ]


def played(fate: Fate) -> tuple[AppointmentService, int]:
    """Play a course in which a step that is killed is started again; return how often that was."""
    service, killed = AppointmentService(between=lambda store: Interposed(store, fate)), 0
    for step in steps(service):
        try:
            step()
        except Killed:
            killed += 1
            step()
    return service, killed


def ends(service: AppointmentService) -> tuple[Any, ...]:
    told = {item.notification.key: (item.notification.news.text.title, item.status) for item in service.told()}
    appointments = service.appointments.of("academy", MEMBER)
    return told, [(one.facts, one.sequence, one.announced) for one in appointments], dict(service.appointments.looks)


UNDISTURBED = Fate()
EXPECTED = ends(played(UNDISTURBED)[0])


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("at", range(len(UNDISTURBED.calls)))
def test_whatever_call_it_dies_at_the_member_is_told_the_same_once(at: int, when: Literal["before", "after"]) -> None:
    service, killed = played(Fate(at=at, when=when))
    assert killed == 1
    assert ends(service) == EXPECTED


def test_the_course_tells_of_each_change_and_takes_back_what_no_longer_holds() -> None:
    told = sorted((title.code, status) for title, status in EXPECTED[0].values())
    assert ("appointments.cancelled_title", "waiting") in told
    assert ("appointments.session_title", "withdrawn") in told
    assert len(UNDISTURBED.calls) > 30
