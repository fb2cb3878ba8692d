"""Nobody is written to in quiet hours, on a day off or above a cap: three years, six time zones, and their DST."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from heapq import heappop, heappush
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from ladder.domain.delivery.notification import News, Notification, Text
from ladder.domain.delivery.ports import Heard
from ladder.domain.delivery.timing import Caps, WorkingTime, timing
from ladder.domain.message import Message

ZONES = (
    "Europe/Paris",
    "America/New_York",
    "Australia/Lord_Howe",  # half an hour of daylight saving
    "America/Santiago",
    "Africa/Casablanca",  # an hour less during Ramadan
    "Pacific/Auckland",
)
FIRST, YEARS = datetime(2026, 1, 1, tzinfo=UTC), timedelta(days=3 * 365)
HOLIDAYS = (date(2026, 12, 25), date(2027, 12, 24), date(2028, 5, 1))
LEAVE = (date(2027, 3, 22).toordinal(), date(2027, 4, 4).toordinal())  # over a change of the clock
HOURS = {
    "by day": (time(18), time(8)),
    "over midnight at work": (time(6), time(14)),
    "ends within the repeated hour": (time(22), time(2, 30)),
    "begins and ends within it": (time(2, 15), time(2, 45)),
}
CAPS = Caps(daily=2, weekly=6)


def working_time(zone: str, hours: str = "by day", **more: object) -> WorkingTime:
    quiet_from, quiet_until = HOURS[hours]
    days = {"work_days": (1, 2, 3, 4, 5), "holidays": HOLIDAYS, "days_off": (LEAVE,), **more}
    return WorkingTime(time_zone=zone, quiet_from=quiet_from, quiet_until=quiet_until, **days)  # type: ignore[arg-type]


def is_quiet(moment: datetime, zone: str, hours: str) -> bool:
    """Return whether nobody may be written to, by the clock on their wall: the rule in one line each."""
    local, (begins, ends) = moment.astimezone(ZoneInfo(zone)), HOURS[hours]
    inside = begins <= local.time() < ends if begins <= ends else not ends <= local.time() < begins
    off = local.isoweekday() > 5 or local.date() in HOLIDAYS or LEAVE[0] <= local.toordinal() <= LEAVE[1]
    return inside or off


def notification(at: datetime, number: int, *, life: timedelta = timedelta(days=60)) -> Notification:
    news = News(
        program="bank", member="m", occasion="badge", about=f"academy#{number}", text=Text(Message("x.y")), at=at
    )
    return Notification(
        news=news, channel="mail", audience="member", reader="m", created_at=at, not_before=at, not_after=at + life
    )


@pytest.mark.parametrize("hours", HOURS)
@pytest.mark.parametrize("zone", ZONES)
def test_the_next_open_moment_is_open_and_none_before_it_is(zone: str, hours: str) -> None:
    rng, rules = np.random.default_rng(17), working_time(zone, hours)
    changes = [FIRST + timedelta(hours=hour) for hour in range(int(YEARS / timedelta(hours=1))) if _turns(zone, hour)]
    near = [change + timedelta(minutes=int(minute)) for change in changes for minute in range(-180, 181, 15)]
    anywhere = [FIRST + timedelta(seconds=int(second)) for second in rng.integers(0, int(YEARS.total_seconds()), 300)]
    for moment in (*near, *anywhere):
        opens = rules.next_open(moment)
        assert opens is not None
        assert opens >= moment
        assert not is_quiet(opens, zone, hours)
        between = (opens - moment) / timedelta(minutes=15)
        assert all(
            is_quiet(moment + step * timedelta(minutes=15), zone, hours) for step in range(int(np.ceil(between)))
        )


def _turns(zone: str, hour: int) -> bool:
    moment, place = FIRST + timedelta(hours=hour), ZoneInfo(zone)
    return moment.astimezone(place).utcoffset() != (moment + timedelta(hours=1)).astimezone(place).utcoffset()


@pytest.mark.parametrize("zone", ZONES)
def test_three_years_of_messages_break_no_quiet_hour_and_no_cap_and_lose_nothing_that_lasts(zone: str) -> None:
    """Messages come at any time, some days many at once; each is looked at when it says, as the outbox does it."""
    rng, rules = np.random.default_rng(len(zone)), working_time(zone)
    seconds = np.sort(rng.integers(0, int(YEARS.total_seconds()), 700))
    waiting = [(FIRST + timedelta(seconds=int(at)), number) for number, at in enumerate(seconds)]
    told, heard = dict[int, datetime](), dict[str, datetime]()
    messages = {number: notification(at, number, life=timedelta(days=400)) for at, number in waiting}
    while waiting:
        now, number = heappop(waiting)
        heard = {key: at for key, at in heard.items() if at > now - timedelta(days=8)}
        decision = timing(messages[number], working_time=rules, caps=CAPS, heard=Heard(heard), now=now)
        if decision.action == "wait":
            assert decision.at is not None
            assert decision.at > now
            heappush(waiting, (decision.at, number))
        else:
            assert decision.action == "send"
            told[number] = heard[messages[number].key] = now
    times = sorted(told.values())
    assert len(times) == 700
    assert not any(is_quiet(at, zone, "by day") for at in times)
    assert max(Counter(at.astimezone(ZoneInfo(zone)).date() for at in times).values()) <= CAPS.daily
    within = (sum(at - timedelta(days=7) < other <= at for other in times) for at in times)
    assert max(within) <= CAPS.weekly


def test_what_would_come_too_late_is_dropped_at_once() -> None:
    friday = datetime(2026, 11, 27, 19, tzinfo=UTC)
    short = notification(friday, 1, life=timedelta(hours=12))
    decision = timing(short, working_time=working_time("Europe/Paris"), caps=CAPS, heard=Heard(), now=friday)
    assert (decision.action, decision.because) == ("drop", Message("delivery.too_late"))


def test_an_earlier_try_of_the_same_message_does_not_count_against_it() -> None:
    noon = datetime(2026, 11, 25, 11, tzinfo=UTC)
    again = notification(noon, 1)
    heard = Heard({again.key: noon - timedelta(minutes=5), "other": noon - timedelta(hours=1)})
    decision = timing(again, working_time=working_time("Europe/Paris"), caps=CAPS, heard=heard, now=noon)
    assert decision.action == "send"


def test_a_night_shift_belongs_to_the_day_on_which_it_begins() -> None:
    rules = working_time("Europe/Paris", "over midnight at work", day_starts_at=time(12))
    saturday_at_three = datetime(2026, 11, 28, 2, tzinfo=UTC)  # the end of Friday's shift
    assert rules.next_open(saturday_at_three) == saturday_at_three
    sunday_at_three = saturday_at_three + timedelta(days=1)
    assert rules.next_open(sunday_at_three) == datetime(2026, 11, 30, 13, tzinfo=UTC)


def test_whoever_is_always_off_is_not_written_to() -> None:
    always = working_time("Europe/Paris", days_off=((1, 10**7),))
    assert always.next_open(FIRST) is None
