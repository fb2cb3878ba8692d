"""When a message may reach its reader: quiet hours, days off, caps and the digest. Pure functions of what is known."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from ladder.domain.delivery.notification import Notification
from ladder.domain.delivery.occasion import RULES
from ladder.domain.delivery.ports import Heard, Span
from ladder.domain.members.preferences import Preferences
from ladder.domain.message import Message

ONE_DAY = timedelta(days=1)
CAP_DAYS = timedelta(days=7)  # of the weekly cap
MOST_DAYS_OFF = 400  # in a row; whoever is away for longer is not written to at all


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingTime:
    """When a reader may be written to, in their own time zone: on their work days, outside their quiet hours.

    A quiet time that ends before it begins lasts over midnight. `day_starts_at`: when a work day begins, so that a
    night shift belongs to one day. `days_off`: of the reader.
    """

    time_zone: str
    quiet_from: time
    quiet_until: time
    work_days: Collection[int]  # ISO: Monday is 1
    holidays: Collection[date] = ()
    days_off: Collection[Span] = ()
    day_starts_at: time = time(0)

    def next_open(self, moment: datetime) -> datetime | None:
        """Return the first moment, from `moment` on, at which the reader may be written to; None: not in a year."""
        zone = ZoneInfo(self.time_zone)
        for _ in range(3 * MOST_DAYS_OFF):
            local = moment.astimezone(zone)
            opens = self._opens(local.replace(tzinfo=None, fold=0))
            if opens is None:
                return moment
            moment = _instant(opens, zone, after=moment)
        return None

    def _opens(self, local: datetime) -> datetime | None:
        """Return the local time at which to look again; None where the reader may be written to."""
        start = timedelta(hours=self.day_starts_at.hour, minutes=self.day_starts_at.minute)
        work_day = (local - start).date()
        if self._is_off(work_day):
            return datetime.combine(work_day + ONE_DAY, self.day_starts_at)
        clock, over_midnight = local.time(), self.quiet_from > self.quiet_until
        if over_midnight and clock >= self.quiet_from:
            return datetime.combine(local.date() + ONE_DAY, self.quiet_until)
        if clock < self.quiet_until and (over_midnight or clock >= self.quiet_from):
            return datetime.combine(local.date(), self.quiet_until)
        return None

    def _is_off(self, day: date) -> bool:
        if day.isoweekday() not in self.work_days or day in self.holidays:
            return True
        return any(first <= day.toordinal() <= last for first, last in self.days_off)


def _instant(local: datetime, zone: ZoneInfo, *, after: datetime) -> datetime:
    """Return the instant of a local time: the second of two where the first is over, the one after a gap in it."""
    first = local.replace(tzinfo=zone).astimezone(UTC)
    return first if first > after else max(local.replace(tzinfo=zone, fold=1).astimezone(UTC), after + _TICK)


_TICK = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """How many messages a reader gets in a local day and in seven days, and when the others come together."""

    daily: int
    weekly: int
    digest_at: time | None = None

    def blocked_until(self, heard: Heard, moment: datetime, time_zone: str, *, besides: str) -> datetime | None:
        """Return when the caps allow one more message; None where they do at that moment.

        `besides`: the key of the message itself, which an earlier try may have counted.
        """
        zone, at = ZoneInfo(time_zone), moment
        times = sorted(said for key, said in heard.messages.items() if key != besides)
        while True:
            day = at.astimezone(zone).date()
            recent = [said for said in times if said > at - CAP_DAYS]
            if len(recent) >= self.weekly:
                at = recent[-self.weekly] + CAP_DAYS
            elif sum(said.astimezone(zone).date() == day for said in times) >= self.daily:
                at = datetime.combine(day + ONE_DAY, time(0), tzinfo=zone).astimezone(UTC)
            else:
                return None if at == moment else at


@dataclass(frozen=True, slots=True)
class Timing:
    """send: now · digest: now, together with others · wait: until `at` · drop: for good, as `because` says."""

    action: Literal["send", "digest", "wait", "drop"]
    at: datetime | None = None
    because: Message | None = None


SEND, DIGEST = Timing("send"), Timing("digest")


def unwanted(notification: Notification, preferences: Preferences) -> Message | None:
    """Return why the member does not want it; None where they do. What others may hear of them is theirs to say.

    `preferences`: of whom it is about for a team's feed, else of its reader. A system hears of everybody: it shows
    nobody anything by itself, and its operator is named in the program's notice.
    """
    occasion = notification.news.occasion
    match notification.audience:
        case "team":
            everybody = notification.reader == ""
            allowed = preferences.recognition == "public" or (preferences.recognition == "team" and not everybody)
            return None if allowed else Message("delivery.not_for_others")
        case "member":
            if RULES[occasion].praise and preferences.recognition == "none":
                return Message("delivery.no_recognition")
            if occasion in preferences.muted:
                return Message("delivery.muted")
            if notification.channel in preferences.channels_off:
                return Message("delivery.channel_off")
    return None


def timing(
    notification: Notification,
    *,
    working_time: WorkingTime | None,
    caps: Caps | None,
    heard: Heard,
    now: datetime,
) -> Timing:
    """Return what to do with a notification now. `working_time` and `caps`: None for systems, and caps for feeds.

    A message waits for its reader's next working time, and where a cap is reached for the time after it. Where it would
    be too late by then, it is dropped at once.
    """
    if now > notification.not_after:
        return Timing("drop", because=Message("delivery.too_late"))
    at = max(now, notification.not_before)
    if working_time is None:
        return _at(notification, at, now)
    capped = caps.blocked_until(heard, at, working_time.time_zone, besides=notification.key) if caps else None
    opens = working_time.next_open(capped or at)
    if opens is not None and caps and caps.digest_at and not RULES[notification.news.occasion].urgent:
        together = _digest_time(notification, caps.digest_at, working_time.time_zone)
        opens = working_time.next_open(max(opens, together))
        if opens is not None and opens <= now:
            return DIGEST
    if opens is None or opens > notification.not_after:
        return Timing("drop", because=Message("delivery.capped" if capped else "delivery.too_late"))
    return _at(notification, opens, now)


def _at(notification: Notification, moment: datetime, now: datetime) -> Timing:
    if moment > notification.not_after:
        return Timing("drop", because=Message("delivery.too_late"))
    return SEND if moment <= now else Timing("wait", at=moment)


def _digest_time(notification: Notification, at: time, time_zone: str) -> datetime:
    """Return the first time of the digest after the notification could have been sent."""
    zone = ZoneInfo(time_zone)
    first = max(notification.created_at, notification.not_before)
    days = (first.astimezone(zone).date() + ahead * ONE_DAY for ahead in range(3))
    times = (datetime.combine(day, at, tzinfo=zone).astimezone(UTC) for day in days)
    return next(moment for moment in times if moment >= first)
