"""Events about sessions and deadlines, and the appointments that they make."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from ladder.domain.activities.activity import Activity
from ladder.domain.activities.sessions import ASSIGNED, CANCELLED, CONFIRMED, MOVED, SCHEDULED, Times
from ladder.domain.calendar.appointments import Appointment, AppointmentKey, Fact, News, news_of, times_to
from ladder.domain.calendar.icalendar import Item, uid_of
from ladder.domain.calendar.schedule import Schedule

PARIS = Schedule(time_zone="Europe/Paris")
MEMBER = f"{0xCA1:032x}"
NOW = datetime(2026, 3, 20, 8, tzinfo=UTC)
STARTS = datetime(2026, 3, 27, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
SESSION = "S-17"
KEY = AppointmentKey(source="academy", subject=f"session#{SESSION}")


def event(kind: str, id_: str, *, at: datetime = NOW, **attributes: Any) -> Activity:
    return Activity(source="academy", id=id_, type=kind, occurred_at=at, received_at=at, attributes=attributes)


def scheduled(id_: str = "e1", *, starts: datetime = STARTS, at: datetime = NOW, **more: Any) -> Activity:
    times = {"starts": starts.isoformat(), "ends": (starts + HOUR).isoformat()}
    return event(SCHEDULED, id_, at=at, **{"session": SESSION, "title": "Practice", **times, **more})


def moved(id_: str, starts: datetime, *, at: datetime, **more: Any) -> Activity:
    times = {"starts": starts.isoformat(), "ends": (starts + HOUR).isoformat()}
    return event(MOVED, id_, at=at, **{"session": SESSION, **times, **more})


def cancelled(id_: str, *, at: datetime, **more: Any) -> Activity:
    return event(CANCELLED, id_, at=at, **{"session": SESSION, **more})


def confirmed(id_: str, answer: str, *, at: datetime) -> Activity:
    return event(CONFIRMED, id_, at=at, session=SESSION, answer=answer)


def assigned(id_: str = "d1", *, due: str, at: datetime = NOW, **more: Any) -> Activity:
    return event(ASSIGNED, id_, at=at, **{"module": "fraud-2", "due": due, **more})


def news(activity: Activity) -> News:
    told = news_of(activity, PARIS)
    assert told is not None, activity
    return told


def after(activities: Iterable[Activity], *, now: datetime = NOW) -> Appointment:
    """The one appointment that all of these are about."""
    told = [news(activity) for activity in activities]
    appointment = Appointment(key=told[0].key)
    for each in told:
        assert each.key == appointment.key
        appointment = appointment.told(each, now=now)
    return appointment


def appointment(
    times: Times,
    *,
    session: str = "S1",
    title: str = "Practice",
    occurrence: datetime | None = None,
    is_cancelled: bool = False,
    sequence: int = 0,
) -> Appointment:
    version = (0, "", "")
    return Appointment(
        key=AppointmentKey(source="academy", subject=f"session#{session}", occurrence=occurrence),
        facts={
            "times": Fact(version, times_to(times)),
            "title": Fact(version, title),
            "cancelled": Fact(version, is_cancelled),
        },
        sequence=sequence,
        changed_at=NOW,
    )


def item(made: Appointment) -> Item:
    return Item(uid=uid_of("academy", MEMBER, made.key), title=made.title, appointment=made)
